"""Keeping transcripts: batches as they come, the finished one, and reading it back.

A batch replaces whatever an earlier run of the same batch wrote, in one transaction, so
that a killed worker neither doubles nor loses a segment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from archive.models import Transcript, TranscriptSegment
from archive.transcript import Segment, Word

_A_MOMENT_MS = 4_000
_MOST_LANGUAGES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTranscript:
    """A transcript as stored."""

    transcript_id: int
    version: int
    source: str
    model: str
    complete: bool
    created_at: datetime
    segments: tuple[Segment, ...]
    """In order of time."""


def begin_transcript(session: Session, recording_id: int, *, model: str, now: datetime) -> int:
    """Open a new version, not complete yet; returns its id."""
    newest = session.scalar(
        select(func.max(Transcript.version)).where(Transcript.recording_id == recording_id)
    )
    transcript = Transcript(
        recording_id=recording_id,
        version=(newest or 0) + 1,
        source="machine",
        model=model,
        complete=False,
        created_at=now,
    )
    session.add(transcript)
    session.flush()
    return transcript.id


def keep_batch(
    session: Session, transcript_id: int, batch: int, segments: Sequence[Segment]
) -> None:
    """Write the segments of a batch in place of any it had."""
    session.execute(
        delete(TranscriptSegment).where(
            TranscriptSegment.transcript_id == transcript_id, TranscriptSegment.batch == batch
        )
    )
    if segments:
        session.execute(
            insert(TranscriptSegment),
            [_row(transcript_id, batch, segment) for segment in segments],
        )


def complete_transcript(session: Session, transcript_id: int) -> None:
    """Mark a version as the one to show, and drop older machine versions that never were."""
    transcript = session.get_one(Transcript, transcript_id)
    transcript.complete = True
    session.execute(
        delete(Transcript).where(
            Transcript.recording_id == transcript.recording_id,
            Transcript.version < transcript.version,
            Transcript.complete.is_(False),
        )
    )


def current_transcript(
    session: Session, recording_id: int, *, partial: bool = False
) -> KeptTranscript | None:
    """Read the newest complete version.

    Args:
        partial: Take the newest version even when it is not complete, if no complete one is.
    """
    query = (
        select(Transcript)
        .where(Transcript.recording_id == recording_id)
        .order_by(Transcript.complete.desc(), Transcript.version.desc())
        .limit(1)
    )
    if not partial:
        query = query.where(Transcript.complete.is_(True))
    transcript = session.scalar(query)
    if transcript is None:
        return None
    rows = session.execute(
        select(
            TranscriptSegment.start_ms,
            TranscriptSegment.end_ms,
            TranscriptSegment.text,
            TranscriptSegment.language,
            TranscriptSegment.confidence,
            TranscriptSegment.words,
        )
        .where(TranscriptSegment.transcript_id == transcript.id)
        .order_by(TranscriptSegment.start_ms, TranscriptSegment.id)
    )
    return KeptTranscript(
        transcript_id=transcript.id,
        version=transcript.version,
        source=transcript.source,
        model=transcript.model,
        complete=transcript.complete,
        created_at=transcript.created_at,
        segments=tuple(
            Segment(
                start_ms=row.start_ms,
                end_ms=row.end_ms,
                text=row.text,
                language=row.language,
                confidence=row.confidence,
                words=_words(row.words),
            )
            for row in rows
        ),
    )


def spoken_languages(segments: Iterable[Segment]) -> tuple[str, ...]:
    """Return the languages spoken, the one spoken longest first; a few words do not count."""
    spoken_ms: dict[str, int] = {}
    for segment in segments:
        length_ms = segment.end_ms - segment.start_ms
        spoken_ms[segment.language] = spoken_ms.get(segment.language, 0) + length_ms
    ranked = sorted(spoken_ms, key=lambda language: -spoken_ms[language])
    return tuple(ranked[:1]) + tuple(
        language for language in ranked[1:_MOST_LANGUAGES] if spoken_ms[language] >= _A_MOMENT_MS
    )


def main_language(segments: Iterable[Segment]) -> str | None:
    """Return the language most of the speech is in, by time; None when nothing was said."""
    return next(iter(spoken_languages(segments)), None)


def _row(transcript_id: int, batch: int, segment: Segment) -> dict[str, object]:
    return {
        "transcript_id": transcript_id,
        "batch": batch,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "language": segment.language,
        "confidence": segment.confidence,
        "words": [
            [word.start_ms, word.end_ms, round(word.confidence, 3), word.text]
            for word in segment.words
        ],
    }


def _words(stored: list[list[int | float | str]]) -> tuple[Word, ...]:
    return tuple(
        Word(start_ms=int(start), end_ms=int(end), confidence=float(confidence), text=str(text))
        for start, end, confidence, text in stored
    )
