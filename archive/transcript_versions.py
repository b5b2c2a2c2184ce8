"""Versions of transcripts: begun and grown by whoever changes one, read back as they were.

A version holds no copy of the transcript. A segment that changes leaves how it was before in
the history, with the versions it was so in; version N is what is like that since N or earlier,
and what the history says was so at N (decision 0012). Runs in the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.models import (
    Recording,
    SegmentHistory,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
    TranscriptVersion,
)
from archive.permissions import Actor, no_recording
from archive.segment_rows import (
    StoredSegment,
    columns_of,
    content_of,
    insert_segments,
    segment_of,
)
from archive.transcript import Segment

GROWS_FOR = timedelta(minutes=30)
"""A version that has not grown for so long is left as it is; the next save begins another."""


class What(StrEnum):
    """What a version came of."""

    MACHINE = "machine"
    """A machine transcribed, or transcribed again."""
    IMPORTED = "imported"
    SPEAKERS = "speakers"
    """A machine told the voices apart."""
    EDITED = "edited"
    RESTORED = "restored"
    REPLACED = "replaced"
    """A change across recordings, such as a term replaced everywhere."""
    REVERTED = "reverted"
    """Such a change taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a transcript."""

    number: int
    transcript_id: int
    what: What
    account_id: int | None
    who: str
    """By name; empty: a machine."""
    group: str
    note: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a version is made: by whom, how, and with what it belongs together."""

    what: What
    actor: Actor | None
    """None: a machine."""
    now: datetime
    sitting: str = ""
    """The opened editor; its saves grow one version. Empty: a version of its own."""
    group: str = ""
    note: str = ""


def hold(session: Session, recording_id: int) -> Recording:
    """Let nobody else change a recording's transcripts until the transaction ends.

    An update that changes nothing: SQLite knows no row locks and would begin to write, and so
    to wait for others, only after it has read.

    Raises:
        NotFoundError: there is no such recording.
    """
    held = session.execute(
        update(Recording)
        .where(Recording.id == recording_id)
        .values(version=Recording.version)
        .execution_options(synchronize_session=False)
    )
    if not held.rowcount:  # type: ignore[attr-defined] # of an UPDATE it is there
        raise no_recording(recording_id)
    return session.get_one(Recording, recording_id, populate_existing=True)


def begin_version(session: Session, transcript: Transcript, cause: Cause) -> int:
    """Begin a version of a transcript, or go on with the newest one of the same sitting.

    Returns its number. Its segments are as they are until `replace_segments` changes some.
    """
    newest = note_made(session, transcript)
    account_id = cause.actor.account_id if cause.actor else None
    if (
        cause.sitting
        and newest.sitting == cause.sitting
        and newest.account_id == account_id
        and newest.what == cause.what
        and cause.now - newest.updated_at < GROWS_FOR
    ):
        newest.updated_at = cause.now
        session.flush()
        return newest.number
    return _add_version(session, transcript, newest.number + 1, cause).number


def note_made(
    session: Session, transcript: Transcript, *, now: datetime | None = None
) -> TranscriptVersion:
    """Note a transcript as it was made as a version, unless it has one; returns its newest.

    Args:
        session: That holds the recording.
        transcript: Complete.
        now: When it was complete; None: as far as is known.
    """
    newest = session.scalar(
        select(TranscriptVersion)
        .where(
            TranscriptVersion.recording_id == transcript.recording_id,
            TranscriptVersion.kind == transcript.kind,
        )
        .order_by(TranscriptVersion.number.desc())
        .limit(1)
    )
    if newest is not None and newest.transcript_id == transcript.id:
        return newest
    made = Cause(
        what=What.MACHINE if transcript.source == "machine" else What.IMPORTED,
        actor=None,
        now=now or transcript.created_at,
        note=transcript.model,
    )
    return _add_version(session, transcript, (newest.number if newest else 0) + 1, made)


def _add_version(
    session: Session, transcript: Transcript, number: int, cause: Cause
) -> TranscriptVersion:
    actor = cause.actor
    version = TranscriptVersion(
        recording_id=transcript.recording_id,
        kind=transcript.kind,
        number=number,
        transcript_id=transcript.id,
        what=cause.what,
        account_id=actor.account_id if actor else None,
        account_name=(actor.name or ("operator" if actor.operator else "")) if actor else "",
        sitting=cause.sitting,
        change_group=cause.group,
        note=cause.note[:200],
        created_at=cause.now,
        updated_at=cause.now,
    )
    session.add(version)
    session.flush()
    return version


def replace_segments(
    session: Session,
    transcript: Transcript,
    number: int,
    before: Sequence[StoredSegment],
    after: Sequence[Segment],
) -> tuple[str, ...]:
    """Put segments in place of others, in a version that was begun; returns whose changed.

    Args:
        session: That holds the recording.
        transcript: Whose segments they are.
        number: Of the version, from `begin_version`.
        before: What is stored of all that may change.
        after: What takes its place, each with a `uid`; what is the same stays untouched.
    """
    kept = {one.segment.uid: one for one in before}
    wanted = {segment.uid for segment in after}
    changed = [one for one in after if one.uid not in kept or kept[one.uid].segment != one]
    gone = [one for uid, one in kept.items() if uid not in wanted]
    if not changed and not gone:
        return ()
    transcript.changes += 1
    session.flush()
    old = [kept[one.uid] for one in changed if one.uid in kept] + gone
    _remember(session, transcript.id, [one for one in old if one.since < number], until=number)
    if gone:
        session.execute(
            delete(TranscriptSegment).where(TranscriptSegment.id.in_([one.row_id for one in gone]))
        )
    stamp = {"since": number, "revision": transcript.changes}
    for segment in changed:
        if stored := kept.get(segment.uid):
            session.execute(
                update(TranscriptSegment)
                .where(TranscriptSegment.id == stored.row_id)
                .values(content_of(segment) | stamp)
                .execution_options(synchronize_session=False)
            )
    fresh = [segment for segment in changed if segment.uid not in kept]
    insert_segments(session, transcript.id, fresh, **stamp)
    return (*(one.uid for one in changed), *(one.segment.uid for one in gone))


