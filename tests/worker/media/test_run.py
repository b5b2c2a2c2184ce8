import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from archive.errors import DiskFullError, MediaError
from tests.worker.media.conftest import Shelf
from worker.media.run import input_name, run_ffmpeg, run_ffprobe
from worker.media.tools import Tools


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


@pytest.fixture
def running_before() -> set[int]:
    """Processes of the test session itself, such as a browser."""
    return set(_children(os.getpid()))


def _copy(source: Path, target: Path) -> list[str]:
    return ["-i", input_name(source), "-c", "copy", str(target)]


def test_progress_rises_to_one(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    seen: list[float] = []

    run_ffmpeg(
        tools,
        _copy(shelf.video, tmp_path / "copy.mp4"),
        subject="copy",
        duration_ms=8000,
        on_progress=seen.append,
    )

    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert all(0 <= done <= 1 for done in seen)


def test_an_exception_from_the_progress_callback_ends_ffmpeg(
    shelf: Shelf, tools: Tools, tmp_path: Path, running_before: set[int]
) -> None:
    def cancel(done: float) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt):
        run_ffmpeg(
            tools,
            ["-re", *_copy(shelf.video, tmp_path / "copy.mkv")],  # at the speed of playing
            subject="copy",
            duration_ms=8000,
            on_progress=cancel,
        )

    assert set(_children(os.getpid())) <= running_before


def test_standing_still_ends_ffmpeg(tools: Tools, tmp_path: Path, running_before: set[int]) -> None:
    os.mkfifo(tmp_path / "fifo.mp4")

    with pytest.raises(MediaError, match=r"cannot copy it: no progress for 1 s"):
        run_ffmpeg(
            tools,
            _copy(tmp_path / "fifo.mp4", tmp_path / "copy.mp4"),
            subject="copy it",
            stall_s=1.0,
        )

    assert set(_children(os.getpid())) <= running_before


def test_ffmpeg_dies_with_the_worker(tools: Tools, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.mp4"
    os.mkfifo(fifo)
    program = f"""
        from pathlib import Path
        from worker.media.run import input_name, run_ffmpeg
        from worker.media.tools import Tools
        tools = Tools(ffmpeg=Path({str(tools.ffmpeg)!r}), ffprobe=Path({str(tools.ffprobe)!r}))
        run_ffmpeg(tools, ["-i", input_name(Path({str(fifo)!r})), "-f", "null", "-"], subject="x")
    """
    worker = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)])
    with fifo.open("wb"):  # opens only once ffmpeg has opened its end: it is running
        (ffmpeg,) = _children(worker.pid)
        death = os.pidfd_open(ffmpeg)

        worker.send_signal(signal.SIGKILL)
        worker.wait()
        died, _, _ = select.select([death], [], [], 10)

    os.close(death)
    assert died


def test_a_failure_carries_the_end_of_stderr(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "not.mp4").write_bytes(os.urandom(4096))

    with pytest.raises(MediaError, match=r"^cannot copy it: ") as caught:
        run_ffmpeg(tools, _copy(tmp_path / "not.mp4", tmp_path / "copy.mp4"), subject="copy it")

    assert "not.mp4" in caught.value.stderr_tail


def test_a_full_disk_is_named(shelf: Shelf, tools: Tools) -> None:
    arguments = ["-i", input_name(shelf.video), "-f", "s16le", "/dev/full"]

    with pytest.raises(DiskFullError, match="disk is full"):
        run_ffmpeg(tools, arguments, subject="copy it")


def test_a_path_with_signs_ffmpeg_knows_is_only_a_path(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    odd = tmp_path / "-i concat:%03d 'ندوة' ?*.mp4"
    odd.write_bytes(shelf.video.read_bytes())

    lines = list(run_ffprobe(tools, ["-show_entries", "format=format_name", "-of", "csv=p=0"], odd))

    assert "mov" in "".join(lines)


def test_output_that_is_not_read_to_its_end_leaves_no_process(
    shelf: Shelf, tools: Tools, running_before: set[int]
) -> None:
    lines = run_ffprobe(tools, ["-show_packets"], shelf.video)

    next(lines)
    lines.close()

    assert set(_children(os.getpid())) <= running_before
