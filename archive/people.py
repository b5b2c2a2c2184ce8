"""People: what is said of them, what else they are called, and merging two that are one.

Runs in the caller's transaction; their recordings, and what is found by their names, follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from archive.audit import note
from archive.describing.identifiers import read_orcid
from archive.describing.typed import MAX_NAME, MAX_ORGANISATION, lines_of, name_line
from archive.describing.values import SPEAKING
from archive.errors import InvalidInputError, NotFoundError
from archive.glossary.wording import fold_term
from archive.jobs import Jobs
from archive.known_people import fold_name, name_key
from archive.models import Person, PersonName, Recording, RecordingPerson
from archive.permissions import Action, Actor, require
from archive.recordings import touch

_MOST_ALIASES = 50
_ALIKE = 85.0
"""How alike names are that may be one person's, of 100: Amina Diallo and Aminata Diallo are 92."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Someone, for a page."""

    id: int
    name: str
    organisation: str
    orcid: str
    """Empty: not known."""
    aliases: tuple[str, ...]
    recordings: int
    """How many they have to do with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """Some people of the many that were found."""

    people: tuple[PersonView, ...]
    total: int


def list_people(
    session: Session, text: str = "", *, actor: Actor, limit: int | None = None, offset: int = 0
) -> PersonPage:
    """List people by name, those whose name, other name or organisation holds a text.

    Raises:
        NotAllowedError: the actor does not keep the people.
    """
    require(actor, Action.KEEP_PEOPLE)
    folded = fold_term(text)
    counts = _counts(session)
    found = [
        person
        for person in session.scalars(
            select(Person).options(selectinload(Person.aliases)).order_by(Person.folded, Person.id)
        )
        if folded in f"{person.folded} {fold_term(person.organisation)} {person.orcid or ''}"
        or any(folded in alias.folded for alias in person.aliases)
    ]
    end = None if limit is None else offset + limit
    return PersonPage(
        people=tuple(_view(person, counts.get(person.id, 0)) for person in found[offset:end]),
        total=len(found),
    )


def get_person(session: Session, person_id: int, *, actor: Actor) -> PersonView:
    """Read one person.

    Raises:
        NotFoundError: there is none; they may have been merged into another.
    """
    require(actor, Action.KEEP_PEOPLE)
    return _view(_one(session, person_id), _counts(session).get(person_id, 0))


def recordings_of(session: Session, person_id: int) -> tuple[tuple[int, str, str], ...]:
    """Return id and title of the recordings of someone, and in what role, newest first."""
    rows = session.execute(
        select(Recording.id, Recording.title, RecordingPerson.role)
        .join(RecordingPerson, RecordingPerson.recording_id == Recording.id)
        .where(RecordingPerson.person_id == person_id)
        .order_by(Recording.id.desc())
    )
    return tuple((row.id, row.title, row.role.value) for row in rows)


def similar_people(
    session: Session, person_id: int, *, actor: Actor, most: int = 5
) -> tuple[PersonView, ...]:
    """Return people who may be the same one: of nearly the same name, the nearest first.

    Raises:
        NotFoundError: there is no such person.
    """
    require(actor, Action.KEEP_PEOPLE)
    own = _one(session, person_id)
    names = [_sorted_words(name_key(name)) for name in _names(own)]
    counts = _counts(session)
    scored = []
    for other in session.scalars(
        select(Person).where(Person.id != person_id).options(selectinload(Person.aliases))
    ):
        others = [_sorted_words(name_key(name)) for name in _names(other)]
        score = max(fuzz.ratio(one, two) for one in names for two in others)
        if score >= _ALIKE:
            scored.append((-score, other.id, other))
    scored.sort(key=lambda one: one[:2])
    return tuple(_view(other, counts.get(other.id, 0)) for _, _, other in scored[:most])


def change_person(  # noqa: PLR0913 - each thing that is said of someone
    session: Session,
    jobs: Jobs,
    person_id: int,
    *,
    name: str,
    organisation: str,
    orcid: str,
    aliases: str,
    actor: Actor,
    now: datetime,
) -> PersonView:
    """Change what is said of someone; their recordings follow.

    Args:
        aliases: One a line.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: it cannot be taken; names the field.
    """
    require(actor, Action.KEEP_PEOPLE)
    person = _one(session, person_id)
    name, organisation, orcid = name_line(name), name_line(organisation), read_orcid(orcid)
    others = tuple(dict.fromkeys(one for one in lines_of(aliases) if one != name))
    _check(session, person, name, organisation, orcid, others)
    before = _said(person)
    renamed = person.name != name or [one.name for one in person.aliases] != list(others)
    if person.name != name and person.name not in others:
        others = (*others, person.name)
    person.name, person.folded = name, fold_name(name)
    person.organisation, person.orcid = organisation, orcid or None
    _name(person, others)
    session.flush()
    if _said(person) != before:
        person.updated_at = now
        note(
            session,
            actor=actor,
            action="changed",
            kind="person",
            object_id=person.id,
            before=before,
            after=_said(person),
            now=now,
        )
    if renamed:
        _follow(session, jobs, person.id, now=now)
    return _view(person, _counts(session).get(person.id, 0))


def merge_people(
    session: Session,
    jobs: Jobs,
    person_id: int,
    into_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> PersonView:
    """Make two people one: the other's names stay as aliases, and their recordings follow.

    Args:
        person_id: Who is gone afterwards.
        into_id: Who stays, with their own name, organisation and ORCID where they have them.

    Raises:
        NotFoundError: one of them is not there.
        InvalidInputError: they are the same, or have different ORCIDs.
    """
    require(actor, Action.KEEP_PEOPLE)
    if person_id == into_id:
        raise InvalidInputError("This is the same person; choose another to merge them into.")
    gone, kept = _one(session, person_id), _one(session, into_id)
    if gone.orcid and kept.orcid:
        raise InvalidInputError(
            f"{gone.name} has the ORCID {gone.orcid} and {kept.name} {kept.orcid}, so they are two "
            "people. If one ORCID is wrong, take it away first."
        )
    before = {"kept": _said(kept), "merged": _said(gone)}
    names = tuple(
        dict.fromkeys(
            one
            for one in (*_names(kept)[1:], *_names(gone))
            if name_key(one) != name_key(kept.name)
        )
    )
    orcid, organisation = gone.orcid, gone.organisation
    _move_credits(session, gone.id, kept.id)
    session.flush()
    session.delete(gone)
    session.flush()
    kept.orcid = kept.orcid or orcid
    kept.organisation = kept.organisation or organisation
    kept.updated_at = now
    _name(kept, names)
    session.flush()
    note(
        session,
        actor=actor,
        action="merged",
        kind="person",
        object_id=kept.id,
        before=before,
        after={"kept": _said(kept)},
        now=now,
    )
    _follow(session, jobs, kept.id, now=now)
    return _view(kept, _counts(session).get(kept.id, 0))


def remove_person(session: Session, person_id: int, *, actor: Actor, now: datetime) -> str:
    """Remove someone whom no recording names; returns the name.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: recordings name them.
    """
    require(actor, Action.KEEP_PEOPLE)
    person = _one(session, person_id)
    count = _counts(session).get(person_id, 0)
    if count:
        noun = "recording names" if count == 1 else "recordings name"
        raise InvalidInputError(
            f"{count} {noun} {person.name}; take them out there, or merge them into another."
        )
    note(
        session,
        actor=actor,
        action="removed",
        kind="person",
        object_id=person_id,
        before=_said(person),
        now=now,
    )
    name = person.name
    session.delete(person)
    session.flush()
    return name


def derive_speakers(session: Session, recording: Recording) -> None:
    """Write the names of a recording's people who are heard where recognition reads them."""
    rows = session.execute(
        select(Person.name, RecordingPerson.role)
        .join(RecordingPerson, RecordingPerson.person_id == Person.id)
        .where(RecordingPerson.recording_id == recording.id)
        .order_by(RecordingPerson.place)
    )
    recording.speakers = "\n".join(dict.fromkeys(row.name for row in rows if row.role in SPEAKING))


