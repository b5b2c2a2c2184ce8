"""What else may have been said, as terms that are looked for by their sound. Pure.

A term is `~323~kitkem`: a mark that no typed word has, the families of its consonants, and what
the recognizer may have written. All that may sound like *Kitgum* begins alike, so a look into
the sorted terms of the index finds the few to compare, however large the archive is.
"""

from itertools import groupby

from archive.glossary.consonants import FAMILIES, skeleton
from archive.glossary.likeness import encode, likenesses
from archive.glossary.phonetics import sound_key
from archive.index.leaves import READING_MARK as MARK

FEWEST_FAMILIES = 3
"""Consonants of a term; what has fewer sounds like too much else."""
_ALIKE = 0.8
"""Chosen on the films of benchmarks/findability (docs/decisions/0013)."""


def reading_term(text: str) -> str:
    """Return the term of what may have been said."""
    return f"{MARK}{skeleton(sound_key(text))}{MARK}{text}"


def beginning_of(asked: str) -> str:
    """Return how terms begin that may sound like a word; empty where it is too short to tell."""
    families = skeleton(sound_key(asked))
    return f"{MARK}{families}{MARK}" if len(families) >= FEWEST_FAMILIES else ""


def beginnings_near(asked: str) -> list[str]:
    """Return how terms begin whose consonants are those of a word but for one, or its own."""
    own = skeleton(sound_key(asked))
    cuts = [(own[:at], own[at:]) for at in range(len(own) + 1)]
    near = {own}
    near.update(head + tail[1:] for head, tail in cuts if tail)
    near.update(head + other + tail[1:] for head, tail in cuts if tail for other in FAMILIES)
    near.update(head + other + tail for head, tail in cuts for other in FAMILIES)
    joined = {"".join(digit for digit, _ in groupby(one)) for one in near}
    return [f"{MARK}{one}{MARK}" for one in sorted(joined) if len(one) >= FEWEST_FAMILIES]


def sounding_like(asked: str, terms: list[str]) -> list[tuple[str, float]]:
    """Choose the terms that sound like a word.

    Args:
        asked: squeezed to its letters.
        terms: that begin as `beginning_of` says.

    Returns:
        Each with its likeness in [0, 1], most alike first.
    """
    keys = [sound_key(text_of(term)) for term in terms]
    codes = encode([sound_key(asked), *keys])
    alike = likenesses(codes[:1].repeat(len(keys), axis=0), codes[1:])
    found = [(term, float(one)) for term, one in zip(terms, alike, strict=True) if one >= _ALIKE]
    return sorted(found, key=lambda pair: -pair[1])


def text_of(term: str) -> str:
    """Return what may have been said, of a term."""
    return term.rpartition(MARK)[2]
