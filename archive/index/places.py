"""Where words stand: in which fields at all, and the places of those not frequent.

Kept in memory, by the generation of the index.

Words that sound like a part of what was asked are looked for at all their places, runs of words
are counted and found as phrases: each by a look over all tokens took 5 ms for 10 million of them,
some ten times a query. Files of tokens only ever grow, so a commit costs its new tokens. Takes
some 2 bytes a token of the archive, half of whose tokens are of frequent words.
"""

import math
import threading
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.index.tokens import SEPARATOR, Hashes, Positions, TermHashes, Tokens, is_any

_LONGEST = 2**23
"""Tokens of a stretch: 0.3 s and 200 MB while it is ordered."""
_FREQUENT, _SOME = 1 / 750, 30
"""Share of a stretch, and number, from which the places of a word are not kept."""

_LOWER = np.uint64(0xFFFF_FFFF)

_SLOTS = 2**22
"""Of a table of terms, by the end of their hashes: 8 MB, and 200,000 terms fill 5 %."""


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
    inflections: NDArray[np.uint64]
    """Ascending: each stem, in the upper half, with each surface form that has it here."""

    def count(self, wanted: Hashes) -> float:
        """Tell how many places some words have; infinitely many where one is frequent."""
        if len(_among(wanted, self.frequent)):
            return math.inf
        known = _among(wanted, self.hashes)
        return float((self.firsts[known + 1] - self.firsts[known]).sum())

    def inflected(self, stem: int) -> Hashes:
        """Return the surface forms that have a stem."""
        whole = np.array([stem, stem + 1], np.uint64) << np.uint64(32)
        first, end = self.inflections.searchsorted(whole)
        return (self.inflections[first:end] & _LOWER).astype(np.uint32)

    def find(self, wanted: Hashes, tokens: Hashes) -> list[Hashes]:
        """Return the places of some words; frequent ones are looked for in the tokens."""
        known = _among(wanted, self.hashes)
        found = [
            self.places[first:last]
            for first, last in zip(
                self.firsts[known].tolist(), self.firsts[known + 1].tolist(), strict=True
            )
        ]
        for frequent in self.frequent[_among(wanted, self.frequent)]:
            places = np.flatnonzero(tokens[self.begin : self.end] == frequent) + self.begin
            found.append(places.astype(np.uint32))
        return found


@dataclass(frozen=True, slots=True)
class WordPlaces:
    """The places of words in one state of a generation's files."""

    tokens: Hashes
    """All of them, memory-mapped."""
    stems: Hashes | None = None
    """Of the tokens; None: they have none."""
    stretches: tuple[_Stretch, ...] = ()
    frequent: float = _FREQUENT
    """Share of a stretch from which the places of a word are not kept; 1: all are."""

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

    def count(self, word: TermHashes) -> float:
        """Tell at how many places a word stands at most; infinite where they are not all kept."""
        surfaces = self._surfaces(word)
        return sum(one.count(surfaces) for one in self.stretches)

    def of_word(self, word: TermHashes) -> Positions:
        """Return the places of a word: as `find`."""
        places = self.find(self._surfaces(word))
        if not word.exact and self.stems is not None:
            places = places[is_any(self.stems[places], word)]
        return places

    def _surfaces(self, word: TermHashes) -> Hashes:
        """Return the surface forms that a word may have."""
        if word.exact:
            return np.array(word.hashes, np.uint32)
        parts = [one.inflected(stem) for one in self.stretches for stem in word.hashes]
        return np.unique(np.concatenate([np.empty(0, np.uint32), *parts]))

    def latest(self, wanted: Hashes, within: NDArray[np.int64], *, most: int) -> Positions:
        """Return the last places of some words within some documents: int64, ascending.

        Args:
            wanted: uint32, (words,): hashes.
            within: as `places_within` takes stretches.
            most: places.
        """
        each, left = np.unique(wanted), most
        found: list[Positions] = []
        for one in reversed(self.stretches):
            if not left:
                break
            inside = one.find(each, self.tokens)
            if inside:
                places = np.sort(np.concatenate(inside)).astype(np.int64)
                found.append(places_within(places, within)[-left:])
                left -= len(found[-1])
        return np.concatenate([np.empty(0, np.int64), *reversed(found)])

    def extended(self, tokens: Hashes, stems: Hashes | None = None) -> "WordPlaces":
        """Return the same with what was appended since."""
        stretches = list(self.stretches)
        begin = stretches[-1].end if stretches else 0
        while begin < len(tokens):
            end = min(begin + _LONGEST, len(tokens))
            stretches.append(_order(tokens, stems, begin, end, self.frequent))
            begin = end
            # Few stretches, and each token is ordered a few times only.
            while len(stretches) > 1 and _joins(stretches[-2], stretches[-1]):
                last, before = stretches.pop(), stretches.pop()
                stretches.append(_order(tokens, stems, before.begin, last.end, self.frequent))
        return replace(self, tokens=tokens, stems=stems, stretches=tuple(stretches))


