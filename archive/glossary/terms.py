"""Reading and changing the glossary: what the page, the command and the worker do with it.

Everything runs in the caller's transaction. Who reads terms for recognition is not asked
for permission; who looks after them is.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from archive.audit import Noting
from archive.errors import InvalidInputError, NotFoundError
from archive.glossary.values import Draft, Entry, Kind, Term
from archive.glossary.wording import fold_term
from archive.models import Collection, GlossaryTerm
from archive.permissions import Action, Actor, require

_note = Noting("glossary term")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which terms to list; empty fields do not narrow."""

    text: str = ""
    """Found anywhere in a term or one of its spellings, whatever the case and accents."""
    language: str | None = None
    """A code, or empty for terms that are the same in every language; None: any."""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """Some terms of the many that were found."""

    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryScope:
    """The archive's glossary or that of a collection."""

    collection_id: int | None
    title: str
    """Empty for the archive's."""
    count: int
    """How many terms it has."""


def terms_for(session: Session, *collection_ids: int | None) -> tuple[Term, ...]:
    """Return the terms for a recording: its collections', then the archive's, each by name.

    Where several have a term of the same language, the first collection's stands alone.

    Args:
        session: To read from.
        collection_ids: The collections of the recording, the main one first; None counts for none.
    """
    ranks = {number: rank for rank, number in enumerate(collection_ids) if number is not None}
    found = session.scalars(
        select(GlossaryTerm).where(or_(in_scope(None), GlossaryTerm.collection_id.in_(ranks)))
    )
    rows = sorted(
        found,
        key=lambda row: (
            row.collection_id is None,
            row.folded,
            ranks.get(row.collection_id or 0, 0),
            row.id,
        ),
    )
    terms: dict[tuple[str, str], Term] = {}
    for row in rows:
        terms.setdefault((row.language, row.folded), as_term(row))
    return tuple(terms.values())


def list_scopes(session: Session, *, actor: Actor) -> tuple[GlossaryScope, ...]:
    """Return the archive's glossary, then that of every collection by title."""
    require(actor, Action.KEEP_GLOSSARY)
    counted = session.execute(
        select(GlossaryTerm.collection_id, func.count()).group_by(GlossaryTerm.collection_id)
    )
    counts: dict[int | None, int] = {row[0]: row[1] for row in counted}
    collections = session.scalars(select(Collection).order_by(Collection.title))
    return (
        GlossaryScope(collection_id=None, title="", count=counts.get(None, 0)),
        *(
            GlossaryScope(
                collection_id=collection.id,
                title=collection.title,
                count=counts.get(collection.id, 0),
            )
            for collection in collections
        ),
    )


def list_terms(
    session: Session,
    collection_id: int | None,
    wanted: Filter | None = None,
    *,
    actor: Actor,
    limit: int | None = None,
    offset: int = 0,
) -> EntryPage:
    """List the terms of one glossary, by name.

    Raises:
        NotAllowedError: the actor does not keep the glossary.
        NotFoundError: there is no such collection.
    """
    require(actor, Action.KEEP_GLOSSARY)
    check_collection(session, collection_id)
    wanted = wanted or Filter()
    query = select(GlossaryTerm).where(in_scope(collection_id))
    if wanted.language is not None:
        query = query.where(GlossaryTerm.language == wanted.language)
    if wanted.kind is not None:
        query = query.where(GlossaryTerm.kind == wanted.kind)
    text = fold_term(wanted.text)
    rows = [
        row
        for row in session.scalars(
            query.order_by(GlossaryTerm.folded, GlossaryTerm.language, GlossaryTerm.id)
        )
        if _holds(row, text)
    ]
    end = None if limit is None else offset + limit
    return EntryPage(entries=tuple(map(as_entry, rows[offset:end])), total=len(rows))


def get_term(session: Session, term_id: int, *, actor: Actor) -> Entry:
    """Read one term.

    Raises:
        NotFoundError: there is none; someone may have removed it.
    """
    require(actor, Action.KEEP_GLOSSARY)
    return as_entry(_one(session, term_id))


def add_term(
    session: Session, collection_id: int | None, draft: Draft, *, actor: Actor, now: datetime
) -> Entry:
    """Add a term to a glossary.

    Raises:
        InvalidInputError: the glossary has it already.
    """
    require(actor, Action.KEEP_GLOSSARY)
    check_collection(session, collection_id)
    _check_new(session, collection_id, draft)
    row = new_row(collection_id, draft, shipped=False, now=now)
    session.add(row)
    session.flush()
    _note(session, "added", row.id, {}, asdict(draft), actor=actor, now=now)
    return as_entry(row)


