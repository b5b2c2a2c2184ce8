"""Every token of every document as flat arrays, and finding words side by side in them.

The index engine knows which recordings hold a term; where, and next to what, is read here:
one scan of 10 million tokens takes some 10 ms, while reading positions of common words from
Whoosh took 1.4 s (docs/decisions/0002-phrases.md).

Terms are hashed to 32 bits. Two words of one archive may share a hash (for a given word, one
chance in 10,000 with half a million different words); then a wrong word may be marked,
never a right one missed.

A document's tokens: a separator, the title, a separator, the next field … the last, a
separator. A separator equals no term, so no phrase crosses it. Slides have one between them,
and so have names of speakers and subjects; segments of the transcript follow each other
without one, so phrases do cross those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.index.values import Track

FIELDS = (
    "title", "collection", "description", "speaker", "subject",
    "transcript", "slides", "translation",
)  # fmt: skip
"""In the order of their tokens: those without times, then one for each track."""
TRACK_FIELDS = {
    Track.SPEECH: "transcript",
    Track.SLIDE: "slides",
    Track.TRANSLATION: "translation",
}
UNTIMED_FIELDS = FIELDS[: -len(TRACK_FIELDS)]

SEPARATOR = 0

_PIECE = 2**18
_MANY = 12  # hashes, from here on sorting them is quicker than a comparison for each

Hashes = NDArray[np.uint32]
Positions = NDArray[np.int64]


@lru_cache(maxsize=4_000)  # a query asks for each of its few again for every hit on the page
def hash_term(term: str) -> int:
    """Hash a surface form or stem to 32 bits, never the separator."""
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "little") or 1


@dataclass(frozen=True, slots=True)
class TermHashes:
    """What one query word may be: any of these surface forms, or any of these stems."""

    hashes: tuple[int, ...]
    exact: bool
    """True: of surface forms; False: of stems."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Some stretch of tokens: uint32, (tokens,) each."""

    surfaces: Hashes
    stems: Hashes

    def slice(self, start: int, end: int) -> "Tokens":
        """Return the tokens from `start` to before `end`."""
        return Tokens(self.surfaces[start:end], self.stems[start:end])

    def find(self, words: Sequence[TermHashes], first: int = 0) -> Positions:
        """Find where the words stand side by side in this order.

        Args:
            words: one at least.
            first: index of the word to look for first, best the rarest.

        Returns:
            int64, (matches,): positions of the words' first token, ascending.
        """
        return self.beside(_where(self._side(words[first]), words[first]), words, first)

    def beside(self, places: Positions, words: Sequence[TermHashes], first: int) -> Positions:
        """Find where the words stand side by side, knowing where one of them does.

        Args:
            places: int64: of that word, ascending.
            words: in order.
            first: index of that word.

        Returns:
            As `find`.
        """
        starts = places - first
        starts = starts[(starts >= 0) & (starts + len(words) <= len(self.surfaces))]
        for index, word in enumerate(words):
            if index != first and len(starts):
                starts = starts[is_any(self._side(word)[starts + index], word)]
        return starts

    def _side(self, word: TermHashes) -> Hashes:
        return self.surfaces if word.exact else self.stems


def _where(tokens: Hashes, word: TermHashes) -> Positions:
    """Find a word, piece by piece: the masks stay in the processor's cache and small."""
    if len(tokens) <= _PIECE:
        return np.flatnonzero(is_any(tokens, word))
    return np.concatenate(
        [np.empty(0, np.int64)]
        + [
            np.flatnonzero(is_any(tokens[start : start + _PIECE], word)) + start
            for start in range(0, len(tokens), _PIECE)
        ]
    )


def is_any(tokens: Hashes, word: TermHashes) -> NDArray[np.bool_]:
    """Tell which tokens a word may be: bool, as they are laid out."""
    if len(word.hashes) > _MANY:
        return np.isin(tokens, np.array(word.hashes, np.uint32))
    found: NDArray[np.bool_] = np.equal(tokens, np.uint32(word.hashes[0]))
    for hashed in word.hashes[1:]:
        found |= np.equal(tokens, np.uint32(hashed))
    return found


def join_tokens(parts: Sequence[Tokens]) -> Tokens:
    """Put stretches of tokens one after the other (a copy)."""
    return Tokens(
        np.concatenate([part.surfaces for part in parts]),
        np.concatenate([part.stems for part in parts]),
    )


def field_starts(lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each field begins, counted from a document's first token.

    Args:
        lengths: uint, (documents, fields): tokens in each field, separators inside it too.

    Returns:
        int64, (documents, fields + 1): the last is where another field would begin, which is
        the number of the document's tokens.
    """
    ends = np.cumsum(lengths.astype(np.int64) + 1, axis=1)
    return np.concatenate((np.ones((len(ends), 1), np.int64), ends + 1), axis=1)
