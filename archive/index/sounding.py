"""How what may have been said is compared by its sound: rows of bytes, many at once. Pure.

The sound of *Kitgum* is `kitgum`, the families of its consonants in order are 3 2 3 5. What may
sound alike has the same families, so these are what a sound is looked up by; what is found is
compared sound by sound.
"""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import FAMILIES, number_skeletons, skeleton
from archive.glossary.likeness import Floats, encode, likenesses, read_codes
from archive.glossary.phonetics import sound_key
from archive.index.readings import LONGEST_SOUND, SOUND, Families, Sounds

FEWEST_FAMILIES = 3
"""Consonants of a sound; what has fewer is like too much else."""
ALIKE = 0.8
"""Likeness of what may be the same; chosen on the films of benchmarks/findability (0013)."""
_MOST_FAMILIES = 11
_BASE = len(FAMILIES) + 1
_SLIP_SOUNDS = 2
"""Sounds that one slip of the finger changes at most, but for a few."""


def sound_of(text: str) -> bytes:
    """Return how a text sounds."""
    return sound_key(text).encode("ascii", "ignore")[:LONGEST_SOUND]


def families_of(sound: bytes) -> int:
    """Return the families of a sound's consonants as one number; 0: too few to tell by."""
    return int(families_of_all(np.array([sound], SOUND))[0])


def families_of_all(sounds: Sounds) -> Families:
    """Return the same of many: uint32, (sounds,)."""
    numbers = number_skeletons(read_codes(sounds), most=_MOST_FAMILIES)
    return np.where(numbers >= _BASE ** (FEWEST_FAMILIES - 1), numbers, 0).astype(np.uint32)


def families_near(sound: bytes) -> list[int]:
    """Return the families of a sound, and those that differ by one consonant."""
    own = skeleton(sound.decode())
    cuts = [(own[:at], own[at:]) for at in range(len(own) + 1)]
    near = {own}
    near.update(head + tail[1:] for head, tail in cuts if tail)
    near.update(head + other + tail[1:] for head, tail in cuts if tail for other in FAMILIES)
    near.update(head + other + tail for head, tail in cuts for other in FAMILIES)
    joined = {"".join(digit for digit, _ in groupby(one)) for one in near}
    return sorted({_number(one) for one in joined} - {0})


def likenesses_to(sound: bytes, others: Sounds) -> Floats:
    """Tell how alike a sound and each of some are: float32, (others,), in [0, 1]."""
    codes = encode([sound.decode()])
    return likenesses(codes.repeat(len(others), axis=0), read_codes(others))


def may_be_slips(sound: bytes, others: Sounds) -> NDArray[np.bool_]:
    """Tell which sounds are a sound but for a stretch of two: bool, (others,).

    What is one letter from a word sounds so, mostly; whether it is one the letters tell.
    """
    rows, own = _letters(others), _letters(np.array([sound], SOUND))[0]
    lengths, length = np.count_nonzero(rows, axis=1), len(sound)
    before = np.cumprod(rows[:, :length] == own[:length], axis=1).sum(axis=1)
    after = np.zeros(len(rows), np.int64)
    same = np.ones(len(rows), np.bool_)
    for back in range(1, length + 1):
        same &= (lengths >= back) & (
            rows[np.arange(len(rows)), np.maximum(lengths - back, 0)] == own[length - back]
        )
        after += same
    slips: NDArray[np.bool_] = before + after >= np.maximum(lengths, length) - _SLIP_SOUNDS
    return slips


def _number(families: str) -> int:
    if len(families) < FEWEST_FAMILIES:
        return 0
    return int(families[:_MOST_FAMILIES], _BASE)


def _letters(sounds: Sounds) -> NDArray[np.uint8]:
    """View sounds as rows of letters, filled up with 0."""
    return np.ascontiguousarray(sounds).view(np.uint8).reshape(-1, LONGEST_SOUND)
