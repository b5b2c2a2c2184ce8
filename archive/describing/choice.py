"""Recordings a librarian chooses from: by state, collection, words, and what is missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from archive.describing.reading import read_described
from archive.describing.values import Described
from archive.models import (
    Publication,
    Recording,
    RecordingCollection,
    RecordingPerson,
    RecordingSubject,
    Status,
    Transcript,
    TranscriptKind,
)
from archive.permissions import Action, Actor, require
from archive.recordings import readable


class Missing(StrEnum):
    """What a recording may lack, to find those that do."""

    DATE = "date"
    PEOPLE = "people"
    COLLECTION = "collection"
    SUBJECTS = "subjects"
    LANGUAGE = "language"
    RIGHTS = "rights"
    DESCRIPTION = "description"
    CHECKED = "check"
    """Nobody has checked its transcript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which recordings are listed; what is empty does not narrow."""

    text: str = ""
    """Words that stand in title, file name, people, organisation or subjects, in any order."""
    publication: Publication | None = None
    collection_id: int | None = None
    """0: in none."""
    missing: Missing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A recording in the list."""

    id: int
    title: str
    publication: Publication
    publish_at: datetime | None
    status: Status
    described: Described


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Some of what was found."""

    rows: tuple[Listed, ...]
    ids: tuple[int, ...]
    """Of all that was found, in order."""


def list_choice(
    session: Session, choice: Choice, *, actor: Actor, limit: int = 100, offset: int = 0
) -> ListPage:
    """List recordings to curate, the latest deposit first.

    Raises:
        NotAllowedError: the actor does not curate the archive.
    """
    require(actor, Action.CURATE)
    ids = session.scalars(
        select(Recording.id)
        .where(
            readable(actor),
            Recording.status != Status.REJECTED,
            *_conditions(choice),
        )
        .order_by(Recording.id.desc())
    ).all()
    shown = ids[offset : offset + limit]
    described = read_described(session, shown)
    rows = {
        row.id: row for row in session.scalars(select(Recording).where(Recording.id.in_(shown)))
    }
    return ListPage(
        rows=tuple(
            Listed(
                id=number,
                title=rows[number].title,
                publication=rows[number].publication,
                publish_at=rows[number].publish_at,
                status=rows[number].status,
                described=described[number],
            )
            for number in shown
        ),
        ids=tuple(ids),
    )


def _conditions(choice: Choice) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if choice.publication is not None:
        conditions.append(Recording.publication == choice.publication)
    if choice.collection_id is not None:
        inside = exists().where(RecordingCollection.recording_id == Recording.id)
        if choice.collection_id:
            inside = inside.where(RecordingCollection.collection_id == choice.collection_id)
            conditions.append(inside)
        else:
            conditions.append(~inside)
    if choice.missing is not None:
        conditions.append(_lacks(choice.missing))
    conditions += [_holds(word) for word in choice.text.split()[:10]]
    return conditions


def _holds(word: str) -> ColumnElement[bool]:
    """Return the condition of a word standing in what is said; any script, any case of Latin."""
    columns = (
        Recording.title,
        Recording.original_name,
        Recording.speakers,
        Recording.organisation,
    )
    subject = exists().where(
        RecordingSubject.recording_id == Recording.id,
        RecordingSubject.subject.icontains(word, autoescape=True),
    )
    return or_(subject, *(column.icontains(word, autoescape=True) for column in columns))


def _lacks(missing: Missing) -> ColumnElement[bool]:
    unknown = Recording.language.is_(None) & Recording.detected_language.is_(None)
    checked = exists().where(
        Transcript.recording_id == Recording.id,
        Transcript.kind == TranscriptKind.SPEECH,
        Transcript.checked.is_(True),
    )
    conditions: dict[Missing, ColumnElement[bool]] = {
        Missing.DATE: Recording.recorded_on.is_(None),
        Missing.PEOPLE: ~exists().where(RecordingPerson.recording_id == Recording.id),
        Missing.COLLECTION: ~exists().where(RecordingCollection.recording_id == Recording.id),
        Missing.SUBJECTS: ~exists().where(RecordingSubject.recording_id == Recording.id),
        Missing.LANGUAGE: (Recording.declared_languages == "") & unknown,
        Missing.RIGHTS: (Recording.licence == "") & (Recording.rights == ""),
        Missing.DESCRIPTION: Recording.description == "",
        Missing.CHECKED: ~checked,
    }
    return conditions[missing]
