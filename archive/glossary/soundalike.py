"""Finding terms that were said but written as something that sounds like them. Pure.

Recognition asks this of every stretch of speech, and the glossary's page asks it of what
was transcribed before a term was known. Precision comes before recall: words that are
ordinary in the language are hardly ever taken for a term.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import Codes, Floats, encode, likenesses, weigh
from archive.glossary.ordinary import ordinary_words
from archive.glossary.phonetics import sound_key
from archive.glossary.values import Term
from archive.glossary.wording import is_acronym, read_word, squeeze

__all__ = ["LEAST_LIKENESS", "Near", "SoundIndex", "likeness", "sound_key"]

LEAST_LIKENESS = 0.8
"""From here on two stretches may be the same word misheard."""
_LONGEST_RUN = 4
_LIGHTEST = 3.4
"""What sounds shorter is like too much else; only its listed mishearings are found."""
_SHORT = 5.0
_LEAST_WHEN_SHORT = 0.88
_LEAST_WHEN_ORDINARY = 0.9
_LIGHTEST_WHEN_ORDINARY = 4.0
"""For runs of nothing but ordinary words, whose consonants must be the term's besides."""
_SHORTEST_WORD = 3
"""Letters; shorter ones are ordinary whatever they are."""
_FAMILIES = ("pbfv", "tdT", "kg", "szSCJ", "mnN", "lr")
_LEAST_FOR_UNLIKE = 0.25
"""What costs at least, roughly, a pair of neighbouring families that one has and not the other:
a consonant dropped between two others changes three pairs and costs 0.6 to 1."""
_BREAKS = tuple(".,;:?!…。،؟)")
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


def likeness(first: str, second: str, language: str = "en") -> float:
    """Tell how alike two stretches of text sound to a recognizer, in [0, 1]."""
    one, other = sound_key(first, language), sound_key(second, language)
    if not (one.isascii() and other.isascii()):
        return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    return float(likenesses(encode([one]), encode([other]))[0])


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    last: int
    squeezed: str
    key: str
    ordinary: bool


