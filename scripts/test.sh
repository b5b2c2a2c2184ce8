#!/bin/sh
# Every check and every test, in one command: formatting, lint, types, import contracts, tests.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff format --check .
$bin/ruff check .
$bin/mypy
$bin/lint-imports
if [ $# -gt 0 ]; then
  exec $bin/pytest --durations=30 "$@"
fi
# Two at a time, in the order of tests/scheduling.py; then, alone, what must not take too long.
failed=0
$bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=30 -m "not alone" || failed=$?
$bin/pytest -m alone || failed=$?
exit $failed
