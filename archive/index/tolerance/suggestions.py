"""Did you mean: the query with slips mended, and how many recordings hold it so. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from archive.index.query import And, Node, Not, Or, Word
from archive.index.tolerance.alternatives import Choice
from archive.index.values import Reason

_MOST = 2


def mended(node: Node) -> list[Node]:
    """Return what a widened query may have been meant to be, likeliest first.

    Each word that may be a slip is mended; where there are several ways to mend the first such
    word, the second way comes second. Empty where nothing looks like a slip.
    """
    found: list[Node] = []
    for way in range(_MOST):
        one = _mend(node, way)
        if one != _mend(node, None) and one not in found:
            found.append(one)
    return found


def _mend(node: Node, way: int | None) -> Node:
    """Put the alternatives in place of slips; None: leave all as typed."""
    match node:
        case Choice(nodes):
            slips = list(_slips(node))
            if way is not None and slips:
                return Word(slips[min(way, len(slips) - 1)], node.field)
            inner = tuple(_mend(one, way) for one in nodes)
            return inner[0] if len(inner) == 1 else And(inner)
        case And(nodes) | Or(nodes):
            return replace(node, nodes=tuple(_mend(one, way) for one in nodes))
        case Not(inner_node):
            return Not(_mend(inner_node, way))
        case _:
            return node


def _slips(choice: Choice) -> Iterator[str]:
    for one in choice.alternatives:
        if one.reason is Reason.TYPO:
            yield one.label
