"""Writing what is said of recordings into the tables; many at once as quickly as one.

Runs in the caller's transaction. Nothing here asks for permission, nor tells the index: use cases
do (`archive.describing.editing`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from archive.collections import make_collection
from archive.describing.values import (
    LISTS,
    Described,
    DescriptionError,
    Field,
    Identifier,
    changed_fields,
)
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term
from archive.known_people import KnownPeople
from archive.models import (
    Base,
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
from archive.subjects import MAX_SUBJECT, concepts_of

_AT_ONCE = 400
"""Ids in one statement; SQLite takes 32,766 parameters, PostgreSQL as many."""

_DERIVED = ("people", "in_collections", "subjects", "links", "identifiers", "collection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers:
    """People and collections that are not in the archive yet; a slip may have made them."""

    people: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


class Keeper:
    """Keeps descriptions in one transaction, remembering what is in the archive.

    `settle`, then `keep` each; `finish` writes them, many as quickly as one.
    """

    def __init__(self, session: Session, *, now: datetime) -> None:
        """Begin; nothing is read until it is needed."""
        self._session = session
        self._now = now
        self._known: KnownPeople | None = None
        self._collections: dict[str, Collection] | None = None
        self._written: dict[str, str] = {}
        """How titles of collections are written, by folded title."""
        self._last: dict[int, int] | None = None
        self._spellings: dict[str, str] | None = None
        self._pending: dict[Field, dict[int, Described]] = {}
        self._kept: list[Recording] = []

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
        """Take a settled description in place of the one there is; returns what changed.

        `finish` writes it.
        """
        changed = changed_fields(before, after)
        for field in changed:
            if field is Field.LANGUAGES:
                recording.declared_languages = " ".join(after.languages)
                # Recognition takes one language for granted, several it finds by itself.
                recording.language = after.languages[0] if len(after.languages) == 1 else None
            elif field in LISTS:
                self._pending.setdefault(field, {})[recording.id] = after
            else:
                setattr(recording, field, getattr(after, field))
            if field is Field.PEOPLE:
                recording.speakers = "\n".join(after.speakers)
            elif field is Field.COLLECTIONS:
                titles = after.collections
                recording.collection_id = self._collection(titles[0]).id if titles else None
        if changed:
            recording.edition += 1
            self._kept.append(recording)
        return changed

    def finish(self) -> None:
        """Write what was kept."""
        pending, self._pending = self._pending, {}
        self._session.flush()
        for field, described in pending.items():
            match field:
                case Field.PEOPLE:
                    self._write(RecordingPerson, described, self._people_rows(described))
                case Field.SUBJECTS:
                    self._write(RecordingSubject, described, self._subject_rows(described))
                case Field.LINKS:
                    self._write(RecordingLink, described, _link_rows(described))
                case Field.IDENTIFIERS:
                    self._write(RecordingIdentifier, described, _identifier_rows(described))
                case Field.COLLECTIONS:
                    self._write_collections(described)
        for recording in self._kept:
            # Rows are written beside the objects that show them.
            self._session.expire(recording, _DERIVED)
        self._kept.clear()

    def _write(
        self, table: type[Base], described: Mapping[int, Described], rows: list[dict[str, Any]]
    ) -> None:
        """Write the rows of recordings in place of those they had."""
        ids = list(described)
        for at in range(0, len(ids), _AT_ONCE):
            some = ids[at : at + _AT_ONCE]
            self._session.execute(
                delete(table).where(table.__table__.c.recording_id.in_(some)),
                execution_options={"synchronize_session": False},
            )
        if rows:
            self._session.execute(insert(table), rows)

    def _people_rows(self, described: Mapping[int, Described]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for recording_id, one in described.items():
            pairs = dict.fromkeys((self.people.ensure(each).id, each.role) for each in one.people)
            rows += (
                {
                    "recording_id": recording_id,
                    "person_id": person_id,
                    "role": role,
                    "place": place,
                }
                for place, (person_id, role) in enumerate(pairs)
            )
        self._session.flush()
        return rows

    def _subject_rows(self, described: Mapping[int, Described]) -> list[dict[str, Any]]:
        folded = {
            subject: fold_term(subject)[:MAX_SUBJECT]
            for subject in {subject for one in described.values() for subject in one.subjects}
        }
        concepts = concepts_of(self._session, list(folded.values()))
        return [
            {
                "recording_id": recording_id,
                "place": place,
                "subject": subject,
                "folded": folded[subject],
                "concept_id": concepts.get(folded[subject]),
            }
            for recording_id, one in described.items()
            for place, subject in enumerate(one.subjects)
        ]

    def _write_collections(self, described: Mapping[int, Described]) -> None:
        """Write memberships; those that stay keep their place in the collection."""
        ids = list(described)
        there: dict[tuple[int, int], tuple[int, int]] = {}
        for at in range(0, len(ids), _AT_ONCE):
            rows = self._session.execute(
                select(
                    RecordingCollection.recording_id,
                    RecordingCollection.collection_id,
                    RecordingCollection.id,
                    RecordingCollection.rank,
                ).where(RecordingCollection.recording_id.in_(ids[at : at + _AT_ONCE]))
            )
            there |= {(row[0], row[1]): (row[2], row[3]) for row in rows}
        added: list[dict[str, Any]] = []
        moved: list[dict[str, Any]] = []
        for recording_id, one in described.items():
            for rank, title in enumerate(one.collections):
                collection_id = self._collection(title).id
                known = there.pop((recording_id, collection_id), None)
                if known is None:
                    added.append(
                        {
                            "recording_id": recording_id,
                            "collection_id": collection_id,
                            "rank": rank,
                            "place": self._next_place(collection_id),
                        }
                    )
                elif known[1] != rank:
                    moved.append({"id": known[0], "rank": rank})
        gone = [number for number, _ in there.values()]
        for at in range(0, len(gone), _AT_ONCE):
            self._session.execute(
                delete(RecordingCollection).where(
                    RecordingCollection.id.in_(gone[at : at + _AT_ONCE])
                ),
                execution_options={"synchronize_session": False},
            )
        if moved:
            self._session.execute(update(RecordingCollection), moved)
        if added:
            self._session.execute(insert(RecordingCollection), added)

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
        if not self._written:
            self._written = {fold_term(one): one for one in reversed(list(titles))}
        # Of two new ones that are alike the first says how both are written.
        return self._written.setdefault(fold_term(typed) or typed, typed)

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
        return self._spellings.setdefault(folded, subject)


def _link_rows(described: Mapping[int, Described]) -> list[dict[str, Any]]:
    return [
        {"recording_id": recording_id, "place": place, "url": link.url, "label": link.label}
        for recording_id, one in described.items()
        for place, link in enumerate(one.links)
    ]


def _identifier_rows(described: Mapping[int, Described]) -> list[dict[str, Any]]:
    return [
        {"recording_id": recording_id, "place": place, "kind": each.kind, "value": each.value}
        for recording_id, one in described.items()
        for place, each in enumerate(one.identifiers)
    ]
