"""Words and runs of words that sound like what was asked: as a recognizer mishears it.

First the vocabulary is asked: which words sound like the whole, and which like a part of it
(`gongi` in Mangochi). Where the parts stand among the tokens that the recognizer was unsure of
(`index.places`), the runs of up to four words around them are compared with the whole. So
`la long we` is found without an index of runs, whose size would be that of three transcripts.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import Bytes, count_neighbours, onsets
from archive.glossary.likeness import (
    Floats,
    distances_within,
    encode,
    likenesses,
    weigh,
)
from archive.glossary.phonetics import sound_key
from archive.index.timed_text import CERTAIN
from archive.index.tokens import Hashes
from archive.index.tolerance.joining import join_codes
from archive.index.tolerance.misheard import LEAST_AT_ALL, LIGHTEST, Heard, Run, SoundAlike, choose
from archive.index.tolerance.vocabulary import FREQUENT, SOME, Rows, Vocabulary

_LONGEST_RUN, _LONGEST_HEAVY_RUN, _VERY_HEAVY = 4, 6, 9.0
"""Words of a run, and of one for what sounds as long as two words."""
_LEAST_SHARE, _HEAVY_PART = 0.3, 2.0
"""Of the weight of the whole that a part of it has at least, and what is always enough."""
_MOST_BEYOND, _MOST_SHARE = 2, 0.3
"""Pairs of neighbouring consonants that a part may have and the whole has not; and what of its
weight may be amiss."""
_MOST_WORDS, _MOST_PARTS, _MOST_COMPARED, _MOST_HEARD = 60, 200, 600, 80
_MOST_JOINED = 800
_MOST_MEASURED, _MOST_OF_ONE, _MOST_SCANNED, _MOST_PLACES = 2_000, 10_000, 40_000, 1_200
"""What one word of a query may cost, in an archive whose words are all alike; of runs of one length
so many are joined."""
_LEAST_FOR_UNLIKE = 0.3


class _Runs(NamedTuple):
    """Runs of one length, and where they stand."""

    numbers: Rows
    """int64, (runs, words)."""
    places: Rows
    certainties: Floats


def find_sound_alikes(
    asked: str, vocabulary: Vocabulary, *, besides: Sequence[str] = ()
) -> list[SoundAlike]:
    """Find words and runs of up to four that sound like what was asked, most alike first.

    Args:
        asked: folded, without spaces.
        vocabulary: of what may be seen.
        besides: other right spellings of what was asked.
    """
    key = sound_key(asked)
    if not key.isascii() or float(weigh(encode([key])).sum()) < LIGHTEST:
        return []
    groups = _likely_runs(key, vocabulary)
    heard = _compare(groups, key, vocabulary)
    return choose(heard, asked, _weight(key), vocabulary, (asked, *besides))


def _likely_words(key: str, vocabulary: Vocabulary) -> Rows:
    """Choose single words that may sound like a key by their weight and their consonants."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    there = (vocabulary.frequencies > 0) & ~vocabulary.right & (sounds.weights > 0)
    most = (1 - LEAST_AT_ALL) * np.maximum(sounds.weights, weight)
    rows = np.flatnonzero(there & (np.abs(sounds.weights - weight) <= most))
    counts = count_neighbours(codes)[0]
    shared = sounds.shared_neighbours(counts)[rows]
    unlike = (sounds.pairs[rows] - shared) + (counts.sum(dtype=np.int8) - shared)
    near = np.flatnonzero(unlike * _LEAST_FOR_UNLIKE <= most[rows])
    near = near[_first(unlike[near], vocabulary.hashes[rows[near]], _MOST_COMPARED)]
    rows = rows[near]
    alike = likenesses(np.repeat(codes, len(rows), axis=0), sounds.codes[rows])
    best = np.lexsort((vocabulary.hashes[rows], -alike))[:_MOST_WORDS]
    likely: Rows = rows[best[alike[best] >= LEAST_AT_ALL]]
    return likely


def _first(keys: NDArray[Any], hashes: Hashes, most: int) -> Rows:
    """Return where the least keys are, the least first; of equals whichever, but always the same.

    By their numbers it would depend on what words came first, of drafts too.
    """
    whole = keys.astype(np.int64) << 32 | hashes.astype(np.int64)
    chosen = np.argpartition(whole, most)[:most] if len(whole) > most else np.arange(len(whole))
    return chosen[np.argsort(whole[chosen])]


