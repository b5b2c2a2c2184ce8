"""What is shown of a moment: its times, the words around it, and which of them match.

Works on the packed words of one track. Pure.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from archive.index.analysis import is_unspaced
from archive.index.leaves import Leaf
from archive.index.matches import Cluster, Matches
from archive.index.packed import PackedTrack
from archive.index.tolerance import Replacing
from archive.index.values import Instead, Moment, Track

# A snippet, in tokens; characters of unspaced scripts are shorter than words.
_SNIPPET_TOKENS = 24
_UNSPACED_FACTOR = 2
_LEAD_TOKENS = 6
_SENTENCE_LEAD_TOKENS = 12
_PHRASE_LEAD_TOKENS = 9
_TAIL_TOKENS = 3

# The dot with spaces stands between the lines of a slide.
_SENTENCE_END = re.compile(r"[.?!…][\"”’')\]]*\s|[。！？؟።]|\s·\s")
_NOTHING: Mapping[Leaf, Replacing] = MappingProxyType({})
_PHRASE_END = re.compile(r"[,;:–—]\s|[,、；：،؛፣፤]")


def describe_moment(
    cluster: Cluster, leaves: Sequence[Leaf] = (), replacing: Mapping[Leaf, Replacing] = _NOTHING
) -> Moment:
    """Make the moment of a cluster: its times, the words around it, the marks in them.

    Args:
        cluster: of matches of the leaves.
        leaves: that were looked for.
        replacing: which of them stand for what was typed.
    """
    matches, words = cluster.matches, cluster.matches.words
    first = int(matches.first[cluster.start])
    last = int(matches.last[cluster.start : cluster.end].max())
    speaker = _speaker(words, first, last)
    begin, end = _window(words, first, last, _bounds(matches, first, last, speaker))
    origin, stop = _text_range(words, begin, end)
    return Moment(
        track=matches.track,
        start_ms=int(words.starts_ms[first]),
        end_ms=int(words.starts_ms[last]) + int(words.durations_ms[last]),
        text=words.text[origin:stop],
        marks=_marks(matches, (begin, end), origin),
        language=words.language_at(first),
        instead=tuple(_instead(cluster, leaves, replacing)) if replacing else (),
        speaker=words.speaker_name(speaker),
    )


def _instead(
    cluster: Cluster, leaves: Sequence[Leaf], replacing: Mapping[Leaf, Replacing]
) -> Iterator[Instead]:
    """Tell what stands in a moment in place of words typed that do not; each place once."""
    matches, words = cluster.matches, cluster.matches.words
    typed = {leaves[index] for index in cluster.leaves} - replacing.keys()
    seen: set[tuple[int, str]] = set()
    for place in range(cluster.start, cluster.end):
        one = replacing.get(leaves[int(matches.leaf[place])])
        if one is None or one.exact <= typed:
            continue
        first, last = int(matches.first[place]), int(matches.last[place])
        if (first, one.asked) not in seen:
            seen.add((first, one.asked))
            yield Instead(
                reason=one.alternative.reason,
                asked=one.asked,
                meant=one.alternative.meant,
                found=words.text[int(words.text_starts[first]) : int(words.text_ends[last])],
                start_ms=int(words.starts_ms[first]),
                end_ms=int(words.starts_ms[last]) + int(words.durations_ms[last]),
            )


def _speaker(words: PackedTrack, first: int, last: int) -> int:
    """Tell who says these tokens; 0 where several do, or nobody knows."""
    speakers = words.speakers[first : last + 1]
    return int(speakers[0]) if (speakers == speakers[0]).all() else 0


def _bounds(matches: Matches, first: int, last: int, speaker: int) -> tuple[int, int]:
    """Return the tokens a snippet may hold, end exclusive.

    Of a slide its own only, and of what someone says nothing that another does: it is told
    whose words they are.
    """
    starts_ms = matches.words.starts_ms
    if speaker:
        others = np.flatnonzero(matches.words.speakers != speaker)
        after = int(others.searchsorted(last))
        floor = int(others[after - 1]) + 1 if after else 0
        return floor, int(others[after]) if after < len(others) else len(starts_ms)
    if matches.track is not Track.SLIDE:
        return 0, len(starts_ms)
    shown = starts_ms[first]
    return int(starts_ms.searchsorted(shown)), int(starts_ms.searchsorted(shown, "right"))


def _window(words: PackedTrack, first: int, last: int, bounds: tuple[int, int]) -> tuple[int, int]:
    """Choose the tokens to show around the matched ones, end exclusive.

    Begins with a sentence when one begins near, else a phrase; ends likewise.
    """
    floor, ceiling = bounds
    token = words.text[words.text_starts[first] : words.text_ends[first]]
    factor = _UNSPACED_FACTOR if is_unspaced(token) else 1
    if ceiling - floor <= _SNIPPET_TOKENS * factor:
        return bounds
    begin = _last_break(words, first, _SENTENCE_LEAD_TOKENS * factor, floor, _SENTENCE_END)
    if begin is None:
        begin = _last_break(words, first, _PHRASE_LEAD_TOKENS * factor, floor, _PHRASE_END)
    if begin is None:
        begin = max(first - _LEAD_TOKENS * factor, floor)
    end = min(max(begin + _SNIPPET_TOKENS * factor, last + 1 + _TAIL_TOKENS), ceiling)
    for candidate in range(end, max(last, begin + _SNIPPET_TOKENS * factor * 2 // 3), -1):
        if candidate == ceiling or _SENTENCE_END.search(_gap(words, candidate)):
            return begin, candidate
    return begin, end


def _last_break(
    words: PackedTrack, first: int, reach: int, floor: int, kind: re.Pattern[str]
) -> int | None:
    """Return the token nearest before (or at) `first` that begins a sentence or phrase."""
    for token in range(first, max(first - reach, floor - 1), -1):
        if token == floor or kind.search(_gap(words, token)):
            return token
    return None


def _gap(words: PackedTrack, token: int) -> str:
    """Return what is written between a token and the one before."""
    return words.text[words.text_ends[token - 1] : words.text_starts[token]]


def _text_range(words: PackedTrack, begin: int, end: int) -> tuple[int, int]:
    """Widen a range of tokens to whole written words, with their punctuation."""
    text = words.text
    origin = int(words.text_starts[begin])
    floor = int(words.text_ends[begin - 1]) if begin else 0
    while origin > floor and not text[origin - 1].isspace():
        if _SENTENCE_END.match(text[origin - 1]) or _PHRASE_END.match(text[origin - 1]):
            break
        origin -= 1
    if begin and origin == floor and not is_unspaced(text[origin - 1]):
        # Inside a written word, `l'` before `hypertension`: show it whole.
        while origin and not text[origin - 1].isspace() and not is_unspaced(text[origin - 1]):
            origin -= 1
    stop = int(words.text_ends[end - 1])
    ceiling = int(words.text_starts[end]) if end < len(words.text_starts) else len(text)
    while stop < ceiling and not text[stop].isspace():
        stop += 1
    if stop == ceiling and stop < len(text) and not is_unspaced(text[stop]):
        while stop < len(text) and not text[stop].isspace() and not is_unspaced(text[stop]):
            stop += 1
    return origin, stop


def _marks(matches: Matches, window: tuple[int, int], origin: int) -> tuple[tuple[int, int], ...]:
    """Return the matched character ranges of a snippet, joined where they overlap."""
    words = matches.words
    begin, end = window
    marks: list[tuple[int, int]] = []
    if not matches.marked:
        return ()
    inside = np.flatnonzero((matches.first >= begin) & (matches.last < end))
    for index in inside.tolist():
        start = int(words.text_starts[matches.first[index]]) - origin
        stop = int(words.text_ends[matches.last[index]]) - origin
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(stop, marks[-1][1]))
        else:
            marks.append((start, stop))
    return tuple(marks)
