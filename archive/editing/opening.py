"""Reading a transcript for an editor, and what others changed of it since. For reading only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.models import Transcript, TranscriptSegment, TranscriptVersion
from archive.models.transcript import Review
from archive.segment_rows import StoredSegment, read_stored
from archive.speakers import list_speakers, read_names
from archive.transcript import Segment
from archive.transcripts import shown_transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTranscript:
    """A transcript as an editor begins with it."""

    transcript_id: int
    changes: int
    """Counts its saves; what is newer is asked for with it."""
    segments: tuple[Segment, ...]
    """In order of time, without their words; speakers by label."""
    names: Mapping[str, str]
    """What each label is called; of voices without a name the label."""
    review: Review
    who: str
    """Who is at it or has checked it, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A segment that somebody changed."""

    segment: Segment
    who: str
    """By name; empty: a machine."""
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened to a transcript since an editor last asked."""

    transcript_id: int
    """Another than the editor has: a machine made it anew."""
    changes: int
    changed: tuple[Changed, ...]
    """By others, in order of time."""
    order: tuple[str, ...]
    """All segments in order of time; empty where nothing happened."""
    names: Mapping[str, str]
    review: Review
    who: str


def open_transcript(session: Session, recording_id: int) -> OpenTranscript | None:
    """Read the transcript that is shown, for editing; None: there is no complete one."""
    transcript = shown_transcript(session, recording_id)
    if transcript is None:
        return None
    return OpenTranscript(
        transcript_id=transcript.id,
        changes=transcript.changes,
        segments=tuple(one.segment for one in read_stored(session, transcript.id, words=False)),
        names=speaker_names(session, transcript),
        review=transcript.review,
        who=transcript.checked_by if transcript.checked else transcript.in_review_by,
    )


def read_news(
    session: Session, recording_id: int, *, transcript_id: int, since: int, sitting: str
) -> News:
    """Read what others changed since an editor last asked.

    Args:
        session: For reading.
        recording_id: Whose transcript.
        transcript_id: That the editor has open.
        since: `changes` as it was then.
        sitting: The editor's own; what it changed itself is no news.

    Raises:
        NotFoundError: there is no complete transcript.
    """
    transcript = shown_transcript(session, recording_id)
    if transcript is None:
        raise NotFoundError(f"Recording {recording_id} has no complete transcript.")
    same = transcript.id == transcript_id
    changed: tuple[Changed, ...] = ()
    order: tuple[str, ...] = ()
    if same and transcript.changes > since:
        stored = _newer(session, transcript, since)
        told = tell_who(session, transcript, stored)
        own = _own(session, transcript, sitting)
        changed = tuple(one for row, one in zip(stored, told, strict=True) if row.since not in own)
        order = tuple(
            session.scalars(
                select(TranscriptSegment.uid)
                .where(TranscriptSegment.transcript_id == transcript.id)
                .order_by(TranscriptSegment.start_ms, TranscriptSegment.id)
            )
        )
    return News(
        transcript_id=transcript.id,
        changes=transcript.changes,
        changed=changed,
        order=order,
        names=speaker_names(session, transcript) if changed else {},
        review=transcript.review,
        who=transcript.checked_by if transcript.checked else transcript.in_review_by,
    )


def speaker_names(session: Session, transcript: Transcript) -> Mapping[str, str]:
    """Return what the voices of a transcript are called, by label."""
    names = dict(read_names(session, transcript.recording_id))
    for speaker in list_speakers(session, transcript.recording_id, transcript.id):
        names.setdefault(speaker.label, speaker.name or speaker.label)
    return names


def tell_who(
    session: Session, transcript: Transcript, stored: Iterable[StoredSegment]
) -> tuple[Changed, ...]:
    """Tell of segments who changed them last."""
    stored = tuple(stored)
    versions = {
        row.number: row
        for row in session.scalars(
            select(TranscriptVersion).where(
                TranscriptVersion.transcript_id == transcript.id,
                TranscriptVersion.number.in_({one.since for one in stored}),
            )
        )
    }
    return tuple(
        Changed(
            segment=one.segment,
            who=versions[one.since].account_name if one.since in versions else "",
            at=versions[one.since].updated_at if one.since in versions else None,
        )
        for one in stored
    )


def _newer(session: Session, transcript: Transcript, since: int) -> tuple[StoredSegment, ...]:
    uids = session.scalars(
        select(TranscriptSegment.uid).where(
            TranscriptSegment.transcript_id == transcript.id, TranscriptSegment.revision > since
        )
    ).all()
    return read_stored(session, transcript.id, uids, words=False) if uids else ()


def _own(session: Session, transcript: Transcript, sitting: str) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(TranscriptVersion.number).where(
                TranscriptVersion.transcript_id == transcript.id,
                TranscriptVersion.sitting == sitting,
                TranscriptVersion.sitting != "",
            )
        )
    )
