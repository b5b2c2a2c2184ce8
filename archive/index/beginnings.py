"""Look up the words that begin as `artes*` asks, in the vocabulary of a snapshot.

Only the most frequent of them are taken: each costs a look-up in every field. The vocabulary
holds words of what some may not see: those that stand nowhere else take no place here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from archive.index.analysis import is_unspaced, tokenize
from archive.index.query import And, Node, Not, Or, Prefix
from archive.index.snapshot import Snapshot

MOST_WORDS = 64
MOST_LOOKED_UP = 6
"""Beginnings of one query; each takes some 10 ms, and what comes after is a word as it stands."""
_MOST_READ = 4_000  # of each field: 6 µs each
_MOST_COUNTED, _MOST_TRIED = 2 * MOST_WORDS, 500
"""Visible words that are counted, and words of any kind that are looked up for them."""


def look_up_beginnings(node: Node, snapshot: Snapshot, visible: NDArray[np.bool_]) -> Node:
    """Give the first beginnings in a query the words they stand for; those under NOT too."""
    return _look_up(
        node, partial(_words, snapshot=snapshot, visible=visible), iter(range(MOST_LOOKED_UP))
    )


def _look_up(node: Node, words: Callable[[Prefix], tuple[str, ...]], left: Iterator[int]) -> Node:
    match node:
        case Prefix():
            found = words(node) if next(left, None) is not None else ()
            return replace(node, surfaces=found)
        case Not(inner):
            return Not(_look_up(inner, words, left))
        case And(nodes):
            return And(tuple(_look_up(inner, words, left) for inner in nodes))
        case Or(nodes):
            return Or(tuple(_look_up(inner, words, left) for inner in nodes))
        case _:
            return node


def _words(node: Prefix, snapshot: Snapshot, visible: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return surface forms, most frequent first; none when no visible word begins so."""
    tokens = [token.surface for token in tokenize(node.text)]
    if not tokens or is_unspaced(tokens[-1]):
        return ()
    fields = (node.field,) if node.field else snapshot.fields
    counts: Counter[str] = Counter()
    for field in fields:
        counts.update(snapshot.surfaces_beginning(field, tokens[-1], most=_MOST_READ))
    found: Counter[str] = Counter()
    for surface, _ in counts.most_common(_MOST_TRIED):
        frequency = _count(surface, fields, snapshot, visible)
        if frequency:
            found[surface] = frequency
        if len(found) >= _MOST_COUNTED:
            break
    return tuple(sorted(found, key=lambda one: (-found[one], one))[:MOST_WORDS])


def _count(
    surface: str, fields: Sequence[str], snapshot: Snapshot, visible: NDArray[np.bool_]
) -> int:
    """Tell how often a surface form stands where it may be seen."""
    found = (snapshot.surface_postings(field, surface) for field in fields)
    return sum(int(one[1][visible[one[0]]].sum()) for one in found if one is not None)
