"""Words and runs of words that sound like what was asked: as a recognizer mishears it.

First the vocabulary is asked: which words sound like the whole, and which like a part of it
(`gongi` in Mangochi). Where the parts stand, found by one look over all tokens, the runs of up
to four words around them are compared with the whole. So `la long we` is found without
an index of runs, whose size would be that of three transcripts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.glossary.consonants import count_neighbours, onsets
from archive.glossary.inflection import inflects, opposes
from archive.glossary.likeness import Codes, Floats, encode, likenesses, weigh
from archive.glossary.phonetics import sound_key
from archive.index.timed_text import CERTAIN
from archive.index.tokens import Hashes, TermHashes, Tokens
from archive.index.tolerance.likely import contained, join_codes
from archive.index.tolerance.rivals import best_rivals
from archive.index.tolerance.vocabulary import UNSURE, Rows, Vocabulary

_LIGHTEST = 3.0
"""What sounds shorter is like too much else."""
_LEAST, _LEAST_UNSURE = 0.8, 0.62
_LEAST_SURE_RUN = 0.9
_SHORT, _LEAST_SHORT, _LEAST_SHORT_UNSURE = 4.2, 0.84, 0.7
_LEAST_OTHER_ONSET, _LEAST_OTHER_ONSET_UNSURE = 0.86, 0.72
_LEAST_RIGHT, _LEAST_RIGHT_UNSURE, _LIGHTEST_RIGHT, _MOST_RIGHT = 0.93, 0.76, 3.5, 3
"""For runs of nothing but words that are right: likeness, weight, and places where it stands."""
_LEAST_AT_ALL = 0.58
_LEAST_RUN_AT_ALL, _MOST_RARE = 0.66, 3
"""For the one that is most alike, where nothing else is found; how often it stands anywhere."""
_SELDOM_SURE = 3
"""Times that a word stands anywhere, for one time that it is unsure, and is still doubtful."""
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
_MOST_WORDS, _MOST_PARTS, _MOST_COMPARED, _MOST_HEARD, _MOST_CHOSEN = 60, 200, 600, 80, 25
_MOST_MEASURED, _MOST_OF_ONE, _MOST_SCANNED, _MOST_PLACES = 2_000, 10_000, 40_000, 1_200
"""What one word of a query may cost, in an archive whose words are all alike."""
_PIECE = 2**18
_BLOOM = 2**16
_LEAST_FOR_UNLIKE = 0.3
_FREQUENT, _SOME = 1 / 1_500, 30
"""Share of all words from which one is no part to look for: the, and, that."""

_Run = tuple[int, ...]
"""Numbers of words."""


class _Heard(NamedTuple):
    """A run that may be what was asked."""

    run: _Run
    likeness: float
    codes: Codes
    """int16, (sounds,): of all its words together."""
    weight: float
    same_onset: bool
    places: int
    """Where it stands."""
    certainty: float
    """How sure the recognizer was of its worst word, the mean of all places; 255 is certain."""


class _Runs(NamedTuple):
    """Runs of one length, and where they stand."""

    numbers: Rows
    """int64, (runs, words)."""
    places: Rows
    certainties: Floats


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """A run of words that sounds like what was asked."""

    words: tuple[str, ...]
    """Folded, as they stand in the index."""
    likeness: float


def find_sound_alikes(
    asked: str, vocabulary: Vocabulary, *, besides: Sequence[str] = ()
) -> list[SoundAlike]:
    """Find words and runs of up to four that sound like what was asked, most alike first.

    Args:
        asked: folded, without spaces.
        vocabulary: of the snapshot.
        besides: other right spellings of what was asked.
    """
    key = sound_key(asked)
    if not key.isascii() or float(weigh(encode([key])).sum()) < _LIGHTEST:
        return []
    groups = _likely_runs(key, vocabulary)
    return _choose(_compare(groups, key, vocabulary), asked, key, vocabulary, (asked, *besides))


def _likely_words(key: str, vocabulary: Vocabulary) -> Rows:
    """Choose single words that may sound like a key by their weight and their consonants."""
    sounds = vocabulary.sounds
    codes = encode([key])
    weight = float(weigh(codes).sum())
    there = (vocabulary.frequencies > 0) & ~vocabulary.right & (sounds.weights > 0)
    most = (1 - _LEAST_AT_ALL) * np.maximum(sounds.weights, weight)
    rows = np.flatnonzero(there & (np.abs(sounds.weights - weight) <= most))
    unlike = np.abs(sounds.neighbours[rows] - count_neighbours(codes)[0]).sum(axis=1)
    near = np.flatnonzero(unlike * _LEAST_FOR_UNLIKE <= most[rows])
    near = near[np.argsort(unlike[near], kind="stable")][:_MOST_COMPARED]
    rows = rows[near]
    alike = likenesses(np.repeat(codes, len(rows), axis=0), sounds.codes[rows])
    best = np.argsort(-alike, kind="stable")[:_MOST_WORDS]
    likely: Rows = rows[best[alike[best] >= _LEAST_AT_ALL]]
    return likely


def _likely_runs(key: str, vocabulary: Vocabulary) -> list[_Runs]:
    """Choose words and runs of words that may sound like a key, and tell where they stand.

    Single words are looked for everywhere, runs only where the recognizer was unsure.
    """
    words, parts = _likely_words(key, vocabulary), _parts(key, vocabulary)
    chosen = np.union1d(words, parts)
    if not len(chosen):
        return []
    tokens, (doubted, hashes) = vocabulary.tokens, vocabulary.doubted
    longest = _LONGEST_RUN if _weight(key) < _VERY_HEAVY else _LONGEST_HEAVY_RUN
    most = _MOST_PLACES * _LONGEST_RUN**2 // longest**2
    places = doubted[_places(np.sort(vocabulary.hashes[chosen]), hashes)][:most]
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
        & (frequencies <= max(vocabulary.total * _FREQUENT, _SOME))
        & (sounds.weights >= min(_LEAST_SHARE * weight, _HEAVY_PART))
        & (sounds.weights < weight)
    )
    beyond = np.maximum(sounds.neighbours[candidates] - count_neighbours(codes)[0], 0).sum(axis=1)
    near = np.flatnonzero(beyond <= _MOST_BEYOND)
    candidates = candidates[near[np.argsort(beyond[near], kind="stable")][:_MOST_MEASURED]]
    if not len(candidates):
        return np.empty(0, np.int64)
    costs = contained(sounds.codes[candidates], codes[0])
    share = costs / sounds.weights[candidates]
    near = np.flatnonzero(share <= _MOST_SHARE)
    order = near[np.lexsort((-sounds.weights[candidates[near]], share[near].round(1)))]
    chosen = candidates[order][:_MOST_PARTS]
    chosen = chosen[frequencies[chosen] <= _MOST_OF_ONE]
    parts: Rows = chosen[np.cumsum(frequencies[chosen]) <= _MOST_SCANNED]
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
            fits = np.minimum(heavy, wanted) >= _LEAST_AT_ALL * np.maximum(heavy, wanted)
            if fits.any():
                least = certainties[fits, first : last + 1].min(axis=1)
                fitting = (windows[fits, first : last + 1], least.astype(np.int64))
                by_length.setdefault(last - first, []).append(fitting)
    return [_gather(found) for found in by_length.values()]


def _gather(found: Sequence[tuple[Rows, Rows]]) -> _Runs:
    """Count equal runs. One found by two of its words is counted twice."""
    rows = np.concatenate([runs for runs, _ in found])
    least = np.concatenate([certainties for _, certainties in found])
    _, one, which, counts = np.unique(
        _mix(rows), return_index=True, return_inverse=True, return_counts=True
    )
    means = (np.bincount(which, least) / counts).astype(np.float32)
    return _Runs(rows[one], counts, means)


def _mix(rows: Rows) -> NDArray[np.uint64]:
    """Give each row a number that others do not have, in all likelihood; sorts quickly."""
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64) + np.uint64(1)
    return mixed


def _compare(groups: Sequence[_Runs], key: str, vocabulary: Vocabulary) -> list[_Heard]:
    """Return the runs that sound at all like a key, each once, most alike first."""
    if not groups:
        return []
    wanted = encode([key])
    joined = [join_codes(group.numbers, vocabulary.sounds.codes) for group in groups]
    width = max(codes.shape[1] for codes in joined)
    codes = np.concatenate([np.pad(one, ((0, 0), (0, width - one.shape[1]))) for one in joined])
    unlike = np.abs(count_neighbours(codes) - count_neighbours(wanted)[0]).sum(axis=1)
    weights = weigh(codes).sum(axis=1)
    most = (1 - _LEAST_AT_ALL) * np.maximum(weights, weigh(wanted).sum())
    likely = np.flatnonzero(unlike * _LEAST_FOR_UNLIKE <= most)
    likely = likely[np.argsort(unlike[likely], kind="stable")][:_MOST_COMPARED]
    if not len(likely):
        return []
    alike = likenesses(np.repeat(wanted, len(likely), axis=0), codes[likely])
    same = onsets(codes[likely]) == onsets(wanted)[0]
    begins = np.cumsum([0, *(len(group.numbers) for group in groups)])
    heard: dict[_Run, _Heard] = {}
    for at in np.argsort(-alike, kind="stable").tolist():
        if alike[at] < _LEAST_AT_ALL or len(heard) >= _MOST_HEARD:
            break
        row = int(likely[at])
        group = int(begins.searchsorted(row, "right")) - 1
        place = row - int(begins[group])
        run = tuple(groups[group].numbers[place].tolist())
        one = _Heard(
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
    return sorted(heard.values(), key=lambda one: (-one.likeness, len(one.run)))


def _choose(
    heard: Sequence[_Heard],
    asked: str,
    key: str,
    vocabulary: Vocabulary,
    besides: Sequence[str],
) -> list[SoundAlike]:
    """Choose from the runs that sound at all like what was asked, most alike first."""
    weight = _weight(key)
    found: list[tuple[_Heard, float]] = []
    for one in heard:
        words = [vocabulary.words[number] for number in one.run]
        squeezed = "".join(words)
        if squeezed in besides or not set(words).isdisjoint(besides):
            continue
        tails = ["".join(words[at:]) for at in range(len(words))]
        if any(inflects(tail, asked) or opposes(tail, asked) for tail in tails):
            continue
        if not all(vocabulary.right[number] for number in one.run):
            found.append((one, _needed(_mostly(one, vocabulary), weight)))
        elif (
            _may_be_misheard(one.run, vocabulary)
            and one.likeness >= _needed_of_right(one, weight)
            and _is_rare(one.run, vocabulary)
        ):
            found.append((one, 0.0))
    found = found[:_MOST_CHOSEN]
    if not found:
        return []
    rivals = best_rivals(
        np.array([one.codes for one, _ in found]),
        [one.likeness + _LEAD for one, _ in found],
        vocabulary,
        besides,
    )
    own = [
        (one, needed)
        for (one, needed), rival in zip(found, rivals, strict=True)
        if rival < one.likeness + _LEAD
    ]
    near = [one for one, needed in own if one.likeness >= needed]
    return _shortest(
        [
            SoundAlike(tuple(vocabulary.words[number] for number in one.run), one.likeness)
            for one in near or _most_alike([one for one, _ in own], vocabulary)
        ]
    )


def _mostly(one: _Heard, vocabulary: Vocabulary) -> _Heard:
    """Take a run for sure where its strange words mostly stand where they are sure."""
    strange = [number for number in one.run if not vocabulary.right[number]]
    doubted = vocabulary.frequencies[strange].min() <= _SELDOM_SURE * one.places
    return one if len(one.run) == 1 or doubted else one._replace(certainty=float(CERTAIN))


def _may_be_misheard(run: _Run, vocabulary: Vocabulary) -> bool:
    """Whether a run of right words may be a word misheard: several, none of them a name."""
    weights = vocabulary.sounds.weights[list(run)]
    names = vocabulary.right[list(run)] & ~vocabulary.ordinary[list(run)]
    return len(run) > 1 and float(weights[names].sum()) < _MOST_OF_NAMES * float(weights.sum())


def _is_rare(run: _Run, vocabulary: Vocabulary) -> bool:
    """Whether a run stands at few places in all; takes 10 ms for 10 million tokens."""
    words = [TermHashes((int(vocabulary.hashes[number]),), exact=True) for number in run]
    rarest = int(np.argmin(vocabulary.frequencies[list(run)]))
    tokens = Tokens(vocabulary.tokens, vocabulary.tokens)
    return len(tokens.find(words, rarest)) <= _MOST_RIGHT


def _most_alike(heard: Sequence[_Heard], vocabulary: Vocabulary) -> list[_Heard]:
    """Choose the one that may do where none is near enough: rare, unsure, of strange words."""
    for one in heard:
        strange = [number for number in one.run if not vocabulary.right[number]]
        weights = vocabulary.sounds.weights
        if (
            one.places <= _MOST_RARE
            and one.certainty < UNSURE
            and 2 * weights[strange].sum() >= weights[list(one.run)].sum()
            and one.likeness >= (_LEAST_AT_ALL if len(one.run) == 1 else _LEAST_RUN_AT_ALL)
        ):
            return [one]
    return []


def _needed(one: _Heard, asked: float) -> float:
    """Tell how alike a run must be, by the weight of the lighter and their beginnings."""
    unsure = one.certainty < UNSURE
    lighter = min(one.weight, asked)
    if lighter < _LIGHTEST:
        return _NEVER
    sure = _LEAST if len(one.run) == 1 else _LEAST_SURE_RUN
    least = _LEAST_UNSURE if unsure else sure
    if lighter < _SHORT:
        least = _LEAST_SHORT_UNSURE if unsure else max(_LEAST_SHORT, sure)
    if not one.same_onset:
        least = max(least, _LEAST_OTHER_ONSET_UNSURE if unsure else _LEAST_OTHER_ONSET)
    return least


def _needed_of_right(one: _Heard, asked: float) -> float:
    """Tell the same where the run is of words that are right as they are."""
    if asked < _LIGHTEST_RIGHT:
        return _NEVER
    least = _LEAST_RIGHT_UNSURE if one.certainty < UNSURE else _LEAST_RIGHT
    return max(least, _needed(one, asked))


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
