"""Which transcripts need people most: how many doubts a machine had, of which kind, a minute.

What is checked is not in doubt any more. Runs in the caller's transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from archive.doubts import Doubt, read_doubts
from archive.models import (
    Publication,
    Recording,
    Status,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
)
from archive.models.transcript import Review
from archive.permissions import Action, Actor, require

_WEIGHTS: Mapping[Doubt, float] = {
    Doubt.REPEATED: 3.0,
    Doubt.SILENCE: 3.0,
    Doubt.FAST: 2.0,
    Doubt.PROMPTED: 2.0,
    Doubt.UNSURE: 1.0,
}
"""How bad it is for a reader: words nobody said before words that may be others."""
_HERE = (Publication.DRAFT, Publication.REVIEW, Publication.PUBLISHED)
_SHORTEST_MIN = 1.0
_NONE: ColumnElement[str] = literal_column("''")
"""Written out, not bound: else SQLite does not see that the index of doubtful ones will do."""
_NEVER_PASSED_OVER = 5
"""Of so many edits in a row one is followed even when the next is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulPlace:
    """A segment that someone should listen to."""

    uid: str
    start_ms: int
    text: str
    language: str
    doubts: frozenset[Doubt]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A transcript in the queue."""

    recording_id: int
    title: str
    duration_ms: int | None
    languages: tuple[str, ...]
    published: bool
    review: Review
    who: str
    """Who is at it or has checked it, by name."""
    reviewed_at: datetime | None
    doubts: Mapping[Doubt, int]
    """How many segments of each kind nobody has checked."""
    score: float
    """Weighted doubts a minute; the queue's order."""
    places: tuple[DoubtfulPlace, ...]
    """The first of them; empty when it is checked."""

    @property
    def count(self) -> int:
        """How many doubts there are."""
        return sum(self.doubts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """A page of the queue, and how many transcripts there are in each state."""

    items: tuple[ReviewItem, ...]
    counts: Mapping[Review, int]


def read_queue(
    session: Session,
    *,
    review: Review,
    actor: Actor,
    limit: int,
    offset: int = 0,
    places: int = 5,
) -> ReviewQueue:
    """Read the transcripts in one state, most doubtful first.

    Args:
        session: For reading.
        review: How far people are with them.
        actor: Who asks.
        limit: How many at most.
        offset: How many to pass over.
        places: How many places of each are named.

    Raises:
        NotAllowedError: the actor is no librarian.
    """
    require(actor, Action.CURATE)
    rows = session.execute(
        select(Recording, Transcript)
        .join(Transcript, Transcript.recording_id == Recording.id)
        .where(
            Transcript.id.in_(_shown_ids()),
            Recording.status.not_in([Status.REJECTED, Status.FAILED]),
            Recording.publication.in_(_HERE),
        )
    ).all()
    counts = Counter(transcript.review for _, transcript in rows)
    wanted = [row for row in rows if row[1].review is review]
    doubts = _doubts(session)
    ranked = sorted(wanted, key=lambda row: (-_score(doubts.get(row[1].id, {}), row[0]), row[0].id))
    page = ranked[offset : offset + limit]
    named = _places(session, [one[1].id for one in page], most=places)
    return ReviewQueue(
        items=tuple(
            _item(
                recording, transcript, doubts.get(transcript.id, {}), named.get(transcript.id, ())
            )
            for recording, transcript in page
        ),
        counts={state: counts[state] for state in Review},
    )


def _shown_ids() -> Select[int]:
    newest = (
        select(Transcript.recording_id, func.max(Transcript.version).label("version"))
        .where(Transcript.kind == TranscriptKind.SPEECH, Transcript.complete.is_(True))
        .group_by(Transcript.recording_id)
        .subquery()
    )
    return (
        select(Transcript.id)
        .join(
            newest,
            (newest.c.recording_id == Transcript.recording_id)
            & (newest.c.version == Transcript.version),
        )
        .where(Transcript.kind == TranscriptKind.SPEECH)
    )


def _doubts(session: Session) -> dict[int, dict[Doubt, int]]:
    """Count the doubts of every transcript; from an index of doubtful segments alone."""
    rows = session.execute(
        select(TranscriptSegment.transcript_id, TranscriptSegment.doubts, func.count())
        .where(TranscriptSegment.doubts != _NONE, TranscriptSegment.checked.is_(False))
        .group_by(TranscriptSegment.transcript_id, TranscriptSegment.doubts)
    )
    counts: dict[int, dict[Doubt, int]] = {}
    for transcript_id, codes, count in rows:
        mine = counts.setdefault(transcript_id, {})
        for doubt in read_doubts(codes):
            mine[doubt] = mine.get(doubt, 0) + count
    return counts


def _score(doubts: Mapping[Doubt, int], recording: Recording) -> float:
    minutes = max((recording.duration_ms or 0) / 60_000, _SHORTEST_MIN)
    return sum(_WEIGHTS[doubt] * count for doubt, count in doubts.items()) / minutes


def _item(
    recording: Recording,
    transcript: Transcript,
    doubts: Mapping[Doubt, int],
    places: Sequence[DoubtfulPlace],
) -> ReviewItem:
    checked = transcript.review is Review.CHECKED
    return ReviewItem(
        recording_id=recording.id,
        title=recording.title,
        duration_ms=recording.duration_ms,
        languages=tuple(recording.languages.split()),
        published=recording.publication is Publication.PUBLISHED,
        review=transcript.review,
        who=transcript.checked_by if checked else transcript.in_review_by,
        reviewed_at=transcript.reviewed_at,
        doubts={} if checked else doubts,
        score=0.0 if checked else _score(doubts, recording),
        places=() if checked else tuple(places),
    )


def _places(
    session: Session, transcript_ids: Sequence[int], *, most: int
) -> dict[int, list[DoubtfulPlace]]:
    """Read the worst places of some transcripts: weightier doubts first, then in order of time."""
    found: dict[int, list[DoubtfulPlace]] = {}
    rows = session.execute(
        select(
            TranscriptSegment.transcript_id,
            TranscriptSegment.uid,
            TranscriptSegment.start_ms,
            TranscriptSegment.text,
            TranscriptSegment.language,
            TranscriptSegment.doubts,
        )
        .where(
            TranscriptSegment.transcript_id.in_(transcript_ids),
            TranscriptSegment.doubts != _NONE,
            TranscriptSegment.checked.is_(False),
        )
        .order_by(TranscriptSegment.start_ms)
    )
    for row in rows:
        found.setdefault(row.transcript_id, []).append(
            DoubtfulPlace(
                uid=row.uid,
                start_ms=row.start_ms,
                text=row.text,
                language=row.language,
                doubts=read_doubts(row.doubts),
            )
        )
    return {
        transcript_id: sorted(sorted(places, key=_weight)[:most], key=lambda place: place.start_ms)
        for transcript_id, places in found.items()
    }


def _weight(place: DoubtfulPlace) -> float:
    return -sum(_WEIGHTS[doubt] for doubt in place.doubts)


def is_overtaken(session: Session, recording_id: int, change: int) -> bool:
    """Tell whether a later save of a transcript is followed soon, so that this one need not be.

    Every fifth is never passed over: someone who saves all the time is followed all the same.
    """
    if change % _NEVER_PASSED_OVER == 0:
        return False
    newest = session.scalar(
        select(Transcript.changes)
        .where(
            Transcript.recording_id == recording_id,
            Transcript.kind == TranscriptKind.SPEECH,
            Transcript.complete.is_(True),
        )
        .order_by(Transcript.version.desc())
        .limit(1)
    )
    return newest is not None and newest > change