def change_term(
    session: Session, term_id: int, draft: Draft, *, actor: Actor, now: datetime
) -> Entry:
    """Change a term; one that came with the archive is a person's from then on.

    Raises:
        NotFoundError: there is none; someone may have removed it.
        InvalidInputError: the glossary has another such term.
    """
    require(actor, Action.KEEP_GLOSSARY)
    row = _one(session, term_id)
    _check_new(session, row.collection_id, draft, besides=term_id)
    before = as_draft(row)
    if before != draft:
        write_row(row, draft, shipped=False, now=now)
        session.flush()
        _note(session, "changed", term_id, asdict(before), asdict(draft), actor=actor, now=now)
    return as_entry(row)


def remove_term(session: Session, term_id: int, *, actor: Actor, now: datetime) -> Entry:
    """Remove a term; returns what it was, so that it can be put back.

    Raises:
        NotFoundError: there is none; someone may have removed it.
    """
    require(actor, Action.KEEP_GLOSSARY)
    row = _one(session, term_id)
    entry = as_entry(row)
    session.delete(row)
    session.flush()
    _note(session, "removed", term_id, asdict(entry.draft), {}, actor=actor, now=now)
    return entry


def check_collection(session: Session, collection_id: int | None) -> None:
    """Refuse a collection that does not exist."""
    if collection_id is not None and session.get(Collection, collection_id) is None:
        raise NotFoundError(f"There is no collection {collection_id}.")


def find_collection(session: Session, title: str) -> int:
    """Return the collection of a title.

    Raises:
        NotFoundError: there is none; the message names those there are.
    """
    found = session.scalar(select(Collection.id).where(Collection.title == title))
    if found is None:
        titles = session.scalars(select(Collection.title).order_by(Collection.title)).all()
        known = ", ".join(map(repr, titles)) or "none yet"
        raise NotFoundError(f"There is no collection {title!r}; there are: {known}.")
    return found


def in_scope(collection_id: int | None) -> ColumnElement[bool]:
    """Select the terms of one glossary."""
    if collection_id is None:
        return GlossaryTerm.collection_id.is_(None)
    return GlossaryTerm.collection_id == collection_id


def identity(draft: Draft) -> tuple[str, str]:
    """Return what one term of a glossary is told from another by: language, folded term."""
    return draft.language, fold_term(draft.term)


def new_row(
    collection_id: int | None, draft: Draft, *, shipped: bool, now: datetime
) -> GlossaryTerm:
    """Make the row of a new term."""
    row = GlossaryTerm(collection_id=collection_id, created_at=now)
    write_row(row, draft, shipped=shipped, now=now)
    return row


def write_row(row: GlossaryTerm, draft: Draft, *, shipped: bool, now: datetime) -> None:
    """Write a term into its row."""
    row.language, row.folded = identity(draft)
    row.term = draft.term
    row.kind = draft.kind
    row.variants = list(draft.variants)
    row.sounds_like = list(draft.sounds_like)
    row.source = draft.source
    row.shipped = shipped
    row.updated_at = now


def as_draft(row: GlossaryTerm) -> Draft:
    """Read a term from its row."""
    return Draft(
        term=row.term,
        language=row.language,
        kind=Kind(row.kind),
        variants=tuple(row.variants),
        sounds_like=tuple(row.sounds_like),
        source=row.source,
    )


def as_entry(row: GlossaryTerm) -> Entry:
    """Read a term from its row, for a page."""
    return Entry(
        id=row.id,
        collection_id=row.collection_id,
        draft=as_draft(row),
        shipped=row.shipped,
        updated_at=row.updated_at,
    )


def as_term(row: GlossaryTerm) -> Term:
    """Read a term from its row, for recognition."""
    return Term(
        term=row.term,
        language=row.language,
        kind=Kind(row.kind),
        variants=tuple(row.variants),
        sounds_like=tuple(row.sounds_like),
        of_collection=row.collection_id is not None,
    )


def _one(session: Session, term_id: int) -> GlossaryTerm:
    row = session.get(GlossaryTerm, term_id)
    if row is None:
        raise NotFoundError(
            f"There is no term {term_id} in the glossary; someone may have removed it."
        )
    return row


def _check_new(
    session: Session, collection_id: int | None, draft: Draft, *, besides: int | None = None
) -> None:
    language, folded = identity(draft)
    there = session.scalars(
        select(GlossaryTerm).where(
            in_scope(collection_id),
            GlossaryTerm.language == language,
            GlossaryTerm.folded == folded,
        )
    ).all()
    for row in there:
        if row.id != besides:
            raise InvalidInputError(
                f"{row.term!r} is in this glossary already; find it and change it there."
            )


def _holds(row: GlossaryTerm, folded: str) -> bool:
    return folded in row.folded or any(
        folded in fold_term(spelling) for spelling in (*row.variants, *row.sounds_like)
    )
