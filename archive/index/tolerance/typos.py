"""Words that may have been meant by a word with a slip of the finger in it.

By edit distance with neighbouring letters swapped counting as one; how many slips are believed
goes by the word's length, and the first letter is seldom wrong.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

_ONE_FROM, _TWO_FROM = 4, 8
"""Letters from which one slip, and two, are believed."""


_SWAPPED, _DOUBLED, _BESIDE, _LOST, _OTHER = 0.6, 0.6, 0.75, 0.85, 1.0
"""What slips cost: two letters swapped, one doubled (or a double one single), the next key, a
letter lost or added, any other. The first letter costs one more."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Near(NamedTuple):
    """A word near another."""

    word: str
    distance: int
    """Slips; one more where the first letter is another."""
    cost: float
    """Less for slips that are made more often."""


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
        Near(other, distance + (other[:1] != word[:1]), slip_cost(word, other))
        for other, distance, _ in found
        if distance and other.isalpha() and distance <= most_slips(other)
    ]
    return sorted((one for one in near if one.distance <= most), key=lambda one: one.cost)


def slip_cost(typed: str, meant: str) -> float:
    """Tell what the slips between two words cost together."""
    cost = float(typed[:1] != meant[:1])
    for tag, begin, end, first, last in _changes(typed, meant):
        lost, added = typed[begin:end], meant[first:last]
        if tag == "replace":
            for one, another in zip(lost, added, strict=True):
                cost += _BESIDE if another in _beside(one) else _OTHER
        elif tag == "delete":
            cost += _DOUBLED if lost == typed[begin - 1 : begin] else _LOST
        elif tag == "insert":
            cost += _DOUBLED if added == meant[first - 1 : first] else _LOST
    if _is_swap(typed, meant):
        return _SWAPPED + float(typed[:1] != meant[:1])
    return cost


def _changes(typed: str, meant: str) -> Iterator[tuple[str, int, int, int, int]]:
    for one in Levenshtein.opcodes(typed, meant):
        yield one.tag, one.src_start, one.src_end, one.dest_start, one.dest_end


def _is_swap(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places and nothing else did."""
    apart = [at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other]
    return (
        len(typed) == len(meant)
        and len(apart) == 2  # noqa: PLR2004 - a pair
        and apart[1] == apart[0] + 1
        and typed[apart[0]] == meant[apart[1]]
        and typed[apart[1]] == meant[apart[0]]
    )


@lru_cache(maxsize=32)
def _beside(letter: str) -> frozenset[str]:
    """Return the letters around one on a keyboard."""
    for row, letters in enumerate(_ROWS):
        at = letters.find(letter)
        if at >= 0:
            around = [letters[max(at - 1, 0) : at + 2]]
            around += [_ROWS[row - 1][at : at + 2]] if row else []
            around += [_ROWS[row + 1][max(at - 1, 0) : at + 1]] if row + 1 < len(_ROWS) else []
            return frozenset("".join(around)) - {letter}
    return frozenset()
