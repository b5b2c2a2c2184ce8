"""The labels the archive ships with, brought into the tables.

A label is offered to an archive once. Whoever removed it or made it their own (its row is no
longer marked as shipped) is left alone from then on; a newer list adds its new labels,
brings better ones to those nobody touched, and takes back what it no longer has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.database import Database
from archive.models import OfferedLabel, ThesaurusConcept, ThesaurusLabel, ThesaurusState
from archive.thesaurus.labels import as_label, identity, note_change
from archive.thesaurus.table import read_table
from archive.thesaurus.values import Label

Identity = tuple[str, str, str]
"""Concept, language, folded term."""


@dataclass(frozen=True, slots=True)
class ShippedLabels:
    """The list in this package, read only where an archive does not have it yet."""

    content: bytes

    @property
    def digest(self) -> str:
        """Tell one list from another."""
        return sha256(self.content).hexdigest()

    def read(self) -> tuple[Label, ...]:
        """Read the labels; the MeSH id of a concept stands with every one."""
        labels = [row.label for row in read_table(self.content, max_bytes=len(self.content)).rows]
        meshes = {label.concept: label.mesh for label in labels if label.mesh}
        return tuple(replace(label, mesh=meshes.get(label.concept, "")) for label in labels)


def load_shipped() -> ShippedLabels:
    """Load the list in this package."""
    return ShippedLabels((files("archive.thesaurus") / "data" / "concepts.csv").read_bytes())


def bring_labels(database: Database, *, now: datetime) -> int:
    """Bring the shipped labels into an archive; safe to run again and by two processes at once.

    Returns:
        How many are new to it.
    """
    shipped = load_shipped()
    try:
        with database.begin() as session:
            return offer_labels(session, shipped, now=now)
    except IntegrityError:
        # Another process brought them between our reading and our writing.
        with database.begin() as session:
            return offer_labels(session, shipped, now=now)


def offer_labels(session: Session, shipped: ShippedLabels, *, now: datetime) -> int:
    """Bring the shipped labels into the thesaurus; returns how many are new to it.

    May be done again at any time; reads nothing when the same list was brought last.
    """
    state = session.get_one(ThesaurusState, 1)
    if state.shipped_digest == shipped.digest:
        return 0
    wanted = {identity(label): label for label in shipped.read()}
    offered = {
        (row.concept_id, row.language, row.folded) for row in session.scalars(select(OfferedLabel))
    }
    _bring_concepts(session, wanted.values())
    rows = session.scalars(select(ThesaurusLabel)).all()
    there = {(row.concept_id, row.language, row.folded): row for row in rows}
    theirs = {(row.concept_id, row.language) for row in rows if row.preferred and not row.shipped}
    _update_untouched(session, there, wanted, theirs, now=now)
    new = [each for each in wanted if each not in offered and each not in there]
    _insert(session, {each: wanted[each] for each in new}, theirs, now=now)
    first_time = [each for each in wanted if each not in offered]
    if first_time:
        columns = ("concept_id", "language", "folded")
        session.execute(
            insert(OfferedLabel),
            [dict(zip(columns, each, strict=True)) for each in first_time],
        )
    _drop_empty_concepts(session)
    state.shipped_digest = shipped.digest
    note_change(session)
    return len(new)


def _bring_concepts(session: Session, labels: Iterable[Label]) -> None:
    """Make the concepts, and give those nobody touched their MeSH ids."""
    meshes = {label.concept: label.mesh for label in labels}
    for concept in session.scalars(select(ThesaurusConcept)):
        mesh = meshes.pop(concept.id, concept.mesh)
        if concept.shipped:
            concept.mesh = mesh
    if meshes:
        session.execute(
            insert(ThesaurusConcept),
            [{"id": id_, "mesh": mesh, "shipped": True} for id_, mesh in meshes.items()],
        )


def _update_untouched(
    session: Session,
    there: Mapping[Identity, ThesaurusLabel],
    wanted: Mapping[Identity, Label],
    theirs: set[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    """Take back what the list no longer has, and rewrite what it says otherwise."""
    for key, row in there.items():
        if not row.shipped:
            continue
        if key not in wanted:
            session.delete(row)
            continue
        label = wanted[key]
        preferred = label.preferred and key[:2] not in theirs
        if as_label(row, label.mesh) != replace(label, preferred=preferred):
            row.term, row.source = label.term, label.source
            row.preferred, row.updated_at = preferred, now
    session.flush()


def _insert(
    session: Session,
    labels: Mapping[Identity, Label],
    theirs: set[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    if labels:
        session.execute(
            insert(ThesaurusLabel),
            [
                {
                    "concept_id": key[0],
                    "language": key[1],
                    "folded": key[2],
                    "term": label.term,
                    "preferred": label.preferred and key[:2] not in theirs,
                    "source": label.source,
                    "shipped": True,
                    "created_at": now,
                    "updated_at": now,
                }
                for key, label in labels.items()
            ],
        )


def _drop_empty_concepts(session: Session) -> None:
    session.flush()
    session.execute(
        delete(ThesaurusConcept)
        .where(ThesaurusConcept.id.not_in(select(ThesaurusLabel.concept_id)))
        .execution_options(synchronize_session="fetch")
    )
