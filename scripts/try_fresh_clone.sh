#!/bin/sh
# What a newcomer does, for real: clones this repository, types `make run`, and the browser
# tests use the archive that it opened. Pictures of the pages go to the folder named.
#   sh scripts/try_fresh_clone.sh [PICTURES]
# The browser tests themselves run from here (make setup-dev).
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
pictures=${1:-}
[ -z "$pictures" ] || { mkdir -p "$pictures"; pictures=$(cd "$pictures" && pwd); }
clone=$(mktemp -d)
port=${PORT:-8765}
git clone --quiet "$here" "$clone/archive"

PORT=$port make -C "$clone/archive" run >"$clone/log" 2>&1 &
run=$!
stop() {
  # The command that make runs stops site and worker when it is told to.
  pkill -TERM -P $run 2>/dev/null || true
  wait $run 2>/dev/null || true
  rm -rf "$clone"
}
trap stop EXIT INT TERM

begun=$(date +%s)
until grep -q 'Stop with Ctrl-C' "$clone/log"; do
  kill -0 $run 2>/dev/null || { cat "$clone/log"; exit 1; }
  [ $(($(date +%s) - begun)) -lt 900 ] || { cat "$clone/log"; exit 1; }
  sleep 1
done
echo "make run: open after $(($(date +%s) - begun)) s"
FIRST_RUN_URL="http://127.0.0.1:$port" FIRST_RUN_CLONE="$clone/archive" \
  FIRST_RUN_SCREENSHOTS="$pictures" .venv/bin/pytest tests/browser -q
