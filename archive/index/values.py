"""What goes into the search index and what comes out of it. Pure values.

The rest of the archive talks to the index in these only, so that another engine can take
its place; nothing here may know Whoosh, files or tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from archive.transcript import Reading, Segment


class Track(StrEnum):
    """One of the things in a recording that have words and times; in the order they are shown."""

    SPEECH = "speech"
    """What was said, in the language it was said in."""
    SLIDE = "slide"
    """What stood on the slides."""
    TRANSLATION = "translation"
    """What was said, in English, by machine."""
    READING = "reading"
    """What else may have been said; found by its sound, and shown as the speech it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Which recordings someone finds. The database knows: `archive.recordings.audience_of`."""

    public: bool = True
    """What is public."""
    everything: bool = False
    """Also what is not."""
    also: frozenset[int] = frozenset()
    """Recordings to be found although they are not public: one's own."""
    never: frozenset[int] = frozenset()
    """Recordings not to be found: taken back, and the index has not followed yet."""


PUBLIC = Audience()
EVERYTHING = Audience(everything=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideText:
    """The words on one slide and when it was shown."""

    start_ms: int
    end_ms: int | None
    """None: until the next slide; of the last, not known."""
    text: str
    """A line for each line on the slide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """One recording as it is searched: what it is about, what was said in it and shown."""

    recording_id: int
    version: int
    """Grows whenever anything below changes; `doctor` compares it with the database."""
    public: bool
    """Whether anyone may find it."""
    title: str
    description: str
    collection: str
    """Titles of the collections it is in, one a line, the main one first."""
    language: str
    """Of title, description, collection and slides, as a Whisper code; empty when not known."""
    recorded_on: date | None
    segments: Sequence[Segment]
    """The transcript in order of time."""
    speakers: Sequence[str] = ()
    """Names of who speaks, each once; of segments only those speakers count that are here."""
    slides: Sequence[SlideText] = ()
    """In any order."""
    translation: Sequence[Segment] = ()
    """The English translation in order of time; read as English whatever its segments say."""
    readings: Sequence[Reading] = ()
    """What else may have been said, in any order."""
    subjects: Sequence[str] = ()
    """What it is about, in a few words each."""
    languages: Sequence[str] | None = None
    """Spoken for more than a moment, as Whisper codes; None: all those of the segments."""
    checked: bool = False
    """Whether people have checked the transcript."""


class FacetKind(StrEnum):
    """What results are narrowed by; in the order they are shown."""

    LANGUAGE = "lang"
    """Spoken in it; Whisper codes."""
    COLLECTION = "collection"
    SPEAKER = "speaker"
    SUBJECT = "subject"
    YEAR = "year"
    """Of the session, four digits."""
    CHECKED = "checked"
    """Whether people have checked the transcript: `yes`, `no`."""


class Sort(StrEnum):
    """What results are ordered by."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    """By date of the session; those without one last."""
    OLDEST = "oldest"
    """Likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What results are narrowed to: any of the values of a kind, of every kind that has some."""

    chosen: Mapping[FacetKind, tuple[str, ...]] = field(default_factory=dict)
    """Values as `FacetValue.value`; kinds with nothing chosen are not in it."""

    def __bool__(self) -> bool:
        return bool(self.chosen)

    def without(self, kind: FacetKind) -> "Narrowing":
        """Return it with nothing chosen of a kind."""
        return Narrowing(chosen={k: v for k, v in self.chosen.items() if k is not kind})

    def toggled(self, kind: FacetKind, value: str) -> "Narrowing":
        """Return it with a value chosen that was not, or not chosen that was."""
        before = self.chosen.get(kind, ())
        after = tuple(one for one in before if one != value)
        if after == before:
            after = (*before, value)
        rest = self.without(kind).chosen
        return Narrowing(chosen={**rest, kind: after} if after else rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value recordings may be narrowed to."""

    value: str
    count: int
    """How many of the recordings found have it, whatever else of its kind is chosen."""
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The values of one kind that the recordings found have, most first; years newest first."""

    kind: FacetKind
    values: tuple[FacetValue, ...]
    """The most frequent, and those chosen."""
    total: int
    """How many values there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedState:
    """What the index holds of one recording."""

    version: int
    public: bool


class Reason(StrEnum):
    """Why words that were not typed answer a query."""

    SPELLING = "spelling"
    """The same word, spelled another way: haemolysis, hemolysis."""
    NUMBER = "number"
    """The same number, or with it: COVID-19, covid nineteen."""
    TYPO = "typo"
    """What was typed is a slip: artesunte."""
    SOUND = "sound"
    """It sounds like what was typed, as a recognizer mishears: la long we."""
    CONCEPT = "concept"
    """Another name of the same thing, perhaps in another language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What stands in a moment in place of words that were typed."""

    reason: Reason
    asked: str
    """As typed."""
    meant: str = ""
    """What was meant by it, where that is spelled otherwise: `artesunate` by `artesunte`."""
    found: str
    """As it stands there: `artisanate`."""
    start_ms: int
    """Of its first word."""
    end_ms: int
    """Of its last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place in a recording that answers the query, with the words around it."""

    track: Track
    start_ms: int
    """Start of the first matching word; of a slide, when it appears."""
    end_ms: int
    """End of the last matching word; of a slide, when it goes (its start when not known)."""
    text: str
    """About twenty-five words, plain text; lines of a slide have ` · ` between them."""
    marks: tuple[tuple[int, int], ...]
    """Character ranges of `text` that match, end exclusive, in order, not overlapping."""
    language: str
    """Of the first matching word, as a Whisper code; empty when not known."""
    speaker: str = ""
    """Name of who says the matching words; empty when not known, or several do."""
    instead: tuple[Instead, ...] = ()
    """What it was found by where the words typed do not stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One recording that answers the query."""

    recording_id: int
    score: float
    """Higher is better; comparable within one result only."""
    matched_fields: tuple[str, ...]
    """Where words were found that have no time: of `title`, `collection`, `description`,
    `speaker`, `subject`."""
    moment_count: int
    """How many moments the recording holds, of all tracks; `moments` are the best of them."""
    moments: tuple[Moment, ...]
    """In order of time; at the same time speech before slides before the translation."""
    match_starts_ms: tuple[int, ...]
    """Matches in speech and its translation, in order of time; at most 500, evenly spread."""
    slide_starts_ms: tuple[int, ...]
    """When the slides that match appear, in order of time; at most 500, evenly spread."""
    slide_match_count: int
    """How many slides match."""
    exact: bool = True
    """Whether everything wanted is there as typed, or inflected."""
    lacks: tuple[str, ...] = ()
    """Parts of the query that are not there, in words; of those found partly only."""
    also: tuple[tuple[Reason, str], ...] = ()
    """What it was found by, outside its moments, in place of words typed: why, and as told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoFound:
    """Words that were looked for in place of words typed, and found."""

    reason: Reason
    asked: str
    """As typed."""
    label: str
    """As it is told: `artisanate`, `hipertensão`."""
    language: str
    """A Whisper code, of a concept's name; empty: any."""
    concept: str
    """Id of the concept, where that is the reason."""
    recordings: int
    """How many that may be seen hold it; the other words of the query aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantQuery:
    """A query that may have been meant."""

    query: str
    recordings: int
    """How many answer it as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the things a query asks for."""

    text: str
    """In words: `artesunate`, `spoken in French`."""
    rest: str
    """The query without it, to be typed; empty when nothing is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """What may be the reason that a search found nothing."""

    text: str
    """A part of the query in words; empty for a kind that results were narrowed by."""
    kind: FacetKind | None
    """That kind; None for a part of the query."""
    alone: int
    """How many recordings answer it by itself, narrowed by nothing."""
    without: int
    """How many recordings would be found without it."""
    rest: str
    """The query without it, to be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What someone who begins to type may mean."""

    kind: str
    """`title`, `collection`, `speaker`, `subject` or `term`."""
    text: str
    """As it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of the recordings that answer a query, best first."""

    query: str
    understood: str
    """The query as it was read, in words; empty when there was nothing to look for."""
    parts: tuple[Part, ...]
    """The same, part by part."""
    total: int
    """Exact number of recordings on all pages."""
    page: int
    page_size: int
    hits: tuple[Hit, ...]
    partly: tuple[Hit, ...] = ()
    """Beneath the hits, where they do not fill the first page: what has most of what was asked
    for, best first; not counted in `total`."""
    facets: tuple[Facet, ...] = ()
    """What the recordings found can be narrowed by, those of all pages counted."""
    also: tuple[AlsoFound, ...] = ()
    """What was looked for beside the words typed, and is there."""
    meant: tuple[MeantQuery, ...] = ()
    """What may have been meant, likeliest first; each finds more than what was typed."""
