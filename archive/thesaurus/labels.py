"""Reading and changing the thesaurus: what the page, the command and search do with it.

Everything runs in the caller's transaction. Search reads labels without being asked for
permission; who looks after them is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from archive.audit import Noting
from archive.errors import InvalidInputError, NotFoundError
from archive.glossary.wording import fold_term
from archive.language import ARCHIVE_LANGUAGES
from archive.models import ThesaurusConcept, ThesaurusLabel, ThesaurusState
from archive.permissions import Action, Actor, require
from archive.thesaurus.values import Entry, Label

_note = Noting("thesaurus name")


def read_labels(session: Session, concept_ids: Sequence[str] | None = None) -> tuple[Label, ...]:
    """Return all labels, or those of some concepts: by concept, as `order_of` orders them."""
    query = select(
        ThesaurusLabel.concept_id,
        ThesaurusLabel.language,
        ThesaurusLabel.term,
        ThesaurusLabel.preferred,
        ThesaurusConcept.mesh,
        ThesaurusLabel.source,
        ThesaurusLabel.folded,
    ).join(ThesaurusConcept, ThesaurusConcept.id == ThesaurusLabel.concept_id)
    if concept_ids is not None:
        query = query.where(ThesaurusLabel.concept_id.in_(concept_ids))
    rows = sorted(
        session.execute(query),
        key=lambda row: (row[0], *language_rank(row[1]), not row[3], row[6], row[2]),
    )
    return tuple(
        Label(
            concept=row[0],
            language=row[1],
            term=row[2],
            preferred=row[3],
            mesh=row[4],
            source=row[5],
        )
        for row in rows
    )


def read_revision(session: Session) -> int:
    """Return a number that is another one after every change of a label."""
    return session.scalar(select(ThesaurusState.revision)) or 0


def add_label(session: Session, label: Label, *, actor: Actor, now: datetime) -> Entry:
    """Add a label, and the concept if it is new.

    Raises:
        InvalidInputError: the concept has it already.
    """
    require(actor, Action.KEEP_THESAURUS)
    _check_new(session, label)
    _keep_concept(session, label)
    row = ThesaurusLabel(created_at=now)
    _write(session, row, label, now=now)
    session.add(row)
    note_change(session)
    _note(session, "added", row.id, {}, asdict(label), actor=actor, now=now)
    return _entry(session, row)


def change_label(
    session: Session, label_id: int, label: Label, *, actor: Actor, now: datetime
) -> Entry:
    """Change a label; one that came with the archive is a person's from then on.

    Its MeSH id is changed where the label gives one.

    Raises:
        NotFoundError: there is none; someone may have removed it.
        InvalidInputError: the concept has another such label.
    """
    require(actor, Action.KEEP_THESAURUS)
    row = _one(session, label_id)
    _check_new(session, label, besides=label_id)
    left = row.concept_id
    _keep_concept(session, label)
    before = as_label(row, "")
    if before != replace(label, mesh=""):
        _write(session, row, label, now=now)
        _drop_empty(session, left)
        note_change(session)
        after = asdict(replace(label, mesh=""))
        _note(session, "changed", label_id, asdict(before), after, actor=actor, now=now)
    return _entry(session, row)


def remove_label(session: Session, label_id: int, *, actor: Actor, now: datetime) -> Entry:
    """Remove a label, and its concept with the last; returns what it was, to put it back.

    Raises:
        NotFoundError: there is none; someone may have removed it.
    """
    require(actor, Action.KEEP_THESAURUS)
    row = _one(session, label_id)
    entry = _entry(session, row)
    session.delete(row)
    _drop_empty(session, row.concept_id)
    note_change(session)
    _note(session, "removed", label_id, asdict(entry.label), {}, actor=actor, now=now)
    return entry


def change_mesh(
    session: Session, concept_id: str, mesh: str, *, actor: Actor, now: datetime
) -> None:
    """Set the MeSH id of a concept; empty takes it away.

    Raises:
        NotFoundError: there is no such concept.
    """
    require(actor, Action.KEEP_THESAURUS)
    concept = session.get(ThesaurusConcept, concept_id)
    if concept is None:
        raise NotFoundError(f"There is no concept {concept_id!r} in the thesaurus.")
    if concept.mesh != mesh:
        before = {"concept": concept_id, "mesh": concept.mesh}
        concept.mesh, concept.shipped = mesh, False
        note_change(session)
        _note(session, "changed", None, before, {"mesh": mesh}, actor=actor, now=now)


def save_label(session: Session, label: Label, *, now: datetime) -> None:
    """Write a label over the one of the same identity, or add it; for imports.

    The caller asks for permission and calls `note_change` once at the end.
    """
    _keep_concept(session, label)
    row = session.scalar(_same(label))
    if row is None:
        row = ThesaurusLabel(created_at=now)
    _write(session, row, label, now=now)
    session.add(row)


def note_change(session: Session) -> None:
    """Let every process read the labels anew at its next search."""
    session.flush()
    session.execute(update(ThesaurusState).values(revision=ThesaurusState.revision + 1))


def identity(label: Label) -> tuple[str, str, str]:
    """Return what one label is told from another by: concept, language, folded term."""
    return label.concept, label.language, fold_term(label.term)


def order_of(label: Label) -> tuple[str, int, str, bool, str, str]:
    """Return what labels are ordered by: concept, language, preferred first, name."""
    folded = fold_term(label.term)
    rank = language_rank(label.language)
    return label.concept, *rank, not label.preferred, folded, label.term


def language_rank(code: str) -> tuple[int, str]:
    """Order languages as the archive lists them, others after those by code."""
    known = ARCHIVE_LANGUAGES.index(code) if code in ARCHIVE_LANGUAGES else len(ARCHIVE_LANGUAGES)
    return known, code


def as_label(row: ThesaurusLabel, mesh: str) -> Label:
    """Read a label from its row and its concept's MeSH id."""
    return Label(
        concept=row.concept_id,
        language=row.language,
        term=row.term,
        preferred=row.preferred,
        mesh=mesh,
        source=row.source,
    )


