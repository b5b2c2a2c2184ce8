"""A picture that could not be sought is copied as it is, at the times the player has it."""

from pathlib import Path

import pytest

from archive.errors import MediaError
from tests import media
from tests.worker.media.conftest import Shelf
from worker.media.probe import probe
from worker.media.seekable import is_seekable, make_seekable
from worker.media.stills import make_stills
from worker.media.tools import Tools


def _stream(path: Path) -> Path:
    return media.make_video(path, seconds=12, options=())


def _late_picture(path: Path) -> Path:
    source = media.make_video(path.with_suffix(".mkv"), seconds=12, options=())
    media.run_tool(
        "-i", source, "-itsoffset", "3", "-i", source,
        "-map", "1:v", "-map", "0:a", "-c", "copy", path,
    )  # fmt: skip
    return path


def test_only_mpeg_streams_need_it(shelf: Shelf, tools: Tools) -> None:
    assert is_seekable(probe(shelf.video, tools))
    assert not is_seekable(probe(shelf.get("stream.ts", _stream), tools))


@pytest.mark.parametrize(("name", "make"), [("stream.ts", _stream), ("late.ts", _late_picture)])
def test_pictures_of_the_copy_are_where_those_of_the_stream_are(
    name: str, make: object, shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    source = shelf.get(name, make)
    info = probe(source, either_tools)
    copy = tmp_path / "copy.mkv"

    made = make_seekable(source, copy, info=info, tools=either_tools)

    asked = {"tools": either_tools, "every_ms": 1_500}
    of_stream = make_stills(source, tmp_path / "stream", info=info, **asked)
    of_copy = make_stills(copy, tmp_path / "copied", info=made, **asked)
    assert len(of_stream) >= 4
    assert [still.at_ms for still in of_copy] == pytest.approx(
        [still.at_ms for still in of_stream], abs=60
    )
    assert probe(copy, either_tools).video.codec == info.video.codec
    assert copy.stat().st_size < source.stat().st_size
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_sound_alone_has_no_picture_to_copy(tools: Tools, tmp_path: Path) -> None:
    source = media.make_audio(tmp_path / "sound.ts")

    with pytest.raises(MediaError, match=r"sound\.ts has no picture to copy"):
        make_seekable(source, tmp_path / "c.mkv", info=probe(source, tools), tools=tools)
