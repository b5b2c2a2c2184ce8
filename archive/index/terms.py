"""The terms of a document: each token's surface form and stem, numbered, hashed, counted.

Used by packing only. Pure but for the cache of words seen before.
"""

from dataclasses import dataclass

import numpy as np

from archive.index.analysis import Stemmer, fold
from archive.index.packed import Array
from archive.index.tokens import SEPARATOR, Tokens, hash_term

_CACHED_WORDS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCounts:
    """How often each term stands in one field of one document."""

    surfaces: dict[str, int]
    stems: dict[str, int]
    length: int
    """Tokens in the field, separators inside it too."""


class KnownWords:
    """Stems and hashes each word once: a recording has 10,000."""

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


class Terms:
    """The distinct terms of one document, numbered as they come; 0 is the separator."""

    def __init__(self, known: KnownWords) -> None:
        """Take the words seen in other documents."""
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
        """Count terms, given their numbers; separators are none."""
        surfaces: dict[str, int] = {}
        stems: dict[str, int] = {}
        counts = np.bincount(numbers[numbers != SEPARATOR])
        found = np.flatnonzero(counts)
        for number, count in zip(found.tolist(), counts[found].tolist(), strict=True):
            surface, stem = self.surfaces[number], self.stems[number]
            surfaces[surface] = surfaces.get(surface, 0) + count
            stems[stem] = stems.get(stem, 0) + count
        return FieldCounts(surfaces=surfaces, stems=stems, length=len(numbers))
