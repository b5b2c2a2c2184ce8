"""Segments as the database keeps them: rows to values and back.

Used by whatever reads or writes a transcript; runs in the caller's transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, insert, null, select
from sqlalchemy.orm import Session

from archive.doubts import read_doubts, write_doubts
from archive.models import TranscriptSegment
from archive.models.transcript import SegmentContent, new_uid
from archive.transcript import Segment, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSegment:
    """A segment with what its row knows besides."""

    row_id: int
    since: int
    """Number of the version it is like this since."""
    segment: Segment


def read_segments(session: Session, transcript_id: int) -> tuple[Segment, ...]:
    """Read the segments of a transcript as they are now, in order of time; speakers by label."""
    return tuple(one.segment for one in read_stored(session, transcript_id))


def read_stored(
    session: Session,
    transcript_id: int,
    uids: Iterable[str] | None = None,
    *,
    words: bool = True,
) -> tuple[StoredSegment, ...]:
    """Read the rows of a transcript, or those of some segments, in order of time.

    Args:
        session: For reading.
        transcript_id: Whose they are.
        uids: Of which; None: of all.
        words: False leaves the words out, which cost most of the reading.
    """
    query = columns_of(TranscriptSegment, TranscriptSegment.revision, words=words).where(
        TranscriptSegment.transcript_id == transcript_id
    )
    if uids is not None:
        query = query.where(TranscriptSegment.uid.in_(list(uids)))
    query = query.order_by(TranscriptSegment.start_ms, TranscriptSegment.id)
    return tuple(
        StoredSegment(row_id=row.id, since=row.since, segment=segment_of(row, row.revision))
        for row in session.execute(query)
    )


def insert_segments(
    session: Session,
    transcript_id: int,
    segments: Sequence[Segment],
    *,
    batch: int = 0,
    since: int = 0,
    revision: int | None = None,
) -> None:
    """Write new segments; each needs a `uid` that its transcript does not have yet.

    Args:
        session: Of the caller's transaction.
        transcript_id: Whose they are.
        segments: In order of time.
        batch: Of the transcription that gave them.
        since: Number of the version they are new in; 0: the transcript is being made.
        revision: Of all of them; None: each has its own.
    """
    if segments:
        session.execute(
            insert(TranscriptSegment),
            [
                content_of(segment)
                | {
                    "transcript_id": transcript_id,
                    "batch": batch,
                    "since": since,
                    "revision": segment.revision if revision is None else revision,
                }
                for segment in segments
            ],
        )


def with_uids(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Name the segments that have no name; of several with the same the first keeps it."""
    seen: set[str] = set()
    for segment in segments:
        uid = segment.uid
        while not uid or uid in seen:
            uid = new_uid()
        seen.add(uid)
        yield segment if uid == segment.uid else replace(segment, uid=uid)


def content_of(segment: Segment) -> dict[str, object]:
    """Write a segment as the columns of `SegmentContent`, but `since`."""
    return {
        "uid": segment.uid,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "language": segment.language,
        "confidence": segment.confidence,
        "doubts": write_doubts(segment.doubts),
        "speaker": segment.speaker,
        "speaker_set": segment.speaker_set,
        "edited": segment.edited,
        "checked": segment.checked,
        "words": [
            [word.start_ms, word.end_ms, round(word.confidence, 3), word.text]
            for word in segment.words
        ],
    }


def segment_of(row: Any, revision: int = 0) -> Segment:  # noqa: ANN401 - a row of `columns_of`
    """Read a segment from a row with the columns of `SegmentContent`."""
    return Segment(
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        text=row.text,
        language=row.language,
        confidence=row.confidence,
        words=tuple(
            Word(start_ms=int(start), end_ms=int(end), confidence=float(confidence), text=str(text))
            for start, end, confidence, text in row.words or ()
        ),
        doubts=read_doubts(row.doubts),
        speaker=row.speaker,
        speaker_set=row.speaker_set,
        edited=row.edited,
        checked=row.checked,
        uid=row.uid,
        revision=revision,
    )


def columns_of(
    table: type[SegmentContent],
    *others: Any,  # noqa: ANN401 - columns
    words: bool = True,
) -> Select[Any]:
    """Select what `segment_of` reads, with `id` and `since`, and other columns."""
    return select(
        *others,
        table.id,  # type: ignore[attr-defined] # every table of the kind has one
        table.since,
        table.uid,
        table.start_ms,
        table.end_ms,
        table.text,
        table.language,
        table.confidence,
        table.words if words else null().label("words"),
        table.doubts,
        table.speaker,
        table.speaker_set,
        table.edited,
        table.checked,
    )
