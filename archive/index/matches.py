"""Where in one recording a query matches, track by track, gathered to moments.

Used for the recordings on a page of results and for searching inside one recording.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.index.leaves import Leaf
from archive.index.packed import PackedTrack
from archive.index.snapshot import Snapshot
from archive.index.tokens import SEPARATOR, TRACK_FIELDS, UNTIMED_FIELDS, Tokens
from archive.index.values import Track
from archive.index.voices import Voices, runs, says

# Matches this close together are one moment: they fit in one snippet and one look.
_MOMENT_MS = 10_000
_MOMENT_TOKENS = 18
# Two moments further apart than this are as varied as can be.
_SPREAD_MS = 5 * 60_000
_TRACKS = tuple(Track)

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matches:
    """Every place a query matches in one track of a recording, in order of time.

    Attributes:
        place: of the track among all; 0 is speech.
        words: of that track, with their times.
        first: int64, (matches,): token of `words` at which each begins.
        last: int64, (matches,): its last token.
        leaf: int64, (matches,): index of the leaf of the query.
        start_ms: int64, (matches,).
        marked: whether the words are those looked for; False: only who says them was.
    """

    place: int
    words: PackedTrack
    first: Positions
    last: Positions
    leaf: Positions
    start_ms: Positions
    marked: bool = True

    @property
    def track(self) -> Track:
        """Which track."""
        return _TRACKS[self.place]


class Cluster(NamedTuple):
    """Matches that make one moment: a range of `matches`, end exclusive.

    A tuple: a common word makes hundreds in each recording on the page.
    """

    matches: Matches
    place: int
    """As in `matches`."""
    start: int
    end: int
    start_ms: int
    leaves: frozenset[int]
    """Of the query, which match here."""

    @property
    def track(self) -> Track:
        """Which track it is in."""
        return _TRACKS[self.place]


_START_MS = attrgetter("start_ms")
_SHOWN_ORDER = attrgetter("start_ms", "place")


def find_matches(
    snapshot: Snapshot,
    number: int,
    track: Track,
    leaves: Sequence[Leaf],
    voices: Voices | None = None,
) -> Matches | None:
    """Find every place in one track where one of the leaves stands; None when there is none.

    Args:
        snapshot: that holds the recording.
        number: of its document.
        track: to look in.
        leaves: of the query.
        voices: who must say it; None: anyone, or a slide.
    """
    if voices is not None and track is Track.SLIDE:
        return None
    tokens = snapshot.track_tokens(number, track)
    if not len(tokens.surfaces):
        return None
    found = [
        (index, len(leaf.words), tokens.find([word.hashes for word in leaf.words]))
        for index, leaf in enumerate(leaves)
        if leaf.field in (None, TRACK_FIELDS[track]) and not leaf.words[0].heard
    ]
    first = np.concatenate([np.empty(0, np.int64), *(starts for _, _, starts in found)])
    if not len(first):
        return None
    counts = [len(starts) for _, _, starts in found]
    length = np.repeat([length for _, length, _ in found], counts)
    leaf = np.repeat([index for index, _, _ in found], counts)
    order = np.argsort(first, kind="stable")
    first = first[order]
    if track is Track.SLIDE:
        first = _without_separators(first, tokens)
    length, leaf = length[order], leaf[order]
    words = snapshot.packed_track(number, track)
    if voices is not None:
        said = says(words, voices)[first]
        first, length, leaf = first[said], length[said], leaf[said]
        if not len(first):
            return None
    return Matches(
        place=_TRACKS.index(track),
        words=words,
        first=first,
        last=first + length - 1,
        leaf=leaf,
        start_ms=words.starts_ms[first].astype(np.int64),
    )


def find_readings(
    snapshot: Snapshot, number: int, leaves: Sequence[Leaf], voices: Voices | None = None
) -> Matches | None:
    """Find the speech in which something else may have been said that was looked for.

    Arguments and result as those of `find_matches` in what was said.
    """
    row = snapshot.rows[number]
    heard = [(index, leaf.words[0].heard) for index, leaf in enumerate(leaves) if not leaf.field]
    inside = [
        (index, snapshot.readings.inside(number, one)) for index, one in heard if one is not None
    ]
    found = np.concatenate([np.empty(0, np.int64), *(places for _, places in inside)])
    if not len(found) or not row["sizes"][0]:
        return None
    packed = snapshot.readings.packed(number)
    start_ms = packed.starts_ms[found]
    leaf = np.repeat([index for index, _ in inside], [len(places) for _, places in inside])
    words = snapshot.packed_track(number, Track.SPEECH)
    starts = words.starts_ms
    first = np.minimum(starts.searchsorted(start_ms), len(starts) - 1).astype(np.int64)
    last = np.maximum(starts.searchsorted(start_ms + packed.durations_ms[found]) - 1, first)
    kept = np.ones(len(first), np.bool_) if voices is None else says(words, voices)[first]
    if not kept.any():
        return None
    return Matches(
        place=_TRACKS.index(Track.SPEECH),
        words=words,
        first=first[kept],
        last=last[kept],
        leaf=leaf[kept],
        start_ms=starts[first[kept]].astype(np.int64),
    )


def join_matches(spoken: Matches | None, read: Matches | None) -> Matches | None:
    """Put what may have been said among what was; in order, nothing at one place twice."""
    if read is None:
        return spoken
    first = spoken.first if spoken else np.empty(0, np.int64)
    last = spoken.last if spoken else np.empty(0, np.int64)
    kept: list[int] = []
    for at in np.argsort(read.last - read.first, kind="stable").tolist():
        if not ((first <= read.last[at]) & (last >= read.first[at])).any():
            kept.append(at)
            first, last = np.append(first, read.first[at]), np.append(last, read.last[at])
    parts = [spoken, _some(read, kept)] if spoken else [_some(read, kept)]
    order = np.argsort(first, kind="stable")
    return replace(
        parts[0],
        first=first[order],
        last=last[order],
        leaf=np.concatenate([part.leaf for part in parts])[order],
        start_ms=np.concatenate([part.start_ms for part in parts])[order],
    )


def _some(matches: Matches, places: Sequence[int]) -> Matches:
    at = np.array(places, np.int64)
    return replace(
        matches,
        first=matches.first[at],
        last=matches.last[at],
        leaf=matches.leaf[at],
        start_ms=matches.start_ms[at],
    )


def find_turns(snapshot: Snapshot, number: int, voices: Voices) -> Matches | None:
    """Find where these begin to speak; None when they never do."""
    words = snapshot.packed_track(number, Track.SPEECH)
    first, last = runs(words, voices)
    if not len(first):
        return None
    return Matches(
        place=_TRACKS.index(Track.SPEECH),
        words=words,
        first=first,
        last=np.minimum(last, first + _MOMENT_TOKENS),
        leaf=np.zeros(len(first), np.int64),
        start_ms=words.starts_ms[first].astype(np.int64),
        marked=False,
    )


def _without_separators(positions: Positions, tokens: Tokens) -> Positions:
    """Turn positions among all tokens of a track into those of its packed words."""
    separators = np.flatnonzero(tokens.surfaces == SEPARATOR)
    return positions - separators.searchsorted(positions)


def find_clusters(
    snapshot: Snapshot, number: int, leaves: Sequence[Leaf], voices: Voices | None = None
) -> list[Cluster]:
    """Find the moments of a recording, in order of time, speech before slides before translation.

    The translation of what was said in the very words looked for is left out. Where only
    speakers are asked for, each time they begin to speak is a moment.

    Args:
        snapshot: that holds the recording.
        number: of its document.
        leaves: of the query.
        voices: who must say it; None: anyone.
    """
    if voices is not None and all(leaf.field in UNTIMED_FIELDS for leaf in leaves):
        turns = find_turns(snapshot, number, voices)
        return list(_cluster(turns)) if turns else []
    found = {
        track: find_matches(snapshot, number, track, leaves, voices) if size else None
        for track, size in zip(_TRACKS, snapshot.rows["sizes"][number].tolist(), strict=True)
        if track is not Track.READING
    }
    found[Track.SPEECH] = join_matches(
        found[Track.SPEECH], find_readings(snapshot, number, leaves, voices)
    )
    spoken, shown, translated = (
        list(_cluster(matches)) if matches else [] for matches in found.values()
    )
    spoken.sort(key=_START_MS)
    if not shown and not translated:
        return spoken
    translated = [one for one in translated if not is_spoken(one, spoken)]
    return sorted([*spoken, *shown, *translated], key=_SHOWN_ORDER)


def _cluster(matches: Matches) -> Iterator[Cluster]:
    """Gather matches that lie close together; each slide by itself."""
    # Plain lists: a common word has hundreds of matches, and numpy's calls cost more than these.
    firsts, starts_ms = matches.first.tolist(), matches.start_ms.tolist()
    leaves, place = matches.leaf.tolist(), matches.place
    alone = [frozenset([leaf]) for leaf in range(max(leaves) + 1)]
    is_slide = matches.track is Track.SLIDE
    most_ms = 0 if is_slide else _MOMENT_MS
    most_tokens = len(matches.words.starts_ms) if is_slide else _MOMENT_TOKENS
    start = 0
    for index in range(1, len(firsts) + 1):
        if (
            index == len(firsts)
            or firsts[index] > firsts[start] + most_tokens
            or starts_ms[index] > starts_ms[start] + most_ms
        ):
            one = index == start + 1
            here = alone[leaves[start]] if one else frozenset(leaves[start:index])
            yield Cluster(matches, place, start, index, starts_ms[start], here)
            start = index


def is_spoken(cluster: Cluster, spoken: Sequence[Cluster]) -> bool:
    """Whether all that a slide or translation matches is said at the same time.

    At the same time: within a moment of its start, or while the slide is shown.

    Args:
        cluster: of a slide or of the translation.
        spoken: clusters of speech, in order of time.
    """
    until_ms = cluster.start_ms + _MOMENT_MS
    if cluster.track is Track.SLIDE:
        token = int(cluster.matches.first[cluster.start])
        shown_ms = int(cluster.matches.words.durations_ms[token])
        until_ms = max(until_ms, cluster.start_ms + shown_ms)
    begin = bisect_left(spoken, cluster.start_ms - _MOMENT_MS, key=_START_MS)
    end = bisect_right(spoken, until_ms, key=_START_MS)
    return any(cluster.leaves <= one.leaves for one in spoken[begin:end])


def choose_best(clusters: Sequence[Cluster], weights: Sequence[float], count: int) -> list[Cluster]:
    """Choose the moments to show: most (and most telling) words first, then spread in time.

    Where that decides nothing, speech comes before slides before the translation. One slide or
    translated place may add another part of the session; the next waits until no speech is left,
    and one of the same track until none of the other is. A slide whose words are said while it
    is shown is not chosen: what is said there is.

    Args:
        clusters: of one recording, in order of time.
        weights: how telling each leaf is.
        count: how many to choose at most.

    Returns:
        The chosen ones in order of time.
    """
    candidates = _without_said_slides(clusters)
    telling = {
        leaves: sum(weights[leaf] for leaf in leaves)
        for leaves in {one.leaves for one in candidates}
    }
    starts = np.array([one.start_ms for one in candidates], np.int64)
    places = np.array([one.place for one in candidates], np.int64)
    # Keys, least is best; equals stay in order of time.
    worth = np.round(np.array([-telling[one.leaves] for one in candidates]), 3)
    matched = np.array([one.start - one.end for one in candidates], np.int64)
    nearness = np.full(len(candidates), -_SPREAD_MS, np.int64)
    waits = np.zeros(len(candidates), np.int64)
    tracks_differ = places.any()
    chosen: list[int] = []
    for _ in range(min(count, len(candidates))):
        keys = (matched, places, nearness, waits, worth)
        best = int(np.lexsort(keys if tracks_differ else (matched, nearness, worth))[0])
        chosen.append(best)
        worth[best] = np.inf
        if places[best]:
            waits += 2 * (places == places[best]) + (places > 0)
        nearness = np.maximum(nearness, -np.abs(starts - starts[best]))
    return [candidates[index] for index in sorted(chosen)]


def _without_said_slides(clusters: Sequence[Cluster]) -> Sequence[Cluster]:
    """Leave out slides whose words are said while they are shown."""
    spoken = [one for one in clusters if one.place == 0]
    if len(spoken) == len(clusters):
        return clusters
    return [one for one in clusters if one.track is not Track.SLIDE or not is_spoken(one, spoken)]


def matched_words(matches: Matches) -> Iterator[tuple[int, int]]:
    """Yield start and end in ms of every matched word, in order of time, each once."""
    tokens = {
        token
        for first, last in zip(matches.first.tolist(), matches.last.tolist(), strict=True)
        for token in range(first, last + 1)
    }
    seen: tuple[int, int] | None = None
    for token in sorted(tokens):
        start_ms = int(matches.words.starts_ms[token])
        word = (start_ms, start_ms + int(matches.words.durations_ms[token]))
        if word != seen:
            yield word
        seen = word
