"""Analyse a document for the index: its term counts by field and its packed arrays.

Called by the writer only. Pure but for a cache of analysed words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from archive.index.analysis import Stemmer, find_tokens, fold, is_unspaced
from archive.index.packed import Array, Section, join_sections
from archive.index.tokens import FIELDS, SEPARATOR, Tokens, hash_term
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
    tokens: Tokens
    """All of the document's, as `tokens` describes them."""
    counts: dict[str, FieldCounts]
    """By field, all of `tokens.FIELDS`."""


class _Terms:
    """The distinct terms of one document, numbered as they come; 0 is the separator."""

    def __init__(self, known: "_KnownWords") -> None:
        self._known = known
        self._numbers: dict[tuple[str, str], int] = {}
        self.surfaces = [""]
        self.stems = [""]

    def number(self, written: str, language: str) -> int:
        """Return the number of a token's term; -1 when it folds to nothing."""
        surface = fold(written)
        if not surface:
            return -1
        term = (surface, self._known.stem(surface, language))
        number = self._numbers.setdefault(term, len(self.surfaces))
        if number == len(self.surfaces):
            self.surfaces.append(term[0])
            self.stems.append(term[1])
        return number

    def hash(self, numbers: Array) -> Tokens:
        """Return the tokens these numbers stand for."""
        surfaces, stems = (
            np.array([SEPARATOR, *map(self._known.hash, terms[1:])], np.uint32)
            for terms in (self.surfaces, self.stems)
        )
        return Tokens(surfaces[numbers], stems[numbers])

    def count(self, numbers: Array) -> FieldCounts:
        """Count terms, given their numbers."""
        surfaces: dict[str, int] = {}
        stems: dict[str, int] = {}
        counts = np.bincount(numbers)
        found = np.flatnonzero(counts)
        for number, count in zip(found.tolist(), counts[found].tolist(), strict=True):
            surface, stem = self.surfaces[number], self.stems[number]
            surfaces[surface] = surfaces.get(surface, 0) + count
            stems[stem] = stems.get(stem, 0) + count
        return FieldCounts(surfaces=surfaces, stems=stems, length=len(numbers))


class Packer:
    """Packs documents, remembering the words it has seen. Not for several threads."""

    def __init__(self) -> None:
        self._known = _KnownWords()

    def pack(self, document: IndexDocument) -> Packing:
        """Analyse one document."""
        terms = _Terms(self._known)
        spoken = _Spoken()
        numbers: list[int] = []
        bounds: list[int] = []
        for name in FIELDS:
            numbers.append(0)
            bounds.append(len(numbers))
            if name == "transcript":
                for segment in document.segments:
                    numbers.extend(spoken.read(segment, terms))
            else:
                numbers.extend(_read_plain(getattr(document, name), document.language, terms))
        numbers.append(0)
        bounds.append(len(numbers))
        tokens = np.array(numbers, np.int64)
        in_fields = {
            name: tokens[bounds[index] : bounds[index + 1] - 1] for index, name in enumerate(FIELDS)
        }
        return Packing(
            data=join_sections(spoken.sections(in_fields["transcript"], terms)),
            tokens=terms.hash(tokens),
            counts={name: terms.count(part) for name, part in in_fields.items()},
        )


class _KnownWords:
    """Stems and hashes each word once: Snowball takes 40 µs a word, a recording has 10,000."""

    def __init__(self) -> None:
        self._stemmer = Stemmer()
        self._stems: dict[tuple[str, str], str] = {}
        self._hashes: dict[str, int] = {}

    def stem(self, surface: str, language: str) -> str:
        """As `Stemmer.stem`."""
        key = (surface, language)
        stem = self._stems.get(key)
        if stem is None:
            if len(self._stems) >= _CACHED_WORDS:
                self._stems.clear()
            stem = self._stems[key] = self._stemmer.stem(surface, language)
        return stem

    def hash(self, term: str) -> int:
        """As `hash_term`."""
        hashed = self._hashes.get(term)
        if hashed is None:
            if len(self._hashes) >= _CACHED_WORDS:
                self._hashes.clear()
            hashed = self._hashes[term] = hash_term(term)
        return hashed


def _read_plain(text: str, language: str, terms: _Terms) -> Iterator[int]:
    for match in find_tokens(text):
        number = terms.number(match[0], language)
        if number >= 0:
            yield number


