from pathlib import Path

import pytest

from archive.errors import ConfigurationError
from worker.media.tools import Tools, find_tools, packaged_tools


def test_the_tools_of_the_system_come_first(tmp_path: Path) -> None:
    for name in ("ffmpeg", "ffprobe"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)

    tools = find_tools(search_path=str(tmp_path))

    assert tools == Tools(ffmpeg=tmp_path / "ffmpeg", ffprobe=tmp_path / "ffprobe")


def test_half_a_pair_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\n")
    (tmp_path / "ffmpeg").chmod(0o755)

    assert find_tools(search_path=str(tmp_path)) == packaged_tools()


def test_without_tools_on_path_the_packaged_ones_are_found_and_run() -> None:
    tools = find_tools(search_path="/nonexistent")

    assert tools.version().startswith("n8")


def test_a_program_that_cannot_run_says_what_to_install(tmp_path: Path) -> None:
    tools = Tools(ffmpeg=tmp_path / "ffmpeg", ffprobe=tmp_path / "ffprobe")

    with pytest.raises(ConfigurationError, match="apt install ffmpeg"):
        tools.version()


def test_the_version_is_one_word() -> None:
    assert " " not in find_tools().version()
    assert find_tools().version()[0] in "n0123456789"
