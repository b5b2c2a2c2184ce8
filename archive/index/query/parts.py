"""Take a query apart: what was understood, part by part, and the query without each. Pure."""

from dataclasses import dataclass

from archive.index.query.nodes import And, Node, Or, Phrase, Word
from archive.index.query.wording import describe
from archive.index.query.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPart:
    """One of the things that must all be so."""

    node: Node
    text: str
    """In words."""
    rest: str
    """The query without it, to be typed; empty when nothing is left."""


def take_apart(node: Node | None) -> tuple[QueryPart, ...]:
    """Return the parts of a query in order; none when there is nothing to look for."""
    nodes = nodes_of(node)
    return tuple(
        QueryPart(
            node=part,
            text=describe(part),
            rest=write(joined([*nodes[:place], *nodes[place + 1 :]])),
        )
        for place, part in enumerate(nodes)
    )


def without_quotes(node: Node | None) -> Node | None:
    """Ask for the words of each phrase, in any form and order; phrases not wanted stay."""
    match node:
        case Phrase(text, field):
            return joined([Word(word, field) for word in text.split()])
        case And(nodes):
            return joined([one for inner in nodes for one in nodes_of(without_quotes(inner))])
        case Or(nodes):
            loose = [one for one in map(without_quotes, nodes) if one is not None]
            return Or(tuple(loose)) if len(loose) > 1 else joined(loose)
        case _:
            return node


def nodes_of(node: Node | None) -> tuple[Node, ...]:
    """Return what must all be so."""
    if node is None:
        return ()
    return node.nodes if isinstance(node, And) else (node,)


def joined(nodes: "list[Node] | tuple[Node, ...]") -> Node | None:
    """Ask for all of these."""
    if len(nodes) > 1:
        return And(tuple(nodes))
    return nodes[0] if nodes else None


def add_words(query: Node | None, more: Node | None) -> Node | None:
    """Ask for all that two queries ask for, each part once."""
    return joined(tuple(dict.fromkeys([*nodes_of(query), *nodes_of(more)])))
