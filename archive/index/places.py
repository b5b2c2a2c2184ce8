"""Where words stand, for words that are not frequent: places by word, kept in memory.

Words that sound like a part of what was asked are looked for at all their places, runs of words
are counted and found as phrases: each by a look over all tokens took 5 ms for 10 million of them,
some ten times a query. Files of tokens only ever grow, so a commit costs its new tokens. Takes
some 2 bytes a token of the archive, half of whose tokens are of frequent words.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.index.tokens import SEPARATOR, Hashes, Positions

_LONGEST = 2**23
"""Tokens of a stretch: 0.3 s and 200 MB while it is ordered."""
_FREQUENT, _SOME = 1 / 750, 30
"""Share of a stretch, and number, from which the places of a word are not kept."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of all tokens, those of words that are not frequent ordered by word and place."""

    begin: int
    end: int
    """Exclusive."""
    frequent: Hashes
    """uint32, ascending: words whose places were not kept."""
    hashes: Hashes
    """uint32, (words,): ascending."""
    firsts: Positions
    """int64, (words + 1,): where the places of each word begin."""
    places: Hashes
    """uint32, (tokens,)."""

    def find(self, wanted: Hashes, tokens: Hashes) -> list[Hashes]:
        """Return the places of some words; frequent ones are looked for in the tokens."""
        at = self.hashes.searchsorted(wanted)
        known = at[self.hashes.take(at, mode="clip") == wanted] if len(self.hashes) else at[:0]
        found = [
            self.places[first:last]
            for first, last in zip(
                self.firsts[known].tolist(), self.firsts[known + 1].tolist(), strict=True
            )
        ]
        for frequent in wanted[np.isin(wanted, self.frequent)]:
            places = np.flatnonzero(tokens[self.begin : self.end] == frequent) + self.begin
            found.append(places.astype(np.uint32))
        return found


@dataclass(frozen=True, slots=True)
class WordPlaces:
    """The places of words in one state of a generation's files."""

    tokens: Hashes
    """All of them, memory-mapped."""
    stretches: tuple[_Stretch, ...] = ()

    def find(self, wanted: Hashes) -> Positions:
        """Return the places of some words: int64, ascending; those of deleted documents too.

        Args:
            wanted: uint32, (words,): hashes.
        """
        each = np.unique(wanted)
        found = [places for one in self.stretches for places in one.find(each, self.tokens)]
        if not found:
            return np.empty(0, np.int64)
        places: Positions = np.sort(np.concatenate(found)).astype(np.int64)
        return places

    def extended(self, tokens: Hashes) -> "WordPlaces":
        """Return the same with what was appended since."""
        stretches = list(self.stretches)
        begin = stretches[-1].end if stretches else 0
        while begin < len(tokens):
            end = min(begin + _LONGEST, len(tokens))
            stretches.append(_order(tokens, begin, end))
            begin = end
            # Few stretches, and each token is ordered a few times only.
            while len(stretches) > 1 and _joins(stretches[-2], stretches[-1]):
                last, before = stretches.pop(), stretches.pop()
                stretches.append(_order(tokens, before.begin, last.end))
        return WordPlaces(tokens, tuple(stretches))


class LatestPlaces:
    """Keeps the places of the generation looked at last. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation: Path | None = None
        self._known = WordPlaces(np.empty(0, np.uint32))

    def of(self, generation: Path, tokens: Hashes) -> WordPlaces:
        """Return the places of words among these tokens of a generation, and perhaps later ones.

        Args:
            generation: its directory.
            tokens: all of them.
        """
        with self._lock:
            if generation != self._generation:
                self._generation, self._known = generation, WordPlaces(tokens)
            if len(tokens) > len(self._known.tokens) or not self._known.stretches:
                self._known = self._known.extended(tokens)
            return self._known

    def known(self, generation: Path, tokens: Hashes) -> WordPlaces | None:
        """Return the same where it costs nothing: they were ordered before."""
        known = self._known
        if generation != self._generation or len(known.tokens) < len(tokens):
            return None
        return known


def places_within(places: Positions, stretches: NDArray[np.int64]) -> Positions:
    """Return the places that lie in any stretch.

    Args:
        places: int64, ascending.
        stretches: int64, (stretches, 2): begin and end, exclusive, in order and apart.
    """
    if not len(stretches):
        return places[:0]
    at = stretches[:, 0].searchsorted(places, "right") - 1
    kept: Positions = places[(at >= 0) & (places < stretches[at, 1])]
    return kept


def _joins(before: _Stretch, last: _Stretch) -> bool:
    length = last.end - last.begin
    return last.end - before.begin <= _LONGEST and 2 * length >= before.end - before.begin


def _order(tokens: Hashes, begin: int, end: int) -> _Stretch:
    places = np.flatnonzero(tokens[begin:end] != SEPARATOR) + begin
    # One number a token, its word in the upper half: numpy sorts these quickest.
    keys = tokens[places].astype(np.uint64) << np.uint64(32) | places.astype(np.uint64)
    keys.sort()
    hashes = (keys >> np.uint64(32)).astype(np.uint32)
    is_first = np.ones(len(hashes), np.bool_)
    is_first[1:] = hashes[1:] != hashes[:-1]
    firsts = np.flatnonzero(is_first)
    counts = np.diff(firsts, append=len(hashes))
    words, rare = hashes[firsts], counts <= max((end - begin) * _FREQUENT, _SOME)
    return _Stretch(
        begin=begin,
        end=end,
        frequent=words[~rare],
        hashes=words[rare],
        firsts=np.concatenate(([0], np.cumsum(counts[rare]))).astype(np.int64),
        places=(keys[np.repeat(rare, counts)] & np.uint64(0xFFFF_FFFF)).astype(np.uint32),
    )
