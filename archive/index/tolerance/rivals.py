"""Whether what sounds like a word that was asked sounds more like another that is right. Pure.

`hypochlicemia` is a little like hypoxaemia, but it was hypoglycaemia.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import Bytes, count_neighbours
from archive.glossary.likeness import Codes, Floats, likenesses, weigh
from archive.index.tolerance.vocabulary import Rows, Vocabulary
from archive.index.tolerance.words import Sounds

_LEAST_FOR_UNLIKE = 0.3
_MOST_COMPARED = 600
_ABSENT = 0.1
"""Off the likeness of words that are said nowhere in the archive, as far as anyone knows."""


def best_rivals(
    codes: Codes, least: Sequence[float], vocabulary: Vocabulary, besides: Sequence[str]
) -> Floats:
    """Tell how alike the right word is that is most like each key.

    Args:
        codes: int16, (keys, sounds), as `likeness.encode` gives them.
        least: likeness of each from which a rival is of interest.
        vocabulary: its right words are the rivals.
        besides: words that are no rivals: what was asked, and its other spellings.

    Returns:
        float32, (keys,): 0 where no right word is as like as that.
    """
    sounds = vocabulary.sounds
    # An ordinary word is seldom misheard as a strange one.
    right = vocabulary.right & ~vocabulary.ordinary & (sounds.weights > 0)
    for word in besides:
        number = vocabulary.table.numbers.get(word, vocabulary.count)
        if number < vocabulary.count:
            right[number] = False
    rows = np.flatnonzero(right)
    weights = weigh(codes).sum(axis=1)
    heavier = np.maximum(weights[:, None], sounds.weights[rows])
    most = (1 - np.array(least, np.float32))[:, None] * heavier
    key_of, place = np.nonzero(np.abs(weights[:, None] - sounds.weights[rows]) <= most)
    unlike = _unlike(count_neighbours(codes), sounds, key_of, rows[place])
    close = unlike * _LEAST_FOR_UNLIKE <= most[key_of, place]
    nearest = np.argsort(unlike[close], kind="stable")[:_MOST_COMPARED]
    key_of, place = key_of[close][nearest], place[close][nearest]
    best = np.zeros(len(codes), np.float32)
    if len(key_of):
        alike = likenesses(codes[key_of], sounds.codes[rows[place]])
        alike[vocabulary.frequencies[rows[place]] == 0] -= _ABSENT
        np.maximum.at(best, key_of, alike)
    return best


def _unlike(counts: Bytes, sounds: Sounds, key_of: Rows, rows: Rows) -> NDArray[np.int16]:
    """Tell how many pairs of neighbours are in one and not in the other: int16, (rows,).

    Args:
        counts: int8, (keys, pairs of families).
        sounds: of all words.
        key_of: int64, (rows,), ascending: the key each is compared with.
        rows: of words.
    """
    unlike: NDArray[np.int16] = counts.sum(axis=1, dtype=np.int16)[key_of] + sounds.pairs[rows]
    begins = key_of.searchsorted(np.arange(len(counts) + 1))
    for own, begin, end in zip(counts, begins[:-1], begins[1:], strict=True):
        for pair in np.flatnonzero(own):
            there = sounds.neighbours[pair][rows[begin:end]]
            unlike[begin:end] -= 2 * np.minimum(there, own[pair]).astype(np.int16)
    return unlike
