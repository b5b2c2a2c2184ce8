"""The words that someone may see: how often each stands there, and where.

A `Vocabulary` is the table of all words as of one snapshot and one audience. The table holds words
of documents that some may not see: here they stand nowhere, so nothing about them can be learnt
from what is taken for a slip, for well heard or for misheard.
"""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from archive.index.places import WordPlaces, places_within
from archive.index.snapshot import Snapshot
from archive.index.tokens import Hashes
from archive.index.tolerance.counting import HEARD, WRITTEN, Counts, DocumentCounter, no_counts
from archive.index.tolerance.lexicon import Lexicon
from archive.index.tolerance.words import Sounds, WordTable

UNSURE = 168
"""Of 255: a tenth of the words in real transcripts are less sure, and most of those misheard."""
FREQUENT, SOME = 1 / 1_500, 30
"""Share of all words, and number, from which one is frequent: the, and, that."""
_MOST_CACHED_PARTS = 200
_MOST_AUDIENCES = 8
"""Of a snapshot, whose vocabularies are kept: some 1 MB each for 200,000 words."""
_LOOKED_AT = 8_192
"""Places at once; a quarter of them is doubted, and a thousand are enough."""
_MOST_BESIDE = 5_000
"""Places of a word whose neighbours are read."""
Rows = NDArray[np.int64]
_Parts = Mapping[tuple[str, bool], Mapping[str, float]]
"""How often words stand in each part of the index, in what was heard and what people wrote."""


class Vocabulary:
    """The words of those documents of one snapshot that may be seen; never changes."""

    def __init__(
        self,
        table: WordTable,
        counts: Counts,
        snapshot: Snapshot,
        visible: NDArray[np.bool_],
        by_hash: tuple[Hashes, Rows],
    ) -> None:
        """Take the table and how often each of its words stands in these documents.

        Args:
            table: has all words.
            counts: of the visible documents, as long as the table is for this vocabulary.
            snapshot: whose tokens are read; it is not kept.
            visible: bool, (documents,).
            by_hash: hashes of the words, ascending, and the number of the word of each.
        """
        self.table = table
        self.tokens = snapshot.tokens.surfaces
        self._stems = snapshot.tokens.stems
        self.certainties = snapshot.certainties
        self._generation = snapshot.generation
        self._stretches = snapshot.stretches(visible)
        self._latest_places = snapshot.latest_places
        self.by_hash = by_hash
        self.count = len(counts.heard)
        self.frequencies = np.maximum(counts.heard + counts.written, 0).astype(np.float32)
        """float32, (words,): in all fields; 0 for words of the table that are not here."""
        self.hashes = table.hashes(self.count)
        self.ordinary = table.ordinary(self.count)
        """bool, (words,): ordinary in some language."""
        here = self.frequencies > 0
        here[: table.terms] = True
        # What people wrote, in titles and names, is right too.
        self.right = (table.right(self.count) & here) | (counts.written > 0)
        """bool, (words,): right as they are, and here or terms of the lexicon."""

    @property
    def words(self) -> list[str]:
        """By number; more than `count` may be there."""
        return self.table.words

    @cached_property
    def total(self) -> float:
        """Tokens in all."""
        return float(self.frequencies.sum())

    @cached_property
    def sounds(self) -> Sounds:
        """How the words sound; the first look takes a second for 40,000 new words."""
        return self.table.sounds(self.count)

    def doubted_places(self, numbers: Rows, *, most: int) -> Rows:
        """Return where words stand that the recognizer was unsure of, or beside such.

        Args:
            numbers: of the words.
            most: places; of more the first.

        Returns:
            int64, ascending.
        """
        places = self._places.find(self.hashes[numbers])
        found = [places[:0]]
        left = most
        for begin in range(0, len(places), _LOOKED_AT):
            here = self._doubted(places[begin : begin + _LOOKED_AT])[:left]
            found.append(here)
            left -= len(here)
            if not left:
                break
        return np.concatenate(found)

    def _doubted(self, places: Rows) -> Rows:
        sure = self.certainties
        # At both ends of all tokens stand separators, which are sure.
        least = np.minimum(sure[places - 1], sure[places])
        np.minimum(least, sure.take(places + 1, mode="clip"), out=least)
        return places_within(places[least < UNSURE], self._stretches)

    def count_places(self, run: Sequence[int]) -> int:
        """Tell at how many places words stand side by side, whether sure or not."""
        rarest = int(np.argmin(self.frequencies[list(run)]))
        places = places_within(
            self._places.find(self.hashes[run[rarest] : run[rarest] + 1]), self._stretches
        )
        for at, number in enumerate(run):
            # No run goes beyond a document, which ends with a separator.
            there = self.tokens.take(places + (at - rarest), mode="clip")
            places = places[there == self.hashes[number]]
        return len(places)

    def neighbours(self, word: str, step: int) -> list[str]:
        """Return the words that stand beside a word; none for one that is too frequent.

        Args:
            word: folded.
            step: 1 for those after it, -1 for those before.
        """
        number = self.table.numbers.get(word, self.count)
        if number >= self.count or not 0 < self.frequencies[number] <= _MOST_BESIDE:
            return []
        places = places_within(self._places.find(self.hashes[number : number + 1]), self._stretches)
        beside = self.tokens.take(places + step, mode="clip")
        numbers = np.unique(self.numbers_of(beside))
        return sorted(self.words[one] for one in numbers[numbers >= 0].tolist())

    @cached_property
    def _places(self) -> WordPlaces:
        """Where words stand; the first look takes a second for 30 million tokens."""
        return self._latest_places.of(self._generation, self.tokens, self._stems)

    def frequency(self, word: str) -> float:
        """Tell how often a word stands in the snapshot."""
        number = self.table.numbers.get(word, self.count)
        return float(self.frequencies[number]) if number < self.count else 0.0

    def is_written(self, word: str) -> bool:
        """Whether a word stands here and is right: people wrote it, or it is known."""
        number = self.table.numbers.get(word, self.count)
        return number < self.count and bool(self.right[number] and self.frequencies[number] > 0)

    def spelled_like(self, word: str, *, loose: bool) -> list[str]:
        """Return other words here with the same spelling key, most frequent first."""
        numbers = [
            number
            for number in self.table.spelled_like(word, self.count, loose=loose)
            if self.frequencies[number] > 0 and self.words[number] != word
        ]
        numbers.sort(key=lambda n: (-self.frequencies[n], self.words[n]))
        return [self.words[number] for number in numbers]

    def numbers_of(self, hashes: Hashes) -> Rows:
        """Return the numbers of words by their hashes; -1 for what is none."""
        return numbers_of(hashes, self.by_hash)


