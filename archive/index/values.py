"""What goes into the search index and what comes out of it. Pure values.

The rest of the archive talks to the index in these only, so that another engine can take
its place; nothing here may know Whoosh, files or tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.transcript import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """One recording as it is searched: what it is about and what was said in it."""

    recording_id: int
    version: int
    """Grows whenever anything below changes; `doctor` compares it with the database."""
    public: bool
    """Whether anyone may find it."""
    title: str
    description: str
    collection: str
    language: str
    """Of title, description and collection, as a Whisper code; empty when not known."""
    recorded_on: date | None
    segments: Sequence[Segment]
    """The transcript in order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedState:
    """What the index holds of one recording."""

    version: int
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place in a recording where the query was spoken, with the words around it."""

    start_ms: int
    """Start of the first matching word."""
    end_ms: int
    """End of the last matching word."""
    text: str
    """About twenty-five words as spoken, plain text."""
    marks: tuple[tuple[int, int], ...]
    """Character ranges of `text` that match, end exclusive, in order, not overlapping."""
    language: str
    """Spoken at the first matching word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One recording that answers the query."""

    recording_id: int
    score: float
    """Higher is better; comparable within one result only."""
    matched_fields: tuple[str, ...]
    """Where else than in speech words were found: of `title`, `collection`, `description`."""
    moment_count: int
    """How many moments the recording holds; `moments` are the best of them."""
    moments: tuple[Moment, ...]
    """In order of time."""
    match_starts_ms: tuple[int, ...]
    """Where the matches lie, in order of time, at most 500, spread evenly when more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of the recordings that answer a query, best first."""

    query: str
    understood: str
    """The query as it was read, in words; empty when there was nothing to look for."""
    total: int
    """Exact number of recordings on all pages."""
    page: int
    page_size: int
    hits: tuple[Hit, ...]
