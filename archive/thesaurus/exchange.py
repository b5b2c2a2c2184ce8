"""Importing and exporting the thesaurus: all of a file or nothing, and told before it is done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from archive.audit import note
from archive.csv_lines import ImportPlan, plan_of
from archive.permissions import Action, Actor, require
from archive.thesaurus.labels import identity, note_change, read_labels, save_label
from archive.thesaurus.table import Table, read_table, write_table
from archive.thesaurus.values import Label


def plan_import(session: Session, content: bytes, *, actor: Actor) -> ImportPlan[Label]:
    """Tell what importing a CSV file into the thesaurus would do; changes nothing.

    Raises:
        NotAllowedError: the actor does not keep the thesaurus.
        InvalidInputError: the file is no such CSV; says what to do.
    """
    require(actor, Action.KEEP_THESAURUS)
    return _plan(read_table(content), {identity(each): each for each in read_labels(session)})


def import_labels(
    session: Session, content: bytes, *, actor: Actor, now: datetime
) -> ImportPlan[Label]:
    """Import a CSV file: labels it names are added or changed, none is removed.

    Raises:
        NotAllowedError: the actor does not keep the thesaurus.
        InvalidInputError: a line cannot be taken; then nothing is changed.
    """
    plan = plan_import(session, content, actor=actor)
    plan.check()
    for label in (*plan.changed, *plan.added):
        save_label(session, label, now=now)
    if plan.can_be_done:
        note_change(session)
        note(
            session,
            actor=actor,
            action="imported",
            kind="thesaurus",
            object_id=None,
            after={
                "added": [f"{label.term} ({label.language})" for label in plan.added],
                "changed": [f"{label.term} ({label.language})" for label in plan.changed],
            },
            now=now,
        )
    return plan


def export_labels(session: Session, *, actor: Actor) -> str:
    """Write the thesaurus as CSV; importing it again changes nothing."""
    require(actor, Action.KEEP_THESAURUS)
    return write_table(read_labels(session))


def _plan(table: Table, there: Mapping[tuple[str, str, str], Label]) -> ImportPlan[Label]:
    def compared(label: Label) -> tuple[Label, Label | None]:
        known = there.get(identity(label))
        return (_merged(known, label, table.given) if known else label), known

    return plan_of((compared(row.label) for row in table.rows), table.refused)


def _merged(known: Label, label: Label, given: frozenset[str]) -> Label:
    """Take what the file has columns for, and keep the rest.

    An empty MeSH id says nothing: it need only stand in one line of its concept.
    """
    return replace(
        label,
        preferred=label.preferred if "preferred" in given else known.preferred,
        mesh=label.mesh or known.mesh,
        source=label.source if "source" in given else known.source,
    )
