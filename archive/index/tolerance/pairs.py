"""Slips that only the word beside them tells: *tranexamic aid*, where an aid is right by itself."""

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from archive.glossary.inflection import inflects
from archive.index.tolerance.vocabulary import Vocabulary

_SHORTEST = 3


def mended_pairs(first: str, second: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Offer pairs of words that stand side by side, one slip from a pair that does nowhere.

    One word of a pair must not be ordinary: ordinary words stand side by side by chance.
    """
    after = vocabulary.neighbours(first, 1)
    if second in after:
        return
    for word in after:
        if _is_slip(second, word) and _tells(first, word, vocabulary):
            yield first, word
    for word in vocabulary.neighbours(second, -1):
        if _is_slip(first, word) and _tells(word, second, vocabulary):
            yield word, second


def _is_slip(typed: str, meant: str) -> bool:
    return (
        min(len(typed), len(meant)) >= _SHORTEST
        and typed[:1] == meant[:1]
        and OSA.distance(typed, meant, score_cutoff=1) == 1
        and not inflects(typed, meant)
    )


def _tells(first: str, second: str, vocabulary: Vocabulary) -> bool:
    lexicon = vocabulary.table.lexicon
    return all(map(lexicon.is_right, (first, second))) and not (
        lexicon.is_ordinary(first) and lexicon.is_ordinary(second)
    )
