"""Changing what is said of a recording: by one person at a time, or told where it was by two.

The use cases of the page, the bulk edit and the import; each change is audited and followed by the
index, in the caller's transaction.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.describing.keeping import Keeper, Newcomers
from archive.describing.reading import read_described
from archive.describing.typed import write_text, write_texts
from archive.describing.values import Described, Field, changed_fields
from archive.jobs import Jobs
from archive.models import AuditEntry, Recording
from archive.permissions import Actor, no_recording
from archive.recordings import editable_recording, hold

ACTION = "described"
"""What the audit log calls a change of what is said."""
_MARK_CHARACTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of a recording, and which edition of it that is."""

    recording_id: int
    edition: int
    described: Described


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field that somebody else changed too while it was being changed."""

    field: Field
    theirs: str
    """What stands there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an attempt to change a description."""

    changed: tuple[Field, ...]
    """What was saved."""
    kept_theirs: tuple[Field, ...]
    """What somebody else had changed meanwhile, and this attempt had not."""
    conflicts: tuple[Conflict, ...]
    """Where there are some, nothing was saved."""
    edition: int
    """What the next attempt is based on."""
    by: str
    """Who changed it meanwhile; empty: nobody, or it is not known."""
    newcomers: Newcomers


def get_description(session: Session, recording_id: int, *, actor: Actor) -> Description:
    """Read what is said of a recording, to change it.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not change it.
    """
    recording = editable_recording(session, recording_id, actor)
    return Description(
        recording_id=recording_id,
        edition=recording.edition,
        described=read_described(session, [recording_id])[recording_id],
    )


def marks_of(described: Described) -> dict[Field, str]:
    """Return what tells whether a field has changed since: short, and a page can carry it."""
    return {
        field: hashlib.sha256(text.encode()).hexdigest()[:_MARK_CHARACTERS]
        for field, text in write_texts(described).items()
    }


def describe(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    typed: Described,
    *,
    edition: int,
    marks: Mapping[Field, str],
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Change what is said of a recording, unless somebody else changed the same meanwhile.

    What only one of the two changed is kept of each.

    Args:
        typed: All of it, as it should be.
        edition: Which edition it is based on.
        marks: Of that edition, as `marks_of` gives them.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        DescriptionError: something cannot be taken; says what to do.
    """
    hold(session, [recording_id])
    recording = editable_recording(session, recording_id, actor)
    there = read_described(session, [recording_id])[recording_id]
    wanted = typed
    theirs: tuple[Field, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    if recording.edition != edition:
        wanted, theirs, conflicts = _bring_together(there, typed, marks)
    keeper = Keeper(session, now=now)
    settled = keeper.settle(recording_id, there, wanted)
    newcomers = keeper.newcomers([settled])
    by = _last_by(session, recording_id) if theirs or conflicts else ""
    changed: tuple[Field, ...] = ()
    if not conflicts:
        done = keep_changes(
            session, jobs, keeper, [(recording, there, settled)], actor=actor, now=now
        )
        changed = done.get(recording_id, ())
    return Outcome(
        changed=changed,
        kept_theirs=theirs,
        conflicts=conflicts,
        edition=recording.edition,
        by=by,
        newcomers=newcomers,
    )


def keep_changes(
    session: Session,
    jobs: Jobs,
    keeper: Keeper,
    changes: Iterable[tuple[Recording, Described, Described]],
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, tuple[Field, ...]]:
    """Write settled descriptions, note them, and let the index follow.

    Args:
        session: The transaction it is done in.
        jobs: To let the index follow.
        keeper: Of this transaction.
        changes: Each recording with what is said of it before and after.
        actor: Who changes them.
        now: The present.

    Returns:
        The fields that changed, of each recording that did.
    """
    done: dict[int, tuple[Field, ...]] = {}
    versions: dict[int, int] = {}
    for recording, before, after in changes:
        changed = keeper.keep(recording, before, after)
        if not changed:
            continue
        done[recording.id] = changed
        recording.version += 1
        recording.updated_at = now
        versions[recording.id] = recording.version
        note(
            session,
            actor=actor,
            action=ACTION,
            kind="recording",
            object_id=recording.id,
            before=_said(before, changed),
            after=_said(after, changed),
            now=now,
        )
    keeper.finish()
    for recording_id, version in versions.items():
        jobs.index(session, recording_id, version)
    return done


def editable_rows(
    session: Session, recording_ids: Iterable[int], actor: Actor
) -> dict[int, Recording]:
    """Return the rows of some recordings that someone may change, by id.

    Raises:
        NotFoundError: one is not there.
        NotAllowedError: the actor may not change one.
    """
    ids = tuple(dict.fromkeys(recording_ids))
    # One statement for all; `editable_recording` then finds each in the session.
    rows = {row.id: row for row in session.scalars(select(Recording).where(Recording.id.in_(ids)))}
    for recording_id in ids:
        if recording_id not in rows:
            raise no_recording(recording_id)
        editable_recording(session, recording_id, actor)
    return rows


def _bring_together(
    there: Described, typed: Described, marks: Mapping[Field, str]
) -> tuple[Described, tuple[Field, ...], tuple[Conflict, ...]]:
    """Take from each side what it alone changed."""
    now, mine = marks_of(there), marks_of(typed)
    wanted, theirs = typed, []
    conflicts = []
    for field in changed_fields(there, typed):
        based_on = marks.get(field, "")
        if mine[field] == based_on:
            wanted = replace(wanted, **{field: getattr(there, field)})
            theirs.append(field)
        elif now[field] != based_on:
            conflicts.append(Conflict(field=field, theirs=write_text(getattr(there, field))))
    return wanted, tuple(theirs), tuple(conflicts)


def _said(described: Described, fields: Iterable[Field]) -> dict[str, object]:
    return {field.value: text for field, text in write_texts(described, fields).items()}


def _last_by(session: Session, recording_id: int) -> str:
    return (
        session.scalar(
            select(AuditEntry.account_name)
            .where(
                AuditEntry.kind == "recording",
                AuditEntry.object_id == recording_id,
                AuditEntry.action == ACTION,
            )
            .order_by(AuditEntry.id.desc())
            .limit(1)
        )
        or ""
    )