class SoundIndex:
    """The terms of a glossary by their sound, for text in one language.

    It does not change and may be shared by threads.
    """

    def __init__(self, terms: Iterable[Term], *, language: str = "en") -> None:
        """Build it.

        Args:
            terms: Of any language; those of other languages than `language` are left out.
                Of two that are equally near the first is found: a collection's come first.
            language: Whisper's code of what is spoken, which says how letters are read.
        """
        self._language = language
        self._terms = tuple(term for term in terms if term.language in ("", language))
        self._ordinary = ordinary_words(language)
        self._written: set[str] = set()
        self._misheard: dict[str, int] = {}
        self._owners: list[int] = []
        self._spellings: list[str] = []
        self._by_skeleton: dict[str, list[int]] = {}
        keys: list[str] = []
        for number, term in enumerate(self._terms):
            for heard in term.sounds_like:
                self._misheard.setdefault(squeeze(heard), number)
            for spelling in (term.term, *term.variants):
                squeezed = squeeze(spelling)
                self._written.add(squeezed)
                key = sound_key(spelling, language)
                if is_acronym(spelling) or not key.isascii():
                    continue
                self._by_skeleton.setdefault(key.translate(_WEAK), []).append(len(keys))
                self._owners.append(number)
                self._spellings.append(squeezed)
                keys.append(key)
        self._forms = encode(keys)
        self._weights = weigh(self._forms).sum(axis=1)
        self._counts = _count_neighbours(self._forms)
        self._onsets = _onsets(self._forms)

    def near(self, words: Sequence[str], *, least: float = LEAST_LIKENESS) -> tuple[Near, ...]:
        """Find which terms sound like a run of up to four neighbouring words.

        Args:
            words: As spoken, with their punctuation, over which no run reaches.
            least: Likeness from which a run of words is taken for a term; more is asked of
                short terms and of ordinary words.

        Returns:
            Runs that do not overlap, in order. Words that are a term, or an inflection of
            the term they sound like, are not among them.
        """
        found: list[Near] = []
        runs: list[_Run] = []
        written: set[int] = set()
        for run in self._runs(words):
            if run.squeezed in self._written:
                written.update(range(run.first, run.last + 1))
            elif (number := self._misheard.get(run.squeezed)) is not None:
                found.append(self._near(run, number, 1.0))
            else:
                runs.append(run)
        runs = [run for run in runs if written.isdisjoint(range(run.first, run.last + 1))]
        found += self._look(runs, least)
        return _without_overlap(near for near in found if near.first not in written)

    def _runs(self, words: Sequence[str]) -> Iterator[_Run]:
        """Give every run of one to four words with no punctuation or number inside."""
        folded = [read_word(word) for word in words]
        keys = [sound_key(word, self._language) if word.isalpha() else "" for word in folded]
        ordinary = [len(word) < _SHORTEST_WORD or word in self._ordinary for word in folded]
        for first in range(len(words)):
            squeezed, key, all_ordinary = "", "", True
            for last in range(first, min(first + _LONGEST_RUN, len(words))):
                if not folded[last].isalpha():
                    break
                squeezed += folded[last]
                one = keys[last]
                key += one[1:] if one and key.endswith(one[0]) else one
                all_ordinary = all_ordinary and ordinary[last]
                yield _Run(first, last, squeezed, key, all_ordinary)
                if words[last].rstrip().endswith(_BREAKS):
                    break

    def _look(self, runs: Sequence[_Run], least: float) -> Iterator[Near]:
        """Compare runs with terms; give the best term of each run that is near enough."""
        plain = [(run, form) for run in runs if run.ordinary for form in self._same_bones(run)]
        rare = [run for run in runs if not run.ordinary and run.key and run.key.isascii()]
        all_runs = rare + [run for run, _ in plain]
        codes = encode([run.key for run in all_runs])
        weights = weigh(codes).sum(axis=1)
        run_of, form_of = self._likely_pairs(codes[: len(rare)], weights[: len(rare)], least)
        run_of = np.concatenate([run_of, np.arange(len(rare), len(codes))])
        form_of = np.concatenate([form_of, np.array([form for _, form in plain], np.intp)])
        alike = likenesses(codes[run_of], self._forms[form_of])
        lighter = np.minimum(weights[run_of], self._weights[form_of])
        needed = np.where(lighter < _SHORT, max(least, _LEAST_WHEN_SHORT), least)
        needed[run_of >= len(rare)] = max(least, _LEAST_WHEN_ORDINARY)
        inflected: set[int] = set()
        found: list[Near] = []
        for pair in np.flatnonzero(alike >= needed):
            run, form = all_runs[run_of[pair]], int(form_of[pair])
            if inflects(run.squeezed, self._spellings[form]):
                inflected.update(range(run.first, run.last + 1))
            elif not opposes(run.squeezed, self._spellings[form]):
                found.append(self._near(run, self._owners[form], float(alike[pair])))
        return (near for near in found if inflected.isdisjoint(range(near.first, near.last + 1)))

    def _same_bones(self, run: _Run) -> Sequence[int]:
        """Return the forms whose consonants are those of a run of two ordinary words or more."""
        if run.first == run.last:
            return ()
        forms = self._by_skeleton.get(run.key.translate(_WEAK), ())
        return [form for form in forms if self._weights[form] >= _LIGHTEST_WHEN_ORDINARY]

    def _likely_pairs(
        self, codes: Codes, weights: Floats, least: float
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Choose which runs to compare with which forms, by weight and by their consonants."""
        heavier = np.maximum(weights[:, None], self._weights[None, :])
        most = (1 - least) * heavier
        likely = np.abs(weights[:, None] - self._weights[None, :]) <= most
        likely &= _onsets(codes)[:, None] == self._onsets[None, :]
        likely &= np.minimum(weights[:, None], self._weights[None, :]) >= _LIGHTEST
        run_of, form_of = np.nonzero(likely)
        counts = _count_neighbours(codes)
        unlike = np.abs(counts[run_of] - self._counts[form_of]).sum(axis=1)
        close = unlike * _LEAST_FOR_UNLIKE <= most[run_of, form_of]
        return run_of[close], form_of[close]

    def _near(self, run: _Run, number: int, alike: float) -> Near:
        return Near(term=self._terms[number], first=run.first, last=run.last, likeness=alike)


def _count_neighbours(codes: Codes) -> NDArray[np.int8]:
    """Count which families of consonants follow each other: int8, (rows, families squared)."""
    families, kinds = _families(codes), len(_FAMILIES) + 1
    counts = np.zeros((len(codes), kinds * kinds), np.int8)
    rows = np.arange(len(codes))
    before = np.zeros(len(codes), np.intp)
    for column in families.T:
        there = column > 0
        counts[rows[there], before[there] * kinds + column[there]] += 1
        before = np.where(there, column, before)
    return counts


def _onsets(codes: Codes) -> NDArray[np.int8]:
    """Give the family of each row's first consonant; 0 where it has none."""
    families = _families(codes)
    first = (families > 0).argmax(axis=1)
    onsets: NDArray[np.int8] = families[np.arange(len(codes)), first]
    return onsets


def _families(codes: Codes) -> NDArray[np.int8]:
    """Give each sound's family of consonants, from 1; 0 for vowels and weak sounds."""
    numbers = np.zeros(int(encode(["".join(_FAMILIES)]).max()) + 2, np.int8)
    for number, family in enumerate(_FAMILIES, start=1):
        numbers[encode([family])[0]] = number
    families: NDArray[np.int8] = numbers[np.minimum(codes, len(numbers) - 1)]
    return families


def _without_overlap(found: Iterable[Near]) -> tuple[Near, ...]:
    """Keep the most alike of those that share words; of equals the shorter, then the first."""
    taken: set[int] = set()
    kept: list[Near] = []
    for near in sorted(found, key=lambda near: (-near.likeness, near.last - near.first)):
        span = range(near.first, near.last + 1)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(near)
    return tuple(sorted(kept, key=lambda near: near.first))
