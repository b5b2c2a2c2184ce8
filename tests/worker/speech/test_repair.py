"""Loops and impossible speed are heard again, in transcripts and in translations."""

import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archive.doubts import Doubt
from worker.speech.decoder import Decoded
from worker.speech.languages import SpokenChunk
from worker.speech.plan import Chunk, Stretch
from worker.speech.repair import repair
from worker.speech.transcriber import WhisperTranscriber

BEGIN = 100_000
LOOP = "How are you? " * 9
FAST = "Nobody can say so many words in the time that there is. " * 8


def decoded(text: str, *, log_probability: float = -0.2) -> Decoded:
    """Write a text with a token a letter, from the beginning of the chunk to its end."""
    tokens = (BEGIN, *(ord(letter) for letter in text), BEGIN + 400) if text else ()
    return Decoded(
        tokens=tokens, text=text, log_probability=log_probability, no_speech_probability=0.0
    )


def spoken(number: int, language: str = "en") -> SpokenChunk:
    start_ms = number * 10_000
    heard = Stretch(start_ms=start_ms, end_ms=start_ms + 8_000)
    return SpokenChunk(
        chunk=Chunk(start_ms=heard.start_ms, end_ms=heard.end_ms, voiced=(heard,)),
        language=language,
    )


def test_only_what_is_wrong_is_heard_again() -> None:
    asked: list[Sequence[int]] = []

    def decode(rows: Sequence[int]) -> dict[int, Decoded]:
        asked.append(rows)
        return {row: decoded("Put right.") for row in rows}

    texts = {0: decoded(LOOP), 1: decoded("Good morning."), 2: decoded(FAST)}
    found = repair(texts, [spoken(0), spoken(1), spoken(2)], decode)

    assert asked == [[0, 2]]
    assert [found.texts[row].text for row in range(3)] == [
        "Put right.", "Good morning.", "Put right.",
    ]  # fmt: skip
    assert found.doubts == {}


def test_nothing_is_heard_again_where_nothing_is_wrong() -> None:
    def decode(rows: Sequence[int]) -> dict[int, Decoded]:
        raise AssertionError(rows)

    assert repair({0: decoded("Good morning.")}, [spoken(0)], decode).doubts == {}


@pytest.mark.parametrize(
    ("again", "kept", "doubt"),
    [
        (decoded(LOOP * 2), LOOP, Doubt.REPEATED),  # no better
        (decoded("How are you? " * 6), "How are you? " * 6, Doubt.REPEATED),  # a shorter loop
        (decoded("Well.", log_probability=-1.4), "Well.", Doubt.REPEATED),  # not believable
    ],
)
def test_what_does_not_come_right_is_the_shorter_and_in_doubt(
    again: Decoded, kept: str, doubt: Doubt
) -> None:
    found = repair({0: decoded(LOOP)}, [spoken(0)], lambda rows: dict.fromkeys(rows, again))

    assert found.texts[0].text == kept
    assert found.doubts == {0: {doubt}}


class LoopingDecoder:
    """Writes a text a chunk, and another where it must not repeat itself; `encode` numbers them.

    Stands for the model, which gives no loop on demand.
    """

    is_multilingual = True

    def __init__(self, texts: dict[int, tuple[str, str]]) -> None:
        self.texts = texts
        self.asked: list[tuple[list[int], bool]] = []

    def encode(self, _samples: object, chunks: Sequence[Chunk]) -> Any:  # noqa: ANN401
        rows = [[[chunk.start_ms // 10_000]] for chunk in chunks]
        return np.array(rows, dtype=np.float32)

    def decode(
        self,
        encoded: Any,  # noqa: ANN401
        languages: Sequence[str],
        *,
        task: str,
        timestamps: bool,
        no_repeat: bool,
    ) -> list[Decoded]:
        assert (task, timestamps, set(languages)) == ("translate", True, {"fr"})
        rows = [int(row) for row in np.asarray(encoded).ravel()]
        self.asked.append((rows, no_repeat))
        return [decoded(self.texts[row][no_repeat]) for row in rows]

    def tokenizer(self, language: str) -> "LetterTokenizer":
        assert language == "en"
        return LetterTokenizer()


class LetterTokenizer:
    timestamp_begin = BEGIN

    def decode(self, tokens: list[int]) -> str:
        return "".join(chr(token) for token in tokens)


def test_a_translation_that_loops_is_heard_again(tmp_path: Path) -> None:
    pcm = tmp_path / "speech.pcm"
    pcm.write_bytes(array.array("h", [0] * 16_000).tobytes())
    decoder = LoopingDecoder(
        {
            0: ("Good morning.", "not asked"),
            1: (LOOP, "The child has a fever."),
            2: (LOOP, LOOP),
            3: (FAST, "Give oxygen."),
        }
    )
    transcriber = WhisperTranscriber(decoder, workers=1)  # type: ignore[arg-type]

    segments = transcriber.translate_batch(pcm, [spoken(row, "fr") for row in range(4)])

    assert decoder.asked == [([0, 1, 2, 3], False), ([1, 2, 3], True)]
    assert [(one.text, one.doubts) for one in segments] == [
        ("Good morning.", frozenset()),
        ("The child has a fever.", frozenset()),
        ("How are you?", {Doubt.REPEATED}),
        ("Give oxygen.", frozenset()),
    ]
