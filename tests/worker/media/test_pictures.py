import json
import subprocess
from pathlib import Path

import pytest

from archive.errors import MediaError
from tests import media
from tests.worker.media.conftest import Shelf
from worker.media.poster import make_poster
from worker.media.probe import probe
from worker.media.rendition import fit, make_rendition
from worker.media.stills import make_stills
from worker.media.tools import Tools


def _size_of(picture: Path, tools: Tools) -> tuple[int, int]:
    done = subprocess.run(
        [tools.ffprobe, "-v", "error", "-f", "jpeg_pipe", "-show_streams", "-of", "json", picture],
        check=True,
        capture_output=True,
    )
    (stream,) = json.loads(done.stdout)["streams"]
    assert stream["codec_name"] == "mjpeg"
    return stream["width"], stream["height"]


def _brightness(picture: Path, tools: Tools) -> float:
    done = subprocess.run(
        [tools.ffmpeg, "-v", "error", "-i", picture, "-vf", "scale=1:1:flags=area,format=gray",
         "-f", "rawvideo", "-"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return done.stdout[0]


def _slides(path: Path) -> None:
    """A black start of 5 s of 20, then a slide of noise-like detail, then another."""
    media.run_tool(
        "-f", "lavfi", "-i", "color=black:s=1920x1080:d=5:r=1",
        "-f", "lavfi", "-i", "testsrc=s=1920x1080:d=15:r=1",
        "-filter_complex", "[0][1]concat", "-c:v", "libx264", "-preset", "ultrafast",
        "-pix_fmt", "yuv420p", "-g", "2", path,
    )  # fmt: skip


def _static(path: Path) -> None:
    """Two slides of 15 s each; a key frame every 2 s."""
    media.run_tool(
        "-f", "lavfi", "-i", "color=navy:s=320x180:d=15:r=5",
        "-f", "lavfi", "-i", "color=white:s=320x180:d=15:r=5",
        "-filter_complex", "[0][1]concat", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10",
        "-sc_threshold", "0", path,
    )  # fmt: skip


def test_the_poster_is_not_the_black_start(
    shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    source = shelf.get("slides.mp4", _slides)

    make_poster(source, tmp_path / "p.jpg", info=probe(source, either_tools), tools=either_tools)

    assert _size_of(tmp_path / "p.jpg", either_tools) == (960, 540)
    assert (tmp_path / "p.jpg").stat().st_size <= 80_000
    assert _brightness(tmp_path / "p.jpg", either_tools) > 40


def test_a_poster_too_large_is_made_again_smaller(tools: Tools, tmp_path: Path) -> None:
    media.run_tool(
        "-f", "lavfi", "-i", "nullsrc=s=1280x720:d=0.4:r=5,geq=random(1)*255:128:128",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", tmp_path / "noise.mp4",
    )  # fmt: skip
    source = tmp_path / "noise.mp4"

    make_poster(source, tmp_path / "p.jpg", info=probe(source, tools), tools=tools)

    assert (tmp_path / "p.jpg").stat().st_size <= 160_000
    assert _size_of(tmp_path / "p.jpg", tools)[0] < 960


def test_a_single_key_frame_is_enough_for_a_poster(tools: Tools, tmp_path: Path) -> None:
    source = media.make_video(tmp_path / "v.mp4", options=("-g", "1000", "-sc_threshold", "0"))

    make_poster(source, tmp_path / "p.jpg", info=probe(source, tools), tools=tools)

    assert _size_of(tmp_path / "p.jpg", tools) == (160, 90)


def test_without_a_picture_there_is_no_poster(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    source = shelf.get("a.mp3", media.make_audio)

    with pytest.raises(MediaError, match="no picture"):
        make_poster(source, tmp_path / "p.jpg", info=probe(source, tools), tools=tools)
    assert make_stills(source, tmp_path / "s", info=probe(source, tools), tools=tools) == ()
    assert not (tmp_path / "p.jpg").exists()


def test_stills_are_named_by_their_time(shelf: Shelf, either_tools: Tools, tmp_path: Path) -> None:
    info = probe(shelf.video, either_tools)

    stills = make_stills(
        shelf.video, tmp_path / "s%d", info=info, tools=either_tools, every_ms=3000, width=96
    )

    assert [still.at_ms for still in stills] == [0, 3000, 6000]
    assert [still.path.name for still in stills] == ["00000000.jpg", "00003000.jpg", "00006000.jpg"]
    assert _size_of(stills[1].path, either_tools) == (96, 54)


def test_stills_of_a_transport_stream_count_from_its_start(
    shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    # The picture starts 4 s after the sound, on a clock that starts at 1.4 s.
    source = tmp_path / "late_picture.ts"
    media.run_tool(
        "-i", shelf.video, "-itsoffset", "4", "-i", shelf.video, "-map", "0:a", "-map", "1:v",
        "-c", "copy", source,
    )  # fmt: skip
    info = probe(source, either_tools)

    stills = make_stills(source, tmp_path / "s", info=info, tools=either_tools, every_ms=5000)

    assert [still.at_ms for still in stills] == pytest.approx([4000, 9000], abs=110)


def test_a_picture_that_stays_is_taken_once(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    source = shelf.get("static.mp4", _static)

    stills = make_stills(
        source, tmp_path / "s", info=probe(source, tools), tools=tools, every_ms=4000
    )

    assert [still.at_ms for still in stills] == [0, 16_000]


def test_stills_are_taken_where_key_frames_are_rare(tools: Tools, tmp_path: Path) -> None:
    source = media.make_video(tmp_path / "v.mp4", options=("-g", "1000", "-sc_threshold", "0"))

    stills = make_stills(
        source, tmp_path / "s", info=probe(source, tools), tools=tools, every_ms=2000
    )

    assert [still.at_ms for still in stills] == [0, 2000, 4000, 6000]


def test_stills_made_again_replace_the_old_ones(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    info = probe(shelf.video, tools)
    make_stills(shelf.video, tmp_path / "s", info=info, tools=tools, every_ms=1000)

    stills = make_stills(shelf.video, tmp_path / "s", info=info, tools=tools, every_ms=4000)

    assert sorted((tmp_path / "s").iterdir()) == [still.path for still in stills]
    assert list(tmp_path.iterdir()) == [tmp_path / "s"]


def test_a_rendition_is_small_enough_and_seeks_every_2_s(
    shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    source = shelf.get(
        "slides.mkv",
        lambda path: media.make_video(
            path, seconds=3, size="1920x1080", options=("-c:v", "mpeg4", "-c:a", "libmp3lame")
        ),
    )
    seen: list[float] = []

    make_rendition(
        source,
        tmp_path / "r.mp4",
        info=probe(source, either_tools),
        tools=either_tools,
        on_progress=seen.append,
    )
    info = probe(tmp_path / "r.mp4", either_tools)

    assert info.playable, info.why_not_playable
    assert info.video is not None
    assert info.audio is not None
    assert (info.video.codec, info.video.width, info.video.height) == ("h264", 1280, 720)
    assert info.video.key_frame_gap_ms <= 2000
    assert (info.audio.codec, info.audio.channels) == ("aac", 1)
    assert seen[-1] == 1.0


def test_streams_that_are_fine_are_copied(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    source = shelf.get("index_last.mp4", lambda p: media.make_video(p, options=()))

    make_rendition(source, tmp_path / "r.mp4", info=probe(source, tools), tools=tools)

    assert probe(tmp_path / "r.mp4", tools).playable
    assert _hashes(source, tools) == _hashes(tmp_path / "r.mp4", tools)


def test_a_rendition_of_sound_alone_is_an_audio_file(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    source = shelf.get("a.ogg", media.make_audio)

    make_rendition(source, tmp_path / "r.mp4", info=probe(source, tools), tools=tools)
    info = probe(tmp_path / "r.mp4", tools)

    assert (info.media_type, info.playable) == ("audio/mp4", True)


def test_a_rendition_that_fails_leaves_nothing(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    def cancel(done: float) -> None:
        raise RuntimeError(done)

    with pytest.raises(RuntimeError):
        make_rendition(
            shelf.video,
            tmp_path / "r.mp4",
            info=probe(shelf.video, tools),
            tools=tools,
            on_progress=cancel,
        )

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("shown", "fitted"),
    [
        ((640, 360), (640, 360)),
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((1024, 768), (960, 720)),
        ((3840, 1080), (1280, 360)),
        ((641, 361), (640, 360)),
        ((1, 1), (2, 2)),
    ],
)
def test_pictures_are_fitted(shown: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert fit(*shown) == fitted


def _hashes(path: Path, tools: Tools) -> str:
    """What is in the streams, apart from how it is packed."""
    done = subprocess.run(
        [tools.ffmpeg, "-v", "error", "-i", path, "-c", "copy", "-f", "streamhash", "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
