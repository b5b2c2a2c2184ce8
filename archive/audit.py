"""The audit log: every change a person makes is noted in the transaction that makes it.

Use cases call `note`; nothing changes or deletes an entry, and the database refuses it.
Values are what a person would read: no password hashes, no tokens, no whole transcripts.
Administrators read all of it; who looks after a recording reads its history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from archive.models.audit import AuditEntry
from archive.models.recording import Recording
from archive.permissions import Action, Actor, Subject, no_recording, require

RECORDING = "recording"
TRANSCRIPT = "transcript"
"""Both with the number of the recording."""
_LONGEST = 2_000
"""Characters of a value; a longer one is cut, its end marked."""
_MOST = 100
"""Values of a list, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that became another."""

    name: str
    before: object
    """None where there was none."""
    after: object
    """None where there is none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing somebody did."""

    id: int
    at: datetime
    account_id: int | None
    """None: the operator at the command line, or the archive itself."""
    account_name: str
    """As it was then."""
    action: str
    kind: str
    object_id: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are asked for; a None narrows nothing."""

    account_id: int | None = None
    kind: str | None = None
    object_id: int | None = None
    day: date | None = None
    """In UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Some entries, newest first."""

    entries: tuple[Entry, ...]
    total: int


EVERY_ENTRY = AuditFilter()


def note(
    session: Session,
    *,
    actor: Actor,
    action: str,
    kind: str,
    object_id: int | None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Note a change in the caller's transaction; of both values only what differs is kept.

    Args:
        session: In the transaction that makes the change.
        actor: Who makes it.
        action: A verb in the past, at most 40 characters: `published`.
        kind: What is changed: `recording`.
        object_id: Which one; None for what has no number.
        before: Its values by name, of any type that JSON or `str` can write; empty when made.
        after: The same once changed; empty when deleted.
        now: The present.
    """
    old, new = dict(before or {}), dict(after or {})
    same = {name for name in old.keys() & new.keys() if old[name] == new[name]}
    session.add(
        AuditEntry(
            at=now,
            account_id=actor.account_id,
            account_name=actor.name or ("operator" if actor.operator else ""),
            action=action,
            kind=kind,
            object_id=object_id,
            before={name: _plain(value) for name, value in old.items() if name not in same},
            after={name: _plain(value) for name, value in new.items() if name not in same},
        )
    )


def read_audit(
    session: Session,
    *,
    actor: Actor,
    wanted: AuditFilter = EVERY_ENTRY,
    limit: int = 50,
    offset: int = 0,
) -> AuditPage:
    """Read the log, newest first.

    Raises:
        NotAllowedError: the actor is no administrator.
    """
    require(actor, Action.READ_AUDIT)
    return _page(session, _condition(wanted), limit, offset)


def read_history(
    session: Session, recording_id: int, *, actor: Actor, limit: int = 50, offset: int = 0
) -> AuditPage:
    """Read what was done to one recording and its transcript, newest first.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
        NotAllowedError: the actor may see the recording, but not its history.
    """
    recording = session.get(Recording, recording_id)
    if recording is None:
        raise no_recording(recording_id)
    subject = Subject(
        publication=recording.publication,
        depositor_id=recording.depositor_id,
        recording_id=recording_id,
    )
    require(actor, Action.READ_HISTORY, subject)
    of_it = AuditEntry.kind.in_([RECORDING, TRANSCRIPT]) & (AuditEntry.object_id == recording_id)
    return _page(session, of_it, limit, offset)


def audit_people(session: Session, *, actor: Actor) -> tuple[tuple[int, str], ...]:
    """List who did anything, by id and their latest name, in order of names."""
    require(actor, Action.READ_AUDIT)
    latest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.account_id.is_not(None))
        .group_by(AuditEntry.account_id)
    )
    rows = session.execute(
        select(AuditEntry.account_id, AuditEntry.account_name)
        .where(AuditEntry.id.in_(latest))
        .order_by(AuditEntry.account_name, AuditEntry.account_id)
    )
    return tuple((row.account_id, row.account_name) for row in rows)


def audit_kinds(session: Session, *, actor: Actor) -> tuple[str, ...]:
    """List the kinds of things that were changed, in order."""
    require(actor, Action.READ_AUDIT)
    return tuple(session.scalars(select(AuditEntry.kind).distinct().order_by(AuditEntry.kind)))


def _condition(wanted: AuditFilter) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = true()
    if wanted.account_id is not None:
        condition &= AuditEntry.account_id == wanted.account_id
    if wanted.kind is not None:
        condition &= AuditEntry.kind == wanted.kind
    if wanted.object_id is not None:
        condition &= AuditEntry.object_id == wanted.object_id
    if wanted.day is not None:
        begins = datetime.combine(wanted.day, time(), tzinfo=UTC)
        condition &= (AuditEntry.at >= begins) & (AuditEntry.at < begins + timedelta(days=1))
    return condition


def _page(session: Session, condition: ColumnElement[bool], limit: int, offset: int) -> AuditPage:
    rows = session.scalars(
        select(AuditEntry)
        .where(condition)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return AuditPage(
        entries=tuple(_entry(row) for row in rows),
        total=session.scalar(select(func.count(AuditEntry.id)).where(condition)) or 0,
    )


def _entry(row: AuditEntry) -> Entry:
    names: Sequence[str] = list(dict.fromkeys([*row.before, *row.after]))
    return Entry(
        id=row.id,
        at=row.at,
        account_id=row.account_id,
        account_name=row.account_name,
        action=row.action,
        kind=row.kind,
        object_id=row.object_id,
        changes=tuple(
            Change(name=name, before=row.before.get(name), after=row.after.get(name))
            for name in names
        ),
    )


class Noting:
    """Notes changes of one kind of thing: `note` with less to say."""

    def __init__(self, kind: str) -> None:
        """Take what is changed, as `note` does."""
        self._kind = kind

    def __call__(
        self,
        session: Session,
        action: str,
        object_id: int | None,
        before: Mapping[str, object],
        after: Mapping[str, object],
        *,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Note one; see `note`."""
        note(
            session,
            actor=actor,
            action=action,
            kind=self._kind,
            object_id=object_id,
            before=before,
            after=after,
            now=now,
        )


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """Turn a value into what JSON can hold."""
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            shown = [_plain(one) for one in list(value)[:_MOST]]
            more = len(value) - len(shown)
            return [*shown, f"… and {more} more"] if more else shown
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
