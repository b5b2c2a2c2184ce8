"""When each word of a known sentence is said: forced alignment with the speech model.

The voices do not tell when they speak a word, so the model is given the sentences clean (before
room and noise are added), with their text, and its attention tells the times
(`WhisperModel.find_alignment`). A sentence's own beginning and end are exact; words are kept
within them. `measure_error` says how far off the times are: it joins separately spoken parts,
so that one time is known to the sample, and aligns the whole.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer

from benchmarks.findability.material import SaidWord
from scripts.voices import Samples, Turn, Voice, join, split_sentences
from worker.speech import find_model

RATE_HZ = 16_000
_EDGE_MS = 300
_WINDOW_S = 29.0
_VOICE_MARGIN_MS = 15
"""Silence that `join` keeps at each side of a sentence."""


class Aligner:
    """The speech model, asked only for times."""

    def __init__(self, models: Path) -> None:
        path = str(find_model("base", models))
        self._model = WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=2)

    def time_words(self, sentences: Sequence[tuple[Samples, str]]) -> list[tuple[SaidWord, ...]]:
        """Time the words of sentences, each in its own sound.

        Args:
            sentences: The sound (float32, (samples,), mono, 16 kHz: the sentence and nothing
                else, 29 s at most) and what is said.

        Returns:
            For each sentence one word for each of `text.split()`, in order, without overlap, in
            ms from the sentence's beginning.
        """
        return [timed for window in _windows(sentences) for timed in self._time_window(window)]

    def _time_window(self, sentences: Sequence[tuple[Samples, str]]) -> list[tuple[SaidWord, ...]]:
        """Time sentences that the model hears at once, silence between them."""
        edge = np.zeros(_EDGE_MS * RATE_HZ // 1000, np.float32)
        heard = np.concatenate([edge, *(part for audio, _ in sentences for part in (audio, edge))])
        features = pad_or_trim(self._model.feature_extractor(heard)[..., :-1])
        tokenizer = Tokenizer(self._model.hf_tokenizer, True, task="transcribe", language="en")  # noqa: FBT003 - faster-whisper's own order
        text = " ".join(text.strip() for _, text in sentences)
        (pieces,) = self._model.find_alignment(
            tokenizer,
            [tokenizer.encode(f" {text}")],
            self._model.encode(features[np.newaxis]),
            [len(heard) * 100 // RATE_HZ],
        )
        starts = _starts([(piece["word"], float(piece["start"])) for piece in pieces], text)
        timed: list[tuple[SaidWord, ...]] = []
        begin_ms = _EDGE_MS
        for audio, sentence in sentences:
            words = sentence.split()
            length_ms = round(len(audio) * 1000 / RATE_HZ)
            own, starts = starts[: len(words)], starts[len(words) :]
            placed = [min(max(round(at * 1000) - begin_ms, 0), length_ms) for at in own]
            placed[0] = 0
            timed.append(
                tuple(
                    SaidWord(start_ms=start, end_ms=max(start, end), text=word)
                    for start, end, word in zip(
                        placed, [*placed[1:], length_ms], words, strict=True
                    )
                )
            )
            begin_ms += length_ms + _EDGE_MS
        return timed


def measure_error(aligner: Aligner, examples: Sequence[tuple[Voice, str, str]]) -> list[int]:
    """Align sentences with one time known to the sample; the errors in ms, late is positive.

    Args:
        aligner: The model.
        examples: Who speaks, the words before the known time, and those after it.
    """
    joined, known_ms = [], []
    for voice, before, after in examples:
        turns = [Turn(voice=voice, text=before), Turn(voice=voice, text=after)]
        speech = join(turns, rate=RATE_HZ, pause_ms=0)
        joined.append((speech.audio, f"{before} {after}"))
        known_ms.append(speech.turns[1].start_ms + _VOICE_MARGIN_MS)
    return [
        words[len(before.split())].start_ms - at_ms
        for words, (_, before, _), at_ms in zip(
            aligner.time_words(joined), examples, known_ms, strict=True
        )
    ]


def examples_from(voice: Voice, text: str, terms: Sequence[str]) -> list[tuple[Voice, str, str]]:
    """Cut the sentences of a turn before the first of the terms inside each."""
    found = []
    for sentence in split_sentences(text):
        places = [place for term in terms if (place := sentence.find(f" {term}")) > 0]
        if places:
            at = min(places)
            found.append((voice, sentence[:at].strip(), sentence[at:].strip()))
    return found


def _windows(
    sentences: Sequence[tuple[Samples, str]],
) -> Iterator[Sequence[tuple[Samples, str]]]:
    """Deal sentences into windows that the model hears at once."""
    window: list[tuple[Samples, str]] = []
    filled_s = 0.0
    for audio, text in sentences:
        length_s = len(audio) / RATE_HZ + _EDGE_MS / 1000
        if window and filled_s + length_s > _WINDOW_S:
            yield window
            window, filled_s = [], 0.0
        window.append((audio, text))
        filled_s += length_s
    if window:
        yield window


def _starts(pieces: Sequence[tuple[str, float]], text: str) -> list[float]:
    """Give each word of a text the start of the piece that holds its first letter."""
    begins: list[tuple[int, float]] = []
    length = 0
    for piece, start in pieces:
        begins.append((length, start))
        length += len(piece.replace(" ", ""))
    starts: list[float] = []
    letters = 0
    for word in text.split():
        starts.append(max(start for begin, start in begins if begin <= letters))
        letters += len(word)
    return starts
