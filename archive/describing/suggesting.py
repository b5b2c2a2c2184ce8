"""What may be meant while someone describes a recording: people, collections, subjects.

From what is in the archive and they may read, and for subjects from the thesaurus.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.describing.values import Field
from archive.glossary.wording import fold_term
from archive.models import (
    Collection,
    Person,
    PersonName,
    Recording,
    RecordingCollection,
    RecordingPerson,
    RecordingSubject,
    ThesaurusConcept,
    ThesaurusLabel,
)
from archive.permissions import Actor
from archive.recordings import readable

MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Something that may be meant."""

    value: str
    """What to write."""
    hint: str = ""
    """What tells it from others."""
    organisation: str = ""
    """Of a person."""
    orcid: str = ""
    """Of a person; empty: not known."""


def suggest(
    session: Session, field: Field, text: str, *, actor: Actor, most: int = MOST
) -> tuple[Suggested, ...]:
    """Offer what is there for a field: what is used most first.

    Args:
        session: To read from.
        field: Which.
        text: What was typed so far; empty: whatever is used most.
        actor: Who types; offered only what they may read.
        most: How many at most.
    """
    folded = fold_term(text)
    match field:
        case Field.PEOPLE:
            found = _people(session, folded, actor, most)
        case Field.COLLECTIONS:
            found = _plain(_collections(session, actor), folded, most)
        case Field.ORGANISATION:
            found = _plain(_organisations(session, actor), folded, most)
        case Field.SUBJECTS:
            found = _subjects(session, folded, actor, most)
        case _:
            found = ()
    return found


def _people(session: Session, folded: str, actor: Actor, most: int) -> tuple[Suggested, ...]:
    query = (
        select(Person)
        .join(RecordingPerson, RecordingPerson.person_id == Person.id)
        .join(Recording, Recording.id == RecordingPerson.recording_id)
        .where(readable(actor))
        .group_by(Person.id)
        .order_by(func.count().desc(), Person.folded)
        .limit(most)
    )
    if folded:
        aliases = select(PersonName.person_id).where(PersonName.folded.contains(folded))
        query = query.where(or_(Person.folded.contains(folded), Person.id.in_(aliases)))
    return tuple(
        Suggested(
            value=one.name,
            hint=one.organisation or (one.orcid or ""),
            organisation=one.organisation,
            orcid=one.orcid or "",
        )
        for one in session.scalars(query)
    )


def _collections(session: Session, actor: Actor) -> Iterator[str]:
    rows = session.execute(
        select(Collection.title)
        .join(RecordingCollection, RecordingCollection.collection_id == Collection.id)
        .join(Recording, Recording.id == RecordingCollection.recording_id)
        .where(readable(actor))
        .group_by(Collection.title)
        .order_by(func.count().desc(), Collection.title)
    )
    return (row.title for row in rows)


def _organisations(session: Session, actor: Actor) -> Iterator[str]:
    rows = session.execute(
        select(Recording.organisation)
        .where(readable(actor), Recording.organisation != "")
        .group_by(Recording.organisation)
        .order_by(func.count().desc(), Recording.organisation)
    )
    return (row.organisation for row in rows)


def _plain(names: Iterable[str], folded: str, most: int) -> tuple[Suggested, ...]:
    """Return names that hold the words typed; there are some hundreds at most."""
    fitting = (name for name in names if folded in fold_term(name))
    return tuple(Suggested(value=name) for name in islice(fitting, most))


def _subjects(session: Session, folded: str, actor: Actor, most: int) -> tuple[Suggested, ...]:
    query = (
        select(RecordingSubject.subject, RecordingSubject.folded, RecordingSubject.concept_id)
        .join(Recording, Recording.id == RecordingSubject.recording_id)
        .where(readable(actor))
        .group_by(RecordingSubject.subject, RecordingSubject.folded, RecordingSubject.concept_id)
        .order_by(func.count().desc(), RecordingSubject.folded)
        .limit(most)
    )
    if folded:
        query = query.where(RecordingSubject.folded.contains(folded, autoescape=True))
    rows = [(row.subject, row.folded, row.concept_id) for row in session.execute(query)]
    if folded:
        labels = (
            select(ThesaurusLabel.term, ThesaurusLabel.folded, ThesaurusLabel.concept_id)
            .where(ThesaurusLabel.folded.startswith(folded, autoescape=True))
            .order_by(
                ThesaurusLabel.preferred.desc(),
                func.length(ThesaurusLabel.folded),
                ThesaurusLabel.id,
            )
            .limit(most)
        )
        rows += [(row.term, row.folded, row.concept_id) for row in session.execute(labels)]
    mesh = _mesh(session, (concept for _, _, concept in rows if concept))
    offered: dict[str, Suggested] = {}
    for subject, key, concept in rows:
        code = mesh.get(concept or "", "")
        hint = f"MeSH {code}" if code else ""
        offered.setdefault(key, Suggested(value=subject, hint=hint))
    return tuple(offered.values())[:most]


def _mesh(session: Session, concepts: Iterable[str]) -> dict[str, str]:
    rows = session.execute(
        select(ThesaurusConcept.id, ThesaurusConcept.mesh).where(
            ThesaurusConcept.id.in_(set(concepts))
        )
    )
    return {row.id: row.mesh for row in rows}
