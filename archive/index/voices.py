"""What of a recording those say whom a query asks for with `speaker:`.

A recording's names stand in its field `speaker`, and each segment of speech and translation
knows which of them says it. Names that only the depositor gave say nothing, as far as
anyone knows: then moments are not limited.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from archive.index.leaves import Leaf
from archive.index.packed import PackedTrack
from archive.index.query import SPEAKER
from archive.index.snapshot import Snapshot
from archive.index.tokens import SEPARATOR
from archive.index.values import Track

Voices = NDArray[np.int64]
"""Numbers of names, from 1, as in `PackedTrack.speakers`."""


def asked_voices(snapshot: Snapshot, number: int, speakers: Sequence[Leaf]) -> Voices | None:
    """Return those of a recording whom a query asks for.

    Args:
        snapshot: that holds the recording.
        number: of its document.
        speakers: what the query wants of names; any of them will do.

    Returns:
        None where it asks for nobody, or it is not known what they say.
    """
    names = snapshot.field_tokens(number, SPEAKER)
    places = [names.find([word.hashes for word in leaf.words]) for leaf in speakers]
    if not any(map(len, places)) or not snapshot.rows["sizes"][number][0]:
        return None
    separators = np.flatnonzero(names.surfaces == SEPARATOR)
    asked = np.unique(separators.searchsorted(np.concatenate(places)) + 1)
    return asked if says(snapshot.packed_track(number, Track.SPEECH), asked).any() else None


def says(words: PackedTrack, voices: Voices) -> NDArray[np.bool_]:
    """Tell of each token of a track whether one of these says it: bool, (tokens,)."""
    return np.isin(words.speakers, voices)


def runs(words: PackedTrack, voices: Voices) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where these speak: int64, (runs,) each: first and last token, in order of time."""
    speakers = np.where(says(words, voices), words.speakers, 0)
    begins = np.flatnonzero(np.diff(speakers, prepend=-1))
    ends = np.append(begins[1:], len(speakers)) - 1
    spoken = speakers[begins] > 0
    return begins[spoken], ends[spoken]
