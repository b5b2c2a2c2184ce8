"""The terms the archive ships with, brought into the table.

A term is offered to an archive once. Whoever removed it or made it their own (its row is no
longer marked as shipped) is left alone from then on; a newer list adds its new terms,
brings better spellings to those nobody touched, and takes back what it no longer has.
"""

from datetime import datetime
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.database import Database
from archive.glossary.table import read_table
from archive.glossary.terms import as_draft, identity, in_scope, new_row, write_row
from archive.glossary.values import Draft
from archive.models import GlossaryTerm, OfferedTerm

_LISTS = ("clinical.csv", "drugs.csv", "institutions.csv", "places.csv")


def read_shipped() -> tuple[Draft, ...]:
    """Read the lists in this package."""
    folder = files("archive.glossary") / "data"
    tables = (read_table((folder / name).read_bytes()) for name in _LISTS)
    return tuple(row.draft for table in tables for row in table.rows)


def bring_shipped(database: Database, *, now: datetime) -> int:
    """Bring the shipped terms into an archive; safe to run again and by two processes at once.

    Returns:
        How many are new to it.
    """
    try:
        with database.begin() as session:
            return offer_shipped(session, now=now)
    except IntegrityError:
        # Another process brought them between our reading and our writing.
        with database.begin() as session:
            return offer_shipped(session, now=now)


def offer_shipped(
    session: Session, *, now: datetime, drafts: tuple[Draft, ...] | None = None
) -> int:
    """Bring the shipped terms into the archive's glossary; returns how many are new to it.

    May be done again at any time; does nothing when nothing is new.

    Args:
        drafts: In place of the lists in this package.
    """
    shipped = {identity(draft): draft for draft in (read_shipped() if drafts is None else drafts)}
    rows = session.scalars(select(GlossaryTerm).where(in_scope(None))).all()
    there = {(row.language, row.folded): row for row in rows}
    offered = {(term.language, term.folded) for term in session.scalars(select(OfferedTerm))}
    for key, row in there.items():
        if not row.shipped:
            continue
        if key not in shipped:
            session.delete(row)
        elif as_draft(row) != shipped[key]:
            write_row(row, shipped[key], shipped=True, now=now)
    new = [key for key in shipped if key not in offered]
    session.add_all(
        new_row(None, shipped[key], shipped=True, now=now) for key in new if key not in there
    )
    session.add_all(OfferedTerm(language=language, folded=folded) for language, folded in new)
    session.flush()
    return len([key for key in new if key not in there])
