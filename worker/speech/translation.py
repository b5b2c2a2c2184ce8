"""Read a translation: what the decoder wrote in English, with its timestamps. Pure.

The words of a translation were never said, so they have no times of their own: the decoder
says when each sentence begins and ends, and the words share that time by their length.
What still loops when it was heard again (`repair`) is cut to its first time, and it and what is
impossible is in doubt, as in a transcript (`faults`, `silence`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from archive.doubts import Doubt
from archive.transcript import Segment, Word
from worker.speech.decoder import Decoded
from worker.speech.faults import is_loop, is_too_fast, repeated_part
from worker.speech.plan import Chunk
from worker.speech.silence import is_silence, may_be_silence
from worker.speech.words import HeardWord, place_words, split_segments

_SECONDS_A_TIMESTAMP = 0.02
_ENGLISH = "en"


class Tokenizer(Protocol):
    """What is needed of faster-whisper's tokenizer."""

    @property
    def timestamp_begin(self) -> int:
        """The token of 0.00 s."""
        ...

    def decode(self, tokens: list[int]) -> str:
        """Write tokens as text."""
        ...


def translated_segments(
    decoded: Decoded,
    chunk: Chunk,
    tokenizer: Tokenizer,
    doubts: frozenset[Doubt] = frozenset(),
) -> Iterator[Segment]:
    """Yield the sentences of a chunk's translation on the recording's timeline, in order.

    Args:
        decoded: with timestamps.
        chunk: the stretch.
        tokenizer: of English.
        doubts: of the whole chunk, from hearing it again (`repair`).
    """
    confidence = min(max(math.exp(min(decoded.log_probability, 0.0)), 0.0), 1.0)
    words: list[Word] = []
    for start_s, end_s, text in _sentences(decoded.tokens, chunk.heard_ms / 1000, tokenizer):
        words.extend(place_words(_spread(text, start_s, end_s, confidence), chunk))
    if _is_silent(decoded, words, chunk):
        return
    kept = _without_loops(_in_order(words))
    doubts |= _doubts_of_all(decoded, looped=len(kept) < len(words))
    for segment in split_segments(kept, language=_ENGLISH) if kept else ():
        yield replace(segment, doubts=doubts | _doubts_of(segment))


def _doubts_of_all(decoded: Decoded, *, looped: bool) -> frozenset[Doubt]:
    silent = may_be_silence(
        no_speech_probability=decoded.no_speech_probability,
        log_probability=decoded.log_probability,
    )
    return frozenset([Doubt.REPEATED] * looped + [Doubt.SILENCE] * silent)


def _is_silent(decoded: Decoded, words: Sequence[Word], chunk: Chunk) -> bool:
    return is_silence(
        _text_of(words),
        no_speech_probability=decoded.no_speech_probability,
        log_probability=decoded.log_probability,
        heard_ms=chunk.heard_ms,
    )


def _doubts_of(segment: Segment) -> frozenset[Doubt]:
    length_ms = segment.end_ms - segment.start_ms
    loops = is_loop(segment.text, _ENGLISH, length_ms)
    fast = is_too_fast(segment.text, _ENGLISH, length_ms)
    return frozenset([Doubt.REPEATED] * loops + [Doubt.FAST] * fast)


def _without_loops(words: list[Word]) -> list[Word]:
    """Leave out all but the first of the same words in a row, wherever they loop."""
    while (part := repeated_part(_text_of(words), _ENGLISH)) is not None:
        first, last = part
        kept: list[Word] = []
        at = 0
        for word in words:
            begin = at + len(word.text) - len(word.text.lstrip())
            at += len(word.text)
            if at <= first or begin >= last:
                kept.append(word)
        words = kept
    return words


def _text_of(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


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
