"""Words and runs of words that sound like what was asked: as a recognizer mishears it.

First the vocabulary is asked: which words sound like the whole, and which like a part of it
(`gongi` in Mangochi). Where the parts stand, found by one look over all tokens, the runs of up
to four words around them are compared with the whole. So `la long we` is found without
an index of runs, whose size would be that of three transcripts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from archive.glossary.consonants import count_neighbours, onsets
from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import encode, likenesses, weigh
from archive.glossary.phonetics import sound_key
from archive.index.snapshot import Snapshot
from archive.index.tokens import Hashes
from archive.index.tolerance.likely import bones, contained, joined_key
from archive.index.tolerance.rivals import best_rivals
from archive.index.tolerance.vocabulary import Rows, Vocabulary

_LIGHTEST = 3.0
"""What sounds shorter is like too much else."""
_LEAST = 0.74
_LEAST_SHORT, _SHORT = 0.84, 4.2
_LEAST_OTHER_ONSET = 0.8
_LEAST_RIGHT, _LIGHTEST_RIGHT, _MOST_RIGHT = 0.93, 4.0, 3
"""For runs of nothing but words that are right: likeness, weight, and places where it stands."""
_LEAST_AT_ALL = 0.62
_LEAST_RUN_AT_ALL, _MOST_RARE = 0.68, 3
"""For the one that is most alike, where nothing else is found; how often it stands anywhere."""
_LEAD = 0.04
"""A right word that is so much more like it is what was misheard."""
_NEVER = 2.0
"""A likeness that nothing has."""
_LONGEST_RUN, _LONGEST_HEAVY_RUN, _VERY_HEAVY = 4, 6, 9.0
"""Words of a run, and of one for what sounds as long as two words."""
_LEAST_SHARE, _HEAVY_PART = 0.3, 2.0
"""Of the weight of the whole that a part of it has at least, and what is always enough."""
_MOST_BEYOND, _MOST_SHARE = 2, 0.3
"""Pairs of neighbouring consonants that a part may have and the whole has not; and what of its
weight may be amiss."""
_MOST_PARTS = 400
_MOST_PLACES = 20_000
_MOST_COMPARED = 4_000
_PIECE = 2**18
_BLOOM = 2**16
_LEAST_FOR_UNLIKE = 0.3
_FREQUENT, _SOME = 1 / 1_500, 30
"""Share of all words from which one is no part to look for: the, and, that."""

_Run = tuple[int, ...]
"""Numbers of words."""


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """A run of words that sounds like what was asked."""

    words: tuple[str, ...]
    """Folded, as they stand in the index."""
    likeness: float


def find_sound_alikes(
    asked: str, vocabulary: Vocabulary, snapshot: Snapshot, *, besides: Sequence[str] = ()
) -> list[SoundAlike]:
    """Find words and runs of up to four that sound like what was asked, most alike first.

    Args:
        asked: folded, without spaces.
        vocabulary: of the snapshot.
        snapshot: that is searched.
        besides: other right spellings of what was asked.
    """
    key = sound_key(asked)
    if not key.isascii() or float(weigh(encode([key])).sum()) < _LIGHTEST:
        return []
    runs = {
        (row,): int(vocabulary.frequencies[row]) for row in _likely_words(key, vocabulary)
    } | _likely_runs(key, vocabulary, snapshot)
    return _choose(runs, asked, key, vocabulary, (asked, *besides))


def _likely_words(key: str, vocabulary: Vocabulary) -> list[int]:
    """Choose single words that may sound like a key by their weight and their consonants."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    there = (vocabulary.frequencies > 0) & ~vocabulary.right & (sounds.weights > 0)
    most = (1 - _LEAST_AT_ALL) * np.maximum(sounds.weights, weight)
    rows = np.flatnonzero(there & (np.abs(sounds.weights - weight) <= most))
    unlike = np.abs(sounds.neighbours[rows] - count_neighbours(codes)[0]).sum(axis=1)
    likely: list[int] = rows[unlike * _LEAST_FOR_UNLIKE <= most[rows]].tolist()
    return likely


