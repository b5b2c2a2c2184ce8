"""Whether what sounds like a word that was asked sounds more like another that is right. Pure.

`hypochlicemia` is a little like hypoxaemia, but it was hypoglycaemia.
"""

from collections.abc import Sequence

import numpy as np

from archive.glossary.consonants import count_neighbours
from archive.glossary.likeness import Floats, encode, likenesses, weigh
from archive.index.tolerance.vocabulary import Vocabulary

_LEAST_FOR_UNLIKE = 0.3


def best_rivals(
    keys: Sequence[str], least: Sequence[float], vocabulary: Vocabulary, besides: Sequence[str]
) -> Floats:
    """Tell how alike the right word is that is most like each key.

    Args:
        keys: of sounds.
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
    codes = encode(keys)
    weights = weigh(codes).sum(axis=1)
    neighbours = count_neighbours(codes)
    best = np.zeros(len(keys), np.float32)
    for place, (weight, wanted) in enumerate(zip(weights, least, strict=True)):
        heavier = np.maximum(sounds.weights[rows], weight)
        most = (1 - wanted) * heavier
        near = rows[np.abs(sounds.weights[rows] - weight) <= most]
        if not len(near):
            continue
        unlike = np.abs(sounds.neighbours[near] - neighbours[place]).sum(axis=1)
        near = near[
            unlike * _LEAST_FOR_UNLIKE <= (1 - wanted) * np.maximum(sounds.weights[near], weight)
        ]
        if len(near):
            one = np.repeat(codes[place : place + 1], len(near), axis=0)
            best[place] = likenesses(one, sounds.codes[near]).max()
    return best
