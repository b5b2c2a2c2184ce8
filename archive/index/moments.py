"""Where in one recording a query was spoken: matches, moments of them, words around them.

Works on one packed document; used for the recordings on a page of results and for searching
inside one recording.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.index.analysis import is_unspaced
from archive.index.leaves import Leaf
from archive.index.packed import PackedDocument
from archive.index.tokens import Tokens
from archive.index.values import Moment

# Matches this close together are one moment: they fit in one snippet and one look.
_MOMENT_MS = 10_000
_MOMENT_TOKENS = 18
# A snippet, in tokens; characters of unspaced scripts are shorter than words.
_SNIPPET_TOKENS = 24
_UNSPACED_FACTOR = 2
_LEAD_TOKENS = 6
_SENTENCE_LEAD_TOKENS = 12
_PHRASE_LEAD_TOKENS = 9
_TAIL_TOKENS = 3
# Two moments further apart than this are as varied as can be.
_SPREAD_MS = 5 * 60_000

_SENTENCE_END = re.compile(r"[.?!…][\"”’')\]]*\s|[。！？؟።]")
_PHRASE_END = re.compile(r"[,;:–—]\s|[,、；：،؛፣፤]")


@dataclass(frozen=True, slots=True)
class Matches:
    """Every place a query matches in a transcript, in order of time.

    Attributes:
        first: int64, (matches,): transcript token at which each begins.
        last: int64, (matches,): its last token.
        leaf: int64, (matches,): index of the leaf of the query.
        start_ms: int64, (matches,).
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    leaf: NDArray[np.int64]
    start_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Matches that make one moment: a range of `Matches`, end exclusive."""

    start: int
    end: int


def find_matches(document: PackedDocument, tokens: Tokens, leaves: Sequence[Leaf]) -> Matches:
    """Find every place in the transcript where one of the leaves stands.

    Args:
        document: of the recording.
        tokens: of its transcript.
        leaves: of the query.
    """
    firsts: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    lengths: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    numbers: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for index, leaf in enumerate(leaves):
        if leaf.field is None:
            found = tokens.find([word.hashes for word in leaf.words])
            firsts.append(found)
            lengths.append(np.full(len(found), len(leaf.words)))
            numbers.append(np.full(len(found), index))
    first = np.concatenate(firsts)
    order = np.argsort(first, kind="stable")
    first = first[order]
    return Matches(
        first=first,
        last=first + np.concatenate(lengths)[order] - 1,
        leaf=np.concatenate(numbers)[order],
        start_ms=document.starts_ms[first].astype(np.int64),
    )


def cluster(matches: Matches) -> list[Cluster]:
    """Gather matches that lie close together."""
    # Plain lists: a common word has hundreds of matches, and numpy's calls cost more than these.
    firsts, starts_ms = matches.first.tolist(), matches.start_ms.tolist()
    clusters: list[Cluster] = []
    start = 0
    for index in range(1, len(firsts) + 1):
        if (
            index == len(firsts)
            or firsts[index] > firsts[start] + _MOMENT_TOKENS
            or starts_ms[index] > starts_ms[start] + _MOMENT_MS
        ):
            clusters.append(Cluster(start, index))
            start = index
    return clusters


def choose_best(
    matches: Matches, clusters: Sequence[Cluster], weights: Sequence[float], count: int
) -> list[Cluster]:
    """Choose the moments to show: most (and most telling) words first, then spread in time.

    Args:
        matches: of one recording.
        clusters: of these matches.
        weights: how telling each leaf is.
        count: how many to choose at most.

    Returns:
        The chosen ones in order of time.
    """
    leaves = matches.leaf.tolist()
    telling = [sum(weights[leaf] for leaf in set(leaves[c.start : c.end])) for c in clusters]
    starts = matches.start_ms[[c.start for c in clusters]]
    worth = np.round(np.array(telling), 3)
    matched = np.array([c.end - c.start for c in clusters], np.int64)
    distance = np.full(len(clusters), _SPREAD_MS, np.int64)
    left = np.ones(len(clusters), np.bool_)
    chosen: list[int] = []
    for _ in range(min(count, len(clusters))):
        order = np.lexsort((starts, -matched, -distance, -worth, ~left))
        best = int(order[0])
        chosen.append(best)
        left[best] = False
        distance = np.minimum(distance, np.abs(starts - starts[best]))
    return [clusters[index] for index in sorted(chosen)]


def matched_words(document: PackedDocument, matches: Matches) -> Iterator[tuple[int, int]]:
    """Yield start and end in ms of every matched word, in order of time, each once."""
    tokens = {
        token
        for first, last in zip(matches.first.tolist(), matches.last.tolist(), strict=True)
        for token in range(first, last + 1)
    }
    seen: tuple[int, int] | None = None
    for token in sorted(tokens):
        start_ms = int(document.starts_ms[token])
        word = (start_ms, start_ms + int(document.durations_ms[token]))
        if word != seen:
            yield word
        seen = word


def describe_moment(document: PackedDocument, matches: Matches, chosen: Cluster) -> Moment:
    """Make the moment of a cluster: its times, the words around it, the marks in them."""
    first = int(matches.first[chosen.start])
    last = int(matches.last[chosen.start : chosen.end].max())
    begin, end = _window(document, first, last)
    origin, stop = _text_range(document, begin, end)
    return Moment(
        start_ms=int(document.starts_ms[first]),
        end_ms=int(document.starts_ms[last]) + int(document.durations_ms[last]),
        text=document.text[origin:stop],
        marks=_marks(document, matches, (begin, end), origin),
        language=document.language_at(first),
    )


def _window(document: PackedDocument, first: int, last: int) -> tuple[int, int]:
    """Choose the tokens to show around the matched ones, end exclusive.

    Begins with a sentence when one begins near, else a phrase; ends likewise.
    """
    count = len(document.text_starts)
    token = document.text[document.text_starts[first] : document.text_ends[first]]
    factor = _UNSPACED_FACTOR if is_unspaced(token) else 1
    begin = _last_break(document, first, _SENTENCE_LEAD_TOKENS * factor, _SENTENCE_END)
    if begin is None:
        begin = _last_break(document, first, _PHRASE_LEAD_TOKENS * factor, _PHRASE_END)
    if begin is None:
        begin = max(first - _LEAD_TOKENS * factor, 0)
    end = min(max(begin + _SNIPPET_TOKENS * factor, last + 1 + _TAIL_TOKENS), count)
    for candidate in range(end, max(last, begin + _SNIPPET_TOKENS * factor * 2 // 3), -1):
        if candidate == count or _SENTENCE_END.search(_gap(document, candidate)):
            return begin, candidate
    return begin, end


def _last_break(
    document: PackedDocument, first: int, reach: int, kind: re.Pattern[str]
) -> int | None:
    """Return the token nearest before (or at) `first` that begins a sentence or phrase."""
    for token in range(first, max(first - reach, -1), -1):
        if token == 0 or kind.search(_gap(document, token)):
            return token
    return None


def _gap(document: PackedDocument, token: int) -> str:
    """Return what is written between a token and the one before."""
    return document.text[document.text_ends[token - 1] : document.text_starts[token]]


def _text_range(document: PackedDocument, begin: int, end: int) -> tuple[int, int]:
    """Widen a range of tokens to whole written words, with their punctuation."""
    text = document.text
    origin = int(document.text_starts[begin])
    floor = int(document.text_ends[begin - 1]) if begin else 0
    while origin > floor and not text[origin - 1].isspace():
        if _SENTENCE_END.match(text[origin - 1]) or _PHRASE_END.match(text[origin - 1]):
            break
        origin -= 1
    if begin and origin == floor and not is_unspaced(text[origin - 1]):
        # Inside a written word, `l'` before `hypertension`: show it whole.
        while origin and not text[origin - 1].isspace() and not is_unspaced(text[origin - 1]):
            origin -= 1
    stop = int(document.text_ends[end - 1])
    ceiling = int(document.text_starts[end]) if end < len(document.text_starts) else len(text)
    while stop < ceiling and not text[stop].isspace():
        stop += 1
    if stop == ceiling and stop < len(text) and not is_unspaced(text[stop]):
        while stop < len(text) and not text[stop].isspace() and not is_unspaced(text[stop]):
            stop += 1
    return origin, stop


def _marks(
    document: PackedDocument, matches: Matches, window: tuple[int, int], origin: int
) -> tuple[tuple[int, int], ...]:
    """Return the matched character ranges of a snippet, joined where they overlap."""
    begin, end = window
    marks: list[tuple[int, int]] = []
    inside = np.flatnonzero((matches.first >= begin) & (matches.last < end))
    for index in inside.tolist():
        start = int(document.text_starts[matches.first[index]]) - origin
        stop = int(document.text_ends[matches.last[index]]) - origin
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(stop, marks[-1][1]))
        else:
            marks.append((start, stop))
    return tuple(marks)
