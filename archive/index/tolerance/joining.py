"""Running the sounds of words together. Pure."""

import numpy as np
from numpy.typing import NDArray

from archive.glossary.likeness import Codes


def join_codes(runs: NDArray[np.int64], codes: Codes) -> Codes:
    """Run the sounds of words together; one at the end and at the next beginning is one.

    Args:
        runs: int64, (runs, words): rows of `codes`.
        codes: int16, (words, sounds), filled up with 0.

    Returns:
        int16, (runs, sounds), filled up with 0.
    """
    own = codes[runs]
    own = own[:, :, : max(int((own > 0).any(axis=(0, 1)).sum()), 1)]
    there = own > 0
    lengths = there.sum(axis=2)
    last = np.zeros(len(runs), codes.dtype)
    rows = np.arange(len(runs))
    for word, length in enumerate(lengths.T):
        there[:, word, 0] &= own[:, word, 0] != last
        last = np.where(length > 0, own[rows, word, length - 1], last)
    flat = (len(runs), own.shape[1] * own.shape[2])
    kept = there.reshape(flat)
    places = kept.cumsum(axis=1)
    joined = np.zeros((len(runs), max(int(places[:, -1].max(initial=0)), 1)), codes.dtype)
    row, column = np.nonzero(kept)
    joined[row, places[row, column] - 1] = own.reshape(flat)[row, column]
    return joined
