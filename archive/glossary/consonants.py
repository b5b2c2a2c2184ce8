"""A quick look at which strings of sounds may be alike, before they are compared. Pure.

Recognizers keep the families of consonants (p b f v are one) and their order better than
anything else, and seldom lose the first.
"""

from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from archive.glossary.likeness import Codes, encode

_FAMILIES = ("pbfv", "tdT", "kg", "szSCJ", "mnN", "lr")

FAMILIES = "".join(str(number) for number, _ in enumerate(_FAMILIES, start=1))
"""How `skeleton` writes them."""

Bytes = NDArray[np.int8]


def onsets(codes: Codes) -> Bytes:
    """Give the family of each row's first consonant: int8, (rows,); 0 where it has none."""
    families = _families(codes)
    first = (families > 0).argmax(axis=1)
    found: Bytes = families[np.arange(len(codes)), first]
    return found


def skeleton(key: str) -> str:
    """Write which families of consonants follow each other in a string of sounds, a digit each.

    Of neighbours in one family one is written: `kitgum` and `kickum` are both 3 2 3 5 or so.
    """
    families = _numbers_by_sound()
    digits = "".join(families.get(sound, "") for sound in key)
    return "".join(digit for digit, _ in groupby(digits))


def number_skeletons(codes: Codes, *, most: int) -> NDArray[np.uint32]:
    """Write the skeletons of rows, as `skeleton` does, as numbers to the base of the families + 1.

    Args:
        codes: int16, (rows, sounds), as `encode` gives them.
        most: digits; of a longer one the first. 11 fit.

    Returns:
        uint32, (rows,).
    """
    base = np.uint32(len(_FAMILIES) + 1)
    numbers, last = np.zeros(len(codes), np.uint32), np.zeros(len(codes), np.int8)
    for column in _families(codes).T:
        new = (column > 0) & (column != last) & (numbers < base ** np.uint32(most - 1))
        numbers[new] = numbers[new] * base + column[new].astype(np.uint32)
        last[new] = column[new]
    return numbers


def count_neighbours(codes: Codes) -> Bytes:
    """Count which families of consonants follow each other: int8, (rows, pairs of families)."""
    families, kinds = _families(codes), len(_FAMILIES) + 1
    counts = np.zeros((len(codes), kinds * kinds), np.int8)
    rows = np.arange(len(codes))
    before = np.zeros(len(codes), np.intp)
    for column in families.T:
        there = column > 0
        counts[rows[there], before[there] * kinds + column[there]] += 1
        before = np.where(there, column, before)
    return counts


def _families(codes: Codes) -> Bytes:
    """Give each sound's family, from 1; 0 for vowels and weak sounds."""
    numbers = _family_numbers()
    families: Bytes = numbers[np.minimum(codes, len(numbers) - 1)]
    return families


@lru_cache(maxsize=1)
def _numbers_by_sound() -> dict[str, str]:
    return {
        sound: str(number) for number, family in enumerate(_FAMILIES, start=1) for sound in family
    }


@lru_cache(maxsize=1)
def _family_numbers() -> Bytes:
    numbers = np.zeros(int(encode(["".join(_FAMILIES)]).max()) + 2, np.int8)
    for number, family in enumerate(_FAMILIES, start=1):
        numbers[encode([family])[0]] = number
    return numbers
