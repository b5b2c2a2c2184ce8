"""Media that worker tests share, made once with real ffmpeg from committed speech."""

import subprocess
from pathlib import Path

import pytest

from tests.media import run_tool
from worker.media.tools import find_tools

SPEECH = Path(__file__).resolve().parents[1] / "media" / "jfk.ogg"
"""11 s of one speaker; tests/media/SOURCES.md says whose."""


@pytest.fixture(scope="session")
def three_batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six times the same 11 s of speech: three stretches of two, in a file browsers do not play."""
    target = tmp_path_factory.mktemp("media") / "three_batches.mkv"
    command = [
        str(find_tools().ffmpeg),
        "-v",
        "error",
        "-nostdin",
        "-stream_loop",
        "5",
        "-i",
        str(SPEECH),
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=320x180:rate=5",
        "-shortest",
        "-c:v",
        "mpeg4",
        "-q:v",
        "9",
        "-c:a",
        "libopus",
        "-b:a",
        "32k",
        str(target),
    ]
    subprocess.run(command, check=True, timeout=60)
    return target


@pytest.fixture
def session_of_a_minute(tmp_path: Path) -> Path:
    """Make a recording of three stretches of speech, which are three batches."""
    target = tmp_path / "oxygen.ogg"
    inputs = [
        ("-i", SPEECH.with_name(name)) for name in ("jfk.ogg", "left-out.ogg", "two-voices.ogg")
    ]
    run_tool(
        *(argument for pair in inputs for argument in pair),
        "-filter_complex", "[0:a][1:a][2:a]concat=n=3:v=0:a=1", "-b:a", "32k", "-c:a", "libopus",
        target,
    )  # fmt: skip
    return target
