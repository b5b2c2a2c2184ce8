"""What the privacy check looks for, and one thing it found. Values only."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from archive.index.analysis import fold


class Kind(StrEnum):
    """What was found."""

    NAME = "name"
    BIRTH = "birth"
    NUMBER = "number"
    PHONE = "phone"

    @property
    def label(self) -> str:
        """What it is called on the page."""
        return {
            Kind.NAME: "a name",
            Kind.BIRTH: "a date of birth",
            Kind.NUMBER: "a record or card number",
            Kind.PHONE: "a phone number",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Words that may tell who a patient is."""

    kind: Kind
    start_ms: int
    end_ms: int
    text: str
    """Just the words that tell it."""
    before: str
    after: str
    """Some of what is said before and after."""
    language: str
    on_slide: bool = False
    """It stands on a slide, which is shown from `start_ms` to `end_ms`."""

    @property
    def digest(self) -> str:
        """Tells the same words from others without keeping them."""
        return sha256(f"{self.kind}:{fold(self.text)}".encode()).hexdigest()
