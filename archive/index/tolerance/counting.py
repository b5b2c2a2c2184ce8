"""How often words stand in some documents: those that whoever asks may see.

Each part of the index knows that of all its documents, drafts and replaced versions too. What
the others hold is counted in their tokens and taken off, so a draft or two cost next to nothing;
what was counted last is kept, and from one commit to the next only what differs is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.index.snapshot import Snapshot
from archive.index.tokens import TRACK_FIELDS, UNTIMED_FIELDS, Hashes
from archive.index.values import Track

WRITTEN = (*UNTIMED_FIELDS, TRACK_FIELDS[Track.SLIDE])
"""Fields that no recognizer of speech wrote."""
HEARD = (TRACK_FIELDS[Track.SPEECH], TRACK_FIELDS[Track.TRANSLATION])
"""Those it did. Readings are no words."""
_MOST_KEPT = 6

Rows = NDArray[np.int64]
NumbersOf = Callable[[Hashes], Rows]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each word of a table stands somewhere: int64, (words,) each."""

    heard: Rows
    written: Rows

    def plus(self, other: "Counts", sign: int = 1) -> "Counts":
        """Add or take off others, of as many words or fewer."""
        heard, written = self.heard.copy(), self.written.copy()
        heard[: len(other.heard)] += sign * other.heard
        written[: len(other.written)] += sign * other.written
        return Counts(heard, written)

    def widened(self, words: int) -> "Counts":
        """Return the same for a table that has grown."""
        return no_counts(words).plus(self)


def no_counts(words: int) -> Counts:
    """Return counts of nothing, for a table of so many words."""
    return Counts(np.zeros(words, np.int64), np.zeros(words, np.int64))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was counted in some documents of a generation, by where their tokens begin."""

    generation: Path
    documents: Rows
    counts: Counts


class DocumentCounter:
    """Counts the words of documents, remembering the last ones. Not for several threads."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    def count_visible(
        self, snapshot: Snapshot, visible: NDArray[np.bool_], of_all: Counts, numbers_of: NumbersOf
    ) -> Counts:
        """Count the words of the documents that may be seen.

        Args:
            snapshot: of the documents.
            visible: bool, (documents,): those to count.
            of_all: of every document in the snapshot, deleted ones too.
            numbers_of: tells the numbers of words by their hashes, -1 for what is none.
        """
        sizes = snapshot.field_starts[:, -1]
        if 2 * sizes[visible].sum() < sizes.sum():
            return self._count(snapshot, visible, len(of_all.heard), numbers_of)
        others = self._count(snapshot, ~visible, len(of_all.heard), numbers_of)
        return of_all.plus(others, -1)

    def _count(
        self, snapshot: Snapshot, wanted: NDArray[np.bool_], words: int, numbers_of: NumbersOf
    ) -> Counts:
        firsts = snapshot.rows["first_token"].astype(np.int64)
        documents = np.sort(firsts[wanted])
        # A newer snapshot may have been counted already, with words that this one does not know.
        near = [
            one
            for one in self._kept
            if one.generation == snapshot.generation and len(one.counts.heard) <= words
        ]
        nothing = _Kept(snapshot.generation, documents[:0], no_counts(words))
        base = min((nothing, *near), key=lambda one: len(np.setxor1d(one.documents, documents)))
        # Those a merge has dropped since cannot be read any more.
        if not np.isin(np.setdiff1d(base.documents, documents), firsts).all():
            base = nothing
        counts = base.counts.widened(words)
        for sign, differing in (
            (1, np.setdiff1d(documents, base.documents)),
            (-1, np.setdiff1d(base.documents, documents)),
        ):
            if len(differing):
                at = np.flatnonzero(np.isin(firsts, differing))
                counts = counts.plus(_count_words(snapshot, at, words, numbers_of), sign)
        kept = _Kept(snapshot.generation, documents, counts)
        others = [one for one in self._kept if one is not base]
        of_this = [one for one in others if one.generation == snapshot.generation]
        self._kept = [kept, *of_this][:_MOST_KEPT]
        return counts


def _count_words(snapshot: Snapshot, numbers: Rows, words: int, numbers_of: NumbersOf) -> Counts:
    """Count the words of some documents, by their numbers in the snapshot."""
    counted = []
    for fields in (HEARD, WRITTEN):
        parts = [
            snapshot.field_tokens(number, field).surfaces
            for number in numbers.tolist()
            for field in fields
        ]
        hashes, times = np.unique(np.concatenate(parts), return_counts=True)
        at = numbers_of(hashes)
        known = at >= 0
        counts = np.zeros(words, np.int64)
        counts[at[known]] = times[known]
        counted.append(counts)
    return Counts(*counted)
