"""What readers must not get of a recording. Pure values: the tables are `archive.models.cut`.

Times are milliseconds on the master's clock, which keeps its numbers whatever is cut: an
address with `?t=` never moves.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from archive.models.cut import Cut

SPOKEN_PAD_MS = 200
"""So much more is muted before and after recognized words."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of time, its end not in it."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """All that is cut out of a recording for readers; spans in order, apart from each other."""

    hidden: tuple[Span, ...] = ()
    """Words said then are not to be read."""
    muted: tuple[Span, ...] = ()
    """Nothing is to be heard."""
    unseen: tuple[Span, ...] = ()
    """Slides, stills and the moving picture are not to be seen."""
    shown_from_ms: int = 0
    """Where the session begins."""
    shown_until_ms: int | None = None
    """Where it ends; None: with the recording."""

    def __bool__(self) -> bool:
        """True when readers get less than everything."""
        return bool(
            self.hidden
            or self.muted
            or self.unseen
            or self.shown_from_ms
            or self.shown_until_ms is not None
        )

    @property
    def in_words(self) -> bool:
        """True when some words are not to be read."""
        return bool(self.hidden or self.shown_from_ms or self.shown_until_ms is not None)

    def shows(self, start_ms: int, end_ms: int | None = None) -> bool:
        """Tell whether any of a stretch (or the moment it begins) lies in the range shown."""
        end_ms = start_ms + 1 if end_ms is None else max(end_ms, start_ms + 1)
        until_ms = self.shown_until_ms
        return end_ms > self.shown_from_ms and (until_ms is None or start_ms < until_ms)

    def shows_picture(self, at_ms: int) -> bool:
        """Tell whether what was shown at a time is to be seen."""
        return self.shows(at_ms) and not overlapping(self.unseen, at_ms, at_ms)


NO_CUTS = Cuts()


def make_cuts(rows: Iterable[Cut], shown_from_ms: int | None, shown_until_ms: int | None) -> Cuts:
    """Put rows of the table together."""
    cuts = [(Span(start_ms=row.start_ms, end_ms=row.end_ms), row) for row in rows]
    return Cuts(
        hidden=merge(span for span, row in cuts if row.hides_words),
        muted=merge(_around(span, row) for span, row in cuts if row.mutes_sound),
        unseen=merge(span for span, row in cuts if row.hides_picture),
        shown_from_ms=shown_from_ms or 0,
        shown_until_ms=shown_until_ms,
    )


def _around(span: Span, row: Cut) -> Span:
    """Return what is muted of a cut."""
    if not row.spoken:
        return span
    return Span(start_ms=max(span.start_ms - SPOKEN_PAD_MS, 0), end_ms=span.end_ms + SPOKEN_PAD_MS)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Put spans in order and join those that touch; empty ones go."""
    merged: list[Span] = []
    for span in sorted(spans):
        if span.end_ms <= span.start_ms:
            continue
        if merged and span.start_ms <= merged[-1].end_ms:
            last = merged.pop()
            span = Span(start_ms=last.start_ms, end_ms=max(last.end_ms, span.end_ms))  # noqa: PLW2901 - the two as one
        merged.append(span)
    return tuple(merged)


def overlapping(spans: tuple[Span, ...], start_ms: int, end_ms: int) -> Span | None:
    """Return the first of some merged spans that has time in common with a stretch.

    A stretch without length counts as a millisecond: a word squeezed to nothing is a word.
    """
    end_ms = max(end_ms, start_ms + 1)
    at = bisect_right(spans, start_ms, key=lambda span: span.end_ms)
    return spans[at] if at < len(spans) and spans[at].start_ms < end_ms else None


def covers(outer: tuple[Span, ...], inner: tuple[Span, ...]) -> bool:
    """Tell whether every one of some spans lies inside one of others, both merged."""
    return all(
        found is not None and found.start_ms <= span.start_ms and span.end_ms <= found.end_ms
        for span in inner
        for found in (overlapping(outer, span.start_ms, span.end_ms),)
    )