def _likely_runs(key: str, vocabulary: Vocabulary, snapshot: Snapshot) -> dict[_Run, int]:
    """Choose runs of words that may sound like a key, and how often each stands somewhere."""
    parts = _parts(key, vocabulary)
    if not len(parts):
        return {}
    tokens = snapshot.tokens.surfaces
    places = _places(np.sort(vocabulary.hashes[parts]), tokens)[:_MOST_PLACES]
    longest = _LONGEST_RUN if _weight(key) < _VERY_HEAVY else _LONGEST_HEAVY_RUN
    around = np.arange(-longest + 1, longest)
    windows = places[:, None] + around
    inside = (windows >= 0) & (windows < len(tokens))
    numbers = vocabulary.numbers_of(tokens[np.clip(windows, 0, max(len(tokens) - 1, 0))])
    return _cut(np.where(inside, numbers, -1), key, vocabulary)


def _parts(key: str, vocabulary: Vocabulary) -> Rows:
    """Choose words that sound like a part of a key, and are not too frequent."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    frequencies = vocabulary.frequencies
    candidates = np.flatnonzero(
        (frequencies > 0)
        & (frequencies <= max(vocabulary.total * _FREQUENT, _SOME))
        & (sounds.weights >= min(_LEAST_SHARE * weight, _HEAVY_PART))
        & (sounds.weights < weight)
    )
    beyond = np.maximum(sounds.neighbours[candidates] - count_neighbours(codes)[0], 0)
    candidates = candidates[beyond.sum(axis=1) <= _MOST_BEYOND]
    if not len(candidates):
        return np.empty(0, np.int64)
    costs = contained(sounds.codes[candidates], codes[0])
    share = costs / sounds.weights[candidates]
    near = np.flatnonzero(share <= _MOST_SHARE)
    order = near[np.lexsort((-sounds.weights[candidates[near]], share[near].round(1)))]
    chosen = candidates[order][:_MOST_PARTS]
    there = np.cumsum(frequencies[chosen]) <= _MOST_PLACES
    parts: Rows = chosen[there]
    return parts


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


def _cut(windows: Rows, key: str, vocabulary: Vocabulary) -> dict[_Run, int]:
    """Cut windows into runs around their middle that weigh about as much as a key.

    Args:
        windows: int64, (places, odd): numbers of words, -1 for none; the part is in the middle.
        key: of what is asked.
        vocabulary: of the numbers.
    """
    weights = vocabulary.sounds.weights[windows]
    weights = np.where((windows >= 0) & (weights > 0), weights, np.inf)
    wanted = float(weigh(encode([key])).sum())
    middle = windows.shape[1] // 2
    runs: dict[_Run, int] = {}
    for first in range(middle + 1):
        for last in range(middle, first + middle + 1):
            if first == last:
                continue
            heavy = weights[:, first : last + 1].sum(axis=1)
            fits = np.minimum(heavy, wanted) >= _LEAST_AT_ALL * np.maximum(heavy, wanted)
            if fits.any():
                found, counts = np.unique(
                    windows[fits, first : last + 1], axis=0, return_counts=True
                )
                for run, count in zip(map(tuple, found.tolist()), counts.tolist(), strict=True):
                    runs[run] = max(runs.get(run, 0), count)
    return runs


def _choose(
    runs: Mapping[_Run, int], asked: str, key: str, vocabulary: Vocabulary, besides: Sequence[str]
) -> list[SoundAlike]:
    """Compare runs with what is asked; give those that are near enough, most alike first."""
    chosen = _alike(runs, key, vocabulary)
    found: list[tuple[SoundAlike, str, float]] = []
    for run, run_key, likeness in chosen:
        words = tuple(vocabulary.words[number] for number in run)
        squeezed = "".join(words)
        if squeezed in besides or not set(words).isdisjoint(besides):
            continue
        if inflects(squeezed, asked) or opposes(squeezed, asked):
            continue
        right = all(vocabulary.right[number] for number in run)
        needed = _needed(run_key, key)
        if right:
            if bones(run_key) != bones(key) or runs[run] > _MOST_RIGHT:
                continue
            needed = _LEAST_RIGHT if _weight(key) >= _LIGHTEST_RIGHT else _NEVER
        if likeness >= needed or not right:
            found.append((SoundAlike(words, likeness), run_key, needed))
    if not found:
        return []
    rivals = best_rivals(
        [run_key for _, run_key, _ in found],
        [one.likeness + _LEAD for one, _, _ in found],
        vocabulary,
        besides,
    )
    own = [
        (one, needed)
        for (one, _, needed), rival in zip(found, rivals, strict=True)
        if rival < one.likeness + _LEAD
    ]
    near = [one for one, needed in own if one.likeness >= needed]
    return _shortest(near or _most_alike([one for one, _ in own], vocabulary))


def _most_alike(found: Sequence[SoundAlike], vocabulary: Vocabulary) -> list[SoundAlike]:
    """Choose the one that may do where none is near enough: rare, and of strange words."""
    for one in found:
        numbers = [vocabulary.table.numbers[word] for word in one.words]
        strange = [number for number in numbers if not vocabulary.right[number]]
        weights = vocabulary.sounds.weights
        if (
            min(vocabulary.frequencies[numbers]) <= _MOST_RARE
            and 2 * weights[strange].sum() >= weights[numbers].sum()
            and one.likeness >= (_LEAST_AT_ALL if len(numbers) == 1 else _LEAST_RUN_AT_ALL)
        ):
            return [one]
    return []


def _alike(runs: Iterable[_Run], key: str, vocabulary: Vocabulary) -> list[tuple[_Run, str, float]]:
    """Return the runs that sound at all like a key, with theirs, most alike first."""
    sounds = vocabulary.sounds
    every = list(runs)
    keys = [joined_key(sounds.keys[number] for number in run) for run in every]
    if not keys:
        return []
    codes, wanted = encode(keys), encode([key])
    unlike = np.abs(count_neighbours(codes) - count_neighbours(wanted)[0]).sum(axis=1)
    heavier = np.maximum(weigh(codes).sum(axis=1), weigh(wanted).sum())
    likely = np.flatnonzero(unlike * _LEAST_FOR_UNLIKE <= (1 - _LEAST_AT_ALL) * heavier)
    likely = likely[np.argsort(unlike[likely], kind="stable")][:_MOST_COMPARED]
    if not len(likely):
        return []
    alike = likenesses(np.repeat(wanted, len(likely), axis=0), codes[likely])
    near = [
        (every[at], keys[at], float(likeness))
        for at, likeness in zip(likely.tolist(), alike, strict=True)
        if likeness >= _LEAST_AT_ALL
    ]
    return sorted(near, key=lambda one: (-one[2], len(one[0])))


def _needed(found: str, asked: str) -> float:
    """Tell how alike two keys must be, by the weight of the lighter and their beginnings."""
    lighter = min(_weight(found), _weight(asked))
    if lighter < _LIGHTEST:
        return _NEVER
    needed = _LEAST_SHORT if lighter < _SHORT else _LEAST
    one, other = onsets(encode([found, asked]))
    return needed if one == other else max(needed, _LEAST_OTHER_ONSET)


def _weight(key: str) -> float:
    return float(weigh(encode([key])).sum())


def _shortest(found: Sequence[SoundAlike]) -> list[SoundAlike]:
    """Leave out runs that hold, or are part of, one that is more alike."""
    kept: list[SoundAlike] = []
    for one in found:
        text = f" {' '.join(one.words)} "
        others = [f" {' '.join(other.words)} " for other in kept]
        if not any(other in text or text in other for other in others):
            kept.append(one)
    return kept
