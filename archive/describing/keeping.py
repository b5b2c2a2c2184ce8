"""What is said of recordings, from the tables and into them; many at once as quickly as one.

Runs in the caller's transaction. Nothing here asks for permission, nor tells the index: use cases
do (`archive.describing.editing`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from archive.collections import make_collection
from archive.describing.typed import block, name_line
from archive.describing.values import (
    LISTS,
    Credit,
    Described,
    DescriptionError,
    Field,
    Identifier,
    Link,
    changed_fields,
)
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term
from archive.models import (
    Collection,
    IdentifierKind,
    Publication,
    Recording,
    RecordingCollection,
    RecordingIdentifier,
    RecordingLink,
    RecordingPerson,
    RecordingSubject,
)
from archive.people import KnownPeople, derive_speakers
from archive.subjects import MAX_SUBJECT, keep_subjects

_AT_ONCE = 400
"""Ids in one statement; SQLite takes 32,766 parameters, PostgreSQL as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers:
    """People and collections that are not in the archive yet; a slip may have made them."""

    people: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


def read_described(session: Session, recording_ids: Sequence[int]) -> dict[int, Described]:
    """Read what is said of some recordings, by id; those that are not there are left out."""
    found: dict[int, Described] = {}
    for at in range(0, len(recording_ids), _AT_ONCE):
        rows = session.scalars(
            select(Recording)
            .where(Recording.id.in_(recording_ids[at : at + _AT_ONCE]))
            .options(
                selectinload(Recording.people).joinedload(RecordingPerson.person),
                selectinload(Recording.in_collections).joinedload(RecordingCollection.collection),
                selectinload(Recording.subjects),
                selectinload(Recording.links),
                selectinload(Recording.identifiers),
            )
            .execution_options(populate_existing=True)
        )
        found |= {row.id: as_described(row) for row in rows}
    return found


def as_described(recording: Recording) -> Described:
    """Read what is said off a row and those that belong to it."""
    return Described(
        title=name_line(recording.title),
        description=block(recording.description),
        recorded_on=recording.recorded_on,
        people=tuple(
            Credit(
                name=one.person.name,
                role=one.role,
                organisation=one.person.organisation,
                orcid=one.person.orcid or "",
            )
            for one in recording.people
        ),
        organisation=recording.organisation,
        collections=tuple(one.collection.title for one in recording.in_collections),
        subjects=tuple(one.subject for one in recording.subjects),
        languages=tuple(recording.declared_languages.split()),
        licence=recording.licence,
        rights=recording.rights,
        links=tuple(Link(url=one.url, label=one.label) for one in recording.links),
        identifiers=tuple(
            Identifier(kind=one.kind, value=one.value) for one in recording.identifiers
        ),
    )


