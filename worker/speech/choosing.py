"""Which of the terms that were weighed against the speech were said. Pure.

What a term must gain over the words that stand there depends on what it is: the constants were
chosen on the films of benchmarks/findability (docs/decisions/0006).
"""

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from archive.glossary.soundalike import Near
from archive.glossary.wording import squeeze
from worker.speech.guessing import NAMES

_LIKENESS_COUNTS = 50.0
"""Of two terms that gain, a likeness of 0.1 more makes up for 5 in log probability: primed,
Zambia gains more than Zomba where "Zombo" was written."""
_FAVOUR = 10.0
"""For a term that was given for this very recording."""
_ALIKE = 0.75
_LEAST_GAIN = 1.0
_GAIN_FOR_UNLIKENESS = 40.0
"""What sounds less alike must gain more: 3 at 0.7."""
_GAIN_FOR_UNLIKENESS_OF_ODD = 5.0
"""Where a word of the run is no word at all, it is a mishearing: of 160 doubtful places,
encephalopathy gained 2.0 for "insectulopathy" (0.72), efavirenz 4.1 for "effabirates" (0.69); of
what was not said and is no name, nothing gained 1 but hypothermia for "hyposemia", which
hypoxemia is nearer to."""
_LEAST_GAIN_OF_ODD_AGAIN = -8.0
"""Where the model writes "carnicterus" once it knows of kernicterus, which loses 6 for
"carnituruses" only because it is read as it is spelled."""
_LEAST_GAIN_OF_NAMES_AGAIN = 1.5
_LEAST_GAIN_OF_NAMES_FOR_ORDINARY = 3.0
_GAIN_FOR_UNLIKENESS_AGAIN = 20.0
_SPELLING_COUNTS = 10.0
"""Letters tell apart what sounds equally alike: hyposemia is hypoxemia but for one."""
_SPELLED_THE_SAME = 0.85
_LEAST_GAIN_OF_ODD_SPELLING = -5.0
_RIVAL_WITHIN = 0.04
_RIVAL_SPELLED = 0.1
_SHORT = 5
"""Letters."""
_GAIN_OF_SHORT = 3.0
"""More than others: they are like much; a cut pneumococcus gains 2.4 as mpox."""
_ALL_BUT_THE_SAME = 0.9
_LEAST_GAIN_OF_THE_SAME = -3.0
_LEAST_GAIN_OF_OWN = -2.0
_OWN_ALIKE = 0.7
_GAIN_FOR_UNLIKENESS_OF_OWN = 15.0
_GAIN_OF_BEATEN = 3.5
"""More than others, for what is on a slide but much less alike than another term: "delayment" is
no speaker named Dlamini, who would gain 1.1; "seducous" is acidosis, which gains 3 to 5."""
_LEAST_GAIN_OF_NAMES = 2.0
"""Names have many neighbours which no list holds: Mchinji gained 0.0 as Machinga, Mulago 0.7 as
Malabo; those that were said, 2.2 and more."""
_THE_SAME_NAME = 0.94
_LEAST_GAIN_OF_THE_SAME_NAME = -1.0


def choose(
    gains: Mapping[Near, float],
    own: Collection[str] = (),
    beaten: Collection[str] = (),
    *,
    strange: Collection[int] = (),
    written: Sequence[str] = (),
    heard_again: bool = False,
) -> list[Near]:
    """Choose which terms were said; in order, without overlap.

    Args:
        gains: how much more likely than what is written each is, in log probability.
        own: terms given for this very recording.
        beaten: those of them that another term is much more alike than.
        strange: numbers of the words that are neither ordinary nor known.
        written: the words that stand there now.
        heard_again: the model itself wrote these terms when it was told them.
    """
    spelled = {one: _spelled_alike(one, written) for one in gains}

    def rank(one: Near) -> float:
        favoured = one.term.term in own and one.term.term not in beaten
        alike = _LIKENESS_COUNTS * one.likeness + _SPELLING_COUNTS * spelled[one]
        return gains[one] + alike + (_FAVOUR if favoured else 0.0)

    taken: set[int] = set()
    chosen: list[Near] = []
    for one in sorted(gains, key=rank, reverse=True):
        odd = any(at in strange for at in range(one.first, one.last + 1))
        name = odd and _is_a_name(written[one.first : one.last + 1])
        least = _least_gain(one, own, odd=odd and not name, spelled=spelled[one])
        least += _GAIN_OF_BEATEN if one.term.term in beaten else 0.0
        if heard_again:
            least = min(least, _least_when_heard_again(one, own, odd=odd))
        if gains[one] < least or (odd and _has_rival(one, spelled)):
            continue
        run = range(one.first, one.last + 1)
        if taken.isdisjoint(run):
            taken.update(run)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.first)


