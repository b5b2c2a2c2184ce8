"""The audit log: every change a person makes is noted in the transaction that makes it.

Use cases call `note`; nothing changes or deletes an entry, and the database refuses it.
Values are what a person would read: no password hashes, no tokens, no whole transcripts.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from archive.models.audit import AuditEntry
from archive.permissions import Actor

_LONGEST = 2_000
"""Characters of a value; a longer one is cut, its end marked."""


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


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """Turn a value into what JSON can hold."""
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