class Keeper:
    """Keeps descriptions in one transaction, remembering what is in the archive."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        """Begin; nothing is read until it is needed."""
        self._session = session
        self._now = now
        self._known: KnownPeople | None = None
        self._collections: dict[str, Collection] | None = None
        self._last: dict[int, int] | None = None
        self._spellings: dict[str, str] | None = None

    @property
    def people(self) -> KnownPeople:
        """All people."""
        if self._known is None:
            self._known = KnownPeople(self._session, now=self._now)
        return self._known

    def settle(self, recording_id: int, before: Described, after: Described) -> Described:
        """Return a description as it will stand once it is kept: who is meant, how it is spelled.

        Raises:
            DescriptionError: someone cannot be told apart, or an identifier is another's.
        """
        problems: dict[Field, str] = {}
        settled = after
        try:
            if after.people != before.people:
                people = dict.fromkeys(self.people.settle(one) for one in after.people)
                settled = replace(settled, people=tuple(people))
        except InvalidInputError as exc:
            problems[Field.PEOPLE] = str(exc)
        if after.collections != before.collections:
            titles = dict.fromkeys(self._title(one) for one in after.collections)
            settled = replace(settled, collections=tuple(titles))
        if after.subjects != before.subjects:
            own = {fold_term(one): one for one in before.subjects}
            spelled = dict.fromkeys(self._spelling(one, own) for one in after.subjects)
            settled = replace(settled, subjects=tuple(spelled))
        if after.identifiers != before.identifiers:
            try:
                self._check_identifiers(recording_id, after.identifiers)
            except InvalidInputError as exc:
                problems[Field.IDENTIFIERS] = str(exc)
        if problems:
            raise DescriptionError(problems)
        return settled

    def newcomers(self, described: Iterable[Described]) -> Newcomers:
        """Tell which people and collections of settled descriptions would be made."""
        people: dict[str, None] = {}
        collections: dict[str, None] = {}
        for one in described:
            people |= dict.fromkeys(
                credit.name for credit in one.people if self.people.find(credit) is None
            )
            collections |= dict.fromkeys(
                title for title in one.collections if title not in self._titles()
            )
        return Newcomers(people=tuple(people), collections=tuple(collections))

    def keep(self, recording: Recording, before: Described, after: Described) -> tuple[Field, ...]:
        """Write a settled description in place of the one there is; returns what changed."""
        changed = changed_fields(before, after)
        for field in changed:
            if field in LISTS:
                self._keep_list(recording, field, after)
            else:
                setattr(recording, field, getattr(after, field))
        if changed:
            recording.edition += 1
        return changed

    def _keep_list(self, recording: Recording, field: Field, after: Described) -> None:
        match field:
            case Field.LANGUAGES:
                recording.declared_languages = " ".join(after.languages)
                # Recognition takes one language for granted, several it finds by itself.
                recording.language = after.languages[0] if len(after.languages) == 1 else None
            case Field.PEOPLE:
                self._keep_people(recording, after.people)
            case Field.COLLECTIONS:
                self._keep_collections(recording, after.collections)
            case Field.SUBJECTS:
                keep_subjects(self._session, recording.id, after.subjects)
                self._spellings = None
            case Field.LINKS:
                self._keep_links(recording.id, after.links)
            case Field.IDENTIFIERS:
                self._keep_identifiers(recording.id, after.identifiers)

    def _keep_people(self, recording: Recording, credits_: Sequence[Credit]) -> None:
        self._session.execute(
            delete(RecordingPerson).where(RecordingPerson.recording_id == recording.id)
        )
        pairs = dict.fromkeys((self.people.ensure(one).id, one.role) for one in credits_)
        self._session.add_all(
            RecordingPerson(recording_id=recording.id, person_id=person_id, role=role, place=place)
            for place, (person_id, role) in enumerate(pairs)
        )
        self._session.flush()
        derive_speakers(self._session, recording)

    def _keep_collections(self, recording: Recording, titles: Sequence[str]) -> None:
        there = {
            row.collection_id: row
            for row in self._session.scalars(
                select(RecordingCollection).where(RecordingCollection.recording_id == recording.id)
            )
        }
        wanted = [self._collection(title) for title in titles]
        for collection_id in there.keys() - {one.id for one in wanted}:
            self._session.delete(there[collection_id])
        for rank, collection in enumerate(wanted):
            row = there.get(collection.id)
            if row is None:
                self._session.add(
                    RecordingCollection(
                        recording_id=recording.id,
                        collection_id=collection.id,
                        rank=rank,
                        place=self._next_place(collection.id),
                    )
                )
            else:
                row.rank = rank
        recording.collection_id = wanted[0].id if wanted else None
        self._session.flush()

    def _keep_links(self, recording_id: int, links: Sequence[Link]) -> None:
        self._session.execute(
            delete(RecordingLink).where(RecordingLink.recording_id == recording_id)
        )
        self._session.add_all(
            RecordingLink(recording_id=recording_id, place=place, url=one.url, label=one.label)
            for place, one in enumerate(links)
        )

    def _keep_identifiers(self, recording_id: int, identifiers: Sequence[Identifier]) -> None:
        self._session.execute(
            delete(RecordingIdentifier).where(RecordingIdentifier.recording_id == recording_id)
        )
        self._session.add_all(
            RecordingIdentifier(
                recording_id=recording_id, place=place, kind=one.kind, value=one.value
            )
            for place, one in enumerate(identifiers)
        )
        self._session.flush()

    def _check_identifiers(self, recording_id: int, identifiers: Sequence[Identifier]) -> None:
        """Refuse a DOI or handle that another recording has: each names one thing."""
        for one in identifiers:
            if one.kind not in (IdentifierKind.DOI, IdentifierKind.HANDLE):
                continue
            other = self._session.execute(
                select(Recording.id, Recording.title)
                .join(RecordingIdentifier, RecordingIdentifier.recording_id == Recording.id)
                .where(
                    RecordingIdentifier.kind == one.kind,
                    RecordingIdentifier.value == one.value,
                    Recording.id != recording_id,
                    Recording.publication.not_in([Publication.BINNED, Publication.GONE]),
                )
            ).first()
            if other is not None:
                raise InvalidInputError(
                    f"{one.value} is that of recording {other.id}, “{other.title}”; correct one of "
                    "them, or merge the two if they are the same."
                )

    def _titles(self) -> Mapping[str, Collection]:
        if self._collections is None:
            self._collections = {
                row.title: row
                for row in self._session.scalars(select(Collection).order_by(Collection.id))
            }
        return self._collections

    def _title(self, typed: str) -> str:
        """Return how the title of a collection is written, if there is one like it."""
        titles = self._titles()
        if typed in titles:
            return typed
        folded = fold_term(typed)
        return next((one for one in titles if folded and fold_term(one) == folded), typed)

    def _collection(self, title: str) -> Collection:
        titles = self._titles()
        if title not in titles:
            made = make_collection(self._session, title, now=self._now)
            self._collections = {**titles, title: made}
            return made
        return titles[title]

    def _next_place(self, collection_id: int) -> int:
        if self._last is None:
            rows = self._session.execute(
                select(
                    RecordingCollection.collection_id, func.max(RecordingCollection.place)
                ).group_by(RecordingCollection.collection_id)
            )
            self._last = {row[0]: row[1] for row in rows}
        self._last[collection_id] = self._last.get(collection_id, -1) + 1
        return self._last[collection_id]

    def _spelling(self, subject: str, own: Mapping[str, str]) -> str:
        """Return how a subject is spelled: as the recording has it, else as others do."""
        folded = fold_term(subject)[:MAX_SUBJECT]
        if folded in own:
            return own[folded]
        if self._spellings is None:
            rows = self._session.execute(
                select(RecordingSubject.folded, RecordingSubject.subject)
                .group_by(RecordingSubject.folded, RecordingSubject.subject)
                .order_by(func.max(RecordingSubject.id).desc())
            )
            self._spellings = {row.folded: row.subject for row in rows}
        return self._spellings.get(folded, subject)
