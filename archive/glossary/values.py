"""What a glossary term is to the rest of the archive: frozen values, no tables."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a term names; the words of the table and of the CSV."""

    DRUG = "drug"
    DISEASE = "disease"
    PROCEDURE = "procedure"
    """A procedure, a device, a measurement or a sign: what is done and seen at the bedside."""
    PLACE = "place"
    INSTITUTION = "institution"
    PERSON = "person"
    OTHER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term as recognition and the sound index read it."""

    term: str
    """As it should be written."""
    language: str = ""
    """A Whisper code; empty: the same in every language."""
    kind: Kind = Kind.OTHER
    variants: tuple[str, ...] = ()
    """Other right spellings; they are not changed into the term."""
    sounds_like: tuple[str, ...] = ()
    """What recognition wrote instead."""
    of_collection: bool = False
    """True when it was given for the recording's collection, which comes before the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A term as a person or a file gives it, checked by `drafts.read_draft`."""

    term: str
    language: str = ""
    kind: Kind = Kind.OTHER
    variants: tuple[str, ...] = ()
    sounds_like: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A term as kept, for pages and commands."""

    id: int
    collection_id: int | None
    """None: of the whole archive."""
    draft: Draft
    shipped: bool
    """Came with the archive and was not edited since."""
    updated_at: datetime
