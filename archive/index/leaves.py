"""What a word or phrase of the query asks of the index: leaves, each of terms side by side.

Between the parsed query and the index: one typed word may hold several tokens (`COVID-19`,
`高血压`), which then must stand next to each other. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from archive.index.analysis import Stemmer, split_typed_word, tokenize
from archive.index.query import (
    SPEAKER,
    And,
    Node,
    Or,
    Phrase,
    Prefix,
    Text,
    Word,
)
from archive.index.readings import Heard
from archive.index.tokens import TermHashes, hash_term

_NO_WORD = "~"
"""How the surface begins of what is no word."""
_MOST_LEAVES = 40


@dataclass(frozen=True, slots=True)
class LeafWord:
    """One token of the query, and the stems it may have in the languages of the archive."""

    surface: str
    stems: tuple[str, ...]
    """Empty when only the surface form itself will do."""
    surfaces: tuple[str, ...] = ()
    """Surface forms that will do, where not this one: those that begin with it."""
    heard: Heard | None = None
    """Not a word that stands anywhere, but what else may have been said, and sounds so."""

    @property
    def hashes(self) -> TermHashes:
        """How to recognise the word in a packed document."""
        if self.heard:
            return TermHashes((hash_term(f"{_NO_WORD}{self.surface}"),), exact=True)
        if self.surfaces:
            return TermHashes(tuple(map(hash_term, self.surfaces)), exact=True)
        if self.stems:
            return TermHashes(tuple(map(hash_term, self.stems)), exact=False)
        return TermHashes((hash_term(self.surface),), exact=True)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Words that must stand side by side, in this order; often a single one."""

    words: tuple[LeafWord, ...]
    field: str | None
    """Where to look; None for everywhere."""


class LeafReader:
    """Turns words and phrases into leaves. May be shared by threads."""

    def __init__(self) -> None:
        self._stemmer = Stemmer()

    def leaves(self, node: Text) -> tuple[Leaf, ...]:
        """Return the leaves that must all be found; none when the text holds no token."""
        if isinstance(node, Prefix):
            words = tuple(LeafWord(token.surface, ()) for token in tokenize(node.text))
            if not words:
                return ()
            return (Leaf((*words[:-1], replace(words[-1], surfaces=node.surfaces)), node.field),)
        if isinstance(node, Phrase):
            words = tuple(LeafWord(token.surface, ()) for token in tokenize(node.text))
            return (Leaf(words, node.field),) if words else ()
        parts = [
            tuple(self._inflected(token.surface) for token in tokenize(part))
            for part in split_typed_word(node.text)
        ]
        return tuple(Leaf(words, node.field) for words in parts if words)

    def _inflected(self, surface: str) -> LeafWord:
        stems = self._stemmer.stems(surface)
        # A token that no stemmer reads stands under its surface form: that is quicker to find.
        return LeafWord(surface, stems if len(stems) > 1 else ())

    def wanted_leaves(self, node: Node) -> tuple[Leaf, ...]:
        """Return the leaves a person wants to see, without those after NOT, each once."""
        return tuple(dict.fromkeys(self._walk(node)))[:_MOST_LEAVES]

    def speaker_leaves(self, node: Node) -> tuple[Leaf, ...]:
        """Return whom the query asks for, where all it finds is to be said by them.

        In `speaker:otieno fever` that is so; in `speaker:otieno OR fever` it is not.
        """
        match node:
            case Word() | Prefix() | Phrase():
                return self.leaves(node) if node.field == SPEAKER else ()
            case And(nodes):
                return tuple(leaf for inner in nodes for leaf in self.speaker_leaves(inner))
            case Or(nodes):
                found = [self.speaker_leaves(inner) for inner in nodes]
                return tuple(leaf for leaves in found for leaf in leaves) if all(found) else ()
            case _:
                return ()

    def _walk(self, node: Node) -> Iterator[Leaf]:
        match node:
            case Word() | Prefix() | Phrase():
                yield from self.leaves(node)
            case And(nodes) | Or(nodes):
                for inner in nodes:
                    yield from self._walk(inner)
            case _:
                return