def _least_gain(one: Near, own: Collection[str], *, odd: bool, spelled: float) -> float:
    """Tell what a term must gain; chosen on the three films of benchmarks/findability."""
    if one.term.kind in NAMES and one.term.term not in own:
        same = one.likeness >= _THE_SAME_NAME
        return _LEAST_GAIN_OF_THE_SAME_NAME if same else _LEAST_GAIN_OF_NAMES
    if one.likeness >= _ALL_BUT_THE_SAME:
        return _LEAST_GAIN_OF_THE_SAME
    if one.term.term in own:
        return _LEAST_GAIN_OF_OWN + _unlikeness(one, _OWN_ALIKE) * _GAIN_FOR_UNLIKENESS_OF_OWN
    if odd and spelled >= _SPELLED_THE_SAME:
        return _LEAST_GAIN_OF_ODD_SPELLING
    short = _GAIN_OF_SHORT if len(one.term.term) <= _SHORT else 0.0
    steep = _GAIN_FOR_UNLIKENESS_OF_ODD if odd else _GAIN_FOR_UNLIKENESS
    return _LEAST_GAIN + _unlikeness(one, _ALIKE) * steep + short


def _least_when_heard_again(one: Near, own: Collection[str], *, odd: bool) -> float:
    if one.term.kind in NAMES and one.term.term not in own:
        return _LEAST_GAIN_OF_NAMES_AGAIN if odd else _LEAST_GAIN_OF_NAMES_FOR_ORDINARY
    if one.term.term in own:
        return _LEAST_GAIN
    if odd:
        return _LEAST_GAIN_OF_ODD_AGAIN
    return _LEAST_GAIN + _unlikeness(one, _ALIKE) * _GAIN_FOR_UNLIKENESS_AGAIN


def _is_part(one: Near, other: Near) -> bool:
    """Tell whether one of two terms is a part of the other, or the same."""
    first, second = squeeze(one.term.term), squeeze(other.term.term)
    return first in second or second in first


def _is_a_name(words: Sequence[str]) -> bool:
    """Tell whether a word that is none was written as a name: Madeleine is no melaena."""
    return any(word[:1].isupper() and word[1:2].islower() for word in words)


def _has_rival(one: Near, spelled: Mapping[Near, float]) -> bool:
    """Tell whether another term is about as much alike by its sound, and more so by its letters."""
    return any(
        not _is_part(one, other)
        and other.first <= one.last
        and one.first <= other.last
        and other.likeness >= one.likeness - _RIVAL_WITHIN
        and spelled[other] >= spelled[one] + _RIVAL_SPELLED
        for other in spelled
    )


def _unlikeness(one: Near, alike: float) -> float:
    return max(alike - one.likeness, 0.0)


def _spelled_alike(one: Near, written: Sequence[str]) -> float:
    """Tell how alike a run and a term are by their letters, in [0, 1]."""
    heard = "".join(squeeze(word) for word in written[one.first : one.last + 1])
    return max(
        Levenshtein.normalized_similarity(heard, squeeze(spelling))
        for spelling in (one.term.term, *one.term.variants)
    )
