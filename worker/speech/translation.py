"""Read a translation: what the decoder wrote in English, with its timestamps. Pure.

The words of a translation were never said, so they have no times of their own: the decoder
says when each sentence begins and ends, and the words share that time by their length.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Protocol

from archive.transcript import Segment, Word
from worker.speech.decoder import Decoded
from worker.speech.plan import Chunk
from worker.speech.words import HeardWord, place_words, split_segments

_SECONDS_A_TIMESTAMP = 0.02


class Tokenizer(Protocol):
    """What is needed of faster-whisper's tokenizer."""

    @property
    def timestamp_begin(self) -> int:
        """The token of 0.00 s."""
        ...

    def decode(self, tokens: list[int]) -> str:
        """Write tokens as text."""
        ...


def translated_segments(decoded: Decoded, chunk: Chunk, tokenizer: Tokenizer) -> Iterator[Segment]:
    """Yield the sentences of a chunk's translation on the recording's timeline, in order."""
    confidence = min(max(math.exp(min(decoded.log_probability, 0.0)), 0.0), 1.0)
    words: list[Word] = []
    for start_s, end_s, text in _sentences(decoded.tokens, chunk.heard_ms / 1000, tokenizer):
        words.extend(place_words(_spread(text, start_s, end_s, confidence), chunk))
    if words:
        yield from split_segments(_in_order(words), language="en")


def _sentences(
    tokens: Sequence[int], heard_s: float, tokenizer: Tokenizer
) -> Iterator[tuple[float, float, str]]:
    """Cut at the timestamps; what has none at its end lasts until the end."""
    start_s = 0.0
    text: list[int] = []
    for token in tokens:
        if token < tokenizer.timestamp_begin:
            text.append(token)
            continue
        at_s = min((token - tokenizer.timestamp_begin) * _SECONDS_A_TIMESTAMP, heard_s)
        if text:
            yield start_s, max(at_s, start_s), tokenizer.decode(text)
            text = []
        start_s = max(at_s, start_s)
    if text:
        yield start_s, max(heard_s, start_s), tokenizer.decode(text)


def _spread(text: str, start_s: float, end_s: float, confidence: float) -> list[HeardWord]:
    """Give each word a part of the time by its length."""
    words = text.split()
    length = sum(len(word) + 1 for word in words)
    heard: list[HeardWord] = []
    at = 0
    for word in words:
        begin = start_s + (end_s - start_s) * at / length
        at += len(word) + 1
        end = start_s + (end_s - start_s) * at / length
        heard.append(HeardWord(text=f" {word}", start_s=begin, end_s=end, probability=confidence))
    return heard


def _in_order(words: Sequence[Word]) -> list[Word]:
    """Keep words from overlapping where two sentences were placed on the same pause."""
    ordered: list[Word] = []
    for word in words:
        last_ms = ordered[-1].end_ms if ordered else word.start_ms
        start_ms = max(word.start_ms, last_ms)
        ordered.append(
            Word(
                start_ms=start_ms,
                end_ms=max(word.end_ms, start_ms + 1),
                text=word.text,
                confidence=word.confidence,
            )
        )
    return ordered
