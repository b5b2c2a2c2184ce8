"""What terms may have been said where a recognizer was unsure, however unlike. Pure.

`soundalike` finds what is most likely a term by its sound alone. Here the speech is asked
afterwards, so what sounds only a little like the words comes too, but few for each place.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from archive.glossary.consonants import count_neighbours
from archive.glossary.forms import Forms, read_forms
from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import encode, likenesses, weigh
from archive.glossary.ordinary import ordinary_words
from archive.glossary.phonetics import sound_key
from archive.glossary.soundalike import LEAST_FOR_UNLIKE, Near
from archive.glossary.values import Term
from archive.glossary.wording import read_word, squeeze

_LONGEST_RUN = 4
_LONGEST_RUN_OF_MANY = 6
_MANY = 4
"""Words of a place: "Art and Mother Ruma fan-treen" is artemether-lumefantrine."""
_LIGHTEST = 2.6
"""What sounds shorter, a word or a term, is like too much."""
_CHANCE = 0.5
"""A short run is like some term by chance: 0.8 with three consonants says as much as 0.7 with
eight. Divided by the root of the weight and taken off the likeness."""
_FEWEST_LETTERS = 4
_SAME_WORD = 3
"""Letters by which two spellings of one word begin alike."""
_SPELLED_LONGER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A term that may have been said in place of a run of words."""

    near: Near
    score: float
    """By which guesses are compared: likeness, less what chance gives."""


class GuessIndex:
    """Terms by their sound, the few that come nearest to a place. May be shared by threads."""

    def __init__(self, terms: Iterable[Term], *, language: str, acronyms: bool = False) -> None:
        """Build it.

        Args:
            terms: those of other languages than `language` are left out.
            language: Whisper's code of what is spoken.
            acronyms: guess them too, read as words.
        """
        self._language = language
        self._ordinary = ordinary_words(language)
        self._forms: Forms = read_forms(terms, language, acronyms=acronyms)

    def guess(
        self, words: Sequence[str], place: range, unsure: Collection[int], *, least: float
    ) -> list[Guess]:
        """Find which terms a place in a text is like, each by the run that is most like it.

        Args:
            words: of the text, with punctuation.
            place: numbers of the words in question; runs may reach one word further.
            unsure: numbers of the words of which a run must have one.
            least: likeness.

        Returns:
            A guess for each term, the best first.
        """
        runs = list(self._runs(words, place, unsure))
        forms = self._forms
        if not runs or not forms.terms:
            return []
        codes = encode([key for _, _, key in runs])
        weights = weigh(codes).sum(axis=1)[:, None]
        heavier = np.maximum(weights, forms.weights)
        most = (1 - least) * heavier
        enough = np.minimum(weights, forms.weights) >= _LIGHTEST
        run_of, form_of = np.nonzero(enough & (np.abs(weights - forms.weights) <= most))
        unlike = np.abs(count_neighbours(codes)[run_of] - forms.neighbours[form_of]).sum(axis=1)
        close = unlike * LEAST_FOR_UNLIKE <= most[run_of, form_of]
        run_of, form_of = run_of[close], form_of[close]
        if not len(run_of):
            return []
        alike = likenesses(codes[run_of], forms.codes[form_of])
        scores = alike - _CHANCE / np.sqrt(heavier[run_of, form_of])
        best: dict[int, Guess] = {}
        for pair in np.argsort(-scores):
            owner, form = int(forms.owners[form_of[pair]]), int(form_of[pair])
            first, last, _ = runs[run_of[pair]]
            if alike[pair] < least or owner in best:
                continue
            if not self._is_form_of(words[first : last + 1], forms.spellings[form]):
                term = _as_spelled(forms.terms[owner], forms.spellings[form])
                near = Near(term=term, first=first, last=last, likeness=float(alike[pair]))
                best[owner] = Guess(near=near, score=float(scores[pair]))
        return list(best.values())

    def _runs(
        self, words: Sequence[str], place: range, unsure: Collection[int]
    ) -> Iterator[tuple[int, int, str]]:
        """Give the runs of words about a place, and how they sound."""
        longest = _LONGEST_RUN_OF_MANY if len(place) >= _MANY else _LONGEST_RUN
        for first in range(max(place.start - 1, 0), place.stop):
            until = min(first + longest, place.stop + 1, len(words))
            for last in range(first, until):
                if any(at in unsure for at in range(first, last + 1)):
                    said = " ".join(map(read_word, words[first : last + 1]))
                    key = sound_key(said, self._language)
                    if key and key.isascii():
                        yield first, last, key

    def _is_form_of(self, words: Sequence[str], spelling: str) -> bool:
        """Tell whether a term is only another form of what is written: morbidity of "morbid"."""
        folded, other = [read_word(word) for word in words], squeeze(spelling)
        one = "".join(folded)
        return (
            inflects(one, other)
            or opposes(one, other)
            or any(
                word in self._ordinary and len(word) >= _FEWEST_LETTERS and other.startswith(word)
                for word in folded
            )
        )


def _as_spelled(term: Term, spelling: str) -> Term:
    """Give the term by the name that was found: Marburg is not written Marburg virus disease.

    The spelling the glossary prefers stays: hypoxaemia for hypoxemia.
    """
    one, other = squeeze(term.term), squeeze(spelling)
    alike = one[:_SAME_WORD] == other[:_SAME_WORD] or one.endswith(other)
    same = alike and abs(len(one) - len(other)) <= _SPELLED_LONGER
    return term if same else replace(term, term=spelling, variants=())