def numbers_of(hashes: Hashes, by_hash: tuple[Hashes, Rows]) -> Rows:
    """Return the numbers of words by their hashes; -1 for what is none.

    Args:
        hashes: uint32, of any shape.
        by_hash: hashes of all words, ascending, and the number of the word of each.
    """
    known, order = by_hash
    if not len(known):
        return np.full(hashes.shape, -1, np.int64)
    places = np.minimum(known.searchsorted(hashes), len(known) - 1)
    return np.where(known[places] == hashes, order[places], -1)


class _OfSnapshot:
    """What the vocabularies of one snapshot have in common, and the latest of them."""

    def __init__(
        self, table: WordTable, parts: Mapping[tuple[str, bool], Mapping[str, float]]
    ) -> None:
        table.number(word for part in parts.values() for word in part)
        self.counts = no_counts(len(table.words))
        for (_, by_people), part in parts.items():
            numbers = [table.numbers[word] for word in part]
            counts = self.counts.written if by_people else self.counts.heard
            counts[numbers] += np.fromiter(part.values(), np.float64, len(part)).astype(np.int64)
        hashes = table.hashes(len(table.words))
        order = np.argsort(hashes, kind="stable")
        self.by_hash = hashes[order], order
        self.of: dict[bytes, Vocabulary] = {}


class Vocabularies:
    """Keeps the vocabularies of the latest snapshots and audiences. For any number of threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the lexicon that says which words are right."""
        self._table = WordTable(lexicon)
        self._lock = threading.Lock()
        self._of: WeakKeyDictionary[Snapshot, _OfSnapshot] = WeakKeyDictionary()
        self._parts: dict[tuple[str, bool], Mapping[str, float]] = {}
        self._counter = DocumentCounter()

    def of(self, snapshot: Snapshot, visible: NDArray[np.bool_]) -> Vocabulary:
        """Return the vocabulary of the documents of a snapshot that may be seen.

        At the first look a snapshot is read, 6 µs a word, and the tokens of the documents that
        may not be seen, or those of the others where they are fewer.
        """
        key = visible.tobytes()
        own = self._of.get(snapshot)
        found = own.of.get(key) if own else None
        if found is not None:
            return found
        with self._lock:
            own = self._of.get(snapshot)
            if own is None:
                own = self._of[snapshot] = _OfSnapshot(self._table, self._read(snapshot))
            found = own.of.get(key)
            if found is None:
                find = partial(numbers_of, by_hash=own.by_hash)
                counts = self._counter.count_visible(snapshot, visible, own.counts, find)
                found = Vocabulary(self._table, counts, snapshot, visible, own.by_hash)
                if len(own.of) >= _MOST_AUDIENCES:
                    own.of.clear()
                own.of[key] = found
            return found

    def _read(self, snapshot: Snapshot) -> _Parts:
        parts = {
            (name, by_people): self._parts.get((name, by_people))
            or snapshot.count_surfaces(name, WRITTEN if by_people else HEARD)
            for name in snapshot.part_names()
            for by_people in (False, True)
        }
        self._parts = dict(list(parts.items())[:_MOST_CACHED_PARTS])
        return parts