def _move_credits(session: Session, person_id: int, into_id: int) -> None:
    """Give someone's roles to another, who may have them already."""
    there = select(RecordingPerson.recording_id, RecordingPerson.role).where(
        RecordingPerson.person_id == into_id
    )
    known = {(row.recording_id, row.role) for row in session.execute(there)}
    for row in session.scalars(
        select(RecordingPerson).where(RecordingPerson.person_id == person_id)
    ).all():
        if (row.recording_id, row.role) in known:
            session.execute(delete(RecordingPerson).where(RecordingPerson.id == row.id))
        else:
            session.execute(
                update(RecordingPerson)
                .where(RecordingPerson.id == row.id)
                .values(person_id=into_id)
            )


def _follow(session: Session, jobs: Jobs, person_id: int, *, now: datetime) -> None:
    """Let the recordings of someone, and what is found by their names, follow."""
    recordings = session.scalars(
        select(Recording)
        .where(
            Recording.id.in_(
                select(RecordingPerson.recording_id).where(RecordingPerson.person_id == person_id)
            )
        )
        .order_by(Recording.id)
    ).all()
    for recording in recordings:
        derive_speakers(session, recording)
        recording.edition += 1
        touch(session, jobs, recording, now=now)


def _check(
    session: Session,
    person: Person,
    name: str,
    organisation: str,
    orcid: str,
    aliases: Sequence[str],
) -> None:
    if not name:
        raise InvalidInputError("The name is empty; write it.")
    if len(aliases) > _MOST_ALIASES or any(len(one) > MAX_NAME for one in (name, *aliases)):
        raise InvalidInputError(
            f"A name may have {MAX_NAME} characters, and someone {_MOST_ALIASES} other names."
        )
    if len(organisation) > MAX_ORGANISATION:
        raise InvalidInputError(f"The organisation may have {MAX_ORGANISATION} characters.")
    other = session.scalar(
        select(Person).where(
            Person.id != person.id,
            (Person.orcid == orcid)
            if orcid
            else (Person.name == name)
            & (Person.organisation == organisation)
            & Person.orcid.is_(None),
        )
    )
    if other is not None:
        same = f"the ORCID {orcid}" if orcid else "this name and organisation"
        raise InvalidInputError(f"{other.name} has {same} already; merge the two if they are one.")


