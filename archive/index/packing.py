"""Analyse a document for the index: its term counts by field and its packed arrays.

Called by the writer only. Pure but for a cache of analysed words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from archive.index.analysis import Stemmer, find_tokens, fold, is_unspaced
from archive.index.packed import FIELDS, Array, Section, hash_term, join_sections
from archive.index.values import IndexDocument
from archive.transcript import Segment

_CACHED_WORDS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCounts:
    """How often each term stands in one field of one document."""

    surfaces: dict[str, int]
    stems: dict[str, int]
    length: int
    """Tokens in the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """A document ready for the index."""

    data: bytes
    """What `packed.PackedDocument` reads."""
    counts: dict[str, FieldCounts]
    """By field, all of `packed.FIELDS`."""


@dataclass(slots=True)
class _Terms:
    """The distinct terms of one document, numbered as they come; 0 is the separator."""

    stemmer: Stemmer
    surfaces: list[str] = field(default_factory=lambda: [""])
    stems: list[str] = field(default_factory=lambda: [""])
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """By (text as written, language); -1 for what folds to nothing."""
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, written: str, language: str) -> int:
        surface = fold(written)
        if not surface:
            return -1
        term = (surface, self.stemmer.stem(surface, language))
        number = self._known.setdefault(term, len(self.surfaces))
        if number == len(self.surfaces):
            self.surfaces.append(term[0])
            self.stems.append(term[1])
        return number


class Packer:
    """Packs documents, remembering the stems of words it has seen. Not for several threads."""

    def __init__(self) -> None:
        self._stemmer = _CachedStemmer()

    def pack(self, document: IndexDocument) -> Packing:
        """Analyse one document."""
        terms = _Terms(self._stemmer)
        spoken = _Spoken()
        tokens: list[int] = []
        bounds: list[int] = []
        for name in FIELDS:
            tokens.append(0)
            bounds.append(len(tokens))
            if name == "transcript":
                for segment in document.segments:
                    spoken.add(segment, terms, tokens)
            else:
                tokens.extend(_read_plain(getattr(document, name), document.language, terms))
        tokens.append(0)
        bounds.append(len(tokens))
        numbered = np.array(tokens, np.int64)
        counts = {
            name: _count(numbered[bounds[i] : bounds[i + 1] - 1], terms)
            for i, name in enumerate(FIELDS)
        }
        return Packing(
            data=join_sections(_table(terms, numbered) | {
                Section.BOUNDS: _shrink(np.array(bounds)),
            } | spoken.sections()),
            counts=counts,
        )


class _CachedStemmer(Stemmer):
    """Stems each word once: Snowball takes 40 µs a word, a recording has 10,000 of them."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], str] = {}

    def stem(self, surface: str, language: str) -> str:
        """As `Stemmer.stem`."""
        key = (surface, language)
        stem = self._seen.get(key)
        if stem is None:
            if len(self._seen) >= _CACHED_WORDS:
                self._seen.clear()
            stem = self._seen[key] = super().stem(surface, language)
        return stem


def _read_plain(text: str, language: str, terms: _Terms) -> Iterator[int]:
    for match in find_tokens(text):
        number = terms.number(match[0], language)
        if number >= 0:
            yield number


class _Spoken:
    """The transcript's tokens with their times and places in the text."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self._end = 0
        self._count = 0
        self._starts: list[int] = []
        self._durations: list[int] = []
        self._gaps: list[int] = []
        self._widths: list[int] = []
        self._segments: list[int] = []
        self._languages: list[int] = []
        self._codes: dict[str, int] = {}

    def add(self, segment: Segment, terms: _Terms, tokens: list[int]) -> None:
        """Append a segment's tokens to `tokens` and remember where and when they stand."""
        text, spans = _lay_out(segment)
        base = self._length + (1 if self._texts else 0)
        language = segment.language
        numbers = terms.numbers
        first = self._count
        word = 0
        for match in find_tokens(text):
            written = match[0]
            number = numbers.get((written, language))
            if number is None:
                number = numbers[written, language] = terms.number(written, language)
            if number < 0:
                continue
            start, end = match.span()
            while word < len(spans) - 1 and spans[word][1] <= start:
                word += 1
            shared = not segment.words or is_unspaced(terms.surfaces[number])
            start_ms, end_ms = _time(spans, word, (start, end), shared=shared)
            tokens.append(number)
            self._starts.append(start_ms)
            self._durations.append(max(end_ms - start_ms, 0))
            self._gaps.append(base + start - self._end)
            self._widths.append(end - start)
            self._end = base + end
            self._count += 1
        if self._count > first:
            self._segments.append(first)
            self._languages.append(self._codes.setdefault(language, len(self._codes)))
        self._texts.append(text)
        self._length = base + len(text)

    def sections(self) -> dict[Section, Array]:
        """Return the arrays that describe the transcript."""
        return {
            Section.STARTS: _shrink(np.array(self._starts, np.int64)),
            Section.DURATIONS: _shrink(np.array(self._durations, np.int64)),
            Section.GAPS: _shrink(np.array(self._gaps, np.int64)),
            Section.WIDTHS: _shrink(np.array(self._widths, np.int64)),
            Section.SEGMENTS: _shrink(np.array(self._segments, np.int64)),
            Section.LANGUAGES: _shrink(np.array(self._languages, np.int64)),
            Section.CODES: _encode(" ".join(self._codes)),
            Section.TEXT: _encode(" ".join(self._texts)),
        }


