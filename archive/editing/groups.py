"""Changes across recordings that are undone as one, such as a term replaced everywhere.

    apply_changes(session, jobs, recording_id, changes, *, actor, now, group, note) -> Applied
    revert_group(session, jobs, group, *, actor, now) -> Reverted

`changes` are `SegmentChange(uid=…, revision=…, text=…)`; `uid` and `revision` are those of the
`Segment` as `read_editable(session, recording_id)` gives it. Each call makes one version of one
recording's transcript; segments that somebody has changed since are skipped and told. Runs in
the caller's transaction: one for all recordings, or one for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.audit import TRANSCRIPT
from archive.audit import note as note_audit
from archive.editing.operations import SegmentChange
from archive.editing.saving import editable_transcript, follow, save
from archive.errors import NotFoundError
from archive.jobs import Jobs
from archive.models import SegmentHistory, TranscriptKind, TranscriptVersion
from archive.permissions import Actor
from archive.segment_rows import columns_of, read_segments, read_stored, segment_of
from archive.transcript import Segment
from archive.transcript_versions import Cause, What, begin_version, replace_segments
from archive.transcripts import shown_transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of changes to one recording."""

    number: int | None
    """Of the version they made; None: nothing changed."""
    changed: tuple[str, ...]
    """Segments that are as they were asked to become."""
    skipped: tuple[str, ...]
    """Segments that somebody changed since, or that are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """What came of taking a group of changes back."""

    recordings: tuple[int, ...]
    """Those in which something was taken back."""
    segments: int
    """How many are as they were before."""
    skipped: int
    """How many somebody has changed since; they stay as they are."""


def read_editable(session: Session, recording_id: int) -> tuple[Segment, ...]:
    """Read the transcript that is shown, for changing it; empty when there is none.

    In order of time, with `uid` and `revision`; speakers by label.
    """
    transcript = shown_transcript(session, recording_id)
    return read_segments(session, transcript.id) if transcript else ()


def apply_changes(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    changes: Sequence[SegmentChange],
    *,
    actor: Actor,
    now: datetime,
    group: str | None = None,
    note: str = "",
) -> Applied:
    """Change segments of a recording in one version of its own; captions and search follow.

    Args:
        session: Of the caller's transaction.
        jobs: Lets what is derived follow.
        recording_id: Whose transcript.
        changes: Each on the revision that was seen.
        actor: Who asks.
        now: The present, aware.
        group: Names what is undone as one; at most 64 characters.
        note: For the list of versions: `haemolisis → haemolysis`.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: it has no transcript, or a change cannot be applied at all.
    """
    cause = Cause(what=What.REPLACED, actor=actor, now=now, group=group or "", note=note)
    saved = save(session, jobs, recording_id, changes, cause=cause)
    skipped = {conflict.operation.uid for conflict in saved.conflicts}
    return Applied(
        number=saved.number,
        changed=tuple(dict.fromkeys(one.uid for one in changes if one.uid not in skipped)),
        skipped=tuple(sorted(skipped)),
    )


def revert_group(
    session: Session, jobs: Jobs, group: str, *, actor: Actor, now: datetime
) -> Reverted:
    """Take a group of changes back, in all recordings it concerned.

    A segment that somebody has changed since stays as it is. A group that was taken back
    already has nothing left to take back.

    Raises:
        NotFoundError: there is no such group.
        NotAllowedError: the actor may not change one of the recordings; nothing is taken back.
    """
    versions = session.execute(
        select(TranscriptVersion.recording_id, TranscriptVersion.number)
        .where(
            TranscriptVersion.change_group == group,
            TranscriptVersion.kind == TranscriptKind.SPEECH,
            TranscriptVersion.what == What.REPLACED,
        )
        .order_by(TranscriptVersion.recording_id, TranscriptVersion.number.desc())
    ).all()
    if not group or not versions:
        raise NotFoundError(f"There is no change called “{group}” that could be taken back.")
    recordings: dict[int, None] = {}
    segments = skipped = 0
    for recording_id, number in versions:
        back, left = _revert(session, jobs, recording_id, number, actor=actor, now=now)
        segments, skipped = segments + back, skipped + left
        if back:
            recordings[recording_id] = None
    return Reverted(recordings=tuple(recordings), segments=segments, skipped=skipped)


def _revert(
    session: Session, jobs: Jobs, recording_id: int, number: int, *, actor: Actor, now: datetime
) -> tuple[int, int]:
    """Take one version back; returns how many segments are as before, and how many were left."""
    recording, transcript = editable_transcript(session, recording_id, actor=actor)
    version = session.scalars(
        select(TranscriptVersion).where(
            TranscriptVersion.recording_id == recording_id,
            TranscriptVersion.kind == TranscriptKind.SPEECH,
            TranscriptVersion.number == number,
        )
    ).one()
    rows = session.execute(
        columns_of(SegmentHistory).where(
            SegmentHistory.transcript_id == version.transcript_id, SegmentHistory.until == number
        )
    )
    was = {row.uid: segment_of(row) for row in rows}
    stored = read_stored(session, transcript.id, was)
    same = [one for one in stored if one.since == number and version.transcript_id == transcript.id]
    if same:
        cause = Cause(
            what=What.REVERTED,
            actor=actor,
            now=now,
            group=version.change_group,
            note=version.note or f"version {number}",
        )
        begun = begin_version(session, transcript, cause)
        after = [was[one.segment.uid] for one in same]
        replace_segments(session, transcript, begun, same, after)
        note_audit(
            session,
            actor=actor,
            action="reverted",
            kind=TRANSCRIPT,
            object_id=recording_id,
            before={"version": begun - 1},
            after={"version": begun, "note": cause.note},
            now=now,
        )
        follow(session, jobs, recording, transcript, now=now)
    return len(same), len(was) - len(same)
