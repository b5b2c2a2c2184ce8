"""Words that may have been meant by a word with a slip of the finger in it.

By edit distance with neighbouring letters swapped counting as one; how many slips are believed
goes by the word's length, and the first letter is seldom wrong.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

_ONE_FROM, _TWO_FROM = 4, 8
"""Letters from which one slip, and two, are believed."""


class Near(NamedTuple):
    """A word near another."""

    word: str
    distance: int
    """Slips; one more where the first letter is another."""


def most_slips(word: str) -> int:
    """Tell how many slips are believed in a word of its length."""
    return (len(word) >= _ONE_FROM) + (len(word) >= _TWO_FROM)


def near_words(word: str, words: Sequence[str]) -> list[Near]:
    """Return the words few enough slips away, nearest first; takes 3 ms for 40,000 words.

    Args:
        word: folded.
        words: to look among, folded.
    """
    most = most_slips(word)
    if not most or not word.isalpha():
        return []
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=None)
    near = [
        Near(other, distance + (other[:1] != word[:1]))
        for other, distance, _ in found
        if distance and other.isalpha() and distance <= most_slips(other)
    ]
    return sorted((one for one in near if one.distance <= most), key=lambda one: one.distance)
