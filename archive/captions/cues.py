"""Cues: the transcript in pieces that can be read while they are spoken.

At most two lines of 42 characters (16 full-width ones) and 7 s, broken where phrases end.
All words are there, once and in order; cues follow each other without overlap. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.captions.lines import Piece, longest_cues, make_lines, pieces_of
from archive.captions.phrases import INSIDE_WORD, SENTENCE_END, break_cost
from archive.transcript import Segment

MAX_CUE_MS = 7_000
MIN_CUE_MS = 1_000
_CLOSED_GAP_MS = 80
"""Two frames: a shorter gap between cues is seen as flicker."""
_HARD_PAUSE_MS = 1_500
"""A cue never spans a longer pause."""
_READING_MS = 60
"""Per character, about 17 a second, as broadcasters give an adult reader."""

_CUE_COST = 3.0
"""What one more cue costs, against the cost of its break."""
_INNER_COST = 3.0
"""The end of a sentence inside a cue: two sentences a cue only where both are short."""
_SHORT_COST = 6.0
"""A cue of no length costs this; one of a second or more nothing."""
_PAUSE_BONUS = 3.0
"""What a pause of half a second or more takes off a break's cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A timed block of text as shown."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    """One or two, without line breaks, never empty."""
    language: str
    """Whisper's code."""
    speaker: str = ""
    """Who says it; empty: not known."""


def make_cues(segments: Sequence[Segment]) -> tuple[Cue, ...]:
    """Divide a transcript into cues.

    Args:
        segments: in order of time, their words in order and without overlap.
    """
    timed: list[tuple[list[Piece], str, str]] = []
    for stretch, language, speaker in _stretches(segments):
        timed.extend((part, language, speaker) for part in _divide(stretch, language))
    cues: list[Cue] = []
    for index, (pieces, language, speaker) in enumerate(timed):
        next_ms = timed[index + 1][0][0].start_ms if index + 1 < len(timed) else None
        cues.append(
            Cue(
                start_ms=pieces[0].start_ms,
                end_ms=_end(pieces, next_ms),
                lines=make_lines(pieces, language),
                language=language,
                speaker=speaker,
            )
        )
    return tuple(cues)


def _stretches(segments: Sequence[Segment]) -> Iterator[tuple[list[Piece], str, str]]:
    """Cut the words where a cue must end: where language or speaker change, at a long pause."""
    stretch: list[Piece] = []
    language = speaker = ""
    for segment in segments:
        for word in segment.words:
            if stretch and (
                (language, speaker) != (segment.language, segment.speaker)
                or word.start_ms - stretch[-1].end_ms > _HARD_PAUSE_MS
            ):
                yield stretch, language, speaker
                stretch = []
            language, speaker = segment.language, segment.speaker
            stretch.extend(pieces_of(word, language))
    if stretch:
        yield stretch, language, speaker


def _divide(pieces: Sequence[Piece], language: str) -> Iterator[list[Piece]]:
    """Choose the breaks of least cost over the whole stretch (dynamic programming)."""
    costs = [0.0] + [float("inf")] * len(pieces)
    begins = [0] * (len(pieces) + 1)
    breaks = [_break(pieces, end, language) for end in range(1, len(pieces) + 1)]
    for begin, longest in enumerate(longest_cues(pieces, language)):
        inner = 0.0
        for end in range(begin + 1, longest + 1):
            length_ms = pieces[end - 1].end_ms - pieces[begin].start_ms
            if length_ms > MAX_CUE_MS and end > begin + 1:
                break
            short = _SHORT_COST * max(0.0, 1 - length_ms / MIN_CUE_MS)
            cost = costs[begin] + breaks[end - 1] + _CUE_COST + short + inner
            if cost < costs[end]:
                costs[end], begins[end] = cost, begin
            inner += _INNER_COST * (breaks[end - 1] <= SENTENCE_END)
    ends = [len(pieces)]
    while begins[ends[-1]]:
        ends.append(begins[ends[-1]])
    begin = 0
    for end in reversed(ends):
        yield list(pieces[begin:end])
        begin = end


def _break(pieces: Sequence[Piece], end: int, language: str) -> float:
    """Rate the end of a cue before piece `end`."""
    if end == len(pieces):
        return 0.0
    before, after = pieces[end - 1], pieces[end]
    if after.glued:
        return INSIDE_WORD
    pause = min(after.start_ms - before.end_ms, 500) / 500
    return max(break_cost(before.text, after.text, language) - _PAUSE_BONUS * pause, 0.0)


def _end(pieces: Sequence[Piece], next_ms: int | None) -> int:
    """Let a cue stay long enough to be read, until the next one at most."""
    start_ms, end_ms = pieces[0].start_ms, pieces[-1].end_ms
    characters = sum(len(piece.text) for piece in pieces)
    end_ms = max(end_ms, start_ms + max(MIN_CUE_MS, characters * _READING_MS))
    if next_ms is not None and next_ms - end_ms < _CLOSED_GAP_MS:
        # Chromium shows a cue that ends where it stands beside the one that begins there;
        # a moment's link leads to just such a place (measured at 28.96 s of the demo).
        end_ms = next_ms - 1
    return max(min(end_ms, start_ms + MAX_CUE_MS), start_ms + 1)