def _write(session: Session, row: ThesaurusLabel, label: Label, *, now: datetime) -> None:
    """Write a person's label into its row; another preferred one gives way."""
    if label.preferred:
        _give_way(session, label, besides=row.id, now=now)
    row.concept_id, row.language, row.folded = identity(label)
    row.term = label.term
    row.preferred = label.preferred
    row.source = label.source
    row.shipped = False
    row.updated_at = now


def _give_way(session: Session, label: Label, *, besides: int | None, now: datetime) -> None:
    """Let no other label be the preferred one of its concept and language."""
    others = session.scalars(
        select(ThesaurusLabel).where(
            ThesaurusLabel.concept_id == label.concept,
            ThesaurusLabel.language == label.language,
            ThesaurusLabel.preferred,
        )
    )
    for row in others:
        if row.id != besides and row.folded != fold_term(label.term):
            row.preferred, row.shipped, row.updated_at = False, False, now


def _keep_concept(session: Session, label: Label) -> None:
    """Make the concept of a label if it is new, and take its MeSH id where it has one."""
    concept = session.get(ThesaurusConcept, label.concept)
    if concept is None:
        session.add(ThesaurusConcept(id=label.concept, mesh=label.mesh, shipped=False))
        session.flush()
    elif label.mesh and concept.mesh != label.mesh:
        concept.mesh, concept.shipped = label.mesh, False
        note_change(session)


def _drop_empty(session: Session, concept_id: str) -> None:
    """Remove a concept that has no label left."""
    session.flush()
    left = select(ThesaurusLabel.id).where(ThesaurusLabel.concept_id == concept_id).limit(1)
    if session.scalar(left) is None:
        session.delete(session.get_one(ThesaurusConcept, concept_id))


def _same(label: Label) -> Select[ThesaurusLabel]:
    concept, language, folded = identity(label)
    return select(ThesaurusLabel).where(
        ThesaurusLabel.concept_id == concept,
        ThesaurusLabel.language == language,
        ThesaurusLabel.folded == folded,
    )


def _check_new(session: Session, label: Label, *, besides: int | None = None) -> None:
    there = session.scalar(_same(label))
    if there is not None and there.id != besides:
        raise InvalidInputError(
            f"{there.term!r} is a name of {label.concept} in this language already; change it "
            "there."
        )


def _one(session: Session, label_id: int) -> ThesaurusLabel:
    row = session.get(ThesaurusLabel, label_id)
    if row is None:
        raise NotFoundError(
            f"There is no label {label_id} in the thesaurus; someone may have removed it."
        )
    return row


def _entry(session: Session, row: ThesaurusLabel) -> Entry:
    session.flush()
    return as_entry(row, session.get_one(ThesaurusConcept, row.concept_id).mesh)


def as_entry(row: ThesaurusLabel, mesh: str) -> Entry:
    """Return a row of the table with its id, as pages and commands take it."""
    return Entry(
        id=row.id, label=as_label(row, mesh), shipped=row.shipped, updated_at=row.updated_at
    )


def by_concept(labels: Iterable[Label]) -> dict[str, tuple[Label, ...]]:
    """Gather labels by what they name, in their order."""
    found: dict[str, list[Label]] = {}
    for label in labels:
        found.setdefault(label.concept, []).append(label)
    return {concept: tuple(each) for concept, each in found.items()}
