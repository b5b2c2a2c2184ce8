"""What is muted is silent in what readers play, sample by sample, and nothing else moves."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from archive.privacy.values import Span
from tests import media
from tests.worker.media.conftest import Shelf
from worker.media.muting import make_muted
from worker.media.probe import probe
from worker.media.tools import Tools

RATE_HZ = 16_000
TONE = tuple(at * media.BEEP_S for at in range(25))
"""Sound all the time, 10 s long."""
MUTED = (Span(start_ms=2_000, end_ms=3_000), Span(start_ms=6_503, end_ms=6_731))
_SMEAR_MS = 45
"""An AAC frame of 2,048 samples at 48 kHz spreads the sound beside a muted stretch into it."""

SILENT = 33
"""-60 dB of full scale: what codecs make of silence beside sound (Opus up to 18, AAC 2)."""


def _mp4(path: Path) -> None:
    media.make_video(path, seconds=10, beeps_s=TONE)


def _webm(path: Path) -> None:
    media.make_video(path, seconds=10, beeps_s=TONE, options=())


def _sound(path: Path) -> None:
    media.make_audio(path, seconds=10, beeps_s=TONE)


def listen(path: Path, tools: Tools) -> NDArray[np.int16]:
    """Decode the sound: int16, (samples,), mono, 16 kHz."""
    done = subprocess.run(
        [tools.ffmpeg, "-v", "error", "-i", path, "-vn", "-ac", "1", "-ar", str(RATE_HZ),
         "-af", "aresample=async=1:first_pts=0", "-f", "s16le", "-"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return np.frombuffer(done.stdout, dtype=np.int16)


def loudest(sound: NDArray[np.int16], start_ms: int, end_ms: int) -> int:
    return int(np.abs(sound[start_ms * 16 : end_ms * 16].astype(np.int32)).max())


def frames(path: Path, tools: Tools) -> str:
    """Tell the decoded picture, and when each frame is shown, from others."""
    return subprocess.run(
        [tools.ffmpeg, "-v", "error", "-i", path, "-map", "0:v", "-f", "framemd5", "-"],
        check=True, capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip


def packets(path: Path, tools: Tools, stream: str = "0:v") -> str:
    """Tell the packets of a stream, by default the picture, from others."""
    return subprocess.run(
        [tools.ffmpeg, "-v", "error", "-i", path, "-map", stream, "-c", "copy", "-f", "md5", "-"],
        check=True, capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("name", "make", "media_type"),
    [
        ("tone.mp4", _mp4, "video/mp4"),
        ("tone.webm", _webm, "video/webm"),
        ("tone.mkv", _mp4, "video/mp4"),
        ("tone.mp3", _sound, "audio/mp4"),
        ("tone.wav", _sound, "audio/mp4"),
        ("tone.ogg", _sound, "audio/mp4"),
        ("tone.m4a", _sound, "audio/mp4"),
    ],
)
def test_muted_stretches_are_silent_and_the_rest_is_heard_where_it_was(
    shelf: Shelf,
    tools: Tools,
    tmp_path: Path,
    name: str,
    make: Callable[[Path], None],
    media_type: str,
) -> None:
    source, target = shelf.get(name, make), tmp_path / "muted"
    info = probe(source, tools, name=name)

    made = make_muted(source, target, info=info, muted=MUTED, unseen=(), tools=tools)

    sound = listen(target, tools)
    assert made == media_type
    assert abs(len(sound) - 10 * RATE_HZ) < RATE_HZ // 5
    for span in MUTED:
        assert loudest(sound, span.start_ms + _SMEAR_MS, span.end_ms - _SMEAR_MS) <= SILENT
        # Heard again right outside: the tone is half of full scale.
        assert loudest(sound, span.start_ms - 100, span.start_ms - 20) > 12_000
        assert loudest(sound, span.end_ms + 20, span.end_ms + 100) > 12_000
    assert probe(target, tools, name="muted.mp4").playable
    if name in ("tone.mp4", "tone.webm"):
        assert packets(target, tools) == packets(source, tools)


@pytest.mark.parametrize("name", ["told.mp4", "told.mkv"])
@pytest.mark.parametrize("muted", [(), MUTED])
@pytest.mark.parametrize("unseen", [(), MUTED])
def test_a_file_without_words_holds_none_of_those_in_its_source(
    shelf: Shelf,
    either_tools: Tools,
    tmp_path: Path,
    name: str,
    muted: tuple[Span, ...],
    unseen: tuple[Span, ...],
) -> None:
    tone = shelf.get("tone.mp4", _mp4)
    source = shelf.get(name, lambda path: media.write_into(tone, path, "Okello"))
    target = tmp_path / "bare"
    # Subtitles, chapter, title, comment, two streams, picture: not in vain.
    assert source.read_bytes().count(b"Okello") >= 7

    make_muted(
        source,
        target,
        info=probe(source, either_tools, name=name),
        muted=muted,
        unseen=unseen,
        wordless=True,
        tools=either_tools,
    )

    assert b"Okello" not in target.read_bytes()
    made = probe(target, either_tools, name="bare.mp4")
    assert made.playable
    assert abs(made.duration_ms - 10_000) < 100
    if not (muted or unseen):
        assert packets(target, either_tools, "0:a") == packets(tone, either_tools, "0:a")
        assert frames(target, either_tools) == frames(tone, either_tools)


def test_a_webm_without_words_has_its_streams_as_they_were(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    source, target = shelf.get("tone.webm", _webm), tmp_path / "bare"

    made = make_muted(
        source,
        target,
        info=probe(source, tools, name="tone.webm"),
        muted=(),
        unseen=(),
        wordless=True,
        tools=tools,
    )

    assert made == "video/webm"
    for stream in ("0:v", "0:a"):
        assert packets(target, tools, stream) == packets(source, tools, stream)
    assert probe(target, tools, name="bare.webm").playable


def test_a_word_cannot_be_made_out_at_the_edges(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    source, target = shelf.get("beeps.mp4", media.make_video), tmp_path / "m"

    # The beep lasts from 5.0 s to 5.4 s.
    make_muted(
        source,
        target,
        info=probe(source, tools, name="a.mp4"),
        muted=(Span(start_ms=5_000, end_ms=5_400),),
        unseen=(),
        tools=tools,
    )

    assert loudest(listen(target, tools), 0, 8_000) <= SILENT


def test_the_picture_is_black_while_it_is_not_to_be_seen(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    source, target = shelf.get("tone.mp4", _mp4), tmp_path / "muted"

    make_muted(
        source,
        target,
        info=probe(source, tools, name="a.mp4"),
        muted=(),
        unseen=(Span(start_ms=4_000, end_ms=5_000),),
        tools=tools,
    )

    brightest = {at: int(_frame(target, at, tools).max()) for at in (3.8, 4.0, 4.5, 4.9, 5.2)}
    assert brightest[3.8] > 150
    assert brightest[5.2] > 150
    assert max(brightest[4.0], brightest[4.5], brightest[4.9]) < 24
    assert loudest(listen(target, tools), 4_000, 5_000) > 12_000


def _frame(path: Path, at_s: float, tools: Tools) -> NDArray[np.uint8]:
    """Decode one frame: uint8, grey."""
    done = subprocess.run(
        [tools.ffmpeg, "-v", "error", "-ss", str(at_s), "-i", path, "-frames:v", "1",
         "-pix_fmt", "gray", "-f", "rawvideo", "-"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return np.frombuffer(done.stdout, dtype=np.uint8)


def test_nothing_of_a_file_that_is_given_up_is_left(
    shelf: Shelf, tools: Tools, tmp_path: Path
) -> None:
    source = shelf.get("tone.mp4", _mp4)

    def give_up(_fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        make_muted(
            source,
            tmp_path / "muted",
            info=probe(source, tools, name="a.mp4"),
            muted=MUTED,
            unseen=(),
            tools=tools,
            on_progress=give_up,
        )

    assert list(tmp_path.iterdir()) == []
