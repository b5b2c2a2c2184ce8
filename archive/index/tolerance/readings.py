"""Where the recognizer may have heard what was asked, though it wrote something else."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from archive.index.leaves import LeafWord
from archive.index.snapshot import Snapshot
from archive.index.sounding import beginning_of, beginnings_near, sounding_like, text_of
from archive.index.tokens import TRACK_FIELDS
from archive.index.tolerance.alternatives import Alternative
from archive.index.values import Reason, Track

_FIELD = TRACK_FIELDS[Track.READING]
_MOST_COMPARED, _MOST_TAKEN = 300, 40
_SHORTEST_SLIP, _SLIP = 5, 0.9
"""Letters of a word in which a slip is believed, and what it counts."""


def look_up_readings(asked: str, snapshot: Snapshot, *, weight: float) -> Iterator[Alternative]:
    """Offer what may have been said and sounds like a word, all of it as one alternative.

    Args:
        asked: folded, without spaces.
        snapshot: to look in.
        weight: of what sounds the same.
    """
    beginning = beginning_of(asked)
    if beginning and _FIELD in snapshot.fields:
        terms = snapshot.surfaces_beginning(_FIELD, beginning, most=_MOST_COMPARED)
        yield from _as_one(sounding_like(asked, list(terms)), weight)


def look_up_slips(asked: str, snapshot: Snapshot, *, weight: float) -> Iterator[Alternative]:
    """Offer what may have been said and is one slip of the finger from what was typed.

    For a word that nobody knows. Arguments as those of `look_up_readings`; some 50 looks into
    the index.
    """
    if len(asked) < _SHORTEST_SLIP or _FIELD not in snapshot.fields:
        return
    terms = [
        term
        for beginning in beginnings_near(asked)
        for term in snapshot.surfaces_beginning(_FIELD, beginning, most=_MOST_COMPARED)
        if OSA.distance(asked, text_of(term), score_cutoff=1) == 1
    ]
    yield from _as_one([(term, _SLIP) for term in terms], weight)


def _as_one(found: Sequence[tuple[str, float]], weight: float) -> Iterator[Alternative]:
    if found:
        (nearest, likeness), surfaces = found[0], tuple(term for term, _ in found[:_MOST_TAKEN])
        yield Alternative(
            words=(LeafWord(nearest, (), surfaces),),
            reason=Reason.SOUND,
            label=text_of(nearest),
            weight=weight * likeness,
        )
