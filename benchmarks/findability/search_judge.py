"""Judge what a search found: is the moment among the first three, how far is the jump. Pure.

A place where a term is said counts as found when one of the first three moments of its
recording is within 5 s of it; where a term is said at more than three places, also when all
three moments shown are at some of them, for there is no room for more. On which page the recording
stands is told apart: where ten others have the word as it was typed, they come first. A hit by
tolerance is false when what it was found by is no word of the term, however inflected, and nobody
says the term, nor does a slide show it, within 5 s of there.
"""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.index import Hit, Moment, Track
from archive.index.analysis import Stemmer
from archive.index.values import Reason
from benchmarks.findability.material import Term
from benchmarks.findability.score import NEAR_MS, Reader, Token
from benchmarks.findability.search_archive import Searched
from benchmarks.findability.search_queries import Kind, Query

FOUND = 0.95
MEDIAN_MS, P95_MS = 300, 1_000
FALSE = 0.05
SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place where a term is said and what a query for it did."""

    query: Query
    recording: str
    said_ms: int
    found: bool
    jump_ms: int | None
    """The nearest shown moment of speech less the time said; None where none is near."""
    on_first_page: bool
    """Whether its recording is among the first ten."""
    inside: bool
    """Whether searching inside the recording has a moment there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a query's first page shows."""

    query: Query
    moments: int
    recordings: int
    tolerated: int
    """Moments found by tolerance only."""
    false_moments: tuple[str, ...]
    """Those of them that are wrong, as they are told."""
    false_recordings: int
    """Recordings all of whose moments are wrong."""


class SearchJudge:
    """Compares what was found with what is true."""

    def __init__(self, archive: Sequence[Searched]) -> None:
        self._reader = Reader()
        self._stemmer = Stemmer()
        self._by_id = {one.document.recording_id: one for one in archive}
        self._heard: dict[int, list[Token]] = {}
        self._known: set[str] = set()
        for number, one in self._by_id.items():
            words = (
                one.truth.words
                if one.truth
                else [w for s in one.document.segments for w in s.words]
            )
            self._heard[number] = self._reader.tokens(words)
            shown = " ".join([one.document.title, *(slide.text for slide in one.document.slides)])
            known = [*self._reader.read(shown), *(token.text for token in self._heard[number])]
            self._known.update(map(self._stem, known))

    def said_at(self, term: Term, recording_id: int) -> list[int]:
        """Say when a term is said in a recording, in ms; places within 5 s are one."""
        places: list[int] = []
        for at_ms in self._reader.places(term.accepted, self._heard[recording_id]):
            if not places or at_ms - places[-1] > NEAR_MS:
                places.append(at_ms)
        return places

    def knows(self, name: str) -> bool:
        """Whether a word is said, shown or named anywhere, in any inflection."""
        return self._stem(self._reader.read(name)[0]) in self._known

    def judge_places(
        self,
        query: Query,
        term: Term,
        recording_id: int,
        hit: Hit | None,
        inside: Sequence[Moment],
        *,
        on_first_page: bool,
    ) -> list[Place]:
        """Judge every place of a term in one recording."""
        one = self._by_id[recording_id]
        said = self.said_at(term, recording_id)
        every = self._reader.places(term.accepted, self._heard[recording_id])
        shown = [m for m in hit.moments if m.track is Track.SPEECH] if hit else []
        right = [m for m in shown if any(abs(m.start_ms - at) <= NEAR_MS for at in said)]
        full = len(said) > SHOWN and len(right) == SHOWN
        places: list[Place] = []
        for at_ms in said:
            jumps = [
                min((m.start_ms - at for at in every if abs(at - at_ms) <= NEAR_MS), key=abs)
                for m in shown
                if abs(m.start_ms - at_ms) <= NEAR_MS
            ]
            places.append(
                Place(
                    query=query,
                    recording=one.truth.name if one.truth else str(recording_id),
                    said_ms=at_ms,
                    found=bool(jumps) or full,
                    jump_ms=min(jumps, key=abs, default=None),
                    on_first_page=on_first_page,
                    inside=any(
                        abs(m.start_ms - at_ms) <= NEAR_MS
                        for m in inside
                        if m.track is Track.SPEECH
                    ),
                )
            )
        return places

    def judge_page(self, query: Query, term: Term, hits: Sequence[Hit]) -> Shown:
        """Judge all that the first page shows."""
        wrong: list[str] = []
        tolerated = moments = false_recordings = 0
        for hit in hits:
            moments += len(hit.moments)
            own = [m for m in hit.moments if _is_tolerated(m)]
            tolerated += len(own)
            false = [m for m in own if not self._is_true(term, hit.recording_id, m)]
            wrong += [
                ", ".join(f"{one.reason.value} {one.found!r}" for one in m.instead) for m in false
            ]
            false_recordings += not hit.exact and len(false) == len(hit.moments)
        return Shown(
            query=query,
            moments=moments,
            recordings=len(hits),
            tolerated=tolerated,
            false_moments=tuple(wrong),
            false_recordings=false_recordings,
        )

    def _is_true(self, term: Term, recording_id: int, moment: Moment) -> bool:
        """Whether all it was found by is a word of the term, or the term is said there."""
        own = {self._stem(part) for one in term.accepted for part in self._reader.read(one)}
        found = {self._stem(p) for one in moment.instead for p in self._reader.read(one.found)}
        return found <= own or self._is_there(term, recording_id, moment)

    def _stem(self, word: str) -> str:
        return self._stemmer.stem(word, "en")

    def _is_there(self, term: Term, recording_id: int, moment: Moment) -> bool:
        one = self._by_id[recording_id]
        if moment.track is Track.SLIDE:
            return self._reader.has(moment.text.replace(" · ", " "), term)
        if any(
            moment.start_ms - NEAR_MS <= at <= moment.end_ms + NEAR_MS
            for at in self._reader.places(term.accepted, self._heard[recording_id])
        ):
            return True
        return one.truth is None and self._reader.has(moment.text, term)


