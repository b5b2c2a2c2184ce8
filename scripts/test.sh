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
# Quick tests go two at a time. What drives a browser, runs the model or kills workers goes alone
# after them: it waits for things that must not come late.
alone="browser or model or slow"
failed=0
$bin/pytest -n 2 --dist loadfile -m "not ($alone)" || failed=$?
$bin/pytest --durations=30 -m "$alone" || failed=$?
exit $failed
