"""Concepts of the thesaurus as a source of alternatives for search.

Between the thesaurus and `archive.index`: for words of a query that name something it
offers the thing's other names.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from archive.glossary.wording import fold_term
from archive.index import Alternative, LeafWord, Offer, Reason
from archive.index.analysis import Stemmer, is_unspaced
from archive.index.query import SPEAKER, Word
from archive.thesaurus.labels import read_labels, read_revision
from archive.thesaurus.lookup import Thesaurus, surfaces_of

_PREFERRED, _OTHER = 0.7, 0.6
"""How much a place found by another name counts beside one with the words typed."""
_MOST_NAMES = 40
"""Of one concept: each costs a millisecond or two."""

LeafWords = tuple[LeafWord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What someone wants of other names; by default all of them."""

    off: bool = False
    """Only the words typed."""
    left_out: frozenset[str] = field(default_factory=frozenset)
    """Names not to look for, as `key_of`."""


def key_of(language: str, term: str) -> str:
    """Write what a name is left out by, in an address: `fr:hta`."""
    return f"{language}:{fold_term(term)}"


class Concepts:
    """Keeps the thesaurus in memory and reads it anew when it has changed.

    One for a process, shared by threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thesaurus: Thesaurus | None = None

    def thesaurus(self, session: Session) -> Thesaurus:
        """Return the thesaurus as the database has it now."""
        revision = read_revision(session)
        known = self._thesaurus
        if known is None or known.revision != revision:
            with self._lock:
                known = self._thesaurus
                if known is None or known.revision != revision:
                    known = Thesaurus(read_labels(session), revision=revision)
                    self._thesaurus = known
        return known

    def expanders(self, session: Session, wish: Wish) -> tuple["ConceptExpander", ...]:
        """Return what to give a search; nothing where only the words typed are wanted."""
        return () if wish.off else (ConceptExpander(self.thesaurus(session), wish.left_out),)


class ConceptExpander:
    """Offers the other names of what words of a query name. For one search."""

    def __init__(self, thesaurus: Thesaurus, left_out: frozenset[str] = frozenset()) -> None:
        """Take the thesaurus, and the names not to offer, as `key_of`."""
        self._thesaurus = thesaurus
        self._left_out = left_out
        self._stemmer = Stemmer()

    def split(self, word: Word) -> Sequence[Word]:
        """Cut a word of several names that are written without spaces; see `Splitter`."""
        surfaces = surfaces_of(word.text)
        if len(surfaces) <= 1 or not all(map(is_unspaced, surfaces)):
            return (word,)
        return [replace(word, text=part) for part in self._thesaurus.split("".join(surfaces))]

    def expand(self, words: Sequence[Word]) -> Iterable[Offer]:
        """Offer alternatives; see `archive.index.Expander`."""
        if words[0].field == SPEAKER:
            return ()
        found = self._thesaurus.find([word.text for word in words])
        return [
            Offer(named.first, named.last, alternatives)
            for named in found
            if (
                alternatives := self._alternatives(
                    [word.text for word in words[named.first : named.last + 1]], named.concepts
                )
            )
        ]

    def _alternatives(
        self, typed: Sequence[str], concepts: Sequence[str]
    ) -> tuple[Alternative, ...]:
        """Return what else things are called, preferred names of all languages first."""
        surfaces = [surface for text in typed for surface in surfaces_of(text)]
        terms = [frozenset(self._stemmer.stems(surface)) for surface in surfaces]
        names = [label for concept in concepts for label in self._thesaurus.labels(concept)]
        names.sort(key=lambda label: not label.preferred)
        found: dict[LeafWords, Alternative] = {}
        for label in names:
            if key_of(label.language, label.term) in self._left_out:
                continue
            words = self._thesaurus.words(label)
            if words in found or _is_typed(words, terms):
                continue
            found[words] = Alternative(
                words=words,
                reason=Reason.CONCEPT,
                label=label.term,
                weight=_PREFERRED if label.preferred else _OTHER,
                language=label.language,
                concept=label.concept,
            )
            if len(found) == _MOST_NAMES:
                break
        return tuple(found.values())


def _is_typed(words: LeafWords, typed: Sequence[frozenset[str]]) -> bool:
    """Whether the words typed find all that these would.

    Args:
        words: of a name.
        typed: the stems each typed token may have.
    """
    return len(words) == len(typed) and all(
        (word.stems[0] if word.stems else word.surface) in terms
        for word, terms in zip(words, typed, strict=True)
    )
