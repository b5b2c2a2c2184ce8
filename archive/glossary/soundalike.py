"""Finding terms that were said but written as something that sounds like them. Pure.

Recognition asks this of every stretch of speech, and the glossary's page asks it of what
was transcribed before a term was known. Precision comes before recall: words that are
ordinary in the language are hardly ever taken for a term.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import count_neighbours, onsets
from archive.glossary.forms import read_forms
from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import Codes, Floats, encode, likenesses, weigh
from archive.glossary.ordinary import ordinary_words
from archive.glossary.phonetics import sound_key
from archive.glossary.values import Term
from archive.glossary.wording import read_word, squeeze

__all__ = ["LEAST_LIKENESS", "Near", "SoundIndex", "likeness", "sound_key"]

LEAST_LIKENESS = 0.8
"""From here on two stretches may be the same word misheard."""
_LONGEST_RUN = 4
_LIGHTEST = 3.4
"""What sounds shorter is like too much else; only its listed mishearings are found."""
_VERY_LIGHT = 2.4
_NEVER = 2.0
"""A likeness that nothing has."""
_LEAST_WHEN_LIGHT = 0.8
"""For one who can listen; like the next."""
_LEAST_WITH_OTHER_ONSET = 0.72
_SHORT = 5.0
_LEAST_WHEN_SHORT = 0.92
_LEAST_WHEN_ORDINARY = 0.93
_LIGHTEST_WHEN_ORDINARY = 4.0
"""For runs of nothing but ordinary words, whose consonants must be the term's besides."""
_LEAST_WHEN_STRANGE = 0.88
_MOST_STRANGE = 0.35
_FEWEST_STRANGE = 8
"""Text of so many words that are not ordinary is not in the language it is taken for, or in one
without a list of ordinary words: single words that sound much alike are all that is found."""
_SHORTEST_WORD = 3
"""Letters; shorter ones are ordinary whatever they are."""
LEAST_FOR_UNLIKE = 0.3
"""What costs at least, roughly, a pair of neighbouring families that one has and not the other:
a consonant dropped between two others changes three pairs and costs 0.6 to 1."""
_BREAKS = tuple(".,;:?!…。،؟)")
_REPEATED = re.compile(r"(.)\1+")
_WEAK = str.maketrans(dict.fromkeys("aeiouhjw") | {"N": "n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A run of words that sounds like a term that is not written there."""

    term: Term
    first: int
    last: int
    """Numbers of the run's first and last word; both are part of it."""
    likeness: float
    """In [0, 1]; 1 for what is listed as `sounds_like`."""


class _Word(NamedTuple):
    """A word as it is compared."""

    folded: str
    """Letters only; empty for punctuation and for anything with a digit in it."""
    key: str
    bones: str
    ends: bool
    """No run goes on after it."""


class _Run(NamedTuple):
    """Neighbouring words taken together."""

    first: int
    last: int
    squeezed: str
    key: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """How alike a run and a term must be."""

    least: float
    short: float = _LEAST_WHEN_SHORT
    other_onset: float = _NEVER
    """Where they begin with another sound."""
    light: float = _NEVER
    """Where one of them is lighter than the lightest."""


def likeness(first: str, second: str, language: str = "en") -> float:
    """Tell how alike two stretches of text sound to a recognizer, in [0, 1]."""
    one, other = sound_key(first, language), sound_key(second, language)
    if not (one.isascii() and other.isascii()):
        return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    return float(likenesses(encode([one]), encode([other]))[0])


class SoundIndex:
    """The terms of a glossary by their sound, for text in one language.

    It does not change and may be shared by threads.
    """

    def __init__(
        self,
        terms: Iterable[Term],
        *,
        besides: Iterable[Term] = (),
        language: str = "en",
        spare_ordinary: bool = True,
    ) -> None:
        """Build it.

        Args:
            terms: To be found. Those of other languages than `language` are left out; of two
                that are equally near the first is found, so a collection's come first.
            besides: Terms that are known to be right where they are written, and not
                looked for.
            language: Whisper's code of what is spoken, which says how letters are read.
            spare_ordinary: Hardly ever take ordinary words for a term.
        """
        self._language = language
        self._forms = forms = read_forms(terms, language)
        self._ordinary = ordinary_words(language)
        self._spares = spare_ordinary
        self._written = {
            squeeze(one) for term in (*besides, *forms.terms) for one in (term.term, *term.variants)
        }
        self._misheard: dict[str, int] = {}
        for number, term in enumerate(forms.terms):
            for heard in term.sounds_like:
                self._misheard.setdefault(squeeze(heard), number)
        self._spellings = [squeeze(spelling) for spelling in forms.spellings]
        self._by_bones: dict[str, list[int]] = {}
        for form, key in enumerate(forms.keys):
            if forms.weights[form] >= _LIGHTEST_WHEN_ORDINARY:
                self._by_bones.setdefault(_bones(key), []).append(form)

    def near(self, words: Sequence[str], *, least: float = LEAST_LIKENESS) -> tuple[Near, ...]:
        """Find which terms sound like a run of up to four neighbouring words.

        Args:
            words: As spoken, with their punctuation, over which no run reaches.
            least: Likeness from which a run of words is taken for a term; more is asked of
                short terms and of ordinary words.

        Returns:
            Runs that do not overlap, in order. Words that are a term are not among them, but
            as a part of a longer term (iodine in povidone iodine); nor are inflections.
        """
        return _without_overlap(self._find(words, _Asked(least=least)))

    def alternatives(
        self, words: Sequence[str], *, least: float, unsure: Collection[int] | None = None
    ) -> tuple[Near, ...]:
        """Find whatever may have been said instead of what is written, for one who can listen.

        Args:
            words: As `near` takes them.
            least: Likeness, also of short terms; more is asked of terms that begin with another
                sound than the words, and of very short ones.
            unsure: Numbers of the words of which a run must have one; None: any.

        Returns:
            Runs that may overlap, in order, of the same words the most alike first.
        """
        asked = _Asked(
            least=least, short=least, other_onset=_LEAST_WITH_OTHER_ONSET, light=_LEAST_WHEN_LIGHT
        )
        found = self._find(words, asked, unsure)
        return tuple(sorted(found, key=lambda near: (near.first, near.last, -near.likeness)))

    def _find(
        self, words: Sequence[str], asked: _Asked, among: Collection[int] | None = None
    ) -> list[Near]:
        """Compare all runs of words, or those that have some words, with the terms."""
        heard = [_read(word, self._language) for word in words]
        ordinary = [
            self._spares and (len(word.folded) < _SHORTEST_WORD or word.folded in self._ordinary)
            for word in heard
        ]
        strange = ordinary.count(False)
        longest = _LONGEST_RUN
        if self._spares and strange >= _FEWEST_STRANGE and strange > _MOST_STRANGE * len(heard):
            longest = 1
            asked = replace(asked, least=max(asked.least, _LEAST_WHEN_STRANGE))
        rare: list[_Run] = []
        plain: list[tuple[_Run, int]] = []
        written: list[_Run] = []
        found: list[Near] = []
        for run, bones, all_ordinary in _runs(heard, ordinary):
            if run.squeezed in self._written:
                written.append(run)
            elif among is not None and _is_free(run, among):
                continue
            elif run.squeezed in self._misheard:
                found.append(self._near(run, self._misheard[run.squeezed], 1.0))
            elif run.last - run.first >= longest:
                continue
            elif not all_ordinary:
                rare.append(run)
            elif run.last > run.first and bones in self._by_bones:
                plain += [(run, form) for form in self._by_bones[bones]]
        rare = [run for run in rare if run.key]
        if rare or plain:
            found += self._look(rare, plain, asked)
        return [near for near in found if _goes_beyond(near, written)]

    def _look(
        self, rare: Sequence[_Run], plain: Sequence[tuple[_Run, int]], asked: _Asked
    ) -> Sequence[Near]:
        """Compare runs with terms; give those that are near enough.

        Args:
            rare: Runs that hold a word that is not ordinary.
            plain: Runs of ordinary words, each with a form that has the same consonants.
            asked: How near.
        """
        runs = [*rare, *(run for run, _ in plain)]
        codes = encode([run.key for run in runs])
        run_of, form_of, needed = self._likely_pairs(codes[: len(rare)], asked)
        run_of = np.concatenate([run_of, np.arange(len(rare), len(runs))])
        form_of = np.concatenate([form_of, np.array([form for _, form in plain], np.intp)])
        if not len(run_of):
            return []
        of_ordinary = np.full(len(plain), max(asked.least, _LEAST_WHEN_ORDINARY))
        needed = np.concatenate([needed, of_ordinary])
        alike = likenesses(codes[run_of], self._forms.codes[form_of])
        inflected: set[int] = set()
        found: list[Near] = []
        for pair in np.flatnonzero(alike >= needed):
            run, form = runs[run_of[pair]], int(form_of[pair])
            if inflects(run.squeezed, self._spellings[form]):
                inflected.update(range(run.first, run.last + 1))
            elif not opposes(run.squeezed, self._spellings[form]):
                found.append(self._near(run, int(self._forms.owners[form]), float(alike[pair])))
        return [near for near in found if _is_free(near, inflected)]

    def _likely_pairs(
        self, codes: Codes, asked: _Asked
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        """Choose which runs to compare with which forms, by weight and by their consonants.

        Returns:
            Numbers of runs and of forms, and how alike each pair must be.
        """
        forms, weights = self._forms, weigh(codes).sum(axis=1)[:, None]
        lighter = np.minimum(weights, forms.weights)
        same_onset = onsets(codes)[:, None] == forms.onsets
        needed = np.where(same_onset, asked.least, max(asked.least, asked.other_onset))
        needed[lighter < _SHORT] = np.maximum(needed[lighter < _SHORT], asked.short)
        needed[lighter < _LIGHTEST] = np.maximum(needed[lighter < _LIGHTEST], asked.light)
        needed[lighter < _VERY_LIGHT] = _NEVER
        most = (1 - needed) * np.maximum(weights, forms.weights)
        run_of, form_of = np.nonzero(np.abs(weights - forms.weights) <= most)
        unlike = np.abs(count_neighbours(codes)[run_of] - forms.neighbours[form_of]).sum(axis=1)
        close = unlike * LEAST_FOR_UNLIKE <= most[run_of, form_of]
        run_of, form_of = run_of[close], form_of[close]
        return run_of, form_of, needed[run_of, form_of]

    def _near(self, run: _Run, number: int, alike: float) -> Near:
        return Near(term=self._forms.terms[number], first=run.first, last=run.last, likeness=alike)


def _runs(heard: Sequence[_Word], ordinary: Sequence[bool]) -> Iterator[tuple[_Run, str, bool]]:
    """Give every run of neighbouring words, its bones, and whether all of it is ordinary."""
    for first in range(len(heard)):
        squeezed, key, bones, all_ordinary = "", "", "", True
        for last in range(first, min(first + _LONGEST_RUN, len(heard))):
            word = heard[last]
            if not word.folded:
                break
            squeezed += word.folded
            key = _join(key, word.key)
            bones = _join(bones, word.bones)
            all_ordinary = all_ordinary and ordinary[last]
            yield _Run(first, last, squeezed, key), bones, all_ordinary
            if word.ends:
                break


@lru_cache(maxsize=50_000)
def _read(word: str, language: str) -> _Word:
    folded = read_word(word)
    if not folded.isalpha():
        folded = ""
    key = sound_key(folded, language)
    if not key.isascii():
        key = ""
    # "M. Candowiri" is how Mkandawire is heard: nothing ends with a single letter.
    ends = word.rstrip().endswith(_BREAKS) and len(folded) != 1
    return _Word(folded, key, _bones(key), ends)


def _bones(key: str) -> str:
    """Return the strong consonants of a key."""
    return _REPEATED.sub(r"\1", key.translate(_WEAK))


def _join(first: str, second: str) -> str:
    """Run two keys together; a sound at the end of one and the start of the other is one."""
    return first + second[1:] if first and second and first[-1] == second[0] else first + second


def _is_free(run: _Run | Near, taken: Collection[int]) -> bool:
    return not any(word in taken for word in range(run.first, run.last + 1))


def _goes_beyond(near: Near, written: Iterable[_Run]) -> bool:
    """Whether what is written in a run, if anything, is only a part of the term."""
    spellings = [squeeze(one) for one in (near.term.term, *near.term.variants)]
    return all(
        run.last < near.first
        or run.first > near.last
        or (
            near.first <= run.first
            and run.last <= near.last
            and any(run.squeezed in one and run.squeezed != one for one in spellings)
        )
        for run in written
    )


def _without_overlap(found: Iterable[Near]) -> tuple[Near, ...]:
    """Keep the most alike of those that share words; of equals the shorter, then the first."""
    taken: set[int] = set()
    kept: list[Near] = []
    for near in sorted(found, key=lambda near: (-near.likeness, near.last - near.first)):
        if _is_free(near, taken):
            taken.update(range(near.first, near.last + 1))
            kept.append(near)
    return tuple(sorted(kept, key=lambda near: near.first))
