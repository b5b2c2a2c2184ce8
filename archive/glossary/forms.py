"""The spellings of a glossary as rows of sounds, made once and compared with many. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import Bytes, count_neighbours, onsets
from archive.glossary.likeness import Codes, Floats, encode, weigh
from archive.glossary.phonetics import sound_key
from archive.glossary.values import Term
from archive.glossary.wording import is_acronym


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """How terms sound, a row for each way one is spelled; several rows may be one term's."""

    terms: tuple[Term, ...]
    """Those of one language, and of every language."""
    owners: NDArray[np.intp]
    """(rows,): whose spelling it is, as a number of `terms`."""
    spellings: tuple[str, ...]
    keys: tuple[str, ...]
    codes: Codes
    weights: Floats
    """(rows,): how much sound there is."""
    neighbours: Bytes
    onsets: Bytes


def read_forms(terms: Iterable[Term], language: str, *, acronyms: bool = False) -> Forms:
    """Write terms as they sound; what is not in Latin script has no sound.

    Args:
        terms: those of other languages are left out.
        language: Whisper's code of what is spoken, which says how letters are read.
        acronyms: read them too, as if they were words.
    """
    own = tuple(term for term in terms if term.language in ("", language))
    rows = [
        (number, spelling, key)
        for number, term in enumerate(own)
        for spelling in (term.term, *term.variants)
        if (key := sound_key(spelling, language)).isascii()
        and (acronyms or not is_acronym(spelling))
    ]
    codes = encode([key for _, _, key in rows])
    return Forms(
        terms=own,
        owners=np.array([number for number, _, _ in rows], np.intp),
        spellings=tuple(spelling for _, spelling, _ in rows),
        keys=tuple(key for _, _, key in rows),
        codes=codes,
        weights=weigh(codes).sum(axis=1),
        neighbours=count_neighbours(codes),
        onsets=onsets(codes),
    )
