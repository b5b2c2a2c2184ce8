"""Searches that found nothing: counted, left for the librarians, listed for them.

Kept of a search: its words, how often, the day of the last time; for a year. The words only when
it was made on a second day, or left on purpose: before that a salted hash, for a month. Nothing
about who searched; and nothing at all where the words ask for a speaker, or look like an address
or a number of somebody.
"""

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from archive.audit import note
from archive.database import Database
from archive.errors import DatabaseError, NotFoundError
from archive.glossary.wording import fold_term, one_line
from archive.index import Narrowing
from archive.index.query import SPEAKER, And, Node, Not, Or, Phrase, Prefix, Word, parse
from archive.models import SearchedOnce, UnansweredQuery
from archive.permissions import Action, Actor, require
from archive.search import SearchPage

logger = logging.getLogger(__name__)

MOST_KEPT = 5_000
MAX_QUERY = 200
_KEPT_FOR = timedelta(days=365)
_HASH_KEPT_FOR = timedelta(days=30)
_WAIT_MS = 250
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


def count_search(
    database: Database, found: SearchPage, narrowing: Narrowing, *, now: datetime
) -> None:
    """Count a search if the archive has nothing for its words.

    Not one that has only nothing for what it was narrowed to, and of its pages the first. Takes a
    transaction of its own; the answer waits a quarter of a second at most for others that write,
    and then the search is not counted.
    """
    if found.total or found.page > 1 or narrowing:
        return
    try:
        with database.begin_soon(wait_ms=_WAIT_MS) as session:
            note_unanswered(session, found.query, now=now)
    except DatabaseError as exc:
        logger.warning("a search that found nothing was not counted: %s", exc)


def note_unanswered(session: Session, query: str, *, now: datetime, left: bool = False) -> bool:
    """Count a query that found nothing; tell whether it may be kept.

    Args:
        session: in the caller's transaction.
        query: As typed.
        now: Only the day is kept.
        left: Somebody leaves it for the librarians.
    """
    query = one_line(query)
    folded = fold_term(query)[:MAX_QUERY].strip()
    if not folded or _PERSONAL.search(_YEAR.sub("…", query)) or _asks_for_speaker(parse(query)):
        return False
    today = now.date()
    _hold(session)
    row = session.scalar(select(UnansweredQuery).where(UnansweredQuery.folded == folded))
    if row is None:
        before = _count_once(session, folded, today, left=left)
        if before is None:
            return True
        row = UnansweredQuery(folded=folded, query="", searched=before, left=0, last_on=today)
        session.add(row)
        _make_room(session)
    row.query = query[:MAX_QUERY]
    row.last_on = today
    if left:
        row.left += 1
    else:
        row.searched += 1
    session.flush()
    return True


def _hold(session: Session) -> None:
    """Let nobody else count until the transaction ends: two of the same query are two."""
    if session.get_bind().dialect.name == "sqlite":
        # An update that changes nothing locks the database, a SELECT would not.
        session.execute(
            update(UnansweredQuery).where(UnansweredQuery.id < 0).values(left=UnansweredQuery.left)
        )
    else:
        session.execute(text("LOCK TABLE unanswered_queries IN SHARE ROW EXCLUSIVE MODE"))


def _count_once(session: Session, folded: str, today: date, *, left: bool) -> int | None:
    """Count a query without its words; when they are to be kept, tell how often it was before.

    None: this was the first day, and nobody left it.
    """
    salts = dict(session.execute(select(SearchedOnce.salt, SearchedOnce.on).distinct()).all())
    digests = [_digest(salt, folded) for salt in salts]
    seen = session.scalar(select(SearchedOnce).where(SearchedOnce.digest.in_(digests)))
    if seen is not None and (left or seen.on < today):
        session.delete(seen)
        return seen.searched
    if left:
        return 0
    if seen is not None:
        seen.searched += 1
    else:
        salt = next((one for one, day in salts.items() if day == today), secrets.token_hex(16))
        session.add(SearchedOnce(digest=_digest(salt, folded), salt=salt, searched=1, on=today))
        _make_room_for_hashes(session)
    session.flush()
    return None


def _digest(salt: str, folded: str) -> str:
    return sha256(f"{salt} {folded}".encode()).hexdigest()


def _asks_for_speaker(node: Node | None) -> bool:
    """Whether a query names somebody as who speaks, wherever in it."""
    match node:
        case Word() | Phrase() | Prefix():
            return node.field == SPEAKER
        case And(nodes) | Or(nodes):
            return any(map(_asks_for_speaker, nodes))
        case Not(inner):
            return _asks_for_speaker(inner)
        case _:
            return False


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget what nobody searched for in a year, and hashes after a month."""
    today = now.date()
    session.execute(delete(UnansweredQuery).where(UnansweredQuery.last_on < today - _KEPT_FOR))
    session.execute(delete(SearchedOnce).where(SearchedOnce.on < today - _HASH_KEPT_FOR))


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
        # Not the words: the record of what was done is kept for good.
        before={"searched": row.searched, "left": row.left},
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


def _make_room_for_hashes(session: Session) -> None:
    """Forget the oldest when there are too many."""
    session.flush()
    count = session.scalar(select(func.count()).select_from(SearchedOnce)) or 0
    if count <= MOST_KEPT:
        return
    oldest = (
        select(SearchedOnce.digest)
        .order_by(SearchedOnce.searched, SearchedOnce.on, SearchedOnce.digest)
        .limit(count - MOST_KEPT + _ROOM)
    )
    session.execute(delete(SearchedOnce).where(SearchedOnce.digest.in_(oldest)))
