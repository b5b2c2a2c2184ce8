import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import MediaError, NotMediaError
from tests import media
from tests.worker.media.conftest import Shelf
from worker.media.probe import probe
from worker.media.tools import Tools


def test_a_plain_video_is_described(shelf: Shelf, either_tools: Tools) -> None:
    info = probe(shelf.video, either_tools)

    assert info.media_type == "video/mp4"
    assert info.duration_ms == pytest.approx(8000, abs=30)
    assert not info.truncated
    assert info.playable, info.why_not_playable
    assert info.video is not None
    assert (info.video.codec, info.video.pixel_format) == ("h264", "yuv420p")
    assert (info.video.width, info.video.height, info.video.frame_rate) == (160, 90, 10.0)
    assert info.video.key_frame_gap_ms == 1000
    assert info.audio is not None
    assert (info.audio.codec, info.audio.sample_rate_hz, info.audio.channels) == ("aac", 48_000, 1)
    assert (info.audio.start_ms, info.audio.language, info.audio.has_gaps) == (0, None, False)


@pytest.mark.parametrize(
    ("name", "media_type", "playable"),
    [
        ("a.mp3", "audio/mpeg", True),
        ("a.m4a", "audio/mp4", False),  # ffmpeg puts the index last unless told
        ("a.ogg", "audio/ogg", False),
        ("a.wav", "audio/wav", True),
        ("a.flac", "audio/flac", False),
    ],
)
def test_a_sound_file_is_described(
    *,
    name: str,
    media_type: str,
    playable: bool,
    shelf: Shelf,
    tools: Tools,
) -> None:
    info = probe(shelf.get(name, media.make_audio), tools)

    assert info.video is None
    assert info.audio is not None
    assert info.media_type == media_type
    assert info.duration_ms == pytest.approx(6000, abs=60)
    assert info.playable is playable


def _browser_recording(path: Path) -> None:
    """What MediaRecorder writes: no duration, no Cues, sizes not known."""
    whole = media.make_video(path.with_name("whole.webm"), options=())
    media.remux(whole, path, "-f", "webm", "-live", "1")


def _variable_mp3(path: Path) -> None:
    """Silence and noise by turns, no header that states the length: bit rate tells nothing."""
    media.run_tool(
        "-f", "lavfi", "-i", "aevalsrc='random(0)*lt(t,5)':s=44100:d=20", "-q:a", "5",
        "-write_xing", "0", path,
    )  # fmt: skip


def _fragmented(path: Path) -> None:
    whole = media.make_video(path.with_name("whole.mp4"))
    media.remux(whole, path, "-movflags", "frag_keyframe+empty_moov+default_base_moof")


@pytest.mark.parametrize(
    ("name", "make", "duration_ms", "reason"),
    [
        ("recorder.webm", _browser_recording, 8000, "without Cues"),
        ("variable.mp3", _variable_mp3, 20_000, "variable bit rate"),
        ("fragmented.mp4", _fragmented, 8000, "fragmented"),
    ],
)
def test_a_length_the_container_does_not_state_is_measured(
    name: str,
    make: Callable[[Path], None],
    duration_ms: int,
    reason: str,
    shelf: Shelf,
    either_tools: Tools,
) -> None:
    info = probe(shelf.get(name, make), either_tools)

    assert info.duration_ms == pytest.approx(duration_ms, abs=100)
    assert not info.truncated
    assert reason in info.why_not_playable


