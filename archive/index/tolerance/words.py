"""All words met so far, with what is needed to compare them: hash, spelling, sound.

One table grows as commits bring new words, so that a commit costs its new words only. It holds
words of documents that some may not see, and of those since deleted.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import Bytes, count_neighbours, onsets
from archive.glossary.likeness import Codes, Floats, encode, weigh
from archive.glossary.phonetics import sound_key
from archive.index.tokens import Hashes, hash_term
from archive.index.tolerance.lexicon import Lexicon
from archive.index.tolerance.spelling import loose_key, sure_key

_LONGEST_WORD = 30
_LONGEST_KEY = 24
_FEW_LETTERS = 2


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
        self.terms = len(self.words)
        """Terms of the lexicon, which are the first words."""

    def number(self, words: Iterable[str]) -> None:
        """Give each word a number, if it has none."""
        with self._lock:
            fresh = [word for word in dict.fromkeys(words) if word not in self.numbers]
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
