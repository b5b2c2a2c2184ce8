"""Comparing sounds with a part of other sounds. Pure; the costs are `glossary.likeness`'s."""

import numpy as np
from numpy.typing import NDArray

from archive.glossary.likeness import Codes, Floats, _costs


def join_codes(runs: NDArray[np.int64], codes: Codes) -> Codes:
    """Run the sounds of words together; one at the end and at the next beginning is one.

    Args:
        runs: int64, (runs, words): rows of `codes`.
        codes: int16, (words, sounds), filled up with 0.

    Returns:
        int16, (runs, sounds), filled up with 0.
    """
    count, words = runs.shape
    own = codes[runs]
    width = int((own > 0).sum(axis=2).max(initial=1))
    flat = own[:, :, :width].reshape(count, words * width)
    there = flat > 0
    for word in range(1, words):
        begin = word * width
        before = flat[:, :begin]
        last = begin - 1 - there[:, :begin][:, ::-1].argmax(axis=1)
        there[:, begin] &= flat[:, begin] != before[np.arange(count), last]
    order = np.argsort(~there, axis=1, kind="stable")
    joined = np.where(np.take_along_axis(there, order, 1), np.take_along_axis(flat, order, 1), 0)
    longest = int(there.sum(axis=1).max(initial=1))
    return joined[:, :longest].astype(np.int16)


def contained(parts: Codes, whole: Codes) -> Floats:
    """Tell what it costs to find each part somewhere in the whole.

    Args:
        parts: int16, (rows, sounds), filled up with 0.
        whole: int16, (sounds,).

    Returns:
        float32, (rows,): edit distance to the stretch of the whole it is nearest to.
    """
    parts = parts[:, : int((parts > 0).sum(axis=1).max(initial=1))]
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
