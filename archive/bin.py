"""The bin: what is deleted stays there for thirty days, then its bytes go.

    any state → binned → restored, or gone

What is in the bin no page, media, caption or search shows; its address says that it was deleted.
Gone, the row stays emptied: its number is not given again, and its address still says so. Runs in
the caller's transaction; bytes are removed by `archive.orphans`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.audit import note
from archive.errors import NotFoundError
from archive.jobs import Jobs
from archive.models import Base, Publication, Recording, Status
from archive.permissions import Action, Actor, no_recording, require
from archive.recordings import subject_of, touch

KEPT_FOR = timedelta(days=30)
HOUSEKEEPER = Actor(operator=True, name="housekeeping")
"""Who empties the bin when the time has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """A recording in the bin."""

    id: int
    title: str
    was: str
    """Its publication before."""
    deleted_at: datetime
    gone_at: datetime
    """When it goes for good."""
    merged_into_id: int | None
    duration_ms: int | None


def list_bin(session: Session, *, actor: Actor) -> tuple[Binned, ...]:
    """List what is in the bin, the latest first.

    Raises:
        NotAllowedError: the actor does not curate the archive.
    """
    require(actor, Action.CURATE)
    rows = session.scalars(
        select(Recording)
        .where(Recording.publication == Publication.BINNED)
        .order_by(Recording.deleted_at.desc(), Recording.id.desc())
    )
    return tuple(
        Binned(
            id=row.id,
            title=row.title,
            was=row.publication_before,
            deleted_at=row.deleted_at,
            gone_at=row.deleted_at + KEPT_FOR,
            merged_into_id=row.merged_into_id,
            duration_ms=row.duration_ms,
        )
        for row in rows
        if row.deleted_at is not None
    )


def throw_away(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> None:
    """Put a recording into the bin; work on it stops, and the search loses it.

    Raises:
        NotFoundError: there is none, or it is there already.
        NotAllowedError: the actor may not.
    """
    recording = session.get(Recording, recording_id)
    if recording is None or recording.publication in (Publication.BINNED, Publication.GONE):
        raise no_recording(recording_id)
    require(actor, Action.DELETE, subject_of(recording))
    bin_row(session, jobs, recording, now=now)
    note(
        session,
        actor=actor,
        action="deleted",
        kind="recording",
        object_id=recording_id,
        before={"publication": recording.publication_before, "title": recording.title},
        after={"publication": recording.publication},
        now=now,
    )


def bin_row(session: Session, jobs: Jobs, recording: Recording, *, now: datetime) -> None:
    """Put a row into the bin; whoever calls has asked for permission, and notes it."""
    recording.publication_before = recording.publication.value
    recording.publication = Publication.BINNED
    recording.deleted_at = now
    recording.publish_at = None
    # The steps of the attempt under way end.
    recording.attempt += 1
    if recording.status in (Status.WAITING, Status.PROCESSING):
        recording.status = Status.CANCELLED
    touch(session, jobs, recording, now=now)


def restore(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> Publication:
    """Take a recording out of the bin, to what it was before; returns that.

    Raises:
        NotFoundError: it is not in the bin.
        NotAllowedError: the actor may not.
    """
    require(actor, Action.CURATE)  # before it tells what is in the bin
    recording = _binned(session, recording_id)
    require(actor, Action.DELETE, subject_of(recording))
    merged_into = recording.merged_into_id
    recording.publication = Publication(recording.publication_before or Publication.DRAFT)
    recording.publication_before = ""
    recording.deleted_at = recording.merged_into_id = None
    note(
        session,
        actor=actor,
        action="restored",
        kind="recording",
        object_id=recording_id,
        before={"publication": Publication.BINNED, "merged into": merged_into},
        after={"publication": recording.publication, "merged into": None},
        now=now,
    )
    touch(session, jobs, recording, now=now)
    return recording.publication


def delete_now(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let what is in the bin go for good, before its time.

    Raises:
        NotFoundError: it is not in the bin.
        NotAllowedError: the actor is no administrator.
    """
    require(actor, Action.DELETE_FOR_GOOD)  # before it tells what is in the bin
    recording = _binned(session, recording_id)
    _let_go(session, jobs, recording, actor=actor, now=now)


def empty_due(session: Session, jobs: Jobs, *, now: datetime, most: int = 20) -> tuple[int, ...]:
    """Let go what has been in the bin for its time; returns the ids. Safe to run twice at once."""
    overdue = (
        Recording.publication == Publication.BINNED,
        Recording.deleted_at <= now - KEPT_FOR,
    )
    # Writing first: see `archive.publishing.publish_due`.
    session.execute(
        update(Recording).where(*overdue).values(deleted_at=Recording.deleted_at),
        execution_options={"synchronize_session": False},
    )
    due = session.scalars(
        select(Recording).where(*overdue).order_by(Recording.deleted_at).limit(most)
    ).all()
    for recording in due:
        _let_go(session, jobs, recording, actor=HOUSEKEEPER, now=now)
    return tuple(recording.id for recording in due)


def _let_go(
    session: Session, jobs: Jobs, recording: Recording, *, actor: Actor, now: datetime
) -> None:
    """Remove all that belongs to a recording, and empty its row."""
    note(
        session,
        actor=actor,
        action="deleted for good",
        kind="recording",
        object_id=recording.id,
        before={"title": recording.title},
        now=now,
    )
    session.flush()
    # Whatever part of the archive made them: each table that refers to recordings.
    for table in reversed(Base.metadata.sorted_tables):
        if table is Recording.__table__:
            continue
        for key in table.foreign_keys:
            if key.column is Recording.__table__.c.id:
                if key.ondelete == "SET NULL" or key.parent.nullable:
                    statement = table.update().where(key.parent == recording.id)
                    session.execute(statement.values({key.parent: None}))
                else:
                    session.execute(delete(table).where(key.parent == recording.id))
    session.expire(recording)
    recording.publication = Publication.GONE
    recording.publication_before = ""
    recording.title = recording.description = recording.speakers = recording.original_name = ""
    recording.organisation = recording.licence = recording.rights = ""
    recording.languages = recording.declared_languages = recording.notices = ""
    recording.withdrawn_reason, recording.withdrawn_title = "", False
    recording.recorded_on = recording.language = recording.detected_language = None
    recording.collection_id = recording.depositor_id = recording.media_info = None
    recording.duration_ms = recording.problem = recording.publish_at = None
    touch(session, jobs, recording, now=now)


def _binned(session: Session, recording_id: int) -> Recording:
    recording = session.get(Recording, recording_id)
    if recording is None or recording.publication is not Publication.BINNED:
        raise NotFoundError(
            f"Recording {recording_id} is not in the bin; somebody may have restored it."
        )
    return recording
