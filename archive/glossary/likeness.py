"""How alike two strings of sounds are: a weighted edit distance, for many pairs at once. Pure.

Consonants are strong and vowels weak; sounds that a recognizer confuses are near each
other. Pairs are compared together in numpy, a step a sound: one pair takes about as long as
two hundred.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from archive.glossary.phonetics import VOWELS

_VOWEL, _CONSONANT = 0.35, 1.0
_WEIGHTS = dict.fromkeys(VOWELS, _VOWEL) | {"h": 0.3, "j": 0.4, "w": 0.6, "r": 0.75, "N": 0.8}
"""What a sound counts, and costs when it is dropped or added; others count 1."""
_APART = _CONSONANT * 1.15
"""Between sounds that are nothing like each other; less than dropping one for the other."""
_NEAR = """
.12 ei ou
.15 sz nN
.2 ae ao ji eo ii
.25 fv ai au eu io iu SJ
.3 pb td kg SC Tt wu wo CJ lr mn
.4 Ss sT fT Td vb wv mN Jg zS zT CT
.5 kC Jz Jd tC zJ sC pf dn bm ln ts tk
.6 wr fs pt pk bd dg bg kS wb kh
"""
"""Distances of the sounds that are confused."""
_ALPHABET = "aeioupbtdkgfvszmnlrhwSCJTNj"
_CODES = {sound: number for number, sound in enumerate(_ALPHABET, start=1)}
_OTHER = len(_ALPHABET) + 1
"""Stands for letters of other scripts, which cannot be told apart here."""
_PAD = 0

Codes = NDArray[np.int16]
Floats = NDArray[np.float32]


def encode(keys: Sequence[str]) -> Codes:
    """Write sound keys as rows of codes, filled up with 0 to the longest."""
    longest = max((len(key) for key in keys), default=0)
    codes = np.zeros((len(keys), max(longest, 1)), np.int16)
    for row, key in enumerate(keys):
        codes[row, : len(key)] = [_CODES.get(sound, _OTHER) for sound in key]
    return codes


def read_codes(keys: NDArray[np.bytes_]) -> Codes:
    """Write sound keys that stand as bytes of one length, filled up with 0, as `encode` does."""
    letters = np.ascontiguousarray(keys).view(np.uint8).reshape(len(keys), keys.itemsize)
    codes: Codes = _codes_of_bytes()[letters]
    return codes


def weigh(codes: Codes) -> Floats:
    """Return what each sound of each row counts; fillings count 0."""
    weights, _ = _costs()
    weighed: Floats = weights[codes]
    return weighed


def likenesses(first: Codes, second: Codes) -> Floats:
    """Compare rows pairwise.

    Args:
        first: int16, (pairs, sounds), as `encode` gives them.
        second: int16, (pairs, sounds of its own), as many pairs.

    Returns:
        float32, (pairs,), in [0, 1]: 1 where the rows sound the same.
    """
    weights, apart = _costs()
    # A row a sound, a column a pair: steps then run along memory.
    one, other = np.ascontiguousarray(first.T), np.ascontiguousarray(second.T)
    dropped, added = weights[one], weights[other]
    # Distance of the sounds so far, a row for each length of `second`. Adding a sound depends
    # on the row before it; as each costs the same wherever it is added, that is a running
    # minimum beside the running sum of the costs.
    sums = np.zeros((len(other) + 1, other.shape[1]), np.float32)
    np.cumsum(added, axis=0, out=sums[1:])
    distance = sums.copy()
    for sounds, cost in zip(one, dropped, strict=True):
        changed = distance[:-1] + apart[sounds, other]
        distance += cost
        np.minimum(distance[1:], changed, out=distance[1:])
        distance -= sums
        np.minimum.accumulate(distance, axis=0, out=distance)
        distance += sums
    most = np.maximum(dropped.sum(axis=0), sums[-1])
    alike: Floats = np.clip(1 - distance[-1] / np.maximum(most, 1e-6), 0, 1)
    return alike


@lru_cache(maxsize=1)
def _codes_of_bytes() -> Codes:
    """Make the code of every byte."""
    codes = np.full(256, _OTHER, np.int16)
    codes[0] = _PAD
    for sound, number in _CODES.items():
        codes[ord(sound)] = number
    return codes


@lru_cache(maxsize=1)
def _costs() -> tuple[Floats, Floats]:
    """Make the weights by code and the distances by pair of codes."""
    count = _OTHER + 1
    weights = np.full(count, _CONSONANT, np.float32)
    for sound, weight in _WEIGHTS.items():
        weights[_CODES[sound]] = weight
    weights[_PAD] = 0
    apart = np.full((count, count), _APART, np.float32)
    vowels = [_CODES[vowel] for vowel in VOWELS]
    apart[np.ix_(vowels, vowels)] = 0.3
    for line in _NEAR.split("\n")[1:-1]:
        distance, *pairs = line.split()
        for pair in pairs:
            one, other = tuple(pair)
            apart[_CODES[one], _CODES[other]] = apart[_CODES[other], _CODES[one]] = float(distance)
    np.fill_diagonal(apart, 0)
    # Nothing is set against a filling: a row that has ended stays as it is.
    apart[_PAD, :] = apart[:, _PAD] = 1e6
    return weights, apart
