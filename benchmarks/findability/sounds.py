"""Sounds in which nobody says anything to be found: music, noise, babble, silence.

Made with numpy, the same every time; three minutes of music, two of babble, one each of noise and
silence. Babble is made of the garden session, so whatever can be understood in it is no term.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.voices import Samples

_BEAT_S = 0.5
_CHORDS = ((57, 60, 64), (53, 57, 60), (48, 55, 64), (55, 59, 62))
"""MIDI notes of four bars that go round: A minor, F, C, G."""
_SCALE = (69, 72, 74, 76, 79, 81)
_SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A stretch of sound and what it is."""

    name: str
    audio: Samples


def make_sounds(speech: Samples, rate: int) -> tuple[Sound, ...]:
    """Make all of them, in the order of the film.

    Args:
        speech: Talk that babble is mixed from, float32, (samples,), mono.
        rate: Its sample rate in Hz and that of the result.
    """
    random = np.random.default_rng(_SEED)
    minute = 60 * rate
    noise = np.convolve(random.standard_normal(minute), np.ones(6) / 6, "same")
    return (
        Sound(name="music", audio=_level(_music(180, rate, random))),
        Sound(name="silence", audio=np.zeros(minute, np.float32)),
        Sound(name="babble of six", audio=_level(_babble(speech, 6, minute, random))),
        Sound(name="noise", audio=_level(noise)),
        Sound(
            name="three backwards",
            audio=_level(_babble(speech[::-1], 3, minute, random)),
        ),
    )


def _level(audio: NDArray[Any]) -> Samples:
    """Bring it to the loudness of speech."""
    gain = 10 ** (-23 / 20) / float(np.sqrt(np.mean(audio**2)))
    return np.asarray(np.clip(audio * gain, -0.95, 0.95), np.float32)


def _music(seconds: int, rate: int, random: np.random.Generator) -> Samples:
    """Four chords that go round, a melody over them, and a drum."""
    out = np.zeros(seconds * rate, np.float32)
    for beat in range(int(seconds / _BEAT_S)):
        at = int(beat * _BEAT_S * rate)
        if beat % 4 == 0:
            for note in _CHORDS[beat // 4 % len(_CHORDS)]:
                _add(out, at, 0.5 * _string(note, 4 * _BEAT_S, rate))
        if random.random() < 0.8:
            _add(out, at, 0.8 * _string(int(random.choice(_SCALE)), 2 * _BEAT_S, rate))
        time = np.arange(int(0.1 * rate)) / rate
        hiss = random.standard_normal(len(time)) * np.exp(-time * (60 if beat % 2 else 25))
        _add(out, at, (0.25 * hiss).astype(np.float32))
    return out


def _string(note: int, seconds: float, rate: int) -> Samples:
    """One plucked note with six harmonics."""
    time = np.arange(int(seconds * rate)) / rate
    pitch = 440 * 2 ** ((note - 69) / 12)
    tone = sum(
        np.sin(2 * np.pi * pitch * part * time) * np.exp(-time * (1.5 + part)) / part
        for part in range(1, 7)
    )
    return np.asarray(tone, np.float32)


def _babble(speech: Samples, talkers: int, length: int, random: np.random.Generator) -> Samples:
    """Several people at once, each somewhere else in the same talk."""
    starts = random.integers(0, len(speech) - length, talkers)
    return np.asarray(sum(speech[start : start + length] for start in starts), np.float32)


def _add(out: Samples, at: int, sound: Samples) -> None:
    part = out[at : at + len(sound)]
    part += sound[: len(part)]