class _Spoken:
    """The transcript's tokens with their times and places in the text.

    Collects plain lists segment by segment and works them out as arrays at the end: a loop
    over each token's time took three times as long.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}
        """Term by text as written, by language."""
        self._texts: list[str] = []
        self._length = 0
        self._words: list[_Span] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._segments: list[int] = []
        self._languages: list[int] = []
        self._codes: dict[str, int] = {}

    def read(self, segment: Segment, terms: _Terms) -> list[int]:
        """Return the terms of a segment's tokens; remember where they stand."""
        if self._texts:
            self._length += 1  # the space between segments
        base = self._length
        text = self._lay_out(segment, base)
        numbers = self._numbers.setdefault(segment.language, {})
        found: list[int] = []
        for match in find_tokens(text):
            written = match[0]
            number = numbers.get(written)
            if number is None:
                number = numbers[written] = terms.number(written, segment.language)
            if number >= 0:
                found.append(number)
                self._starts.append(base + match.start())
                self._ends.append(base + match.end())
        if found:
            self._segments.append(len(self._starts) - len(found))
            self._languages.append(self._codes.setdefault(segment.language, len(self._codes)))
        self._texts.append(text)
        self._length = base + len(text)
        return found

    def _lay_out(self, segment: Segment, base: int) -> str:
        """Join a segment's words to its text, and note where each stands.

        A segment without words counts as one word that its tokens share.
        """
        if not segment.words:
            text = segment.text.strip()
            if text:
                end = base + len(text)
                self._words.append((base, end, segment.start_ms, segment.end_ms, True))
            return text
        parts: list[str] = []
        at = base
        for word in segment.words:
            written = word.text if parts else word.text.lstrip()
            parts.append(written)
            end = at + len(written)
            start = at + 1 if written.startswith(" ") else at
            self._words.append((start, end, word.start_ms, word.end_ms, False))
            at = end
        return "".join(parts)

    def sections(self, tokens: Array, terms: _Terms) -> dict[Section, Array]:
        """Return the arrays that describe the transcript.

        Args:
            tokens: int64, (transcript tokens,): the term of each.
            terms: what they number.
        """
        starts = np.array(self._starts, np.int64)
        ends = np.array(self._ends, np.int64)
        alone = np.array([is_unspaced(surface) for surface in terms.surfaces], np.bool_)
        start_ms, end_ms = _time(self._words, starts, ends, alone[tokens])
        return {
            Section.STARTS: _shrink(start_ms),
            Section.DURATIONS: _shrink(np.maximum(end_ms - start_ms, 0)),
            Section.GAPS: _shrink(starts - np.concatenate(([0], ends[:-1]))[: len(starts)]),
            Section.WIDTHS: _shrink(ends - starts),
            Section.SEGMENTS: _shrink(np.array(self._segments, np.int64)),
            Section.LANGUAGES: _shrink(np.array(self._languages, np.int64)),
            Section.CODES: _encode(" ".join(self._codes)),
            Section.TEXT: _encode(" ".join(self._texts)),
        }


_Span = tuple[int, int, int, int, bool]
"""A spoken word: first character, the one after the last, start and end in ms, shared."""


def _time(words: Sequence[_Span], starts: Array, ends: Array, alone: Array) -> tuple[Array, Array]:
    """Return start and end in ms of the tokens at these characters.

    A token takes the times of its word whole, so that a jump never lands inside a word; of
    the first and the last when the recognizer cut it in several. Where several share a word
    (characters that stand `alone`, a segment without words) each has its part by characters.
    """
    if not len(starts):
        return starts, ends
    first_at, stop_at, start_ms, end_ms, shared = np.array(words, np.int64).T
    word = np.minimum(stop_at.searchsorted(starts, "right"), len(words) - 1)
    last = np.maximum(np.minimum(stop_at.searchsorted(ends, "left"), len(words) - 1), word)
    length = np.maximum(stop_at - first_at, 1)
    share = alone | shared[word].astype(np.bool_)

    def part(at: Array) -> Array:
        inside = np.clip(at - first_at[word], 0, length[word])
        at_ms: Array = start_ms[word] + (end_ms - start_ms)[word] * inside // length[word]
        return at_ms

    return (
        np.maximum(np.where(share, part(starts), start_ms[word]), 0),
        np.maximum(np.where(share, part(ends), end_ms[last]), 0),
    )


def _shrink(array: Array) -> Array:
    """Return the array in the smallest unsigned type that holds it."""
    small: Array = array.astype(np.min_scalar_type(int(array.max(initial=0))))
    return small


def _encode(text: str) -> Array:
    encoded: Array = np.frombuffer(text.encode(errors="replace"), np.uint8)
    return encoded
