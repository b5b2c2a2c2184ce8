"""Write a known term where the model wrote something that sounds like it. Pure.

Even primed, the model at times spells by ear: "septriaxone" with ceftriaxone in its prompt. A
run of words that is no ordinary language and sounds nearly the same as a known term is that
term. Names of places and people have too many neighbours that no list holds ("Machinji" is
Mchinji, not Machinga), so they are taken only from what was given for this very recording.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from archive.glossary.soundalike import Near
from archive.glossary.values import Kind

_NEARLY_THE_SAME = 0.84
_SUGGESTED = 0.76
"""For terms that the first hearing already sounded like."""
NAMES = (Kind.PLACE, Kind.PERSON, Kind.INSTITUTION)
"""Kinds that have many neighbours which no list holds."""
_MARKS = " \t\n.,;:!?…\"'()[]«»“”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A text with terms in place of what sounded like them."""

    text: str
    terms: tuple[str, ...]
    """Those that were put in."""


def correct(
    words: Sequence[str],
    near: Iterable[Near],
    *,
    suggested: Sequence[str],
    own: Iterable[str],
    ordinary: Collection[str] = frozenset(),
) -> Correction:
    """Put terms in place of words.

    Args:
        words: of the text, with their punctuation.
        near: runs of them that sound like a term, in order, without overlap.
        suggested: terms that the first hearing sounded like.
        own: terms given for this recording: on its slides, in its title, of its collection.
        ordinary: words of the language, in lower case. A run that has one is left as it is:
            "an artisan and" is not artesunate.
    """
    mine = set(own)
    corrected: list[str] = []
    terms: list[str] = []
    done = 0
    for found in near:
        term = found.term
        run = words[found.first : found.last + 1]
        is_name = term.kind in NAMES and term.term not in mine
        suits = found.likeness >= _SUGGESTED and term.term in suggested and not is_name
        if not (suits or is_certain(found, mine)):
            continue
        if any(word.strip(_MARKS).lower() in ordinary for word in run):
            continue
        corrected.extend(words[done : found.first])
        corrected.append(_in_place_of(run, term.term))
        terms.append(term.term)
        done = found.last + 1
    corrected.extend(words[done:])
    return Correction(text=" ".join(corrected), terms=tuple(terms))


def is_certain(found: Near, own: Collection[str]) -> bool:
    """Tell whether a run would be written as its term even where no second hearing suggests it."""
    return found.likeness >= _NEARLY_THE_SAME and (
        found.term.kind not in NAMES or found.term.term in own
    )


def part_words(
    words: Sequence[str], *, suggested: Iterable[str], ordinary: Collection[str]
) -> list[str]:
    """Part a suggested term from an ordinary word it was written on to: "whenceftriaxone"."""
    terms = [term.casefold() for term in suggested]
    parted: list[str] = []
    for word in words:
        bare = word.rstrip(_MARKS).casefold()
        term = next((one for one in terms if bare.endswith(one) and bare != one), None)
        at = len(bare) - len(term) if term else 0
        if at and bare[:at] in ordinary:
            parted += [word[:at], word[at:]]
        else:
            parted.append(word)
    return parted


def _in_place_of(run: Sequence[str], term: str) -> str:
    """Keep the punctuation around a run, and the capital that begins a sentence."""
    text = " ".join(run)
    start = len(text) - len(text.lstrip(_MARKS))
    end = len(text.rstrip(_MARKS))
    inside = text[start:end]
    if inside[:1].isupper() and term[:1].islower() and not inside[1:2].isupper():
        term = term[:1].upper() + term[1:]
    return f"{text[:start]}{term}{text[end:]}"
