"""Importing and exporting a glossary: all of a file or nothing, and told before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.csv_lines import Refusal
from archive.errors import InvalidInputError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What importing a file would do."""

    added: tuple[Draft, ...]
    changed: tuple[Draft, ...]
    """As they would stand afterwards."""
    unchanged: int
    refused: tuple[Refusal, ...]

    @property
    def can_be_done(self) -> bool:
        """True when every line can be taken and some line does something."""
        return not self.refused and bool(self.added or self.changed)


def plan_import(
    session: Session, collection_id: int | None, content: bytes, *, actor: Actor
) -> ImportPlan:
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
) -> ImportPlan:
    """Import a CSV file into a glossary: terms it names are added or changed, none is removed.

    Raises:
        NotAllowedError: the actor does not keep the glossary.
        InvalidInputError: a line cannot be taken; then nothing is changed.
    """
    plan = plan_import(session, collection_id, content, actor=actor)
    if plan.refused:
        first = plan.refused[0]
        more = f" {len(plan.refused) - 1} more lines cannot be taken." * (len(plan.refused) > 1)
        raise InvalidInputError(f"Nothing was imported. Line {first.line}: {first.why}{more}")
    there = _rows_there(session, collection_id)
    for draft in plan.changed:
        write_row(there[identity(draft)], draft, shipped=False, now=now)
    session.add_all(new_row(collection_id, draft, shipped=False, now=now) for draft in plan.added)
    session.flush()
    return plan


def export_terms(session: Session, collection_id: int | None, *, actor: Actor) -> str:
    """Write a glossary as CSV; importing it again changes nothing."""
    page = list_terms(session, collection_id, actor=actor)
    return write_table(entry.draft for entry in page.entries)


def _rows_there(session: Session, collection_id: int | None) -> dict[tuple[str, str], GlossaryTerm]:
    rows = session.scalars(select(GlossaryTerm).where(in_scope(collection_id)))
    return {(row.language, row.folded): row for row in rows}


def _plan(table: Table, there: Mapping[tuple[str, str], GlossaryTerm]) -> ImportPlan:
    added: list[Draft] = []
    changed: list[Draft] = []
    unchanged = 0
    for row in table.rows:
        known = there.get(identity(row.draft))
        if known is None:
            added.append(row.draft)
        elif (draft := _merged(as_draft(known), row)) != as_draft(known):
            changed.append(draft)
        else:
            unchanged += 1
    return ImportPlan(
        added=tuple(added), changed=tuple(changed), unchanged=unchanged, refused=table.refused
    )


def _merged(known: Draft, row: Row) -> Draft:
    """Take what the file has columns for, and keep the rest."""
    given = {name: getattr(row.draft, name) for name in row.given}
    return replace(known, **given)
