"""Words and runs of words that sound like what was asked: as a recognizer mishears it.

First the vocabulary is asked: which words sound like the whole, and which like a part of it
(`gongi` in Mangochi). Where the parts stand, found by one look over all tokens, the runs of up
to four words around them are compared with the whole. So `la long we` is found without
an index of runs, whose size would be that of three transcripts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
_SURE = 168
"""Of 255: a tenth of the words in real transcripts are less sure, and most of those misheard."""
_LEAST, _LEAST_UNSURE = 0.8, 0.62
_SHORT, _LEAST_SHORT, _LEAST_SHORT_UNSURE = 4.2, 0.84, 0.74
_LEAST_OTHER_ONSET, _LEAST_OTHER_ONSET_UNSURE = 0.86, 0.72
_LEAST_RIGHT, _LEAST_RIGHT_UNSURE, _LIGHTEST_RIGHT, _MOST_RIGHT = 0.93, 0.76, 3.5, 3
"""For runs of nothing but words that are right: likeness, weight, and places where it stands."""
_LEAST_AT_ALL = 0.58
_LEAST_RUN_AT_ALL, _MOST_RARE = 0.66, 3
"""For the one that is most alike, where nothing else is found; how often it stands anywhere."""
_MOST_OF_NAMES = 0.5
"""Of the weight of such a run, that names and terms may have: haemoglobin of four."""
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


class _Seen(NamedTuple):
    """At how many places a run stands, and how sure the recognizer was of its worst word."""

    places: int
    certainty: float
    """The mean of all places; 255 is certain."""


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
    runs = _likely_runs(key, vocabulary, snapshot)
    return _choose(runs, asked, key, vocabulary, (asked, *besides))


def _likely_words(key: str, vocabulary: Vocabulary) -> Rows:
    """Choose single words that may sound like a key by their weight and their consonants."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    there = (vocabulary.frequencies > 0) & ~vocabulary.right & (sounds.weights > 0)
    most = (1 - _LEAST_AT_ALL) * np.maximum(sounds.weights, weight)
    rows = np.flatnonzero(there & (np.abs(sounds.weights - weight) <= most))
    unlike = np.abs(sounds.neighbours[rows] - count_neighbours(codes)[0]).sum(axis=1)
    rows = rows[unlike * _LEAST_FOR_UNLIKE <= most[rows]]
    alike = likenesses(np.repeat(codes, len(rows), axis=0), sounds.codes[rows])
    likely: Rows = rows[alike >= _LEAST_AT_ALL]
    return likely


def _likely_runs(key: str, vocabulary: Vocabulary, snapshot: Snapshot) -> dict[_Run, _Seen]:
    """Choose words and runs of words that may sound like a key, and tell where they stand."""
    chosen = np.union1d(_likely_words(key, vocabulary), _parts(key, vocabulary))
    if not len(chosen):
        return {}
    tokens = snapshot.tokens.surfaces
    places = _places(np.sort(vocabulary.hashes[chosen]), tokens)[:_MOST_PLACES]
    longest = _LONGEST_RUN if _weight(key) < _VERY_HEAVY else _LONGEST_HEAVY_RUN
    around = np.arange(-longest + 1, longest)
    windows = places[:, None] + around
    inside = (windows >= 0) & (windows < len(tokens))
    windows = np.clip(windows, 0, max(len(tokens) - 1, 0))
    numbers = np.where(inside, vocabulary.numbers_of(tokens[windows]), -1)
    return _cut(numbers, snapshot.certainties[windows], key, vocabulary)


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


