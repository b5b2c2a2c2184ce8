"""Alternatives to words of a query, and hanging them on its tree. Pure.

A `Choice` stands in the tree for words that were typed and holds what may stand instead; what
is under NOT is never widened, for nothing may be left out that was not asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from archive.index.leaves import Leaf, LeafReader, LeafWord
from archive.index.query import And, Node, Or, Word
from archive.index.values import Reason

MOST_WIDENED = 10
"""Words of a query: a strange one costs up to 60 ms, and ten must stay under a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Words that may stand in a recording in place of words that were typed."""

    words: tuple[LeafWord, ...]
    """A run: they must stand side by side, in this order."""
    reason: Reason
    label: str
    """As it is told to people: `artisanate`, `la long we`, `hipertensão`."""
    weight: float
    """In (0, 1]: how much a place found by it counts beside one with the words typed."""
    language: str = ""
    """A Whisper code, of a concept's label; empty: any."""
    concept: str = ""
    """Id of the concept, where that is the reason."""
    meant: str = ""
    """What was meant, where what was typed is a slip of it, as `artesunte`; empty: as typed."""


@dataclass(frozen=True, slots=True)
class Choice(And):
    """Words side by side as typed, one or several, and what may stand instead of all of them.

    Whoever does not know of choices reads it as what it was made of.
    """

    asked: str
    """The words as typed."""
    field: str | None
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What an expander has for the words `first` to `last` (both included) of a run."""

    first: int
    last: int
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Replacing:
    """What the leaf of an alternative stands for."""

    alternative: Alternative
    asked: str
    exact: frozenset[Leaf]
    """The leaves of the words as typed."""


class Expander(Protocol):
    """A source of alternatives. Shared by threads."""

    def expand(self, words: Sequence[Word]) -> Iterable[Offer]:
        """Offer alternatives.

        They need not stand in the index, and are told only once they were found in a recording
        that whoever asks may see.

        Args:
            words: that stand side by side in the query, all looked for in the same field.
        """
        ...


@runtime_checkable
class Splitter(Protocol):
    """An expander that knows where words end that are written without spaces."""

    def split(self, word: Word) -> Sequence[Word]:
        """Cut a word into those it is written of; alone where it is one."""
        ...


class Widening:
    """Hangs what the expanders offer on one query's tree, or on its parts, as `Choice`s.

    Of offers for words that overlap only in part, the one for more words stays, then the
    first; offers for the same words are joined, and inside a longer one shorter ones stay.
    What comes after the first `MOST_WIDENED` words is looked for as typed.
    """

    def __init__(self, expanders: Sequence[Expander]) -> None:
        self._expanders = expanders
        self._left = MOST_WIDENED

    def widen(self, node: Node) -> Node:
        """Widen a part of the query."""
        match node:
            case Word():
                return _all_of(self._widen_run([node]))
            case And(nodes):
                widened: list[Node] = []
                for run in _runs(nodes):
                    words = [inner for inner in run if isinstance(inner, Word)]
                    widened += self._widen_run(words) if words else map(self.widen, run)
                return _all_of(widened)
            case Or(nodes):
                return Or(tuple(map(self.widen, nodes)))
            case _:
                return node

    def _widen_run(self, run: Sequence[Word]) -> list[Node]:
        """Replace the words for which there are offers."""
        for splitter in self._expanders:
            if isinstance(splitter, Splitter):
                run = [part for word in run for part in splitter.split(word)]
        some = run[: max(self._left, 0)]
        self._left -= len(some)
        offers: dict[tuple[int, int], list[Alternative]] = {}
        for expander in self._expanders if some else ():
            for offer in expander.expand(some):
                if offer.alternatives:
                    offers.setdefault((offer.first, offer.last), []).extend(offer.alternatives)
        return _hang(run, 0, len(run) - 1, offers)


def walk_choices(node: Node) -> Iterator[Choice]:
    """Yield every choice in a widened tree, those inside another after it."""
    match node:
        case And(nodes) | Or(nodes):
            if isinstance(node, Choice):
                yield node
            for inner in nodes:
                yield from walk_choices(inner)
        case _:
            return


def alternative_leaves(node: Node, reader: LeafReader) -> dict[Leaf, Replacing]:
    """Return the leaf of every alternative in a widened tree; what was typed is not among them."""
    typed = reader.wanted_leaves(node)
    found: dict[Leaf, Replacing] = {}
    for choice in walk_choices(node):
        exact = frozenset(reader.wanted_leaves(choice))
        for one in choice.alternatives:
            leaf = Leaf(one.words, choice.field)
            if leaf not in typed:
                found.setdefault(leaf, Replacing(one, choice.asked, exact))
    return found


def _runs(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Cut nodes into runs of words in one field, every other node by itself."""
    run: list[Node] = []
    for node in nodes:
        last = run[-1] if run else None
        alike = isinstance(node, Word) and isinstance(last, Word) and node.field == last.field
        if run and not alike:
            yield run
            run = []
        run.append(node)
    if run:
        yield run


def _hang(
    run: Sequence[Word], begin: int, end: int, offers: Mapping[tuple[int, int], list[Alternative]]
) -> list[Node]:
    """Build the nodes of the words `begin` to `end`; each of several, or one choice."""
    inside = {
        (first, last): found
        for (first, last), found in offers.items()
        if begin <= first and last <= end
    }
    if not inside:
        return list(run[begin : end + 1])
    first, last = max(inside, key=lambda span: (span[1] - span[0], -span[0]))
    found = inside.pop((first, last))
    words = run[first : last + 1]
    choice = Choice(
        tuple(_hang(run, first, last, inside)),
        " ".join(word.text for word in words),
        words[0].field,
        _each_once(found),
    )
    return [
        *_hang(run, begin, first - 1, inside),
        choice,
        *_hang(run, last + 1, end, inside),
    ]


def _all_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _each_once(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Keep the first of those that ask for the same words."""
    first: dict[tuple[LeafWord, ...], Alternative] = {}
    for one in alternatives:
        first.setdefault(one.words, one)
    return tuple(first.values())
