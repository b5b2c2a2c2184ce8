"""Comparing sounds with a part of other sounds. Pure; the costs are `glossary.likeness`'s."""

import re
from collections.abc import Iterable

import numpy as np

from archive.glossary.likeness import Codes, Floats, _costs

_REPEATED = re.compile(r"(.)\1+")
_WEAK = str.maketrans(dict.fromkeys("aeiouhjw") | {"N": "n"})


def joined_key(keys: Iterable[str]) -> str:
    """Run sound keys together; a sound at the end of one and the start of the next is one."""
    joined = ""
    for key in keys:
        joined += key[1:] if joined and key and joined[-1] == key[0] else key
    return joined


def bones(key: str) -> str:
    """Return the strong consonants of a key, each once where it is doubled."""
    return _REPEATED.sub(r"\1", key.translate(_WEAK))


def contained(parts: Codes, whole: Codes) -> Floats:
    """Tell what it costs to find each part somewhere in the whole.

    Args:
        parts: int16, (rows, sounds), filled up with 0.
        whole: int16, (sounds,).

    Returns:
        float32, (rows,): edit distance to the stretch of the whole it is nearest to.
    """
    weights, apart = _costs()
    skipped = weights[whole]
    distance = np.zeros((len(whole) + 1, len(parts)), np.float32)
    for column in parts.T:
        changed = distance[:-1] + apart[whole[:, None], column[None, :]]
        following = distance + weights[column]
        np.minimum(following[1:], changed, out=following[1:])
        for place in range(len(whole)):
            reached = following[place] + skipped[place]
            np.minimum(following[place + 1], reached, out=following[place + 1])
        ended = column == 0
        distance = np.where(ended, distance, following)
    nearest: Floats = distance.min(axis=0)
    return nearest