def _likely_runs(key: str, vocabulary: Vocabulary) -> list[_Runs]:
    """Choose words and runs of words that may sound like a key, and tell where they stand.

    Single words are looked for everywhere, runs only where the recognizer was unsure.
    """
    words, parts = _likely_words(key, vocabulary), _parts(key, vocabulary)
    chosen = np.union1d(words, parts)
    if not len(chosen):
        return []
    tokens = vocabulary.tokens
    longest = _LONGEST_RUN if _weight(key) < _VERY_HEAVY else _LONGEST_HEAVY_RUN
    most = _MOST_PLACES * _LONGEST_RUN**2 // longest**2
    places = vocabulary.doubted_places(chosen, most=most)
    windows = places[:, None] + np.arange(-longest + 1, longest)
    inside = (windows >= 0) & (windows < len(tokens))
    windows = np.clip(windows, 0, len(tokens) - 1)
    numbers = np.where(inside, vocabulary.numbers_of(tokens[windows]), -1)
    certainties = vocabulary.certainties[windows]
    middle = longest - 1
    own = _words_alone(words, numbers[:, middle], certainties[:, middle], vocabulary)
    return [own, *_cut(numbers, certainties, key, vocabulary)]


def _words_alone(
    words: Rows, seen: Rows, certainties: NDArray[np.uint8], vocabulary: Vocabulary
) -> _Runs:
    """Tell where single words stand, given some of their places; they are sure of at others."""
    frequencies = vocabulary.frequencies[words]
    order = np.argsort(words)
    at = np.minimum(words[order].searchsorted(seen), max(len(words) - 1, 0))
    known = words[order][at] == seen if len(words) else np.zeros(len(seen), np.bool_)
    which = order[at[known]]
    doubts = np.bincount(which, CERTAIN - certainties[known], minlength=len(words))
    sure = CERTAIN - doubts / np.maximum(frequencies, 1)
    return _Runs(words[:, None], frequencies.astype(np.int64), sure.astype(np.float32))