_OPTIONS = {
    "mp4": ("-movflags", "+faststart"),
    "mkv": (),
    "webm": (),
    "avi": ("-c:a", "libmp3lame"),
    "flv": ("-ar", "44100"),
}


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm", "avi", "wav", "flac", "flv", "mp3"])
def test_a_file_cut_short_is_told_with_the_length_that_is_there(
    suffix: str, shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    whole = shelf.get(
        f"to_cut.{suffix}",
        lambda path: (
            media.make_audio(path, beeps_s=(0, 1, 2, 3, 4, 5))
            if suffix in {"wav", "flac", "mp3"}
            else media.make_video(path, options=_OPTIONS[suffix])
        ),
    )
    before = probe(whole, tools)

    after = probe(media.cut(whole, tmp_path / f"cut.{suffix}", fraction=0.6), tools)

    assert not before.truncated
    assert after.truncated
    assert after.why_not_playable == "the file is cut short"
    assert 0.4 < after.duration_ms / before.duration_ms < 0.8


def test_an_mp4_cut_before_its_index_says_that_nothing_can_be_read(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    index_last = shelf.get("index_last.mp4", lambda p: media.make_video(p, options=()))

    whole = probe(index_last, tools)
    cut = media.cut(index_last, tmp_path / "x.mp4", fraction=0.6)

    assert whole.why_not_playable == "its index is at the end of the file"
    with pytest.raises(NotMediaError, match=r"^lecture\.mp4 is cut off: .*index.*Upload it again"):
        probe(cut, tools, name="lecture.mp4")


def test_a_video_without_sound_has_no_audio(shelf: Shelf, tools: Tools) -> None:
    info = probe(shelf.get("silent.mp4", lambda p: media.make_video(p, beeps_s=None)), tools)

    assert info.video is not None
    assert info.audio is None
    assert info.playable


def test_an_audio_stream_with_nothing_in_it_does_not_count(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    path = tmp_path / "no_microphone.mp4"
    media.run_tool(
        "-i", shelf.video, "-f", "lavfi", "-i", "anullsrc", "-map", "0:v", "-map", "1:a",
        "-c:v", "copy", "-af", "atrim=end_sample=0", "-shortest", path,
    )  # fmt: skip

    info = probe(path, tools)

    assert info.audio is None
    assert info.video is not None


def test_cover_art_is_not_a_picture(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "album.mp3"
    media.run_tool(
        "-i", shelf.get("a.mp3", media.make_audio),
        "-f", "lavfi", "-i", "color=red:s=64x64:d=1:r=1", "-map", "0:a", "-map", "1:v",
        "-c:a", "copy", "-c:v", "mjpeg", "-disposition:v", "attached_pic", path,
    )  # fmt: skip

    info = probe(path, tools)

    assert info.video is None
    assert info.audio is not None
    assert info.media_type == "audio/mpeg"


def test_the_default_of_several_audio_streams_is_chosen(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    path = tmp_path / "two_languages.mkv"
    media.run_tool(
        "-i", shelf.video, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra",
        "-disposition:a:0", "0", "-disposition:a:1", "default", path,
    )  # fmt: skip

    info = probe(path, tools)

    assert info.audio is not None
    assert (info.audio.index, info.audio.language) == (2, "fra")
    assert info.why_not_playable == "browsers would play another of its audio streams"


def test_a_picture_turned_by_the_phone_is_described_as_shown(
    shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    turned = tmp_path / "turned.mp4"
    content = bytearray(shelf.video.read_bytes())
    upright = bytes.fromhex("00010000 00000000 00000000 00000000 00010000 00000000")
    quarter = bytes.fromhex("00000000 00010000 00000000 ffff0000 00000000 00000000")
    at = content.index(upright, content.index(b"tkhd"))  # the matrix, 14496-12 section 8.3.2
    content[at : at + len(quarter)] = quarter
    turned.write_bytes(content)

    info = probe(turned, either_tools)

    assert info.video is not None
    assert (info.video.width, info.video.height) == (90, 160)


def test_pixels_that_are_not_square_are_described_as_shown(tools: Tools, tmp_path: Path) -> None:
    path = media.make_video(
        tmp_path / "dv.mp4", seconds=1, size="72x60", options=("-vf", "setsar=16/9")
    )

    info = probe(path, tools)

    assert info.video is not None
    assert (info.video.width, info.video.height) == (128, 60)


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_not_media(seed: int, tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(os.urandom(200_000 + seed))

    with pytest.raises(NotMediaError, match=r"^noise\.mp3 is not audio or video.*MP4"):
        probe(path, tools)


def test_an_empty_file_says_so(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()

    with pytest.raises(NotMediaError, match="empty"):
        probe(tmp_path / "empty.mp4", tools)


def test_a_file_that_is_not_there_is_an_error_of_ours(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        probe(tmp_path / "gone.mp4", tools)


def test_a_container_of_subtitles_only_has_nothing_to_play(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhi\n")
    media.run_tool("-i", tmp_path / "a.srt", tmp_path / "captions.mkv")

    with pytest.raises(NotMediaError, match=r"nothing that can be played \(streams: subtitle/"):
        probe(tmp_path / "captions.mkv", tools)


def test_times_that_cannot_be_true_are_refused(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "ages.mkv"
    media.run_tool(
        "-i", shelf.video, "-c", "copy", "-bsf:v", "setts=ts=TS*30000", path
    )  # fmt: skip

    with pytest.raises(NotMediaError, match=r"claims to last \d+ hours; up to 24 are accepted"):
        probe(path, tools)
