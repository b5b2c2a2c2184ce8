"""Who sees a recording: the steps from a draft to published and withdrawn, and who may take them.

The one state machine of publishing, asked by pages, commands, the API and the worker:

    draft ⇄ review
    draft, review, withdrawn → published     at once, or by the worker at a time
    published → withdrawn

The bin is `archive.bin`'s. Runs in the caller's transaction; the index follows each step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from archive.audit import note
from archive.checklist import Item, in_the_way, look_over
from archive.describing.typed import block
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import Publication, Recording, Status
from archive.permissions import Action, Actor, may, no_recording, require
from archive.recordings import hold, subject_of, touch

MAX_REASON = 2_000
_FARTHEST = timedelta(days=20 * 366)
SCHEDULE = Actor(operator=True, name="schedule")
"""Who publishes when the time has come."""


class Step(StrEnum):
    """What is done with a recording."""

    SUBMIT = "submit"
    """Hand it to the librarians."""
    RETURN = "return"
    """Take it back into work, or give it back."""
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    """Have it published at a time."""
    UNSCHEDULE = "unschedule"
    WITHDRAW = "withdraw"


_UNPUBLISHED = frozenset((Publication.DRAFT, Publication.REVIEW, Publication.WITHDRAWN))
_FROM: Mapping[Step, frozenset[Publication]] = MappingProxyType(
    {
        Step.SUBMIT: frozenset((Publication.DRAFT,)),
        Step.RETURN: frozenset((Publication.REVIEW,)),
        Step.PUBLISH: _UNPUBLISHED,
        Step.SCHEDULE: _UNPUBLISHED,
        Step.UNSCHEDULE: _UNPUBLISHED,
        Step.WITHDRAW: frozenset((Publication.PUBLISHED,)),
    }
)
_ASKS: Mapping[Step, Action] = MappingProxyType(
    {
        Step.SUBMIT: Action.EDIT,
        Step.RETURN: Action.EDIT,
        Step.PUBLISH: Action.PUBLISH,
        Step.SCHEDULE: Action.PUBLISH,
        Step.UNSCHEDULE: Action.PUBLISH,
        Step.WITHDRAW: Action.WITHDRAW,
    }
)
_AUDITED: Mapping[Step, str] = MappingProxyType(
    {
        Step.SUBMIT: "submitted",
        Step.RETURN: "returned",
        Step.PUBLISH: "published",
        Step.SCHEDULE: "scheduled",
        Step.UNSCHEDULE: "unscheduled",
        Step.WITHDRAW: "withdrawn",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a recording stands on its way to readers, and what someone may do."""

    recording_id: int
    publication: Publication
    publish_at: datetime | None
    """When the worker publishes it."""
    overdue: bool
    """The time has come, but something essential is in the way."""
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    withdrawn_title: bool
    checklist: tuple[Item, ...]
    steps: frozenset[Step]

    @property
    def in_the_way(self) -> tuple[Item, ...]:
        """Return the essentials that are missing."""
        return in_the_way(self.checklist)

    @property
    def missing(self) -> tuple[Item, ...]:
        """Return all that is missing."""
        return tuple(item for item in self.checklist if not item.fulfilled)


def standing_of(session: Session, recording_id: int, *, actor: Actor, now: datetime) -> Standing:
    """Tell where a recording stands.

    Raises:
        NotFoundError: there is none, or the actor may not see it.
    """
    recording = _one(session, recording_id)
    subject = subject_of(recording)
    require(actor, Action.READ, subject)
    may_know = may(actor, Action.READ_HISTORY, subject)
    return Standing(
        recording_id=recording_id,
        publication=recording.publication,
        publish_at=recording.publish_at,
        overdue=recording.publish_at is not None and recording.publish_at <= now,
        published_at=recording.published_at,
        withdrawn_at=recording.withdrawn_at,
        withdrawn_reason=recording.withdrawn_reason,
        withdrawn_title=recording.withdrawn_title,
        checklist=look_over(session, recording) if may_know else (),
        steps=frozenset(step for step in Step if _open(step, recording, actor)),
    )