def _parts(key: str, vocabulary: Vocabulary) -> Rows:
    """Choose words that sound like a part of a key, and are not too frequent."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    frequencies = vocabulary.frequencies
    candidates = np.flatnonzero(
        (frequencies > 0)
        & (frequencies <= max(vocabulary.total * FREQUENT, SOME))
        & (sounds.weights >= min(_LEAST_SHARE * weight, _HEAVY_PART))
        & (sounds.weights < weight)
    )
    shared = sounds.shared_neighbours(count_neighbours(codes)[0])
    beyond = sounds.pairs[candidates] - shared[candidates]
    near = np.flatnonzero(beyond <= _MOST_BEYOND)
    nearest = _first(beyond[near], vocabulary.hashes[candidates[near]], _MOST_MEASURED)
    candidates = candidates[near[nearest]]
    if not len(candidates):
        return np.empty(0, np.int64)
    costs = distances_within(sounds.codes[candidates], codes[0])
    share = costs / sounds.weights[candidates]
    near = np.flatnonzero(share <= _MOST_SHARE)
    rows = candidates[near]
    order = near[np.lexsort((vocabulary.hashes[rows], -sounds.weights[rows], share[near].round(1)))]
    chosen = candidates[order][:_MOST_PARTS]
    chosen = chosen[frequencies[chosen] <= _MOST_OF_ONE]
    parts: Rows = chosen[np.cumsum(frequencies[chosen]) <= _MOST_SCANNED]
    return parts


def _cut(
    windows: Rows, certainties: NDArray[np.uint8], key: str, vocabulary: Vocabulary
) -> list[_Runs]:
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
    by_length: dict[int, list[tuple[Rows, Rows]]] = {}
    for first in range(middle + 1):
        for last in range(max(middle, first + 1), first + middle + 1):
            heavy = weights[:, first : last + 1].sum(axis=1)
            fits = np.minimum(heavy, wanted) >= LEAST_AT_ALL * np.maximum(heavy, wanted)
            if fits.any():
                least = certainties[fits, first : last + 1].min(axis=1)
                fitting = (windows[fits, first : last + 1], least.astype(np.int64))
                by_length.setdefault(last - first, []).append(fitting)
    return [_gather(found, vocabulary) for found in by_length.values()]


def _gather(found: Sequence[tuple[Rows, Rows]], vocabulary: Vocabulary) -> _Runs:
    """Count equal runs. One found by two of its words is counted twice."""
    rows = np.concatenate([runs for runs, _ in found])
    least = np.concatenate([certainties for _, certainties in found])
    _, one, which, counts = np.unique(
        _mix(vocabulary.hashes[rows]), return_index=True, return_inverse=True, return_counts=True
    )
    means = (np.bincount(which, least) / counts).astype(np.float32)
    return _Runs(rows[one], counts, means)


def _mix(rows: Hashes) -> NDArray[np.uint64]:
    """Give each row a number that others do not have, in all likelihood; sorts quickly."""
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64) + np.uint64(1)
    return mixed


def _compare(groups: Sequence[_Runs], key: str, vocabulary: Vocabulary) -> list[Heard]:
    """Return the runs that sound at all like a key, each once, most alike first."""
    if not groups:
        return []
    wanted = encode([key])
    counts = count_neighbours(wanted)[0]
    groups = [_nearest(group, counts, vocabulary) for group in groups]
    joined = [join_codes(group.numbers, vocabulary.sounds.codes) for group in groups]
    width = max(codes.shape[1] for codes in joined)
    codes = np.concatenate([np.pad(one, ((0, 0), (0, width - one.shape[1]))) for one in joined])
    unlike = _unlike(count_neighbours(codes), counts)
    weights = weigh(codes).sum(axis=1)
    most = (1 - LEAST_AT_ALL) * np.maximum(weights, weigh(wanted).sum())
    likely = np.flatnonzero(unlike * _LEAST_FOR_UNLIKE <= most)
    likely = likely[np.argsort(unlike[likely], kind="stable")][:_MOST_COMPARED]
    if not len(likely):
        return []
    alike = likenesses(np.repeat(wanted, len(likely), axis=0), codes[likely])
    same = onsets(codes[likely]) == onsets(wanted)[0]
    begins = np.cumsum([0, *(len(group.numbers) for group in groups)])
    heard: dict[Run, Heard] = {}
    for at in np.argsort(-alike, kind="stable").tolist():
        if alike[at] < LEAST_AT_ALL or len(heard) >= _MOST_HEARD:
            break
        row = int(likely[at])
        group = int(begins.searchsorted(row, "right")) - 1
        place = row - int(begins[group])
        run = tuple(groups[group].numbers[place].tolist())
        one = Heard(
            run,
            float(alike[at]),
            codes[row],
            float(weights[row]),
            bool(same[at]),
            int(groups[group].places[place]),
            float(groups[group].certainties[place]),
        )
        if run not in heard or heard[run].places < one.places:
            heard[run] = one
    words = vocabulary.words
    return sorted(
        heard.values(),
        key=lambda one: (-one.likeness, len(one.run), [words[number] for number in one.run]),
    )


def _nearest(group: _Runs, counts: Bytes, vocabulary: Vocabulary) -> _Runs:
    """Keep the runs whose words, each by itself, have the neighbouring consonants of a key.

    Quicker than joining them all; where two words join, one pair more or less is amiss.
    """
    if len(group.numbers) <= _MOST_JOINED:
        return group
    sounds = vocabulary.sounds
    unlike = np.full(len(group.numbers), counts.sum(), np.int64)
    unlike += sounds.pairs[group.numbers].sum(axis=1, dtype=np.int16)
    for pair in np.flatnonzero(counts):
        there = sounds.neighbours[pair][group.numbers].sum(axis=1, dtype=np.int16)
        unlike -= 2 * np.minimum(there, np.int16(counts[pair]))
    kept = np.sort(np.argpartition(unlike, _MOST_JOINED)[:_MOST_JOINED])
    return _Runs(group.numbers[kept], group.places[kept], group.certainties[kept])


def _unlike(rows: Bytes, counts: Bytes) -> NDArray[np.int16]:
    """Tell how many pairs of neighbours are in one and not in the other: int16, (rows,)."""
    unlike: NDArray[np.int16] = rows.sum(axis=1, dtype=np.int16) + counts.sum(dtype=np.int16)
    for pair in np.flatnonzero(counts):
        unlike -= 2 * np.minimum(rows[:, pair], counts[pair]).astype(np.int16)
    return unlike


def _weight(key: str) -> float:
    return float(weigh(encode([key])).sum())
