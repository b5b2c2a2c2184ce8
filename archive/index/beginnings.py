"""Look up the words that begin as `artes*` asks, in the vocabulary of a snapshot.

Only the most frequent of them are taken: each costs a look-up in every field. The vocabulary
holds words of what some may not see; they find nothing there, and are never shown.
"""

from collections import Counter
from dataclasses import replace

from archive.index.analysis import is_unspaced, tokenize
from archive.index.query import And, Node, Not, Or, Prefix
from archive.index.snapshot import Snapshot

MOST_WORDS = 64
_MOST_READ = 4_000  # of each field: 6 µs each


def look_up_beginnings(node: Node, snapshot: Snapshot) -> Node:
    """Give every beginning in a query the words it stands for; those under NOT too."""
    match node:
        case Prefix():
            return replace(node, surfaces=_words(node, snapshot))
        case Not(inner):
            return Not(look_up_beginnings(inner, snapshot))
        case And(nodes):
            return And(tuple(look_up_beginnings(inner, snapshot) for inner in nodes))
        case Or(nodes):
            return Or(tuple(look_up_beginnings(inner, snapshot) for inner in nodes))
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
