"""What else may have been said in a recording: kept by the worker, read for the search index."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.errors import SupersededError
from archive.glossary.wording import squeeze
from archive.models import Transcript, TranscriptReadings
from archive.transcript import Reading, Segment


def keep_readings(
    session: Session, transcript_id: int, batch: int, readings: Sequence[Reading]
) -> None:
    """Write those of a part of a transcript, in place of any it had.

    Raises:
        SupersededError: the transcript is gone; another was begun in its place.
    """
    if session.get(Transcript, transcript_id) is None:
        raise SupersededError(f"transcript {transcript_id} was begun anew")
    session.execute(
        delete(TranscriptReadings).where(
            TranscriptReadings.transcript_id == transcript_id, TranscriptReadings.batch == batch
        )
    )
    session.add(
        TranscriptReadings(
            transcript_id=transcript_id,
            batch=batch,
            places=[[one.start_ms, one.end_ms, one.written, list(one.texts)] for one in readings],
        )
    )


def read_readings(
    session: Session, transcript_id: int, segments: Sequence[Segment]
) -> tuple[Reading, ...]:
    """Read those of a transcript that still hold, in order of time.

    Args:
        session: open.
        transcript_id: whose.
        segments: of it, as they are read now: where other words stand since, or none, or a person
            has said that they are right, nothing else may have been said.
    """
    rows = session.scalars(
        select(TranscriptReadings.places)
        .where(TranscriptReadings.transcript_id == transcript_id)
        .order_by(TranscriptReadings.batch)
    ).all()
    kept = [
        Reading(start_ms=start_ms, end_ms=end_ms, written=written, texts=tuple(texts))
        for places in rows
        for start_ms, end_ms, written, texts in places
    ]
    return tuple(_that_hold(kept, segments))


def _that_hold(readings: Sequence[Reading], segments: Sequence[Segment]) -> Iterator[Reading]:
    words = [word for segment in segments if not segment.by_people for word in segment.words]
    starts = [word.start_ms for word in words]
    for one in readings:
        first, last = bisect_left(starts, one.start_ms), bisect_left(starts, one.end_ms)
        there = "".join(squeeze(word.text) for word in words[first:last])
        if there == one.written:
            yield one
