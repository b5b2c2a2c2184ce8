"""Concepts of the thesaurus with all their names, for pages and commands: found, read, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.glossary.wording import fold_term
from archive.models import ThesaurusConcept, ThesaurusLabel
from archive.permissions import Action, Actor, require
from archive.thesaurus.labels import as_entry, language_rank, order_of
from archive.thesaurus.values import Concept


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which concepts to list; empty fields do not narrow."""

    text: str = ""
    """Found anywhere in a label, whatever the case and accents, or the MeSH id."""
    language: str = ""
    """Those with a label in it."""
    without: str = ""
    """Those with no label in this language yet."""
    edited: bool = False
    """Those with a label that a person added or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptPage:
    """Some concepts of the many that were found."""

    concepts: tuple[Concept, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a thesaurus holds."""

    concepts: int
    labels: int
    by_language: tuple[tuple[str, int], ...]
    """Concepts with a label in each language; the archive's languages first."""


def list_concepts(
    session: Session,
    wanted: Filter | None = None,
    *,
    actor: Actor,
    limit: int | None = None,
    offset: int = 0,
) -> ConceptPage:
    """List concepts by name.

    Raises:
        NotAllowedError: the actor does not keep the thesaurus.
    """
    require(actor, Action.KEEP_THESAURUS)
    found = _narrowed(wanted or Filter())
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    ordered = found.order_by(ThesaurusConcept.id).offset(offset)
    ids = session.scalars(ordered if limit is None else ordered.limit(limit)).all()
    return ConceptPage(concepts=_concepts(session, ids), total=total)


def get_concept(session: Session, concept_id: str, *, actor: Actor) -> Concept:
    """Read a concept and its labels.

    Raises:
        NotFoundError: there is none; someone may have removed it.
    """
    require(actor, Action.KEEP_THESAURUS)
    found = _concepts(session, [concept_id])
    if not found:
        raise NotFoundError(f"There is no concept {concept_id!r} in the thesaurus.")
    return found[0]


def measure(session: Session) -> Size:
    """Count concepts and labels."""
    per_language = session.execute(
        select(ThesaurusLabel.language, func.count(ThesaurusLabel.concept_id.distinct())).group_by(
            ThesaurusLabel.language
        )
    )
    counts = [(row[0], row[1]) for row in per_language]
    return Size(
        concepts=session.scalar(select(func.count(ThesaurusLabel.concept_id.distinct()))) or 0,
        labels=session.scalar(select(func.count(ThesaurusLabel.id))) or 0,
        by_language=tuple(sorted(counts, key=lambda each: language_rank(each[0]))),
    )


def _narrowed(wanted: Filter) -> Select[str]:
    """Select the ids of the concepts that are wanted."""
    labels = ThesaurusLabel.concept_id == ThesaurusConcept.id
    query = select(ThesaurusConcept.id).where(exists().where(labels))
    folded = fold_term(wanted.text)
    if folded:
        query = query.where(
            or_(
                exists().where(labels, ThesaurusLabel.folded.contains(folded, autoescape=True)),
                ThesaurusConcept.mesh == wanted.text.strip().upper(),
            )
        )
    if wanted.language:
        query = query.where(exists().where(labels, ThesaurusLabel.language == wanted.language))
    if wanted.without:
        query = query.where(~exists().where(labels, ThesaurusLabel.language == wanted.without))
    if wanted.edited:
        query = query.where(exists().where(labels, ThesaurusLabel.shipped.is_(False)))
    return query


def _concepts(session: Session, ids: Sequence[str]) -> tuple[Concept, ...]:
    meshes = {
        row[0]: row[1]
        for row in session.execute(
            select(ThesaurusConcept.id, ThesaurusConcept.mesh).where(ThesaurusConcept.id.in_(ids))
        )
    }
    rows = session.scalars(select(ThesaurusLabel).where(ThesaurusLabel.concept_id.in_(ids)))
    entries = sorted(
        (as_entry(row, meshes[row.concept_id]) for row in rows),
        key=lambda entry: order_of(entry.label),
    )
    found = {
        concept: Concept(id=concept, mesh=meshes[concept], entries=tuple(group))
        for concept, group in groupby(entries, key=lambda entry: entry.label.concept)
    }
    return tuple(found[each] for each in ids if each in found)
