"""Who is meant by a name as typed: the person it belongs to, or how to tell several apart.

All people are read once, so that many descriptions are kept quickly. Runs in the caller's
transaction.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.describing.typed import MAX_NAME
from archive.describing.values import Credit
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term
from archive.models import Person


class KnownPeople:
    """All people of the archive, read once, to find those that credits mean."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        """Read them.

        Args:
            session: In the transaction that credits are kept in.
            now: When people that are not there yet are made.
        """
        self._session = session
        self._now = now
        self._by_name: dict[str, dict[int, Person]] = {}
        self._by_orcid: dict[str, Person] = {}
        for person in session.scalars(
            select(Person).options(selectinload(Person.aliases)).order_by(Person.id)
        ):
            self._take(person, (person.name, *(one.name for one in person.aliases)))

    def find(self, credit: Credit) -> Person | None:
        """Return who is meant; None: someone who is not there yet.

        Raises:
            InvalidInputError: it may be several, or the ORCID is somebody else's.
        """
        called = self._by_name.get(name_key(credit.name), {})
        if credit.orcid and (known := self._by_orcid.get(credit.orcid)):
            if known.id not in called:
                raise InvalidInputError(
                    f"The ORCID {credit.orcid} is that of {known.name}, not of {credit.name}; "
                    "correct it, or the name."
                )
            return _agreeing(known, credit)
        candidates = [
            person
            for person in called.values()
            if not (credit.orcid and person.orcid)
            and _same(credit.organisation or person.organisation, person.organisation)
        ]
        exact = [
            person
            for person in candidates
            if (person.name, person.organisation, person.orcid or "")
            == (credit.name, credit.organisation, credit.orcid)
        ]
        if exact or len(candidates) == 1:
            return (exact or candidates)[0]
        if not candidates:
            # One whose organisation is not known yet is taken to be the one that is named.
            open_ = [p for p in called.values() if not p.organisation and not p.orcid]
            return open_[0] if len(open_) == 1 else None
        bare = [person for person in candidates if not person.organisation and not person.orcid]
        if len(bare) == 1:
            return bare[0]
        ways = "; ".join(sorted({_told(person) for person in candidates}))
        raise InvalidInputError(
            f"There are {len(candidates)} people called {credit.name} ({ways}); say whose "
            "organisation or ORCID it is."
        )

    def settle(self, credit: Credit) -> Credit:
        """Return the credit as it will stand once it is kept."""
        person = self.find(credit)
        if person is None:
            return credit
        return replace(
            credit,
            name=person.name,
            organisation=person.organisation or credit.organisation,
            orcid=person.orcid or credit.orcid,
        )

    def first_called(self, credit: Credit) -> Credit:
        """Return the credit of the first person of its name, where it may be several."""
        person = min(self._by_name[name_key(credit.name)].values(), key=lambda one: one.id)
        return replace(
            credit,
            name=person.name,
            organisation=person.organisation,
            orcid=person.orcid or "",
        )

    def ensure(self, credit: Credit) -> Person:
        """Return who is meant, made if need be; what was not known of them is filled in."""
        person = self.find(credit)
        if person is None:
            person = Person(
                name=credit.name,
                folded=fold_name(credit.name),
                organisation=credit.organisation,
                orcid=credit.orcid or None,
                created_at=self._now,
                updated_at=self._now,
            )
            self._session.add(person)
            self._session.flush()
            self._take(person, (person.name,))
        elif (credit.organisation and not person.organisation) or (
            credit.orcid and not person.orcid
        ):
            person.organisation = person.organisation or credit.organisation
            person.orcid = person.orcid or credit.orcid or None
            person.updated_at = self._now
            self._take(person, ())
        return person

    def _take(self, person: Person, names: Iterable[str]) -> None:
        for name in names:
            self._by_name.setdefault(name_key(name), {})[person.id] = person
        if person.orcid:
            self._by_orcid[person.orcid] = person


def _agreeing(person: Person, credit: Credit) -> Person:
    """Return someone found by their ORCID, whose organisation a credit may not change."""
    differs = credit.organisation and not _same(credit.organisation, person.organisation)
    if differs and person.organisation:
        raise InvalidInputError(
            f"{person.name} ({person.orcid}) is of {person.organisation} here, not of "
            f"{credit.organisation}; leave it empty, or change it on the page of people."
        )
    return person


def _told(person: Person) -> str:
    return person.orcid or (f"of {person.organisation}" if person.organisation else "without one")


def _same(one: str, other: str) -> bool:
    return one == other or (fold_term(one) == fold_term(other) != "")


def fold_name(name: str) -> str:
    """Fold a name as it is kept to be found by."""
    return fold_term(name)[:MAX_NAME]


def name_key(name: str) -> str:
    """Return what a name is found by: folded, or as it is where that leaves nothing."""
    return fold_term(name) or name