class TermsSeen:
    """Tells in which fields a term may stand; of those where it does not, a few in a hundred too.

    A name of a concept in another language mostly stands nowhere, and any term mostly in the
    transcript alone: asking Whoosh in every field of every part took a millisecond.
    """

    def __init__(self) -> None:
        self._end = 0
        self._seen = np.zeros(_SLOTS, np.uint16)
        """A bit for the surface forms of each field, and one for its stems."""

    def extend(self, tokens: Tokens, firsts: Positions, starts: Positions) -> None:
        """See the documents that were appended since: some 15 ns a token.

        Args:
            tokens: all of them.
            firsts: int64, (documents,): where those of each begin.
            starts: int64, (documents, fields + 1): as `tokens.field_starts`.
        """
        new = np.flatnonzero(firsts >= self._end)
        for first, own in zip(firsts[new].tolist(), starts[new].tolist(), strict=True):
            for place, (begin, end) in enumerate(pairwise(own)):
                if end - begin > 1:  # the last is a separator
                    there = slice(first + begin, first + end - 1)
                    self._see(tokens.surfaces[there], place, stems=False)
                    self._see(tokens.stems[there], place, stems=True)
            self._end = max(self._end, first + own[-1])

    def may_hold(self, hashed: int, place: int, *, stems: bool) -> bool:
        """Whether a field may hold the term with this hash.

        Args:
            hashed: of a surface form or stem.
            place: of the field in `tokens.FIELDS`.
            stems: whether it is a stem.
        """
        return bool(self._seen[hashed & (_SLOTS - 1)] & _bit(place, stems=stems))

    def _see(self, hashes: Hashes, place: int, *, stems: bool) -> None:
        self._seen[hashes & np.uint32(_SLOTS - 1)] |= _bit(place, stems=stems)


def _bit(place: int, *, stems: bool) -> np.uint16:
    return np.uint16(1 << (2 * place + stems))


class LatestPlaces:
    """Keeps the places of the generation looked at last. For any number of threads."""

    def __init__(self, *, frequent: float = _FREQUENT) -> None:
        """Say from which share on the places of a word are not kept; 1: all are."""
        self._lock = threading.Lock()
        self._terms: tuple[Path | None, TermsSeen] = (None, TermsSeen())
        self._generation: Path | None = None
        self._known = WordPlaces(np.empty(0, np.uint32), frequent=frequent)

    def terms_seen(
        self, generation: Path, tokens: Tokens, firsts: Positions, starts: Positions
    ) -> TermsSeen:
        """Return which terms stand in documents of a generation, and perhaps later ones.

        Args:
            generation: its directory.
            tokens: as the others, of `TermsSeen.extend`.
            firsts: see there.
            starts: see there.
        """
        with self._lock:
            known, seen = self._terms
            if known != generation:
                seen = TermsSeen()
            seen.extend(tokens, firsts, starts)
            self._terms = (generation, seen)
            return seen

    def of(self, generation: Path, tokens: Hashes, stems: Hashes | None = None) -> WordPlaces:
        """Return the places of words among these tokens of a generation, and perhaps later ones.

        Args:
            generation: its directory.
            tokens: all of them.
            stems: of the tokens, if they have any.
        """
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                self._known = replace(self._known, tokens=tokens, stretches=())
            if len(tokens) > len(self._known.tokens) or not self._known.stretches:
                self._known = self._known.extended(tokens, stems)
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


def _among(wanted: Hashes, known: Hashes) -> Positions:
    """Return where words stand among known ones, which are ascending; not of those that do not."""
    at = known.searchsorted(wanted)
    return at[known.take(at, mode="clip") == wanted] if len(known) else at[:0]


def _joins(before: _Stretch, last: _Stretch) -> bool:
    length = last.end - last.begin
    return last.end - before.begin <= _LONGEST and 2 * length >= before.end - before.begin


def _order(tokens: Hashes, stems: Hashes | None, begin: int, end: int, frequent: float) -> _Stretch:
    places = np.flatnonzero(tokens[begin:end] != SEPARATOR) + begin
    # One number a token, its word in the upper half: numpy sorts these quickest.
    keys = _joined(tokens[places], places)
    keys.sort()
    hashes = (keys >> np.uint64(32)).astype(np.uint32)
    in_order = (keys & _LOWER).astype(np.uint32)
    is_first = np.ones(len(hashes), np.bool_)
    is_first[1:] = hashes[1:] != hashes[:-1]
    firsts = np.flatnonzero(is_first)
    counts = np.diff(firsts, append=len(hashes))
    words, rare = hashes[firsts], counts <= max((end - begin) * frequent, _SOME)
    return _Stretch(
        begin=begin,
        end=end,
        frequent=words[~rare],
        hashes=words[rare],
        firsts=np.concatenate(([0], np.cumsum(counts[rare]))).astype(np.int64),
        places=in_order[np.repeat(rare, counts)],
        inflections=_pair(hashes, is_first, stems[in_order] if stems is not None else hashes[:0]),
    )


def _pair(hashes: Hashes, is_first: NDArray[np.bool_], stems: Hashes) -> NDArray[np.uint64]:
    """Pair each stem with its surface forms, which are in order; of most all have the same."""
    if not len(stems):
        return np.empty(0, np.uint64)
    another = is_first.copy()
    another[1:] |= stems[1:] != stems[:-1]
    return np.unique(_joined(stems[another], hashes[another]))


def _joined(upper: NDArray[Any], lower: NDArray[Any]) -> NDArray[np.uint64]:
    return upper.astype(np.uint64) << np.uint64(32) | lower.astype(np.uint64)
