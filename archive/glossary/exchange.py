"""Importing and exporting a glossary: all of a file or nothing, and told before it is done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.csv_lines import ImportPlan, plan_of
from archive.glossary.table import Row, Table, read_table, write_table
from archive.glossary.terms import (
    as_draft,
    check_collection,
    identity,
    in_scope,
    list_terms,
    new_row,
    write_row,
)
from archive.glossary.values import Draft
from archive.models import GlossaryTerm
from archive.permissions import Action, Actor, require


def plan_import(
    session: Session, collection_id: int | None, content: bytes, *, actor: Actor
) -> ImportPlan[Draft]:
    """Tell what importing a CSV file into a glossary would do; changes nothing.

    Raises:
        NotAllowedError: the actor does not keep the glossary.
        InvalidInputError: the file is no such CSV; says what to do.
    """
    require(actor, Action.KEEP_GLOSSARY)
    check_collection(session, collection_id)
    return _plan(read_table(content), _rows_there(session, collection_id))


def import_terms(
    session: Session, collection_id: int | None, content: bytes, *, actor: Actor, now: datetime
) -> ImportPlan[Draft]:
    """Import a CSV file into a glossary: terms it names are added or changed, none is removed.

    Raises:
        NotAllowedError: the actor does not keep the glossary.
        InvalidInputError: a line cannot be taken; then nothing is changed.
    """
    plan = plan_import(session, collection_id, content, actor=actor)
    plan.check()
    there = _rows_there(session, collection_id)
    for draft in plan.changed:
        write_row(there[identity(draft)], draft, shipped=False, now=now)
    session.add_all(new_row(collection_id, draft, shipped=False, now=now) for draft in plan.added)
    session.flush()
    if plan.changed or plan.added:
        note(
            session,
            actor=actor,
            action="imported",
            kind="glossary",
            object_id=collection_id,
            after={
                "added": [draft.term for draft in plan.added],
                "changed": [draft.term for draft in plan.changed],
            },
            now=now,
        )
    return plan


def export_terms(session: Session, collection_id: int | None, *, actor: Actor) -> str:
    """Write a glossary as CSV; importing it again changes nothing."""
    page = list_terms(session, collection_id, actor=actor)
    return write_table(entry.draft for entry in page.entries)


def _rows_there(session: Session, collection_id: int | None) -> dict[tuple[str, str], GlossaryTerm]:
    rows = session.scalars(select(GlossaryTerm).where(in_scope(collection_id)))
    return {(row.language, row.folded): row for row in rows}


def _plan(table: Table, there: Mapping[tuple[str, str], GlossaryTerm]) -> ImportPlan[Draft]:
    def compared(row: Row) -> tuple[Draft, Draft | None]:
        known = there.get(identity(row.draft))
        if known is None:
            return row.draft, None
        return _merged(as_draft(known), row), as_draft(known)

    return plan_of(map(compared, table.rows), table.refused)


def _merged(known: Draft, row: Row) -> Draft:
    """Take what the file has columns for, and keep the rest."""
    given = {name: getattr(row.draft, name) for name in row.given}
    return replace(known, **given)
