"""What is heard at a time in the player is at that time in the audio and in the rendition."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.media_info import MediaInfo
from tests import media
from tests.worker.media.conftest import Shelf
from worker.media.audio import extract_audio
from worker.media.probe import probe
from worker.media.rendition import make_rendition
from worker.media.tools import Tools

_TOLERANCE_MS = 50  # encoder delay (AAC 23 ms, Opus 7 ms) and the 10 ms windows of `beeps_in`


def _gappy(path: Path) -> None:
    media.make_video(path, seconds=10, beeps_s=(1, 8), without_s=(3, 6))


def _gappy_webm(path: Path) -> None:
    media.make_video(path, seconds=10, beeps_s=(1, 8), without_s=(3, 6), options=())


def _late_webm(path: Path) -> None:
    source = media.make_video(
        path.with_name("late_source.mkv"), seconds=6, beeps_s=(2,), options=()
    )
    media.run_tool(
        "-i", source, "-itsoffset", "3", "-i", source, "-map", "0:v", "-map", "1:a",
        "-c:v", "libvpx", "-c:a", "libopus", path,
    )  # fmt: skip


def _late_transport_stream(path: Path) -> None:
    # Its clock starts at 1.4 s, its sound at 8.4 s: later than the 5 s ffmpeg looks by default.
    source = media.make_video(path.with_name("late_source.mp4"), seconds=9, beeps_s=(1,))
    media.delay_audio(source, path, by_s=7)


def _edit_list(path: Path) -> None:
    # The first 2.5 s are in the file, and the edit list says not to show them.
    source = media.make_video(path.with_name("whole.mp4"), options=("-g", "80"))
    media.run_tool("-ss", "2.5", "-i", source, "-c", "copy", "-movflags", "+faststart", path)


def _starts_at_3_s(path: Path) -> None:
    source = media.make_video(path.with_name("from_zero.mp4"))
    media.remux(source, path, "-output_ts_offset", "3", "-movflags", "+faststart")


def _cut_off(path: Path) -> None:
    media.cut(media.make_video(path.with_name("uncut.mp4")), path, fraction=0.75)


def _damaged(path: Path) -> None:
    content = bytearray(media.make_video(path.with_name("sound.mp4")).read_bytes())
    start, end = int(len(content) * 0.3), int(len(content) * 0.5)
    content[start:end] = bytes(end - start)
    path.write_bytes(content)


def _damaged_matroska(path: Path) -> None:
    content = bytearray(media.make_video(path.with_name("sound.mkv"), options=()).read_bytes())
    start, end = int(len(content) * 0.3), int(len(content) * 0.5)
    content[start:end] = bytes(end - start)
    path.write_bytes(content)


def _joined_transport_streams(path: Path) -> None:
    # Two takes of a camera, one file: the clock jumps back in the middle.
    one = media.make_video(
        path.with_name("one.ts"), seconds=20, beeps_s=(18,), options=()
    ).read_bytes()
    path.write_bytes(one + one)


CASES: dict[str, tuple[Callable[[Path], object], list[int]]] = {
    "late.webm": (_late_webm, [5000]),
    "late.ts": (_late_transport_stream, [8000]),
    "gappy.mp4": (_gappy, [1000, 8000]),
    "gappy.webm": (_gappy_webm, [1000, 8000]),
    "edit_list.mp4": (_edit_list, [2500]),
    "starts_at_3_s.mp4": (_starts_at_3_s, [5000]),
    "cut_off.mp4": (_cut_off, [5000]),
    "damaged.mp4": (_damaged, [5000]),
    "damaged.mkv": (_damaged_matroska, [5000]),
    "joined.ts": (_joined_transport_streams, [18_000, 38_000]),
    "plain.avi": (lambda path: media.make_video(path, options=("-c:a", "libmp3lame")), [5000]),
    "plain.mov": (media.make_video, [5000]),
    "plain.flv": (lambda path: media.make_video(path, options=("-ar", "44100")), [5000]),
    "plain.mp3": (media.make_audio, [3000]),
    "plain.ogg": (media.make_audio, [3000]),
    "plain.m4a": (media.make_audio, [3000]),
    "plain.wav": (media.make_audio, [3000]),
}


def _heard(source: Path, info: MediaInfo, tools: Tools, folder: Path) -> list[int]:
    extract_audio(source, folder / "sound.raw", info=info, tools=tools)
    return media.beeps_in(folder / "sound.raw")


# Plain files behave alike in all versions of ffmpeg: one will do.
RUNS = [("packaged", name) for name in CASES] + [
    ("system", name) for name in CASES if not name.startswith("plain")
]


@pytest.mark.parametrize(("either_tools", "name"), RUNS, indirect=["either_tools"])
def test_a_beep_is_where_the_player_has_it(
    name: str, shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    tools = either_tools
    make, expected_ms = CASES[name]
    source = shelf.get(name, make)
    info = probe(source, tools)

    heard_ms = _heard(source, info, tools, tmp_path)
    rendition = tmp_path / "rendition.mp4"
    make_rendition(source, rendition, info=info, tools=tools)
    rendered = probe(rendition, tools)
    heard_in_rendition_ms = _heard(rendition, rendered, tools, tmp_path)

    assert _close(heard_ms, expected_ms)
    assert _close(heard_in_rendition_ms, expected_ms)
    assert rendered.playable, rendered.why_not_playable
    assert abs(rendered.duration_ms - info.duration_ms) <= 150


def _close(heard_ms: list[int], expected_ms: list[int]) -> bool:
    """Whether each expected beep was heard in time; damage may add noises of its own."""
    return all(any(abs(h - e) <= _TOLERANCE_MS for h in heard_ms) for e in expected_ms)


def test_sound_that_starts_3_s_late_is_preceded_by_3_s_of_silence(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    info = probe(shelf.late, tools)

    length_ms = extract_audio(shelf.late, tmp_path / "a.raw", info=info, tools=tools)

    assert info.audio is not None
    assert abs(info.audio.start_ms - 3000) <= _TOLERANCE_MS
    assert media.beeps_in(tmp_path / "a.raw") == pytest.approx([8000], abs=_TOLERANCE_MS)
    assert length_ms == pytest.approx(11_000, abs=100)
    assert (tmp_path / "a.raw").stat().st_size == pytest.approx(length_ms * 32, abs=64)
