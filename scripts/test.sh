#!/bin/sh
# Every check and every test, in one command: formatting, lint, types, import contracts, tests.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff format --check .
$bin/ruff check .
$bin/mypy
$bin/lint-imports
exec $bin/pytest --durations=30 "$@"
