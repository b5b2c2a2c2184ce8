"""How alike two strings of sounds are: a weighted edit distance, for many pairs at once. Pure.

Consonants are strong and vowels weak; sounds that a recognizer confuses are near each
other. Pairs are compared together in numpy, a step a sound: one pair takes about as long as
two hundred.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

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
Costs = NDArray[np.signedinteger[Any]]
"""In hundredths."""

_AT_ONCE = 1_024
"""Pairs whose costs stay in the processor's cache."""
_HUNDRED, _LONGEST = 100, 100


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
    weighed: Floats = (weights / np.float32(_HUNDRED)).astype(np.float32)[codes]
    return weighed


def likenesses(first: Codes, second: Codes) -> Floats:
    """Compare rows pairwise.

    Args:
        first: int16, (pairs, sounds), as `encode` gives them.
        second: int16, (pairs, sounds of its own), as many pairs.

    Returns:
        float32, (pairs,), in [0, 1]: 1 where the rows sound the same.
    """
    weights, _ = _costs()
    one, other = sorted((_trimmed(first), _trimmed(second)), key=lambda codes: codes.shape[1])
    alike = np.empty(len(one), np.float32)
    for begin in range(0, len(one), _AT_ONCE):
        # A row a sound, a column a pair: steps then run along memory.
        ours, theirs = (codes[begin : begin + _AT_ONCE].T for codes in (one, other))
        saved = _savings(ours, theirs, np.zeros((len(theirs) + 1, theirs.shape[1]), np.int32))
        whole, whole_other = weights[ours].sum(axis=0), weights[theirs].sum(axis=0)
        distance = whole + whole_other - saved[-1]
        most = np.maximum(np.maximum(whole, whole_other), 1)
        alike[begin : begin + _AT_ONCE] = np.clip(1 - distance / most, 0, 1)
    return alike


def distances_within(parts: Codes, whole: Codes) -> Floats:
    """Tell what it costs to find each part somewhere in the whole.

    Args:
        parts: int16, (rows, sounds), as `encode` gives them.
        whole: int16, (sounds,).

    Returns:
        float32, (rows,): edit distance to the stretch of the whole it is nearest to.
    """
    weights, _ = _costs()
    ours = _trimmed(parts).T
    before = np.concatenate(([0], weights[whole].cumsum()))[:, None]
    # It may begin anywhere, and what is left of the whole is not missed.
    saved = _savings(ours, whole[:, None], np.repeat(before, len(parts), axis=1))
    nearest = (weights[ours].sum(axis=0) + before - saved).min(axis=0)
    distances: Floats = (nearest / _HUNDRED).astype(np.float32)
    return distances


def _savings(one: Codes, other: Codes, begun: Costs) -> Costs:
    """Set sounds against each other in order, so as to save most.

    To drop all sounds of `one` and add all of `other` costs their weights; a sound that is
    changed to another costs the distance of the two instead. Sums of hundredths, so exact.

    Args:
        one: int16, (sounds, pairs).
        other: int16, (sounds of its own, pairs), or one column for all.
        begun: (sounds of `other` + 1, pairs): what is saved by so many of them before.

    Returns:
        As `begun`, with the sounds of `one`.
    """
    _, gains = _costs()
    # Hardly any key is longer; three times the weight of 100 sounds is the most of 16 bits.
    saved: Costs = begun.astype(np.int16 if max(len(one), len(other)) <= _LONGEST else np.int32)
    gain_of = gains.ravel().astype(saved.dtype)
    before, after = saved[:-1], saved[1:]
    each = [(saved[place], saved[place + 1]) for place in range(len(other))]
    columns = other.astype(np.intp)
    where = np.empty(before.shape, np.intp)
    gain = np.empty_like(before)
    for row in one.astype(np.intp) * len(gains):
        np.add(columns, row, out=where)
        gain_of.take(where, out=gain, mode="clip")
        gain += before
        np.maximum(after, gain, out=after)
        for shorter, longer in each:
            np.maximum(shorter, longer, out=longer)
    return saved


def _trimmed(codes: Codes) -> Codes:
    """Leave out columns at the end that are nothing but fillings."""
    return codes[:, : max(int((codes > 0).any(axis=0).sum()), 1)]


@lru_cache(maxsize=1)
def _codes_of_bytes() -> Codes:
    """Make the code of every byte."""
    codes = np.full(256, _OTHER, np.int16)
    codes[0] = _PAD
    for sound, number in _CODES.items():
        codes[ord(sound)] = number
    return codes


@lru_cache(maxsize=1)
def _costs() -> tuple[Costs, Costs]:
    """Make weights by code, and what is saved by pair of codes where one is changed to another."""
    count = _OTHER + 1
    weights = np.full(count, _CONSONANT)
    for sound, weight in _WEIGHTS.items():
        weights[_CODES[sound]] = weight
    weights[_PAD] = 0
    apart = np.full((count, count), _APART)
    vowels = [_CODES[vowel] for vowel in VOWELS]
    apart[np.ix_(vowels, vowels)] = 0.3
    for line in _NEAR.split("\n")[1:-1]:
        distance, *pairs = line.split()
        for pair in pairs:
            one, other = tuple(pair)
            apart[_CODES[one], _CODES[other]] = apart[_CODES[other], _CODES[one]] = float(distance)
    np.fill_diagonal(apart, 0)
    gains = np.maximum(weights[:, None] + weights - apart, 0)
    # Nothing is set against a filling: a row that has ended stays as it is.
    gains[_PAD, :] = gains[:, _PAD] = 0
    in_hundredths = [np.rint(100 * one).astype(np.int32) for one in (weights, gains)]
    return in_hundredths[0], in_hundredths[1]
