"""Look up the words that begin as `artes*` asks, in the vocabulary of a snapshot.

Only the most frequent of them are taken: each costs a look-up in every field. The vocabulary
holds words of what some may not see; they find nothing there, and are never shown.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from archive.index.analysis import is_unspaced, tokenize
from archive.index.query import And, Node, Not, Or, Prefix
from archive.index.snapshot import Snapshot

MOST_WORDS = 64
MOST_LOOKED_UP = 6
"""Beginnings of one query; each takes some 10 ms, and what comes after is a word as it stands."""
_MOST_READ = 4_000  # of each field: 6 µs each


def look_up_beginnings(node: Node, snapshot: Snapshot) -> Node:
    """Give the first beginnings in a query the words they stand for; those under NOT too."""
    return _look_up(node, snapshot, iter(range(MOST_LOOKED_UP)))


def _look_up(node: Node, snapshot: Snapshot, left: Iterator[int]) -> Node:
    match node:
        case Prefix():
            found = _words(node, snapshot) if next(left, None) is not None else ()
            return replace(node, surfaces=found)
        case Not(inner):
            return Not(_look_up(inner, snapshot, left))
        case And(nodes):
            return And(tuple(_look_up(inner, snapshot, left) for inner in nodes))
        case Or(nodes):
            return Or(tuple(_look_up(inner, snapshot, left) for inner in nodes))
        case _:
            return node


def _words(node: Prefix, snapshot: Snapshot) -> tuple[str, ...]:
    """Return surface forms, most frequent first; none when no word begins so."""
    tokens = [token.surface for token in tokenize(node.text)]
    if not tokens or is_unspaced(tokens[-1]):
        return ()
    counts: Counter[str] = Counter()
    for field in (node.field,) if node.field else snapshot.fields:
        counts.update(snapshot.surfaces_beginning(field, tokens[-1], most=_MOST_READ))
    return tuple(surface for surface, _ in counts.most_common(MOST_WORDS))
