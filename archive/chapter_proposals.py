"""Where chapters may begin: where a new slide comes up and the speaker draws breath. Pure.

    slides, transcript → candidates with a score → the best spread of them → proposals

A person accepts them; nothing is kept before. Without slides the longest pauses stand in.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from archive.slides import KeptSlide
from archive.transcript import Segment, Word

_IDEAL_MS = 6 * 60_000
"""Ten an hour."""
_SHORTEST_MS = 60_000
_MOST = 30
_EARLIER_MS, _LATER_MS = 6_000, 3_000
"""A speaker says what comes next before and after the slide changes."""
_PAUSE_MS = 600
_LONG_PAUSE_MS = 2_500
_FEW_WORDS = 10
"""A slide of so many words or fewer is a title page of what follows."""
_MIDDLING = 1.2
_SPREAD = 1.0
"""What a chapter twice as long as the ideal costs, against the score of a slide (1 to 2.5)."""
_MAX_TITLE = 80
_WORDS_OF_SPEECH = 8
_BULLET = re.compile(r"^[\W_]*(?:\d{1,2}[.)]\s+)?", re.UNICODE)
_LETTERS = re.compile(r"[^\W\d_]{2,}", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One chapter that may be made."""

    start_ms: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    start_ms: int
    title: str
    score: float


def propose_chapters(
    slides: Sequence[KeptSlide],
    segments: Sequence[Segment],
    *,
    from_ms: int = 0,
    until_ms: int,
) -> tuple[Proposal, ...]:
    """Propose chapters, in order of time; the first begins with the session.

    Args:
        slides: In order of time.
        segments: Of what was said, in order of time.
        from_ms: Where the session begins.
        until_ms: Where it ends.
    """
    words = [word for segment in segments for word in segment.words]
    candidates = sorted(
        (*_at_slides(slides, words), *(() if slides else _at_pauses(segments))),
        key=lambda candidate: candidate.start_ms,
    )
    inside = [
        one
        for one in candidates
        if from_ms + _SHORTEST_MS <= one.start_ms < until_ms - _SHORTEST_MS
    ]
    chosen = _best_spread(inside, from_ms, until_ms) if inside else ()
    if not chosen:
        return ()
    first = next((one.title for one in candidates if one.start_ms >= from_ms), "")
    opening = first if first and first != chosen[0].title else "Opening"
    return (
        Proposal(start_ms=from_ms, title=opening),
        *(Proposal(start_ms=one.start_ms, title=one.title) for one in chosen),
    )


def title_of(text: str) -> str:
    """Return what a slide is about: the first of its lines that says something."""
    for line in text.splitlines():
        bare = " ".join(_BULLET.sub("", line, count=1).split())
        if _LETTERS.search(bare):
            return _shorten(bare.rstrip(" :;,.-–"))  # noqa: RUF001 - a dash
    return ""


def _at_slides(slides: Sequence[KeptSlide], words: Sequence[Word]) -> Iterator[_Candidate]:
    """Give the slides that say something else than the one before."""
    starts = [word.start_ms for word in words]
    before = ""
    for slide in slides:
        title = title_of(slide.text)
        if not title or title.casefold() == before.casefold():
            continue
        before = title
        start_ms, pause_ms = _breath(words, starts, slide.start_ms)
        score = 1.0 + min(pause_ms / 2_000, 1.0)
        if len(slide.text.split()) <= _FEW_WORDS:
            score += 0.5
        if slide.end_ms is not None and slide.end_ms - slide.start_ms < _SHORTEST_MS // 4:
            score -= 0.5
        yield _Candidate(start_ms=start_ms, title=title, score=score)


def _breath(words: Sequence[Word], starts: Sequence[int], at_ms: int) -> tuple[int, int]:
    """Return where speech begins again after the longest pause near a time, and how long it is."""
    low = max(bisect_left(starts, at_ms - _EARLIER_MS), 1)
    high = bisect_left(starts, at_ms + _LATER_MS)
    pauses = [
        (words[here].start_ms - words[here - 1].end_ms, words[here].start_ms)
        for here in range(low, high)
    ]
    longest_ms, start_ms = max(pauses, default=(0, at_ms))
    return (start_ms, longest_ms) if longest_ms >= _PAUSE_MS else (at_ms, 0)


def _at_pauses(segments: Sequence[Segment]) -> Iterator[_Candidate]:
    """Give the long pauses between segments, titled by what is said after them."""
    for before, after in pairwise(segments):
        pause_ms = after.start_ms - before.end_ms
        if pause_ms >= _LONG_PAUSE_MS and after.words:
            said = after.words[:_WORDS_OF_SPEECH]
            text = "".join(word.text for word in said).strip(" ,.;:")
            more = "…" if len(after.words) > len(said) else ""
            yield _Candidate(
                start_ms=after.start_ms,
                title=_shorten(text) + more,
                score=min(pause_ms / 10_000, 1.0),
            )


def _best_spread(
    candidates: Sequence[_Candidate], from_ms: int, until_ms: int
) -> tuple[_Candidate, ...]:
    """Choose candidates with high scores that divide the time into parts of about one length.

    Best sum of scores less what uneven lengths cost, by going through all ends of a part.
    """
    count = min(max((until_ms - from_ms) / _IDEAL_MS, 1.0), _MOST)
    ideal_ms = (until_ms - from_ms) / count
    edges = [from_ms, *(one.start_ms for one in candidates), until_ms]
    gains = [0.0, *(one.score for one in candidates), 0.0]
    best = [0.0] + [float("-inf")] * (len(edges) - 1)
    came_from = [0] * len(edges)
    for end in range(1, len(edges)):
        for start in range(end):
            length_ms = edges[end] - edges[start]
            if length_ms < _SHORTEST_MS and end < len(edges) - 1:
                continue
            value = best[start] + gains[end] - _cost(length_ms / ideal_ms)
            if value > best[end]:
                best[end], came_from[end] = value, start
    chosen: list[_Candidate] = []
    at = came_from[-1]
    while at:
        chosen.append(candidates[at - 1])
        at = came_from[at]
    return tuple(reversed(chosen))


def _cost(times_ideal: float) -> float:
    """Tell what a part of some times the ideal length costs: twice or half as long is as bad.

    Each part also costs what a middling slide brings, or all of them would be taken.
    """
    return _MIDDLING + _SPREAD * log2(max(times_ideal, 0.01)) ** 2


def _shorten(text: str) -> str:
    if len(text) <= _MAX_TITLE:
        return text
    return text[:_MAX_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