def _counts(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(
            RecordingPerson.person_id, func.count(RecordingPerson.recording_id.distinct())
        ).group_by(RecordingPerson.person_id)
    )
    return {row[0]: row[1] for row in rows}


def _one(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError(f"There is no person {person_id}; they may have been merged.")
    return person


def _view(person: Person, recordings: int) -> PersonView:
    return PersonView(
        id=person.id,
        name=person.name,
        organisation=person.organisation,
        orcid=person.orcid or "",
        aliases=tuple(alias.name for alias in person.aliases),
        recordings=recordings,
    )


def _said(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "organisation": person.organisation,
        "orcid": person.orcid or "",
        "aliases": [alias.name for alias in person.aliases],
    }


def _names(person: Person) -> tuple[str, ...]:
    return (person.name, *(alias.name for alias in person.aliases))


def _name(person: Person, aliases: Sequence[str]) -> None:
    """Write someone's other names in place of those they had."""
    kept = {alias.name: alias for alias in person.aliases}
    person.aliases = [
        kept.get(name) or PersonName(name=name, folded=fold_name(name)) for name in aliases
    ]


def _sorted_words(name: str) -> str:
    """Return a name whose words may stand in any order: Diallo Amina, Amina Diallo."""
    return " ".join(sorted(name.split()))
