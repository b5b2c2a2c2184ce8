"""Words and runs of words that sound like what was asked: as a recognizer mishears it.

First the vocabulary is asked: which words sound like the whole, and which like a part of it
(`gongi` in Mangochi). Where the parts stand, found by one look over all tokens, the runs of up
to four words around them are compared with the whole. So `la long we` is found without
an index of runs, whose size would be that of three transcripts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import count_neighbours, onsets
from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import Codes, Floats, encode, likenesses, weigh
from archive.glossary.phonetics import sound_key
from archive.index.snapshot import Snapshot
from archive.index.tokens import Hashes
from archive.index.tolerance.likely import contained, joined_key
from archive.index.tolerance.vocabulary import Rows, Vocabulary

_LIGHTEST = 3.0
"""What sounds shorter is like too much else."""
_LEAST = 0.74
_LEAST_SHORT, _SHORT = 0.84, 4.2
_LEAST_OTHER_ONSET = 0.8
_LEAST_RIGHT = 0.93
"""For runs of nothing but words that are right as they are."""
_LONGEST_RUN = 4
_LEAST_SHARE = 0.3
"""Of the weight of the whole that a part of it has at least."""
_MOST_PARTS = 400
_MOST_PLACES = 20_000
_PIECE = 2**18
_BLOOM = 2**16
_LEAST_FOR_UNLIKE = 0.3
_FREQUENT = 1 / 1_500
"""Share of all words from which one is no part to look for: the, and, that."""


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """A run of words that sounds like what was asked."""

    words: tuple[str, ...]
    """Folded, as they stand in the index."""
    likeness: float


def is_heavy(key: str) -> bool:
    """Whether there is enough to a sound key to be told from others."""
    return key.isascii() and float(weigh(encode([key])).sum()) >= _LIGHTEST


def find_words(asked: str, vocabulary: Vocabulary) -> list[SoundAlike]:
    """Find single words that sound like `asked` (folded, without spaces), most alike first."""
    key = sound_key(asked)
    if not is_heavy(key):
        return []
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    there = (vocabulary.frequencies > 0) & ~vocabulary.right & (sounds.weights > 0)
    heavier = np.maximum(sounds.weights, weight)
    needed = _needed(np.minimum(sounds.weights, weight), sounds.onsets == onsets(codes)[0])
    likely = there & (np.abs(sounds.weights - weight) <= (1 - needed) * heavier)
    rows = np.flatnonzero(likely)
    unlike = np.abs(sounds.neighbours[rows] - count_neighbours(codes)[0]).sum(axis=1)
    rows = rows[unlike * _LEAST_FOR_UNLIKE <= (1 - needed[rows]) * heavier[rows]]
    if not len(rows):
        return []
    alike = likenesses(np.repeat(codes, len(rows), axis=0), sounds.codes[rows])
    found = [
        SoundAlike((vocabulary.words[row],), float(likeness))
        for row, likeness, least in zip(rows.tolist(), alike, needed[rows], strict=True)
        if likeness >= least and _may_be(vocabulary.words[row], asked)
    ]
    return sorted(found, key=lambda one: -one.likeness)


def find_runs(asked: str, vocabulary: Vocabulary, snapshot: Snapshot) -> list[SoundAlike]:
    """Find runs of two to four words that sound like `asked`, most alike first."""
    key = sound_key(asked)
    if not is_heavy(key):
        return []
    parts = _parts(key, vocabulary)
    if not len(parts):
        return []
    tokens = snapshot.tokens.surfaces
    places = _places(np.sort(vocabulary.hashes[parts]), tokens)[:_MOST_PLACES]
    if not len(places):
        return []
    around = np.arange(-_LONGEST_RUN + 1, _LONGEST_RUN)
    windows = places[:, None] + around
    inside = (windows >= 0) & (windows < len(tokens))
    numbers = vocabulary.numbers_of(tokens[np.clip(windows, 0, len(tokens) - 1)])
    numbers[~inside] = -1
    runs = _likely_runs(np.unique(numbers, axis=0), key, vocabulary)
    return _compare(runs, asked, key, vocabulary)


def _needed(lighter: Floats, same_onset: NDArray[np.bool_]) -> Floats:
    """Tell how alike words must be, by the weight of the lighter and their beginnings."""
    needed = np.where(lighter < _SHORT, _LEAST_SHORT, _LEAST)
    needed = np.where(same_onset, needed, np.maximum(needed, _LEAST_OTHER_ONSET))
    return np.where(lighter < _LIGHTEST * 0.8, 2.0, needed).astype(np.float32)


def _may_be(found: str, asked: str) -> bool:
    """Whether one may be the other misheard: not a form of it, nor its opposite."""
    return found != asked and not inflects(found, asked) and not opposes(found, asked)


def _parts(key: str, vocabulary: Vocabulary) -> Rows:
    """Choose words that sound like a part of a key, and are not too frequent."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    frequencies = vocabulary.frequencies
    candidates = np.flatnonzero(
        (frequencies > 0)
        & (frequencies <= max(vocabulary.total * _FREQUENT, 30))
        & (sounds.weights >= _LEAST_SHARE * weight)
        & (sounds.weights < weight)
    )
    beyond = np.maximum(sounds.neighbours[candidates] - count_neighbours(codes)[0], 0)
    candidates = candidates[beyond.sum(axis=1) <= 2]
    if not len(candidates):
        return candidates
    costs = contained(sounds.codes[candidates], codes[0])
    share = costs / sounds.weights[candidates]
    near = np.flatnonzero(share <= 0.3)
    order = near[np.lexsort((-sounds.weights[candidates[near]], share[near].round(1)))]
    chosen = candidates[order][:_MOST_PARTS]
    there = np.cumsum(frequencies[chosen]) <= _MOST_PLACES
    return chosen[there]


