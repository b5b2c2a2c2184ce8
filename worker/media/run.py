"""Run ffmpeg and ffprobe: the one place that starts them, with all limits.

Argument lists only, local files and pipes only, an explicit list of containers, a bound on
picture size and memory, a stall limit instead of a wall clock (a long recording may take
hours, but never stands still), and no child survives an exception or the worker's death.
Decides nothing about media.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

from archive.errors import ConfigurationError, DiskFullError, MediaError
from worker.media.tools import Tools

ALLOWED_FORMATS = (
    "aac", "aiff", "amr", "amrnb", "amrwb", "asf", "au", "avi", "caf", "flac", "flv",
    "matroska", "mov", "mp3", "mp4", "mpeg", "mpegts", "ogg", "w64", "wav", "webm",
)  # fmt: skip
"""ffmpeg's demuxers that may read an upload. None of them opens another file or address.

Left out on purpose: hls, dash, concat, sdp, rtsp, image2 and *_pipe, lavfi, tty, subtitles,
and raw elementary streams, which match any bytes.
"""

STALL_S = 120.0
_MAX_PIXELS = 8192 * 4608  # 8K; a picture of 30,000 x 30,000 would take 1.3 GB a frame
_MAX_DATA_BYTES = 3 * 1024**3
_TAIL_BYTES = 4096
_READ_BYTES = 65536
_LAUNCHER = Path(__file__).with_name("launcher.py")

_Progress = Callable[[float], None]


def input_options() -> dict[str, str | int]:
    """Give the options every input is opened with, as ffmpeg-python takes them.

    The same for ffprobe and ffmpeg, so that both count the same streams. Analysing 60 s
    (the default is 5 s) finds a stream that begins late in an MPEG transport stream.
    """
    return {
        "protocol_whitelist": "file,pipe",
        "format_whitelist": ",".join(ALLOWED_FORMATS),
        "max_pixels": _MAX_PIXELS,
        "probesize": 50_000_000,
        "analyzeduration": 60_000_000,
        "max_streams": 64,
    }


def input_name(path: Path) -> str:
    """Write a path so that ffmpeg takes it for a path: not an option, protocol or pattern."""
    return f"file:{path.absolute()}"


def run_ffmpeg(
    tools: Tools,
    arguments: Sequence[str],
    *,
    subject: str,
    duration_ms: int | None = None,
    on_progress: _Progress | None = None,
    stall_s: float = STALL_S,
) -> None:
    """Run ffmpeg to its end.

    Args:
        tools: Where it is.
        arguments: Inputs, filters and outputs; global options are added here.
        subject: What is being done to what, for messages: `extract the audio of x.mp4`.
        duration_ms: Length of the output; without it no progress is reported.
        on_progress: Called with the fraction done, in [0, 1], never falling. An exception
            from it ends ffmpeg and goes on to the caller: the way to cancel.
        stall_s: Ends ffmpeg after so many seconds in which its output did not grow.

    Raises:
        MediaError: It failed or stood still; with the last lines of its stderr.
        DiskFullError: The disk is full.
    """
    command = [
        str(tools.ffmpeg), "-nostdin", "-hide_banner", "-y", "-loglevel", "error",
        "-nostats", "-progress", "pipe:1", *arguments,
    ]  # fmt: skip
    meter = _Meter(duration_ms=duration_ms, on_progress=on_progress)
    for line in _lines_of(command, subject=subject, stall_s=stall_s, moved=meter.moved):
        meter.read(line)
    meter.finish()


def run_ffprobe(
    tools: Tools, arguments: Sequence[str], source: Path, *, stall_s: float = STALL_S
) -> Generator[str]:
    """Run ffprobe on a file and give its output line by line, as it comes.

    Raises:
        MediaError: It failed (after the lines it could give) or stood still.
    """
    options = [part for name, value in input_options().items() for part in (f"-{name}", str(value))]
    command = [
        str(tools.ffprobe), "-hide_banner", "-loglevel", "warning",
        *options, *arguments, "-i", input_name(source),
    ]  # fmt: skip
    yield from _lines_of(command, subject=f"look into {source.name}", stall_s=stall_s)


def read_ffmpeg(
    tools: Tools,
    arguments: Sequence[str],
    *,
    subject: str,
    piece_bytes: int,
    stall_s: float = STALL_S,
) -> Generator[bytes]:
    """Run ffmpeg and give what it writes to `pipe:1` as it comes, in pieces of one size.

    The pipe holds ffmpeg back while the caller works; closing the generator ends it. To be
    read to the end in one thread (see `launcher`).

    Args:
        tools: Where it is.
        arguments: Inputs, filters and outputs; global options are added here.
        subject: What is being done to what, for messages.
        piece_bytes: Size of a piece, such as a raw picture; a last one that is cut is dropped.
        stall_s: Ends ffmpeg after so many seconds in which it wrote nothing.

    Raises:
        MediaError: It failed (after the pieces it could give) or stood still.
    """
    command = [
        str(tools.ffmpeg), "-nostdin", "-hide_banner", "-y", "-loglevel", "error",
        "-nostats", *arguments,
    ]  # fmt: skip
    pending = bytearray()
    for chunk in _output_of(command, subject=subject, stall_s=stall_s):
        pending += chunk
        while len(pending) >= piece_bytes:
            yield bytes(pending[:piece_bytes])
            del pending[:piece_bytes]


def run_script(
    script: Path, arguments: Sequence[str], *, subject: str, stall_s: float = STALL_S
) -> Generator[str]:
    """Run a Python script in a process of its own and give its output line by line.

    For libraries that read hostile input and may crash or hang. Isolated (`-I`): it finds the
    installed packages, not this project.

    Raises:
        MediaError: It failed (after the lines it could give) or stood still.
    """
    command = [sys.executable, "-I", str(script), *arguments]
    yield from _lines_of(command, subject=subject, stall_s=stall_s)


class _Meter:
    """Reads ffmpeg's `-progress` lines: did anything move, and how much is done?"""

    def __init__(self, *, duration_ms: int | None, on_progress: _Progress | None) -> None:
        self._duration_us = (duration_ms or 0) * 1000
        self._on_progress = on_progress
        self._seen: dict[str, str] = {}
        self._moved = True
        self._done = 0.0

    def read(self, line: str) -> None:
        """Take one `key=value` line."""
        key, _, value = line.partition("=")
        # Newer versions report on a clock even when nothing moves, so compare the values.
        if key in {"frame", "out_time_us", "total_size"} and self._seen.get(key) != value:
            self._seen[key] = value
            self._moved = True
        if key == "out_time_us" and self._duration_us and self._on_progress:
            with contextlib.suppress(ValueError):  # "N/A" before the first packet
                self._report(min(int(value) / self._duration_us, 1.0))

    def moved(self) -> bool:
        """Tell whether the output grew since the last call."""
        moved, self._moved = self._moved, False
        return moved

    def finish(self) -> None:
        if self._on_progress:
            self._report(1.0)

    def _report(self, done: float) -> None:
        if done > self._done and self._on_progress:
            self._done = done
            self._on_progress(done)