def _is_tolerated(moment: Moment) -> bool:
    """Whether a moment was found by tolerance; another name of the same thing is meant."""
    return any(one.reason is not Reason.CONCEPT for one in moment.instead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How one kind of query did."""

    kind: str
    queries: int
    places: int
    found: float
    at_once: float
    """Found, and the recording is on the first page."""
    inside: float
    jump_median_ms: int | None
    jump_p95_ms: int | None
    moments: int
    tolerated: int
    false_moments: float
    false_recordings: float


def sum_up(kind: Kind | None, places: Iterable[Place], shown: Iterable[Shown]) -> Summary:
    """Sum up the queries of a kind; None: of all."""
    own = [one for one in places if kind is None or one.query.kind is kind]
    pages = [one for one in shown if kind is None or one.query.kind is kind]
    jumps = sorted(abs(one.jump_ms) for one in own if one.jump_ms is not None)
    moments = sum(one.moments for one in pages)
    recordings = sum(one.recordings for one in pages)
    return Summary(
        kind=kind.value if kind else "all",
        queries=len(pages),
        places=len(own),
        found=sum(one.found for one in own) / max(len(own), 1),
        at_once=sum(one.found and one.on_first_page for one in own) / max(len(own), 1),
        inside=sum(one.inside for one in own) / max(len(own), 1),
        jump_median_ms=round(statistics.median(jumps)) if jumps else None,
        jump_p95_ms=jumps[len(jumps) * 95 // 100] if jumps else None,
        moments=moments,
        tolerated=sum(one.tolerated for one in pages),
        false_moments=sum(len(one.false_moments) for one in pages) / max(moments, 1),
        false_recordings=sum(one.false_recordings for one in pages) / max(recordings, 1),
    )


def missed_bars(total: Summary) -> list[str]:
    """Name the bars that are missed."""
    missed = []
    if total.found < FOUND:
        missed.append(f"{FOUND:.0%} of the places are among the first three moments")
    if (total.jump_median_ms or 0) > MEDIAN_MS:
        missed.append(f"the median jump is off by at most {MEDIAN_MS} ms")
    if (total.jump_p95_ms or 0) > P95_MS:
        missed.append(f"95 of 100 jumps are off by at most {P95_MS} ms")
    if total.false_moments > FALSE:
        missed.append(f"at most {FALSE:.0%} of the hits on first pages are false by tolerance")
    return missed
