"""How close together the words of a query stand in a recording.

BM25F only counts words: a session that says both of two words an hour apart scores like one
that says them in a sentence. For the best candidates the tokens are read, and the most telling
set of different words that stands in one moment raises the score.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from archive.index.leaves import Leaf
from archive.index.ranking import Ranker
from archive.index.tokens import SEPARATOR, Tokens, join_tokens

_WINDOW = 18
"""Tokens of one moment, as in `matches`."""
_FAR = 1_000
"""What a separator adds to positions: no window crosses fields, slides or names."""
_BONUS = 2.4
"""What the words of one moment add, as a share of their telling (inverse document frequency).

A word that is said over and over scores up to 2.2 times its telling, one said once about 1: from
1.2 on words close together outweigh any number of scattered ones of the same field. More, so
that they do in long recordings too, where one occurrence scores less than 1. Measured in
docs/decisions/0008-ranking.md.
"""
_AGAIN, _HALF = 1.0, 2
"""What more such windows add, at most, as a share of the bonus; two more add half of that."""
_AS_GOOD = 0.8
_LEAST_TELLING = 0.02
"""A word of nearly every recording, from some 25 on: it tells nothing, and stands everywhere, so
that looking through its places took 30 ms."""
_LOOSEST = 0.85
"""Share of the bonus of words that fill the whole window; side by side they have all of it."""


def closeness_bonus(ranker: Ranker, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """Tell what closeness adds to the scores of some documents: float32, (numbers,).

    Zero for a query of one word or phrase.
    """
    bonus = np.zeros(len(numbers), np.float32)
    # Alternatives do not take part: what is found by them comes after what was typed anyway.
    # Nor do words limited to a field: they stand where they were asked for.
    weights = {
        leaf: weight
        for leaf, weight in ranker.leaf_weights.items()
        if leaf.field is None and leaf not in ranker.replacing and weight >= _LEAST_TELLING
    }
    if len(weights) < 2:  # noqa: PLR2004 - one stands close to itself
        return bonus
    held = np.stack([ranker.holding(leaf)[numbers] for leaf in weights])
    several = np.flatnonzero(held.sum(axis=0) > 1)
    if not len(several):
        return bonus
    each = [ranker.snapshot.document_tokens(number) for number in numbers[several].tolist()]
    for place, (closest, times) in zip(several, _closest(each, weights), strict=True):
        bonus[place] = _BONUS * closest * (1 + _AGAIN * (times - 1) / (times - 1 + _HALF))
    return bonus


def _closest(each: Sequence[Tokens], weights: dict[Leaf, float]) -> Iterator[tuple[float, int]]:
    """Yield of each document how good its best window is, and how many there are, apart."""
    # Looked through together: a call for each document and word takes longer than looking.
    tokens = join_tokens(each)
    found = [tokens.find([word.hashes for word in leaf.words]) for leaf in weights]
    at = np.concatenate(found)
    leaf_of = np.repeat(np.arange(len(found)), [len(places) for places in found])
    order = np.argsort(at, kind="stable")
    at, leaf_of = at[order], leaf_of[order]
    ends = at.searchsorted(np.cumsum([len(one.surfaces) for one in each])).tolist()
    # A document ends with a separator, so none is near another.
    at += _FAR * np.flatnonzero(tokens.surfaces == SEPARATOR).searchsorted(at)
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        here = leaf_of[begin:end].tolist()
        if len(set(here)) > 1:
            yield _best_window(at[begin:end].tolist(), here, list(weights.values()))
        else:
            yield 0.0, 1


def _best_window(at: list[int], leaf_of: list[int], weights: list[float]) -> tuple[float, int]:
    """Look back from each match for the nearest of every other word.

    Returns:
        The telling of the best set of different words in one window, less the looser they stand;
        and how many windows that do not overlap come near it, 1 at least.
    """
    last = [-_FAR * _FAR] * len(weights)
    windows: list[tuple[int, float]] = []
    for place, leaf in zip(at, leaf_of, strict=True):
        last[leaf] = place
        near = sorted(
            (place - seen, weights[other])
            for other, seen in enumerate(last)
            if place - seen <= _WINDOW
        )
        telling = best = 0.0
        for count, (span, weight) in enumerate(near):
            telling += weight
            if count:
                loose = max(span - count, 0) / _WINDOW
                best = max(best, telling * (1 - (1 - _LOOSEST) * loose))
        windows.append((place, best))
    best = max(value for _, value in windows)
    if not best:
        return 0.0, 1
    times, after = 0, -_FAR
    for place, value in windows:
        if value >= _AS_GOOD * best and place > after:
            times, after = times + 1, place + _WINDOW
    return best, max(times, 1)
