"""The words of a snapshot with what is needed to compare them: frequency, spelling, sound.

One table of words grows as commits bring new ones, so that a commit costs its new words only; a
`Vocabulary` is that table as of one snapshot. It holds words of documents that some may not
see: nothing of it may be told before the ranker has found it in a visible one.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import Bytes, count_neighbours, onsets
from archive.glossary.likeness import Codes, Floats, encode, weigh
from archive.glossary.phonetics import sound_key
from archive.index.places import WordPlaces, places_within
from archive.index.snapshot import Snapshot
from archive.index.tokens import TRACK_FIELDS, UNTIMED_FIELDS, Hashes, hash_term
from archive.index.tolerance.lexicon import Lexicon
from archive.index.tolerance.spelling import loose_key, sure_key
from archive.index.values import Track

UNSURE = 168
"""Of 255: a tenth of the words in real transcripts are less sure, and most of those misheard."""
FREQUENT, SOME = 1 / 1_500, 30
"""Share of all words, and number, from which one is frequent: the, and, that."""
_LONGEST_WORD = 30
_LONGEST_KEY = 24
_MOST_CACHED_PARTS = 200
_FEW_LETTERS = 2
_MOST_BESIDE = 5_000
"""Places of a word whose neighbours are read."""
_WRITTEN = (*UNTIMED_FIELDS, TRACK_FIELDS[Track.SLIDE])
"""Fields that no recognizer of speech wrote."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sounds:
    """How the words of a table sound; rows as the words, 0 where a word has no sound."""

    keys: tuple[str, ...]
    """As `phonetics.sound_key`; empty for what is not Latin."""
    codes: Codes
    """int16, (words, sounds)."""
    weights: Floats
    """float32, (words,): of all sounds."""
    neighbours: Bytes
    """int8, (pairs of families, words): of a key only its few pairs are looked at."""
    pairs: Bytes
    """int8, (words,): how many neighbours each has."""
    onsets: Bytes
    """int8, (words,): family of the first consonant."""

    def shared_neighbours(self, counts: Bytes) -> Bytes:
        """Tell how many pairs of neighbouring consonants each word has in common with a key.

        Args:
            counts: int8, (pairs of families,): of the key.

        Returns:
            int8, (words,).
        """
        shared = np.zeros(len(self.pairs), np.int8)
        for pair in np.flatnonzero(counts):
            shared += np.minimum(self.neighbours[pair], counts[pair])
        return shared


