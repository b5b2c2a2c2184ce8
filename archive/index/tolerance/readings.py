"""Where the recognizer may have heard what was asked, though it wrote something else."""

from collections.abc import Iterator

import numpy as np
from rapidfuzz.distance import OSA

from archive.index.leaves import LeafWord
from archive.index.readings import MOST_COMPARED, Heard, Readings
from archive.index.sounding import (
    ALIKE,
    families_near,
    families_of,
    likenesses_to,
    may_be_slips,
    sound_of,
)
from archive.index.tolerance.alternatives import Alternative
from archive.index.values import Reason

_MOST_TAKEN = 40
_SHORTEST_SLIP, _SLIP = 5, 0.9
"""Letters of a word in which a slip is believed, and what it counts."""
_MOST_FOR_SLIPS, _MOST_READ = 50_000, 60
"""Readings that are looked at for slips, and those of them whose letters are."""


def look_up_readings(asked: str, readings: Readings, *, weight: float) -> Iterator[Alternative]:
    """Offer what may have been said and sounds like a word, all of it as one alternative.

    Args:
        asked: folded, without spaces.
        readings: to look in.
        weight: of what sounds the same.
    """
    sound = sound_of(asked)
    families = families_of(sound)
    if not families or not readings:
        return
    places = readings.find([families], most=MOST_COMPARED)
    sounds = readings.distinct(places)
    alike = likenesses_to(sound, sounds)
    best = np.argsort(-alike, kind="stable")[:_MOST_TAKEN]
    best = best[alike[best] >= ALIKE]
    if len(best):
        heard = Heard((families,), tuple(sounds[best].tolist()))
        yield _alternative(asked, heard, weight * float(alike[best[0]]))


def look_up_slips(asked: str, readings: Readings, *, weight: float) -> Iterator[Alternative]:
    """Offer what may have been said and is one slip of the finger from what was typed.

    For a word that nobody knows. Arguments as those of `look_up_readings`.
    """
    if len(asked) < _SHORTEST_SLIP or not readings:
        return
    sound = sound_of(asked)
    places = readings.find(families_near(sound), most=_MOST_FOR_SLIPS)
    places = places[may_be_slips(sound, readings.sounds[places])]
    sounds = readings.sounds[places]
    best = np.argsort(-likenesses_to(sound, sounds), kind="stable")[:_MOST_READ]
    texts = readings.texts(places[best])
    slips = [
        one.item()
        for one, text in zip(sounds[best], texts, strict=True)
        if OSA.distance(asked, text, score_cutoff=1) == 1
    ]
    if slips:
        heard = Heard(tuple({families_of(one) for one in slips}), tuple(dict.fromkeys(slips)))
        yield _alternative(asked, heard, weight * _SLIP)


def _alternative(asked: str, heard: Heard, weight: float) -> Alternative:
    return Alternative(
        words=(LeafWord(asked, (), heard=heard),), reason=Reason.SOUND, label=asked, weight=weight
    )
