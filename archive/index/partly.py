"""Recordings that have some of what was asked for, where too few have all of it.

They come after those that have all, marked with what they lack. Filters and what was left out
hold for them too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from archive.index.hits import make_hit
from archive.index.proximity import closeness_bonus
from archive.index.query import Checked, Held, Node, Not, Spoken, Within, take_apart
from archive.index.ranking import Ranker
from archive.index.values import Hit

Mask = NDArray[np.bool_]

_LEAST_SHARE = 0.5
"""Of what the words tell (inverse document frequency), those in a recording must have this much."""
_WEIGHED_BY_CLOSENESS = 30


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A part of the query: which documents have it, how well, and how telling it is."""

    text: str
    mask: Mask
    scores: NDArray[np.float32]
    telling: float


def find_partly(
    node: Node,
    ranker: Ranker,
    *,
    read: Callable[[Node], Node],
    allowed: Mask,
    most: int,
    moment_count: int,
) -> Iterator[Hit]:
    """Yield hits of recordings that have most of what was asked for, best first.

    Args:
        node: the parsed query, its beginnings looked up.
        ranker: that has evaluated nothing yet.
        read: looks up what a part of the query leaves to the vocabulary.
        allowed: bool, (documents,): those that do not have all of it, and may be told of.
        most: how many at most.
        moment_count: how many moments to describe of each.
    """
    allowed = allowed.copy()
    wanted: list[_Wanted] = []
    visible = int(ranker.visible.sum())
    for part in take_apart(node):
        found = ranker.evaluate(read(part.node))
        if found is None:
            continue
        if isinstance(part.node, Not | Within | Spoken | Held | Checked):
            allowed &= found.mask
            continue
        count = int(found.mask.sum())
        telling = float(np.log1p((visible - count + 0.5) / (count + 0.5))) if count else 0.0
        wanted.append(_Wanted(part.text, found.mask, found.scores, telling))
    told = sum(one.telling for one in wanted)
    if len(wanted) < 2 or not told:  # noqa: PLR2004 - some of one is all or nothing
        return
    share = np.zeros(len(allowed), np.float32)
    scores = np.zeros(len(allowed), np.float32)
    for one in wanted:
        share += np.float32(one.telling / told) * one.mask
        scores += one.scores
    numbers = np.flatnonzero(allowed & (share >= _LEAST_SHARE))
    best = numbers[np.lexsort((-numbers, -scores[numbers]))][:_WEIGHED_BY_CLOSENESS]
    scores[best] += closeness_bonus(ranker, best)
    for number in best[np.lexsort((np.arange(len(best)), -scores[best]))][:most].tolist():
        hit = make_hit(
            ranker,
            number,
            score=float(scores[number]),
            exact=False,
            moment_count=moment_count,
            speakers=(),
        )
        yield replace(hit, lacks=tuple(one.text for one in wanted if not one.mask[number]))
