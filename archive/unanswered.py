"""Searches that found nothing: counted, left for the librarians, listed for them.

Kept of a search: its words, how often, the day of the last time. Nothing about who searched; and
nothing at all where the words themselves look like an address or a number of somebody. Runs in
the caller's transaction.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.errors import NotFoundError
from archive.glossary.wording import fold_term, one_line
from archive.models import UnansweredQuery
from archive.permissions import Action, Actor, require

MOST_KEPT = 5_000
MAX_QUERY = 200
_ROOM = 50
"""How many are forgotten at once, so that not every new one looks for the least."""
_PERSONAL = re.compile(r"@|\d(?:[\s./-]?\d){6}")
"""An e-mail address; seven digits in a row or more: a telephone, a patient's number."""
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A query that found nothing."""

    id: int
    query: str
    """As it was last typed."""
    searched: int
    """How often it found nothing."""
    left: int
    """How often it was left for the librarians."""
    last_on: date


def note_unanswered(session: Session, query: str, *, now: datetime, left: bool = False) -> bool:
    """Count a query that found nothing; tell whether it was kept.

    Args:
        query: As typed.
        now: Only the day is kept.
        left: Somebody leaves it for the librarians.
    """
    query = one_line(query)
    folded = fold_term(query)[:MAX_QUERY].strip()
    if not folded or _PERSONAL.search(_YEAR.sub("…", query)):
        return False
    row = session.scalar(select(UnansweredQuery).where(UnansweredQuery.folded == folded))
    if row is None:
        row = UnansweredQuery(folded=folded, query="", searched=0, left=0, last_on=now.date())
        session.add(row)
        _make_room(session)
    row.query = query[:MAX_QUERY]
    row.last_on = now.date()
    if left:
        row.left += 1
    else:
        row.searched += 1
    session.flush()
    return True


def list_unanswered(
    session: Session, *, actor: Actor, limit: int = 50, offset: int = 0
) -> tuple[tuple[Unanswered, ...], int]:
    """List queries that found nothing, those left for librarians first, then the most frequent.

    Returns:
        Some of them, and how many there are.

    Raises:
        NotAllowedError: the actor may not see them.
    """
    require(actor, Action.READ_UNANSWERED)
    rows = session.scalars(
        select(UnansweredQuery)
        .order_by(
            UnansweredQuery.left.desc(),
            UnansweredQuery.searched.desc(),
            UnansweredQuery.last_on.desc(),
            UnansweredQuery.id,
        )
        .limit(limit)
        .offset(offset)
    ).all()
    total = session.scalar(select(func.count(UnansweredQuery.id))) or 0
    return tuple(
        Unanswered(
            id=row.id,
            query=row.query,
            searched=row.searched,
            left=row.left,
            last_on=row.last_on,
        )
        for row in rows
    ), total


def forget_unanswered(session: Session, query_id: int, *, actor: Actor, now: datetime) -> str:
    """Take a query off the list: it is dealt with, or not worth it; return its words.

    Raises:
        NotFoundError: it is not on the list.
        NotAllowedError: the actor may not.
    """
    require(actor, Action.READ_UNANSWERED)
    row = session.get(UnansweredQuery, query_id)
    if row is None:
        raise NotFoundError("That search is not on the list any more.")
    session.delete(row)
    note(
        session,
        actor=actor,
        action="took off the list",
        kind="search in vain",
        object_id=query_id,
        before={"query": row.query},
        now=now,
    )
    return row.query


def _make_room(session: Session) -> None:
    """Forget the least when there are too many: anybody can search for anything."""
    count = session.scalar(select(func.count(UnansweredQuery.id))) or 0
    if count <= MOST_KEPT:
        return
    least = (
        select(UnansweredQuery.id)
        .where(UnansweredQuery.searched > 0)
        .order_by(UnansweredQuery.left, UnansweredQuery.searched, UnansweredQuery.last_on)
        .limit(count - MOST_KEPT + _ROOM)
    )
    session.execute(delete(UnansweredQuery).where(UnansweredQuery.id.in_(least)))