def _places(wanted: Hashes, tokens: Hashes) -> Rows:
    """Find where any of these hashes, sorted, stands: int64, ascending.

    One gather from a table by the lower half of each hash, then the few left are compared.
    """
    table = np.zeros(_BLOOM, np.bool_)
    table[wanted & (_BLOOM - 1)] = True
    found = [np.empty(0, np.int64)]
    for start in range(0, len(tokens), _PIECE):
        piece = tokens[start : start + _PIECE]
        maybe = np.flatnonzero(table[piece & (_BLOOM - 1)])
        hashes = piece[maybe]
        places = np.minimum(wanted.searchsorted(hashes), len(wanted) - 1)
        found.append(maybe[wanted[places] == hashes] + start)
    return np.concatenate(found)


def _likely_runs(windows: Rows, key: str, vocabulary: Vocabulary) -> list[tuple[int, ...]]:
    """Cut windows into runs around their middle that weigh about as much as a key.

    Args:
        windows: int64, (places, 7): numbers of words, -1 for none; the part is in the middle.
        key: of what is asked.
        vocabulary: of the numbers.
    """
    weights = vocabulary.sounds.weights[windows]
    weights = np.where((windows >= 0) & (weights > 0), weights, np.inf)
    wanted = float(weigh(encode([key])).sum())
    middle = _LONGEST_RUN - 1
    runs: set[tuple[int, ...]] = set()
    for first in range(middle + 1):
        for last in range(middle, first + _LONGEST_RUN):
            if first == last:
                continue
            heavy = weights[:, first : last + 1].sum(axis=1)
            least = _LEAST * np.maximum(heavy, wanted)
            fits = np.minimum(heavy, wanted) >= least
            runs.update(map(tuple, windows[fits, first : last + 1].tolist()))
    return list(runs)


def _compare(
    runs: Sequence[tuple[int, ...]], asked: str, key: str, vocabulary: Vocabulary
) -> list[SoundAlike]:
    """Compare runs with what is asked; give those that are near enough, most alike first."""
    sounds = vocabulary.sounds
    keys = [joined_key(sounds.keys[number] for number in run) for run in runs]
    if not keys:
        return []
    codes, wanted = encode(keys), encode([key])
    weights = weigh(codes).sum(axis=1)
    needed = _needed(np.minimum(weights, weigh(wanted).sum()), onsets(codes) == onsets(wanted)[0])
    right = [all(vocabulary.right[number] for number in run) for run in runs]
    needed = np.where(right, _LEAST_RIGHT, needed)
    alike = _alike(codes, wanted)
    found: list[SoundAlike] = []
    for at in np.flatnonzero(alike >= needed).tolist():
        words = tuple(vocabulary.words[number] for number in runs[at])
        if "".join(words) != asked and not any(word == asked for word in words):
            found.append(SoundAlike(words, float(alike[at])))
    return _shortest(sorted(found, key=lambda one: (-one.likeness, len(one.words))))


def _alike(codes: Codes, wanted: Codes) -> Floats:
    return likenesses(np.repeat(wanted, len(codes), axis=0), codes)


def _shortest(found: Sequence[SoundAlike]) -> list[SoundAlike]:
    """Leave out runs that hold, or are part of, one that is more alike."""
    kept: list[SoundAlike] = []
    for one in found:
        text = f" {' '.join(one.words)} "
        others = [f" {' '.join(other.words)} " for other in kept]
        if not any(other in text or text in other for other in others):
            kept.append(one)
    return kept
