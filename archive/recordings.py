"""Reading and changing recordings: what pages, commands and the API show of them.

Views are frozen values, whole when the session is closed. Changes that the search index
must follow raise `version` and enqueue the index job in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, false, func, select, update
from sqlalchemy.orm import Session

from archive.errors import GoneError, MovedError, NotFoundError
from archive.index import Audience
from archive.jobs import Jobs
from archive.models import (
    Publication,
    Recording,
    Status,
)
from archive.permissions import (
    Action,
    Actor,
    Subject,
    may,
    no_recording,
    reads_everything,
    reads_own,
    reads_published,
    require,
)
from archive.recording_views import RecordingView, read_views

_REJECTED_SHOWN_FOR = timedelta(days=7)
_DELETED = (Publication.BINNED, Publication.GONE)
_HELD_AT_ONCE = 400


def get_recording(
    session: Session, recording_id: int, *, actor: Actor, now: datetime
) -> RecordingView:
    """Read a recording someone may see.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
        GoneError: it was withdrawn or deleted, and the actor may know that it was here.
        MovedError: it was merged into another.
    """
    views = read_views(session, (Recording.id == recording_id) & _kept(), now=now)
    if views and may(actor, Action.READ, views[0].subject):
        return views[0]
    recording = session.get(Recording, recording_id)
    if recording is not None:
        _tell_gone(recording, actor)
    raise no_recording(recording_id)


def get_recordings(
    session: Session, recording_ids: Sequence[int], *, actor: Actor, now: datetime
) -> Mapping[int, RecordingView]:
    """Read those of some recordings that someone may see, by id."""
    views = read_views(session, Recording.id.in_(recording_ids) & _kept(), now=now)
    return {view.id: view for view in views if may(actor, Action.READ, view.subject)}


def list_recordings(
    session: Session, *, actor: Actor, now: datetime, limit: int = 20, offset: int = 0
) -> tuple[RecordingView, ...]:
    """List what someone may see, newest session first; rejected files of their own for a week."""
    visible = _visible(actor, now)
    ids = session.scalars(
        select(Recording.id)
        .where(visible)
        .order_by(
            func.coalesce(Recording.recorded_on, func.date(Recording.created_at)).desc(),
            Recording.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    ).all()
    by_id = {view.id: view for view in read_views(session, Recording.id.in_(ids), now=now)}
    return tuple(by_id[recording_id] for recording_id in ids)


def count_recordings(session: Session, *, actor: Actor, now: datetime) -> int:
    """Count what `list_recordings` lists."""
    return session.scalar(select(func.count(Recording.id)).where(_visible(actor, now))) or 0


def list_some(
    session: Session, recording_ids: Sequence[int], *, now: datetime
) -> tuple[RecordingView, ...]:
    """Read recordings in the order given; whoever asks has looked whether they may be seen."""
    by_id = {
        view.id: view for view in read_views(session, Recording.id.in_(recording_ids), now=now)
    }
    return tuple(by_id[number] for number in recording_ids if number in by_id)


def editable_recording(session: Session, recording_id: int, actor: Actor) -> Recording:
    """Return the row of a recording that someone may change.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
        NotAllowedError: the actor may not change it.
    """
    return permitted_recording(session, recording_id, actor, Action.EDIT)


def permitted_recording(
    session: Session, recording_id: int, actor: Actor, action: Action
) -> Recording:
    """Return the row of a recording with which someone may do something.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is: a refusal would
            tell that a number is taken.
        NotAllowedError: the actor knows of it, and may not do that.
    """
    recording = session.get(Recording, recording_id)
    if recording is None or recording.publication is Publication.GONE:
        raise no_recording(recording_id)
    subject = subject_of(recording)
    if recording.publication is Publication.BINNED and may(actor, Action.KNOW, subject):
        raise NotFoundError(f"Recording {recording_id} is in the bin; restore it first.")
    require(actor, action, subject)
    return recording


def hold(session: Session, recording_ids: Sequence[int]) -> None:
    """Let nobody else change these rows until the transaction ends; reads from now on see them.

    A read alone holds nothing: SQLite begins its transaction with the first write.
    """
    for at in range(0, len(recording_ids), _HELD_AT_ONCE):
        session.execute(
            update(Recording)
            .where(Recording.id.in_(recording_ids[at : at + _HELD_AT_ONCE]))
            .values(version=Recording.version),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()


def touch(session: Session, jobs: Jobs, recording: Recording, *, now: datetime) -> None:
    """Note a change that the search index must follow, and enqueue that it does."""
    recording.version += 1
    recording.updated_at = now
    session.flush()
    jobs.index(session, recording.id, recording.version)


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of what someone may read, for queries that list and count.

    What lies in the bin is in no list but the bin's own.
    """
    if reads_everything(actor):
        return Recording.publication.not_in(_DELETED)
    shown: ColumnElement[bool] = false()
    if reads_published(actor):
        shown = Recording.publication == Publication.PUBLISHED
    own = reads_own(actor)
    if own is not None:
        shown |= (Recording.depositor_id == own) & Recording.publication.not_in(_DELETED)
    return shown


