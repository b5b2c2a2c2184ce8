"""Words that are right as they are written: ordinary ones and terms of the shipped glossary.

What is right is hardly ever another word misheard or mistyped, and what is neither ordinary
nor known may well be. Read from the package's lists; knows neither index nor tables.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from archive.glossary.ordinary import ordinary_words
from archive.glossary.shipped import read_shipped
from archive.glossary.values import Term
from archive.glossary.wording import squeeze
from archive.index.analysis import tokenize
from archive.index.tolerance.spelling import sure_key

_SHORTEST = 3
_PIECES = """
isn aren wasn weren don doesn didn won wouldn couldn shouldn hasn haven hadn mustn needn ain
jusqu lorsqu puisqu quoiqu aujourd hui
"""
"""What is left of contractions, which are cut at the apostrophe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What is known of words, whatever any recording holds."""

    ordinary: frozenset[str] = frozenset()
    """Folded ordinary words of the languages that have a list."""
    terms: frozenset[str] = frozenset()
    """Folded glossary terms and variants of one word; of longer ones what is not ordinary."""
    right_keys: frozenset[str] = frozenset()
    """Sure spelling keys of all of them."""
    written: dict[str, str] = field(default_factory=dict)
    """Terms that are written otherwise than folded, with accents or capitals, by folded form."""
    heard: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What recognition is known to write for a term, by the term squeezed; as written."""

    def is_ordinary(self, word: str) -> bool:
        """Whether a folded word is ordinary; very short ones always are."""
        return len(word) < _SHORTEST or word in self.ordinary

    def is_right(self, word: str) -> bool:
        """Whether a folded word is right as it is written; very short ones always are."""
        return (
            len(word) < _SHORTEST
            or word in self.ordinary
            or word in self.terms
            or sure_key(word) in self.right_keys
        )


def build_lexicon(ordinary: Iterable[str], terms: Iterable[Term]) -> Lexicon:
    """Build a lexicon of ordinary words and glossary terms."""
    common = frozenset((*ordinary, *_PIECES.split()))
    words: set[str] = set()
    written: dict[str, str] = {}
    as_folded: set[str] = set()
    heard: dict[str, tuple[str, ...]] = {}
    for term in terms:
        for spelling in (term.term, *term.variants):
            tokens = [token.surface for token in tokenize(spelling)]
            # `management` is no term for being in "case management".
            words.update(tokens if len(tokens) == 1 else set(tokens) - common)
            if len(tokens) == 1 and tokens[0] != spelling:
                written.setdefault(tokens[0], spelling)
            elif len(tokens) == 1:
                as_folded.add(tokens[0])
            if term.sounds_like:
                key = squeeze(spelling)
                heard[key] = tuple(dict.fromkeys((*heard.get(key, ()), *term.sounds_like)))
    return Lexicon(
        ordinary=common,
        terms=frozenset(words),
        right_keys=frozenset(map(sure_key, (*common, *words))),
        written={word: term for word, term in written.items() if word not in as_folded},
        heard=heard,
    )


@lru_cache(maxsize=2)
def shipped_lexicon(*, sounds_like: bool = True) -> Lexicon:
    """Return the lexicon of what comes with the archive.

    Args:
        sounds_like: whether with what recognition is known to write for a term.
    """
    terms = [
        Term(
            term=draft.term,
            language=draft.language,
            kind=draft.kind,
            variants=draft.variants,
            sounds_like=draft.sounds_like if sounds_like else (),
        )
        for draft in read_shipped()
    ]
    return build_lexicon(ordinary_words("en") | ordinary_words("fr"), terms)
