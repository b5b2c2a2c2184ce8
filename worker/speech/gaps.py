"""Find speech that the model passed over, so that it can be asked again. Pure.

Whisper sometimes leaves out a passage in the middle of 30 s, and is sure of the rest:
of the demo recording `base` dropped 13 s (four sentences) at a log probability of -0.13.
The word times give it away: a voiced stretch without words.
"""

from collections.abc import Sequence

from archive.transcript import Word
from worker.speech.plan import Chunk, Stretch

_MIN_GAP_MS = 3_000
"""Shorter gaps are laughter and hesitation more often than lost words."""
_WORD_MS = 1_000
"""How much of a stretch one word accounts for; words beside a gap are stretched over it."""
_MARGIN_MS = 300
"""How far word times may be off."""


def missed_speech(chunk: Chunk, words: Sequence[Word]) -> tuple[Chunk, ...]:
    """Return what to recognize again: the first gap and, apart from it, what follows.

    What follows is asked again too, because its first word is often timed into the gap.
    Words that begin before the first chunk returned are to be kept, the others dropped.
    Empty where no gap of 3 s is found.
    """
    bare = [_is_bare(stretch, words) for stretch in chunk.voiced]
    first = 0
    while first < len(bare):
        last = first
        while last < len(bare) and bare[last]:
            last += 1
        if sum(stretch.length_ms for stretch in chunk.voiced[first:last]) >= _MIN_GAP_MS:
            return tuple(
                chunk.part(begin, end)
                for begin, end in ((first, last), (last, len(bare)))
                if begin < end
            )
        first = last + 1
    return ()


def _is_bare(stretch: Stretch, words: Sequence[Word]) -> bool:
    """Tell whether words account for less than half of a stretch."""
    covered_ms = 0
    for word in words:
        start_ms = word.start_ms - _MARGIN_MS
        end_ms = min(word.end_ms, word.start_ms + _WORD_MS) + _MARGIN_MS
        covered_ms += max(0, min(end_ms, stretch.end_ms) - max(start_ms, stretch.start_ms))
    return 2 * covered_ms < stretch.length_ms