def take_step(  # noqa: PLR0913 - each step has its own words
    session: Session,
    jobs: Jobs,
    recording_id: int,
    step: Step,
    *,
    actor: Actor,
    now: datetime,
    publish_at: datetime | None = None,
    reason: str = "",
    show_title: bool = False,
) -> None:
    """Take a step with a recording.

    Args:
        session: The transaction of the step.
        jobs: To let the index follow.
        recording_id: Which one.
        step: What to do.
        actor: Who does it.
        now: The present.
        publish_at: For `schedule`.
        reason: For `withdraw`: what readers are told.
        show_title: For `withdraw`: readers may know the title.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
        InvalidInputError: it cannot be done from where the recording is, or something essential
            is missing; says what to do.
    """
    hold(session, [recording_id])
    recording = _one(session, recording_id)
    require(actor, _ASKS[step], subject_of(recording))
    _check_from(step, recording)
    before = _said(recording)
    match step:
        case Step.SUBMIT:
            recording.publication = Publication.REVIEW
        case Step.RETURN:
            recording.publication = Publication.DRAFT
        case Step.PUBLISH:
            _check_ready(session, recording)
            _publish(recording, now)
        case Step.SCHEDULE:
            _check_ready(session, recording)
            recording.publish_at = _check_time(publish_at, now)
        case Step.UNSCHEDULE:
            recording.publish_at = None
        case Step.WITHDRAW:
            reason = block(reason)
            if len(reason) > MAX_REASON:
                raise InvalidInputError(f"The reason may have {MAX_REASON} characters.")
            recording.publication = Publication.WITHDRAWN
            recording.published_at = None
            recording.withdrawn_at = now
            recording.withdrawn_reason, recording.withdrawn_title = reason, show_title
    note(
        session,
        actor=actor,
        action=_AUDITED[step],
        kind="recording",
        object_id=recording_id,
        before=before,
        after=_said(recording),
        now=now,
    )
    touch(session, jobs, recording, now=now)


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether something may have to be published, at the cost of reading."""
    return session.scalar(select(Recording.id).where(*_due(now)).limit(1)) is not None


def publish_due(session: Session, jobs: Jobs, *, now: datetime) -> tuple[int, ...]:
    """Publish what is due and has all essentials; returns the ids. Safe to run twice at once.

    What lacks something stays, and is published once it has it.
    """
    # Writing first: SQLite then lets no other worker see the same until this is committed, and
    # PostgreSQL locks the rows.
    session.execute(
        update(Recording).where(*_due(now)).values(publish_at=Recording.publish_at),
        execution_options={"synchronize_session": False},
    )
    due = session.scalars(
        select(Recording).where(*_due(now)).order_by(Recording.publish_at, Recording.id)
    ).all()
    done = []
    for recording in due:
        if in_the_way(look_over(session, recording)):
            continue
        before = _said(recording)
        _publish(recording, now)
        note(
            session,
            actor=SCHEDULE,
            action=_AUDITED[Step.PUBLISH],
            kind="recording",
            object_id=recording.id,
            before=before,
            after=_said(recording),
            now=now,
        )
        touch(session, jobs, recording, now=now)
        done.append(recording.id)
    return tuple(done)


def read_time(typed: str) -> datetime:
    """Read a time, as `2026-03-05T14:30`; without a zone it is UTC.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        time = datetime.fromisoformat(typed.strip())
    except ValueError as exc:
        raise InvalidInputError(
            f"The time “{typed[:40]}” cannot be read; write it as 2026-03-05T14:30, in UTC."
        ) from exc
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Recording.publish_at <= now,
        Recording.publication.in_(_UNPUBLISHED),
        Recording.status != Status.REJECTED,
    )


def _publish(recording: Recording, now: datetime) -> None:
    recording.publication = Publication.PUBLISHED
    recording.published_at = now
    recording.first_published_at = recording.first_published_at or now
    recording.publish_at = None
    recording.withdrawn_at, recording.withdrawn_reason = None, ""
    recording.withdrawn_title = False


def _open(step: Step, recording: Recording, actor: Actor) -> bool:
    """Tell whether someone may take a step from where a recording is."""
    if recording.status is Status.REJECTED or recording.publication not in _FROM[step]:
        return False
    if step is Step.UNSCHEDULE and recording.publish_at is None:
        return False
    return may(actor, _ASKS[step], subject_of(recording))


def _check_from(step: Step, recording: Recording) -> None:
    if recording.status is Status.REJECTED:
        raise InvalidInputError("This file was not kept, so there is nothing to publish.")
    if recording.publication not in _FROM[step]:
        froms = ", ".join(sorted(_FROM[step]))
        raise InvalidInputError(
            f"This recording is {recording.publication}; {step} is for what is {froms}. Somebody "
            "may have changed it meanwhile: load its page again."
        )


def _check_ready(session: Session, recording: Recording) -> None:
    blocking = in_the_way(look_over(session, recording))
    if blocking:
        told = " ".join(f"{item.name}: {item.told}" for item in blocking)
        raise InvalidInputError(f"It cannot be published yet. {told}")


def _check_time(publish_at: datetime | None, now: datetime) -> datetime:
    if publish_at is None:
        raise InvalidInputError("Say when it is to be published.")
    if publish_at <= now:
        raise InvalidInputError(
            f"{publish_at:%Y-%m-%d %H:%M} UTC has passed; choose a later time, or publish it now."
        )
    if publish_at > now + _FARTHEST:
        raise InvalidInputError(f"The year {publish_at.year} is too far away; is it a slip?")
    return publish_at


def _one(session: Session, recording_id: int) -> Recording:
    recording = session.get(Recording, recording_id)
    if recording is None or recording.publication in (Publication.BINNED, Publication.GONE):
        raise no_recording(recording_id)
    return recording


def _said(recording: Recording) -> dict[str, object]:
    return {
        "publication": recording.publication,
        "publish_at": recording.publish_at,
        "reason": recording.withdrawn_reason,
        "title shown": recording.withdrawn_title,
    }