def audience_of(session: Session, actor: Actor) -> Audience:
    """Tell what someone finds, as the index wants to know it.

    What was taken back is not found from that moment on, though the index follows later.
    """
    query = select(Recording.id).where(Recording.publication != Publication.PUBLISHED)
    if reads_everything(actor):
        gone = query.where(Recording.publication.in_(_DELETED))
        return Audience(everything=True, never=frozenset(session.scalars(gone)))
    own = reads_own(actor)
    also = frozenset[int]()
    if own is not None:
        mine = query.where(Recording.depositor_id == own, Recording.publication.not_in(_DELETED))
        also = frozenset(session.scalars(mine))
    return Audience(
        public=reads_published(actor),
        also=also,
        never=frozenset(session.scalars(query)) - also,
    )


def _visible(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Return the condition of what lists show.

    What was rejected stands in them for a week, for who deposited it and for librarians.
    """
    kept = Recording.status != Status.REJECTED
    own = reads_own(actor)
    if reads_everything(actor) or own is not None:
        recent = Recording.updated_at > now - _REJECTED_SHOWN_FOR
        mine = recent if reads_everything(actor) else recent & (Recording.depositor_id == own)
        kept |= mine
    return readable(actor) & kept


def _kept() -> ColumnElement[bool]:
    """Return the condition of what was not deleted."""
    return Recording.publication.not_in(_DELETED)


def _tell_gone(recording: Recording, actor: Actor) -> None:
    """Say what became of a recording that someone may not see, if they may know.

    Of what never was public only librarians are told.
    """
    number, subject = recording.id, subject_of(recording)
    if recording.publication is Publication.WITHDRAWN and may(actor, Action.KNOW, subject):
        day = recording.withdrawn_at
        raise GoneError(
            "This recording was withdrawn.",
            recording_id=number,
            title=recording.title if recording.withdrawn_title else "",
            reason=recording.withdrawn_reason,
            day=day.date() if day else None,
        )
    was_public = recording.first_published_at is not None and reads_published(actor)
    if recording.publication not in _DELETED or not (was_public or reads_everything(actor)):
        return
    if recording.merged_into_id is not None:
        raise MovedError(
            f"Recording {number} was merged into recording {recording.merged_into_id}.",
            recording_id=number,
            into_id=recording.merged_into_id,
        )
    day = recording.deleted_at
    raise GoneError(
        "This recording was deleted.",
        recording_id=number,
        day=day.date() if day else None,
        binned=recording.publication is Publication.BINNED and reads_everything(actor),
    )


def subject_of(recording: Recording) -> Subject:
    """Return what permission needs to know of a row."""
    return Subject(
        publication=recording.publication,
        depositor_id=recording.depositor_id,
        recording_id=recording.id,
    )
