"""Which of the runs that sound like what was asked may be it, misheard.

How alike they must be goes by how sure the recognizer was, by whether their words are right as
they are, by weight and beginning; and what sounds more like another term is that. All numbers
were chosen on the films of `benchmarks/findability` (docs/decisions/0009).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import Codes
from archive.index.timed_text import CERTAIN
from archive.index.tolerance.rivals import best_rivals
from archive.index.tolerance.vocabulary import UNSURE, Vocabulary

LIGHTEST = 3.0
"""What sounds shorter is like too much else."""
_LEAST, _LEAST_UNSURE = 0.8, 0.62
_LEAST_SURE_RUN = 0.9
_SHORT, _LEAST_SHORT, _LEAST_SHORT_UNSURE = 4.2, 0.84, 0.7
_LEAST_OTHER_ONSET, _LEAST_OTHER_ONSET_UNSURE = 0.86, 0.72
_LEAST_RIGHT, _LEAST_RIGHT_UNSURE, _LIGHTEST_RIGHT, _MOST_RIGHT = 0.93, 0.76, 3.5, 3
"""For runs of nothing but words that are right: likeness, weight, and places where it stands."""
LEAST_AT_ALL = 0.58
_LEAST_RUN_AT_ALL, _MOST_RARE = 0.66, 3
"""For the one that is most alike, where nothing else is found; how often it stands anywhere."""
_SELDOM_SURE = 3
"""Times that a word stands anywhere, for one time that it is unsure, and is still doubtful."""
_MOST_OF_NAMES = 0.5
"""Of the weight of such a run, that names and terms may have: haemoglobin of four."""
_LEAD = 0.04
"""A right word that is so much more like it is what was misheard."""
_NEVER = 2.0
"""A likeness that nothing has."""
_WELL_KNOWN = 20
"""Places where what was asked stands: then nothing that may well be right is taken for it."""
_MOST_CHOSEN = 25
"""Runs that are looked at closely."""

Run = tuple[int, ...]
"""Numbers of words."""


class Heard(NamedTuple):
    """A run that may be what was asked."""

    run: Run
    likeness: float
    codes: Codes
    """int16, (sounds,): of all its words together."""
    weight: float
    same_onset: bool
    places: int
    """Where it stands."""
    certainty: float
    """How sure the recognizer was of its worst word, the mean of all places; 255 is certain."""


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """A run of words that sounds like what was asked."""

    words: tuple[str, ...]
    """Folded, as they stand in the index."""
    likeness: float


def choose(
    heard: Sequence[Heard],
    asked: str,
    weight: float,
    vocabulary: Vocabulary,
    besides: Sequence[str],
) -> list[SoundAlike]:
    """Choose from the runs that sound at all like what was asked.

    Args:
        heard: most alike first.
        asked: folded, without spaces.
        weight: of its sounds.
        vocabulary: of the numbers.
        besides: its right spellings, itself among them.

    Returns:
        Most alike first.
    """
    well_known = vocabulary.frequency(asked) >= _WELL_KNOWN
    found: list[tuple[Heard, float]] = []
    for one in heard:
        words = [vocabulary.words[number] for number in one.run]
        squeezed = "".join(words)
        if squeezed in besides or not set(words).isdisjoint(besides):
            continue
        tails = ["".join(words[at:]) for at in range(len(words))]
        if any(inflects(tail, asked) or opposes(tail, asked) for tail in tails):
            continue
        if not _is_right(one.run, vocabulary):
            found.append((one, _needed(_mostly(one, vocabulary), weight)))
        elif (
            not well_known
            and _may_be_misheard(one.run, vocabulary)
            and one.likeness >= _needed_of_right(one, weight)
        ):
            found.append((one, 0.0))
    found = found[:_MOST_CHOSEN]
    if not found:
        return []
    rivals = best_rivals(
        np.array([one.codes for one, _ in found]),
        [one.likeness + _LEAD for one, _ in found],
        vocabulary,
        besides,
    )
    own = [
        (one, needed)
        for (one, needed), rival in zip(found, rivals, strict=True)
        if rival < one.likeness + _LEAD
    ]
    near = _shortest([one for one, needed in own if one.likeness >= needed], vocabulary)
    return near or _shortest(_most_alike([one for one, _ in own], vocabulary), vocabulary)


def _is_right(run: Run, vocabulary: Vocabulary) -> bool:
    """Whether all words of a run are right as they are."""
    return all(vocabulary.right[number] for number in run)


def _mostly(one: Heard, vocabulary: Vocabulary) -> Heard:
    """Take a run for sure where its strange words mostly stand where they are sure."""
    strange = [number for number in one.run if not vocabulary.right[number]]
    doubted = vocabulary.frequencies[strange].min() <= _SELDOM_SURE * one.places
    return one if len(one.run) == 1 or doubted else one._replace(certainty=float(CERTAIN))


def _may_be_misheard(run: Run, vocabulary: Vocabulary) -> bool:
    """Whether a run of right words may be a word misheard: several, none of them a name."""
    weights = vocabulary.sounds.weights[list(run)]
    names = vocabulary.right[list(run)] & ~vocabulary.ordinary[list(run)]
    return len(run) > 1 and float(weights[names].sum()) < _MOST_OF_NAMES * float(weights.sum())


def _most_alike(heard: Sequence[Heard], vocabulary: Vocabulary) -> list[Heard]:
    """Choose the one that may do where none is near enough: rare, unsure, of strange words."""
    for one in heard:
        strange = [number for number in one.run if not vocabulary.right[number]]
        weights = vocabulary.sounds.weights
        if (
            one.places <= _MOST_RARE
            and one.certainty < UNSURE
            and 2 * weights[strange].sum() >= weights[list(one.run)].sum()
            and one.likeness >= (LEAST_AT_ALL if len(one.run) == 1 else _LEAST_RUN_AT_ALL)
        ):
            return [one]
    return []


def _needed(one: Heard, asked: float) -> float:
    """Tell how alike a run must be, by the weight of the lighter and their beginnings."""
    unsure = one.certainty < UNSURE
    lighter = min(one.weight, asked)
    if lighter < LIGHTEST:
        return _NEVER
    sure = _LEAST if len(one.run) == 1 else _LEAST_SURE_RUN
    least = _LEAST_UNSURE if unsure else sure
    if lighter < _SHORT:
        least = _LEAST_SHORT_UNSURE if unsure else max(_LEAST_SHORT, sure)
    if not one.same_onset:
        least = max(least, _LEAST_OTHER_ONSET_UNSURE if unsure else _LEAST_OTHER_ONSET)
    return least


def _needed_of_right(one: Heard, asked: float) -> float:
    """Tell the same where the run is of words that are right as they are."""
    if asked < _LIGHTEST_RIGHT:
        return _NEVER
    least = _LEAST_RIGHT_UNSURE if one.certainty < UNSURE else _LEAST_RIGHT
    return max(least, _needed(one, asked))


def _shortest(found: Sequence[Heard], vocabulary: Vocabulary) -> list[SoundAlike]:
    """Leave out runs that hold, or are part of, one that is more alike, and frequent right ones."""
    kept: list[SoundAlike] = []
    for one in found:
        words = tuple(vocabulary.words[number] for number in one.run)
        text = f" {' '.join(words)} "
        others = [f" {' '.join(other.words)} " for other in kept]
        if any(other in text or text in other for other in others):
            continue
        if _is_right(one.run, vocabulary) and vocabulary.count_places(one.run) > _MOST_RIGHT:
            continue
        kept.append(SoundAlike(words, one.likeness))
    return kept
