"""The tree a query is read into. Pure values; they know nothing of the index."""

from dataclasses import dataclass
from datetime import date

SPEAKER = "speaker"
SUBJECT = "subject"
SLIDES = "slides"
SEARCHED_FIELDS = ("title", "collection", "description", SPEAKER, SUBJECT, SLIDES)
"""Fields words may be limited to, as the index names them."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed, in any inflection; `field` limits it to one field."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word, as typed before a `*`."""

    text: str
    field: str | None = None
    surfaces: tuple[str, ...] = ()
    """The words that begin so, folded; `archive.index.beginnings` looks them up."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order and spelling, as typed between quotes."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """Recordings of collections whose title holds these words, side by side."""

    collection: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Recordings in which a language is spoken for more than a moment."""

    language: str
    """A Whisper code."""


@dataclass(frozen=True, slots=True)
class Held:
    """Recordings of sessions held from one day to another, both included; None: open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Recordings whose transcript people have checked, or have not."""

    checked: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Recordings without this."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Recordings with all of these; two at least."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Recordings with any of these; two at least."""

    nodes: tuple["Node", ...]


Text = Word | Prefix | Phrase
"""What is looked for in words, and scored."""
Filter = Within | Spoken | Held | Checked
"""What a recording is or is not; no words, no score."""
Node = Text | Filter | Not | And | Or