def _lines_of(
    command: list[str],
    *,
    subject: str,
    stall_s: float,
    moved: Callable[[], bool] = lambda: True,
) -> Iterator[str]:
    """Run a command and yield its stdout lines; see `run_ffmpeg` for the limits."""
    pending = b""
    for chunk in _output_of(command, subject=subject, stall_s=stall_s, moved=moved):
        *lines, pending = (pending + chunk).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in lines)
    if pending:
        yield pending.decode("utf-8", "replace")


def _output_of(
    command: list[str],
    *,
    subject: str,
    stall_s: float,
    moved: Callable[[], bool] = lambda: True,
) -> Iterator[bytes]:
    """Run a command and yield what it writes to stdout; see `run_ffmpeg` for the limits."""
    tail = bytearray()
    with _started(command) as process:
        yield from _read_chunks(process, tail, subject=subject, stall_s=stall_s, moved=moved)
        returncode = process.wait()
    if returncode:
        stderr_tail = tail.decode("utf-8", "replace").strip()
        if "No space left on device" in stderr_tail:
            raise DiskFullError(f"cannot {subject}: the disk is full; free some space")
        last_line = stderr_tail.splitlines()[-1] if stderr_tail else f"exit code {returncode}"
        raise MediaError(
            f"cannot {subject}: {last_line}", stderr_tail=stderr_tail, returncode=returncode
        )


@contextlib.contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in its own process group; kill the group on the way out."""
    launched = [
        sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), str(_MAX_DATA_BYTES),
        *command,
    ]  # fmt: skip
    try:
        process = subprocess.Popen(
            launched,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as exc:
        raise ConfigurationError(f"cannot start {command[0]}: {exc}") from exc
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _read_chunks(
    process: subprocess.Popen[bytes],
    tail: bytearray,
    *,
    subject: str,
    stall_s: float,
    moved: Callable[[], bool],
) -> Iterator[bytes]:
    """Read both pipes until both close; keep the end of stderr in `tail`."""
    if process.stdout is None or process.stderr is None:
        raise ValueError("the process was started without pipes")
    last_move_s = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(timeout=min(stall_s, 1.0)):
                chunk = os.read(key.fd, _READ_BYTES)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    tail += chunk
                    del tail[:-_TAIL_BYTES]
                else:
                    yield chunk
                    last_move_s = time.monotonic() if moved() else last_move_s
            if time.monotonic() - last_move_s > stall_s:
                raise MediaError(
                    f"cannot {subject}: no progress for {stall_s:.0f} s",
                    stderr_tail=tail.decode("utf-8", "replace").strip(),
                )