class WordTable:
    """All words met so far, numbered as they came. Grows; for any number of threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the lexicon that says which words are right."""
        self.lexicon = lexicon
        self._lock = threading.Lock()
        self.words: list[str] = []
        self.numbers: dict[str, int] = {}
        self._hashes: Hashes = np.empty(0, np.uint32)
        self._right: NDArray[np.bool_] = np.empty(0, np.bool_)
        self._ordinary: NDArray[np.bool_] = np.empty(0, np.bool_)
        self._sounds = Sounds((), encode([]), np.empty(0, np.float32), *_no_neighbours())
        self._by_spelling: tuple[dict[str, list[int]], dict[str, list[int]], int] = ({}, {}, 0)
        self.number(sorted(lexicon.terms))

    def number(self, words: Iterable[str]) -> None:
        """Give each word a number, if it has none."""
        with self._lock:
            fresh = [word for word in words if word not in self.numbers]
            if not fresh:
                return
            hashes = np.array([hash_term.__wrapped__(word) for word in fresh], np.uint32)
            right = np.array([self.lexicon.is_right(word) for word in fresh], np.bool_)
            self._hashes = np.concatenate([self._hashes, hashes])
            self._right = np.concatenate([self._right, right])
            ordinary = np.array([self.lexicon.is_ordinary(word) for word in fresh], np.bool_)
            self._ordinary = np.concatenate([self._ordinary, ordinary])
            for word in fresh:
                self.numbers[word] = len(self.words)
                self.words.append(word)

    def hashes(self, count: int) -> Hashes:
        """Return the hashes of the first words: uint32, (count,)."""
        return self._hashes[:count]

    def right(self, count: int) -> NDArray[np.bool_]:
        """Tell which of the first words are right as they are: bool, (count,)."""
        return self._right[:count]

    def ordinary(self, count: int) -> NDArray[np.bool_]:
        """Tell which of the first words are ordinary: bool, (count,)."""
        return self._ordinary[:count]

    def sounds(self, count: int) -> Sounds:
        """Return how the first words sound (25 µs for each new one)."""
        with self._lock:
            known = self._sounds
            if len(known.keys) < count:
                known = self._sounds = _append_sounds(known, self.words[len(known.keys) : count])
        return Sounds(
            known.keys,
            known.codes[:count],
            known.weights[:count],
            known.neighbours[:, :count],
            known.pairs[:count],
            known.onsets[:count],
        )

    def spelled_like(self, word: str, count: int, *, loose: bool) -> list[int]:
        """Return the numbers of words with the same spelling key, this word's too."""
        with self._lock:
            sure, loosely, done = self._by_spelling
            for number in range(done, max(count, done)):
                written = self.words[number]
                if len(written) > _FEW_LETTERS and written.isascii() and written.isalpha():
                    sure.setdefault(sure_key(written), []).append(number)
                    loosely.setdefault(loose_key(written), []).append(number)
            self._by_spelling = (sure, loosely, max(count, done))
            found = loosely.get(loose_key(word), []) if loose else sure.get(sure_key(word), [])
            return [number for number in found if number < count]


