"""What is said about a recording, after Dublin Core, as plain values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from archive.errors import InvalidInputError
from archive.models import IdentifierKind, PersonRole

SPEAKING = frozenset(
    (PersonRole.PRESENTER, PersonRole.MODERATOR, PersonRole.PANELLIST, PersonRole.INTERPRETER)
)
"""Roles of those who are heard: recognition knows their names, search finds them as speakers."""


class Field(StrEnum):
    """What can be said of a recording; the names of `Described`, in the order of the page."""

    TITLE = "title"
    DESCRIPTION = "description"
    RECORDED_ON = "recorded_on"
    PEOPLE = "people"
    ORGANISATION = "organisation"
    COLLECTIONS = "collections"
    SUBJECTS = "subjects"
    LANGUAGES = "languages"
    LICENCE = "licence"
    RIGHTS = "rights"
    LINKS = "links"
    IDENTIFIERS = "identifiers"


LABELS: Mapping[Field, str] = MappingProxyType(
    {
        Field.TITLE: "Title",
        Field.DESCRIPTION: "Description",
        Field.RECORDED_ON: "Day of the session",
        Field.PEOPLE: "People",
        Field.ORGANISATION: "Organisation",
        Field.COLLECTIONS: "Collections",
        Field.SUBJECTS: "Subjects",
        Field.LANGUAGES: "Languages spoken",
        Field.LICENCE: "Licence",
        Field.RIGHTS: "Rights",
        Field.LINKS: "Related links",
        Field.IDENTIFIERS: "Identifiers",
    }
)
LISTS = frozenset(
    (
        Field.PEOPLE,
        Field.COLLECTIONS,
        Field.SUBJECTS,
        Field.LANGUAGES,
        Field.LINKS,
        Field.IDENTIFIERS,
    )
)
"""Fields that hold several values, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Someone in a role; who it is follows from name, organisation and ORCID."""

    name: str
    role: PersonRole = PersonRole.PRESENTER
    organisation: str = ""
    orcid: str = ""
    """As `0000-0002-1825-0097`; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page that has to do with the recording."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """What the recording is called elsewhere."""

    kind: IdentifierKind
    value: str

    @property
    def url(self) -> str:
        """Return where it leads; empty: nowhere."""
        match self.kind:
            case IdentifierKind.DOI:
                return f"https://doi.org/{self.value}"
            case IdentifierKind.HANDLE:
                return f"https://hdl.handle.net/{self.value}"
            case _:
                return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """All that is said of a recording; texts in the one form `archive.describing.typed` gives."""

    title: str = ""
    description: str = ""
    recorded_on: date | None = None
    people: tuple[Credit, ...] = ()
    organisation: str = ""
    """Who held the session."""
    collections: tuple[str, ...] = ()
    """Titles, the main one first."""
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Codes, the main one first; empty: as the machine finds them."""
    licence: str = ""
    """A code of `archive.licences`."""
    rights: str = ""
    links: tuple[Link, ...] = ()
    identifiers: tuple[Identifier, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names of those who are heard, each once."""
        return tuple(dict.fromkeys(one.name for one in self.people if one.role in SPEAKING))


class DescriptionError(InvalidInputError):
    """Some fields cannot be taken as given; `problems` says of each what to do."""

    def __init__(self, problems: Mapping[Field, str]) -> None:
        super().__init__(" ".join(f"{LABELS[field]}: {why}" for field, why in problems.items()))
        self.problems = problems


def changed_fields(before: Described, after: Described) -> tuple[Field, ...]:
    """Return the fields that differ, in the order of the page."""
    return tuple(
        Field(one.name)
        for one in fields(Described)
        if getattr(before, one.name) != getattr(after, one.name)
    )