def _cut(
    windows: Rows, certainties: NDArray[np.uint8], key: str, vocabulary: Vocabulary
) -> dict[_Run, _Seen]:
    """Cut windows into runs around their middle that weigh about as much as a key.

    Args:
        windows: int64, (places, odd): numbers of words, -1 for none; the part is in the middle.
        certainties: uint8, as windows: how sure of each word.
        key: of what is asked.
        vocabulary: of the numbers.
    """
    weights = vocabulary.sounds.weights[windows]
    weights = np.where((windows >= 0) & (weights > 0), weights, np.inf)
    wanted = _weight(key)
    middle = windows.shape[1] // 2
    runs: dict[_Run, _Seen] = {}
    for first in range(middle + 1):
        for last in range(middle, first + middle + 1):
            heavy = weights[:, first : last + 1].sum(axis=1)
            fits = np.minimum(heavy, wanted) >= _LEAST_AT_ALL * np.maximum(heavy, wanted)
            if not fits.any():
                continue
            found, which, counts = np.unique(
                windows[fits, first : last + 1], axis=0, return_inverse=True, return_counts=True
            )
            least = certainties[fits, first : last + 1].min(axis=1)
            means = np.bincount(which.reshape(-1), least) / counts
            for run, count, mean in zip(
                map(tuple, found.tolist()), counts.tolist(), means.tolist(), strict=True
            ):
                if run not in runs or runs[run].places < count:
                    runs[run] = _Seen(count, mean)
    return runs


def _choose(
    runs: Mapping[_Run, _Seen],
    asked: str,
    key: str,
    vocabulary: Vocabulary,
    besides: Sequence[str],
) -> list[SoundAlike]:
    """Compare runs with what is asked; give those that are near enough, most alike first."""
    found: list[tuple[SoundAlike, str, float]] = []
    for run, run_key, likeness in _alike(runs, key, vocabulary):
        words = tuple(vocabulary.words[number] for number in run)
        squeezed = "".join(words)
        if squeezed in besides or not set(words).isdisjoint(besides):
            continue
        if inflects(squeezed, asked) or opposes(squeezed, asked):
            continue
        unsure = runs[run].certainty < _SURE
        if not all(vocabulary.right[number] for number in run):
            found.append(
                (SoundAlike(words, likeness), run_key, _needed(run_key, key, unsure=unsure))
            )
        elif _may_be_misheard(run, vocabulary) and likeness >= _needed_of_right(
            run_key, key, runs[run]
        ):
            found.append((SoundAlike(words, likeness), run_key, 0.0))
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
    return _shortest(near or _most_alike([one for one, _ in own], runs, vocabulary))


def _may_be_misheard(run: _Run, vocabulary: Vocabulary) -> bool:
    """Whether a run of right words may be a word misheard: several, none of them a name."""
    weights = vocabulary.sounds.weights[list(run)]
    names = vocabulary.right[list(run)] & ~vocabulary.ordinary[list(run)]
    return len(run) > 1 and float(weights[names].sum()) < _MOST_OF_NAMES * float(weights.sum())


def _most_alike(
    found: Sequence[SoundAlike], runs: Mapping[_Run, _Seen], vocabulary: Vocabulary
) -> list[SoundAlike]:
    """Choose the one that may do where none is near enough: rare, unsure, of strange words."""
    for one in found:
        numbers = tuple(vocabulary.table.numbers[word] for word in one.words)
        strange = [number for number in numbers if not vocabulary.right[number]]
        weights = vocabulary.sounds.weights
        if (
            runs[numbers].places <= _MOST_RARE
            and runs[numbers].certainty < _SURE
            and 2 * weights[strange].sum() >= weights[list(numbers)].sum()
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


def _needed(found: str, asked: str, *, unsure: bool) -> float:
    """Tell how alike two keys must be, by the weight of the lighter and their beginnings."""
    lighter = min(_weight(found), _weight(asked))
    if lighter < _LIGHTEST:
        return _NEVER
    one, other = onsets(encode([found, asked]))
    least = _LEAST_UNSURE if unsure else _LEAST
    if lighter < _SHORT:
        least = _LEAST_SHORT_UNSURE if unsure else _LEAST_SHORT
    if one != other:
        least = max(least, _LEAST_OTHER_ONSET_UNSURE if unsure else _LEAST_OTHER_ONSET)
    return least


def _needed_of_right(found: str, asked: str, seen: _Seen) -> float:
    """Tell the same where the run is of words that are right as they are."""
    if seen.places > _MOST_RIGHT or _weight(asked) < _LIGHTEST_RIGHT:
        return _NEVER
    if seen.certainty < _SURE:
        return max(_LEAST_RIGHT_UNSURE, _needed(found, asked, unsure=True))
    return _LEAST_RIGHT if bones(found) == bones(asked) else _NEVER


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