_Span = tuple[int, int, int, int]
"""A word in its segment's text: first character, the one after the last, start, end in ms."""


def _lay_out(segment: Segment) -> tuple[str, Sequence[_Span]]:
    """Join a segment's words to its text, and say where each stands.

    A segment without words counts as one long word, its tokens timed by their place in it.
    """
    if not segment.words:
        text = segment.text.strip()
        return text, [(0, len(text), segment.start_ms, segment.end_ms)]
    parts: list[str] = []
    spans: list[_Span] = []
    length = 0
    for word in segment.words:
        written = word.text if parts else word.text.lstrip()
        parts.append(written)
        lead = len(written) - len(written.lstrip())
        spans.append((length + lead, length + len(written), word.start_ms, word.end_ms))
        length += len(written)
    return "".join(parts), spans


def _time(
    spans: Sequence[_Span], word: int, token: tuple[int, int], *, shared: bool
) -> tuple[int, int]:
    """Return start and end in ms of the token at these characters, which begins in `word`.

    A token takes its word's times whole, so that a jump never lands inside a word; where
    several `share` one (scripts without spaces, a segment without words) each has its part
    by characters.
    """
    first, stop, start_ms, end_ms = spans[word]
    start, end = token
    if shared:
        ms_each = (end_ms - start_ms) / max(stop - first, 1)
        end_ms = start_ms + round(ms_each * (min(end, stop) - first))
        start_ms += round(ms_each * (max(start, first) - first))
    elif stop < end:  # the recognizer cut this token in several words
        while word < len(spans) - 1 and spans[word][1] < end:
            word += 1
        end_ms = spans[word][3]
    return max(start_ms, 0), max(end_ms, 0)


def _table(terms: _Terms, numbered: Array) -> dict[Section, Array]:
    """Sort the terms by hash and renumber the tokens to match; the separator stays 0."""
    surfaces = np.array([0, *map(hash_term, terms.surfaces[1:])], np.uint64)
    stems = np.array([0, *map(hash_term, terms.stems[1:])], np.uint64)
    order = np.argsort(surfaces, kind="stable")
    new_number = np.empty(len(order), np.int64)
    new_number[order] = np.arange(len(order))
    return {
        Section.SURFACES: surfaces[order],
        Section.STEMS: stems[order],
        Section.TOKENS: _shrink(new_number[numbered]),
    }


def _count(numbered: Array, terms: _Terms) -> FieldCounts:
    surfaces: dict[str, int] = {}
    stems: dict[str, int] = {}
    for number, count in enumerate(np.bincount(numbered).tolist()):
        if count:
            surface, stem = terms.surfaces[number], terms.stems[number]
            surfaces[surface] = surfaces.get(surface, 0) + count
            stems[stem] = stems.get(stem, 0) + count
    return FieldCounts(surfaces=surfaces, stems=stems, length=len(numbered))


def _shrink(array: Array) -> Array:
    """Return the array in the smallest unsigned type that holds it."""
    return array.astype(np.min_scalar_type(int(array.max(initial=0))))


def _encode(text: str) -> Array:
    return np.frombuffer(text.encode(), np.uint8)
