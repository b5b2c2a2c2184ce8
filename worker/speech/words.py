"""Put the recognizer's words on the player's timeline and group them into segments. Pure.

The recognizer times words in float seconds within what it heard of a chunk, silences cut
out; here they become int milliseconds within the recording (the only such place), and
the up to 30 s of a chunk become sentence-like segments.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.punctuation import ends_clause, ends_sentence
from archive.timecode import ms_from_seconds
from archive.transcript import Segment, Word
from worker.speech.plan import Chunk, Stretch

_PAUSE_MS = 2_000
"""A pause this long ends a segment, whatever the punctuation says."""
_MAX_SEGMENT_MS = 12_000
_MAX_SEGMENT_WIDTH = 240
"""Characters; longer sentences are divided at their best clause end or pause."""

_CLEARLY_LONGER = 2
"""A word across a pause belongs after it, unless this many times more of it lies before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """A word as the recognizer gave it."""

    text: str
    start_s: float
    """Seconds from the beginning of what was heard of the chunk."""
    end_s: float
    probability: float


def place_words(heard: Sequence[HeardWord], chunk: Chunk) -> tuple[Word, ...]:
    """Time words on the recording's timeline.

    The recognizer's times spread over pauses, mostly of the word after one, so a word is
    kept within one voiced stretch. Words come out in order, without overlap, each at least
    1 ms long and inside the chunk. Returns nothing when the chunk is shorter in ms than its
    words are many: nobody speaks so fast.
    """
    words = [word for word in heard if word.text.strip(" \ufffd")]
    if len(words) > chunk.end_ms - chunk.start_ms:
        return ()
    placed: list[Word] = []
    free_ms = chunk.start_ms
    for index, word in enumerate(words):
        start_ms, end_ms = _place(word, chunk)
        room_ms = chunk.end_ms - (len(words) - index)  # leave 1 ms for each word to come
        start_ms = min(max(start_ms, free_ms), room_ms)
        free_ms = min(max(end_ms, start_ms + 1), room_ms + 1)
        placed.append(
            Word(
                start_ms=start_ms,
                end_ms=free_ms,
                text=word.text,
                confidence=_confidence(word.probability),
            )
        )
    return tuple(placed)


def split_segments(words: Sequence[Word], *, language: str) -> tuple[Segment, ...]:
    """Group the words of a chunk into segments at sentence ends and pauses.

    A sentence of more than 12 s or 240 characters is divided where it breathes. Every word
    is in exactly one segment, in order.
    """
    return tuple(
        _segment(part, language) for sentence in _sentences(words) for part in _divide(sentence)
    )


def _place(word: HeardWord, chunk: Chunk) -> tuple[int, int]:
    """Find a word's times on the recording's timeline, within speech where it can be."""
    start_ms = _on_timeline(ms_from_seconds(word.start_s), chunk.heard)
    end_ms = max(start_ms, _on_timeline(ms_from_seconds(word.end_s), chunk.heard))
    spoken = [
        (min(end_ms, voiced.end_ms) - max(start_ms, voiced.start_ms), voiced)
        for voiced in chunk.voiced
        if voiced.start_ms < end_ms and voiced.end_ms > start_ms
    ]
    if not spoken:
        return start_ms, end_ms
    length_ms, voiced = spoken[-1]
    if max(other_ms for other_ms, _ in spoken) > _CLEARLY_LONGER * length_ms:
        _, voiced = max(spoken, key=lambda pair: pair[0])
    return max(start_ms, voiced.start_ms), min(end_ms, voiced.end_ms)


def _on_timeline(heard_ms: int, heard: Sequence[Stretch]) -> int:
    """Turn a time in what was heard of a chunk into a time of the recording."""
    for stretch in heard:
        if heard_ms < stretch.length_ms:
            return stretch.start_ms + max(heard_ms, 0)
        heard_ms -= stretch.length_ms
    return heard[-1].end_ms


def _confidence(probability: float) -> float:
    return min(max(probability, 0.0), 1.0) if math.isfinite(probability) else 0.0


def _sentences(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Cut at sentence ends and long pauses."""
    begin = 0
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if (
            following is None
            or ends_sentence(word.text, following.text)
            or following.start_ms - word.end_ms >= _PAUSE_MS
        ):
            yield words[begin : index + 1]
            begin = index + 1


def _divide(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Halve a sentence that is too long, at the best break in its middle, until it is not."""
    long = words[-1].end_ms - words[0].start_ms > _MAX_SEGMENT_MS
    wide = sum(len(word.text) for word in words) > _MAX_SEGMENT_WIDTH
    if len(words) == 1 or not (long or wide):
        yield words
        return
    at = max(range(1, len(words)), key=lambda index: _break_merit(words, index))
    yield from _divide(words[:at])
    yield from _divide(words[at:])


def _break_merit(words: Sequence[Word], at: int) -> float:
    """How well a sentence divides before word `at`: clause end, pause, nearness to the middle."""
    before, after = words[at - 1], words[at]
    pause_s = min(after.start_ms - before.end_ms, 1_000) / 1_000
    off_middle = abs(2 * at / len(words) - 1)
    return 0.6 * ends_clause(before.text) + pause_s - off_middle


def _segment(words: Sequence[Word], language: str) -> Segment:
    mean = sum(math.log(max(word.confidence, 1e-6)) for word in words) / len(words)
    return Segment(
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        text="".join(word.text for word in words).strip(),
        language=language,
        confidence=math.exp(mean),
        words=tuple(words),
    )
