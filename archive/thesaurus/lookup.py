"""The thesaurus in memory: which concepts words of a query name, and what else they are called.

Built from the labels when they have changed, shared by threads. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.glossary.wording import is_acronym
from archive.index import LeafWord
from archive.index.analysis import Stemmer, split_typed_word, tokenize
from archive.thesaurus.labels import by_concept
from archive.thesaurus.values import Label

_SHORT = 4
"""Letters. A word or stem so short is looked up in its very form only: `aid` is not AIDS, and
the French `grave` not the Portuguese `grávida`."""

_PARTICLES = "的了和与及或在是之"
"""Of Chinese; where they stand alone between names nothing is asked by them."""

Terms = tuple[str, ...]
"""What a label is looked up by: the stem of each token in the label's language."""


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a query that name something."""

    first: int
    """Index of the first word."""
    last: int
    """Index of the last, which is part of it."""
    concepts: tuple[str, ...]
    """Mostly one; `presha` may be several things."""


class Thesaurus:
    """What is called what. Does not change."""

    def __init__(self, labels: Iterable[Label] = (), *, revision: int = 0) -> None:
        """Take all labels, by concept and in the order they are told.

        Args:
            labels: of all concepts.
            revision: of the tables they were read from.
        """
        self.revision = revision
        self._stemmer = Stemmer()
        self._labels = by_concept(labels)
        self._named: dict[tuple[str, Terms], dict[str, None]] = {}
        stems: dict[tuple[str, str], str] = {}
        for concept, names in self._labels.items():
            for label in names:
                terms = tuple(
                    self._term(surface, label.language, stems)
                    for surface in surfaces_of(label.term)
                )
                self._named.setdefault((label.language, terms), {})[concept] = None
        self._words: dict[Label, tuple[LeafWord, ...]] = {}
        self._languages = tuple(dict.fromkeys(language for language, _ in self._named))
        self._longest = max((len(terms) for _, terms in self._named), default=0)

    def __len__(self) -> int:
        return len(self._labels)

    def labels(self, concept: str) -> tuple[Label, ...]:
        """Return the names of a concept, by language, the preferred first; empty: unknown."""
        return self._labels.get(concept, ())

    def name(self, concept: str) -> str:
        """Return what to call a concept: its first name, else its id."""
        names = self.labels(concept)
        return names[0].term if names else concept

    def words(self, label: Label) -> tuple[LeafWord, ...]:
        """Return what a name is looked for by: its tokens, which must stand side by side.

        In text of its own language, inflected, and as it is written where a language has no
        stems; wherever it stands what has no stems itself, and an acronym that a stem would make
        another word (AIDS, aid).
        """
        words = self._words.get(label)
        if words is None:
            words = tuple(
                self._word(surface, label.language, inflected=not is_said_by_letters(label))
                for surface in surfaces_of(label.term)
            )
            self._words[label] = words
        return words

    def prepare(self) -> None:
        """Read all names, 0.2 ms each, so that no search has to."""
        for names in self._labels.values():
            for label in names:
                self.words(label)

    def _word(self, surface: str, language: str, *, inflected: bool) -> LeafWord:
        own = self._stemmer.stem(surface, language)
        has_stems = len(self._stemmer.stems(surface)) > 1
        if not has_stems or not (inflected or own.rpartition(":")[2] == surface):
            return LeafWord(surface, ())
        # Without a surface form: that would be found in any language, and the French `sang` is
        # no Indonesian. Text in a language without stems has the surface form for a stem.
        return LeafWord("", tuple(dict.fromkeys((own, surface))))

    def find(self, words: Sequence[str]) -> tuple[Named, ...]:
        """Find what words that stand side by side name: the longest names, from the left.

        Args:
            words: of a query, as typed.
        """
        tokens = [surfaces_of(word) for word in words]
        readings = [self._readings(surfaces) for surfaces in tokens]
        found: list[Named] = []
        first = 0
        while first < len(words):
            named = self._longest_from(first, tokens, readings)
            if named:
                found.append(named)
            first = named.last + 1 if named else first + 1
        return tuple(found)

    def split(self, text: str) -> tuple[str, ...]:
        """Cut a word of a script without spaces where names begin and end: 高血压治疗 is two.

        Returns:
            Names and what stands between them, but for particles; the word alone where it holds no
            name, or is one.
        """
        parts: list[str] = []
        named = False
        rest, at = "", 0
        while at < len(text):
            name = self._name_at(text, at)
            if name:
                parts += [rest.strip(_PARTICLES), name]
                named, rest, at = True, "", at + len(name)
            else:
                rest, at = rest + text[at], at + 1
        parts = [part for part in (*parts, rest.strip(_PARTICLES)) if part]
        return tuple(parts) if named else (text,)

    def _name_at(self, text: str, at: int) -> str:
        """Return the longest name of at least two characters that stands there; empty for none."""
        for end in range(min(len(text), at + self._longest), at + 1, -1):
            if any((language, tuple(text[at:end])) in self._named for language in self._languages):
                return text[at:end]
        return ""

    def _longest_from(
        self, first: int, tokens: Sequence[Terms], readings: Sequence[Mapping[str, Terms]]
    ) -> Named | None:
        """Find the longest name that begins with a word."""
        if not tokens[first]:
            return None
        spans: list[int] = []
        length = 0
        for last in range(first, len(tokens)):
            length += len(tokens[last])
            if not tokens[last] or length > self._longest:
                break
            spans.append(last)
        for last in reversed(spans):
            concepts: dict[str, None] = {}
            for language in self._languages:
                terms = tuple(
                    term for reading in readings[first : last + 1] for term in reading[language]
                )
                concepts |= self._named.get((language, terms), {})
            if concepts:
                return Named(first, last, tuple(concepts))
        return None

    def _readings(self, surfaces: Terms) -> dict[str, Terms]:
        """Read the tokens of a word in every language."""
        return {
            language: tuple(self._term(surface, language, {}) for surface in surfaces)
            for language in self._languages
        }

    def _term(self, surface: str, language: str, known: dict[tuple[str, str], str]) -> str:
        """Return what a token is looked up by in a language."""
        if len(surface) <= _SHORT:
            return surface
        key = (surface, language)
        if key not in known:
            stem = self._stemmer.stem(surface, language)
            known[key] = stem if len(stem.partition(":")[2] or stem) > _SHORT else surface
        return known[key]


def surfaces_of(text: str) -> Terms:
    """Cut what was typed, or a label, into folded tokens, elided articles dropped."""
    return tuple(token.surface for part in split_typed_word(text) for token in tokenize(part))


def is_said_by_letters(label: Label) -> bool:
    """Whether a label is an acronym, and so never inflected nor another word: `HTA`."""
    return is_acronym(label.term) and label.term.upper() == label.term and len(label.term) > 1