def _remember(
    session: Session, transcript_id: int, old: Iterable[StoredSegment], *, until: int
) -> None:
    rows = [
        content_of(one.segment)
        | {"transcript_id": transcript_id, "since": one.since, "until": until}
        for one in old
    ]
    if rows:
        session.execute(insert(SegmentHistory), rows)


def segments_at(
    session: Session,
    recording_id: int,
    number: int,
    *,
    kind: TranscriptKind = TranscriptKind.SPEECH,
) -> tuple[Segment, ...]:
    """Read the segments of a version, in order of time; speakers by label.

    Raises:
        NotFoundError: there is no such version.
    """
    version = get_version(session, recording_id, number, kind=kind)
    now = columns_of(TranscriptSegment).where(
        TranscriptSegment.transcript_id == version.transcript_id, TranscriptSegment.since <= number
    )
    then = columns_of(SegmentHistory).where(
        SegmentHistory.transcript_id == version.transcript_id,
        SegmentHistory.since <= number,
        SegmentHistory.until > number,
    )
    rows = [*session.execute(now).all(), *session.execute(then).all()]
    return tuple(segment_of(row) for row in sorted(rows, key=lambda row: (row.start_ms, row.id)))


def changes_of(
    session: Session, version: Version
) -> tuple[tuple[Segment | None, Segment | None], ...]:
    """Read what a version changed of the one before, in order of time: each before and after.

    None before: it is new; None after: it is gone. Of the first of a transcript nothing.
    """
    was = columns_of(SegmentHistory).where(
        SegmentHistory.transcript_id == version.transcript_id,
        SegmentHistory.until == version.number,
    )
    became = columns_of(SegmentHistory).where(
        SegmentHistory.transcript_id == version.transcript_id,
        SegmentHistory.since == version.number,
    )
    still = columns_of(TranscriptSegment).where(
        TranscriptSegment.transcript_id == version.transcript_id,
        TranscriptSegment.since == version.number,
    )
    before = {row.uid: segment_of(row) for row in session.execute(was)}
    after = {
        row.uid: segment_of(row) for query in (became, still) for row in session.execute(query)
    }
    pairs = [(before.get(uid), after.get(uid)) for uid in before.keys() | after.keys()]
    return tuple(sorted(pairs, key=_when))


def _when(pair: tuple[Segment | None, Segment | None]) -> tuple[int, bool]:
    return min(one.start_ms for one in pair if one), pair[0] is None


def get_version(
    session: Session,
    recording_id: int,
    number: int,
    *,
    kind: TranscriptKind = TranscriptKind.SPEECH,
) -> Version:
    """Read one version.

    Raises:
        NotFoundError: there is no such version.
    """
    row = session.scalar(
        select(TranscriptVersion).where(
            TranscriptVersion.recording_id == recording_id,
            TranscriptVersion.kind == kind,
            TranscriptVersion.number == number,
        )
    )
    if row is None:
        raise NotFoundError(f"Recording {recording_id} has no version {number} of its transcript.")
    return view_of(row)


def list_versions(
    session: Session, recording_id: int, *, kind: TranscriptKind = TranscriptKind.SPEECH
) -> tuple[Version, ...]:
    """List the versions of a recording's transcript, newest first."""
    rows = session.scalars(
        select(TranscriptVersion)
        .where(TranscriptVersion.recording_id == recording_id, TranscriptVersion.kind == kind)
        .order_by(TranscriptVersion.number.desc())
    )
    return tuple(view_of(row) for row in rows)


def count_changed(session: Session, versions: Iterable[Version]) -> dict[int, int]:
    """Count the segments that versions changed, by number; one query for all."""
    transcripts = {version.transcript_id for version in versions}
    counts: dict[int, set[str]] = {}
    for query in (
        select(SegmentHistory.until, SegmentHistory.uid).where(
            SegmentHistory.transcript_id.in_(transcripts)
        ),
        select(SegmentHistory.since, SegmentHistory.uid).where(
            SegmentHistory.transcript_id.in_(transcripts), SegmentHistory.since > 0
        ),
        select(TranscriptSegment.since, TranscriptSegment.uid).where(
            TranscriptSegment.transcript_id.in_(transcripts), TranscriptSegment.since > 0
        ),
    ):
        for number, uid in session.execute(query):
            counts.setdefault(number, set()).add(uid)
    return {number: len(uids) for number, uids in counts.items()}


def view_of(row: TranscriptVersion) -> Version:
    """Read a version from its row."""
    return Version(
        number=row.number,
        transcript_id=row.transcript_id,
        what=What(row.what),
        account_id=row.account_id,
        who=row.account_name,
        group=row.change_group,
        note=row.note,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