class Vocabulary:
    """The words of one snapshot; never changes."""

    def __init__(
        self,
        table: WordTable,
        counts: Mapping[str, float],
        written: Iterable[str],
        snapshot: Snapshot,
    ) -> None:
        """Take the table, which has all these words, and how often each stands in the snapshot.

        Args:
            table: has all words.
            counts: how often each word stands in the snapshot.
            written: words that people wrote, in titles and names: they are right.
            snapshot: whose tokens are read; it is not kept.
        """
        self.table = table
        self.tokens = snapshot.tokens.surfaces
        self.certainties = snapshot.certainties
        self._generation = snapshot.generation
        self._live = snapshot.live_stretches()
        self._latest_places = snapshot.latest_places
        self.count = len(table.words)
        self.frequencies = np.zeros(self.count, np.float32)
        """float32, (words,): in all fields; 0 for words of the table that are not here."""
        numbers = [table.numbers[word] for word in counts]
        self.frequencies[numbers] = list(counts.values())
        self.hashes = table.hashes(self.count)
        self.ordinary = table.ordinary(self.count)
        """bool, (words,): ordinary in some language."""
        self.right = table.right(self.count).copy()
        """bool, (words,): right as they are."""
        self.right[[table.numbers[word] for word in written]] = True

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

    def doubted_places(self, numbers: Rows) -> Rows:
        """Return where words stand that the recognizer was unsure of, or beside such; ascending."""
        places = places_within(self._places.find(self.hashes[numbers]), self._live)
        sure = self.certainties
        # At both ends of all tokens stand separators, which are sure.
        around = (sure[places - 1], sure[places], sure.take(places + 1, mode="clip"))
        doubted: Rows = places[np.minimum.reduce(around) < UNSURE]
        return doubted

    def count_places(self, run: Sequence[int]) -> int:
        """Tell at how many places words stand side by side, whether sure or not."""
        rarest = int(np.argmin(self.frequencies[list(run)]))
        places = places_within(
            self._places.find(self.hashes[run[rarest] : run[rarest] + 1]), self._live
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
        places = places_within(self._places.find(self.hashes[number : number + 1]), self._live)
        beside = self.tokens.take(places + step, mode="clip")
        numbers = np.unique(self.numbers_of(beside))
        return [self.words[one] for one in numbers[numbers >= 0].tolist()]

    @cached_property
    def _places(self) -> WordPlaces:
        """Where words stand; the first look takes a second for 30 million tokens."""
        return self._latest_places.of(self._generation, self.tokens)

    @cached_property
    def by_hash(self) -> tuple[Hashes, Rows]:
        """Hashes ascending, and the number of the word of each."""
        order = np.argsort(self.hashes, kind="stable")
        return self.hashes[order], order

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
        return [self.words[n] for n in sorted(numbers, key=lambda n: -self.frequencies[n])]

    def numbers_of(self, hashes: Hashes) -> Rows:
        """Return the numbers of words by their hashes; -1 for what is none."""
        known, order = self.by_hash
        if not len(known):
            return np.full(hashes.shape, -1, np.int64)
        places = np.minimum(known.searchsorted(hashes), len(known) - 1)
        return np.where(known[places] == hashes, order[places], -1)


class Vocabularies:
    """Keeps the vocabulary of the latest snapshots. For any number of threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the lexicon that says which words are right."""
        self._table = WordTable(lexicon)
        self._lock = threading.Lock()
        self._of: WeakKeyDictionary[Snapshot, Vocabulary] = WeakKeyDictionary()
        self._parts: dict[tuple[str, bool], Mapping[str, float]] = {}

    def of(self, snapshot: Snapshot) -> Vocabulary:
        """Return the vocabulary of a snapshot, read at the first look: 6 µs a word."""
        found = self._of.get(snapshot)
        if found is not None:
            return found
        with self._lock:
            found = self._of.get(snapshot)
            if found is None:
                found = self._of[snapshot] = self._read(snapshot)
            return found

    def _read(self, snapshot: Snapshot) -> Vocabulary:
        heard = [name for name in snapshot.fields if name not in _WRITTEN]
        written = [name for name in snapshot.fields if name in _WRITTEN]
        parts = {
            (name, by_people): self._parts.get((name, by_people))
            or snapshot.count_surfaces(name, written if by_people else heard)
            for name in snapshot.part_names()
            for by_people in (False, True)
        }
        self._parts = dict(list(parts.items())[:_MOST_CACHED_PARTS])
        counts: Counter[str] = Counter()
        right: set[str] = set()
        for (_, by_people), part in parts.items():
            counts.update(part)
            if by_people:
                right.update(part)
        self._table.number(counts)
        return Vocabulary(self._table, counts, right, snapshot)


def _append_sounds(known: Sounds, words: Iterable[str]) -> Sounds:
    fresh = [_sound(word) for word in words]
    codes = encode(fresh)
    neighbours = count_neighbours(codes)
    width = max(codes.shape[1], known.codes.shape[1])
    return Sounds(
        (*known.keys, *fresh),
        np.concatenate([_widened(known.codes, width), _widened(codes, width)]),
        np.concatenate([known.weights, weigh(codes).sum(axis=1)]),
        np.concatenate([known.neighbours, neighbours.T], axis=1),
        np.concatenate([known.pairs, neighbours.sum(axis=1, dtype=np.int8)]),
        np.concatenate([known.onsets, onsets(codes)]),
    )


def _sound(word: str) -> str:
    if not (word.isalpha() and word.isascii() and len(word) <= _LONGEST_WORD):
        return ""
    key = sound_key(word)
    return key if len(key) <= _LONGEST_KEY else ""


def _widened(codes: Codes, width: int) -> Codes:
    wide = np.zeros((len(codes), width), codes.dtype)
    wide[:, : codes.shape[1]] = codes
    return wide


def _no_neighbours() -> tuple[Bytes, Bytes, Bytes]:
    """Return neighbours, pairs and onsets of no word."""
    none = count_neighbours(encode([]))
    return none.T, np.empty(0, np.int8), np.empty(0, np.int8)
