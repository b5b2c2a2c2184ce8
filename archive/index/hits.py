"""Make a hit of a recording that was found: its best moments and where its matches lie."""

from collections.abc import Iterator, Sequence

import numpy as np

from archive.index.leaves import Leaf
from archive.index.matches import Cluster, choose_best, find_clusters
from archive.index.moments import describe_moment
from archive.index.ranking import Ranker
from archive.index.tokens import UNTIMED_FIELDS
from archive.index.values import Hit, Reason, Track
from archive.index.voices import asked_voices

_MOST_STARTS = 500


def make_hit(
    ranker: Ranker,
    number: int,
    *,
    score: float,
    exact: bool,
    moment_count: int,
    speakers: Sequence[Leaf],
) -> Hit:
    """Describe a document that was found.

    Args:
        ranker: that evaluated the query.
        number: of the document in the ranker's snapshot.
        score: of the document.
        exact: whether it was found without any alternative.
        moment_count: how many moments to describe at most.
        speakers: who must say it, as the query wants their names; empty: anyone.
    """
    voices = asked_voices(ranker.snapshot, number, speakers)
    weights = ranker.leaves_in(number)  # Looking for the others would find nothing.
    leaves = list(weights)
    clusters = find_clusters(ranker.snapshot, number, leaves, voices)
    if clusters and not clusters[0].matches.marked:
        best = clusters[:moment_count]
    else:
        best = choose_best(clusters, list(weights.values()), moment_count)
    slides = [one for one in clusters if one.track is Track.SLIDE]
    return Hit(
        recording_id=int(ranker.snapshot.rows["recording_id"][number]),
        score=score,
        matched_fields=tuple(
            name
            for name in UNTIMED_FIELDS
            if name in ranker.field_masks and ranker.field_masks[name][number]
        ),
        moment_count=len(clusters),
        moments=tuple(describe_moment(one, leaves, ranker.replacing) for one in best),
        match_starts_ms=_spread(_heard_starts(clusters)),
        slide_starts_ms=_spread([one.start_ms for one in slides]),
        slide_match_count=len(slides),
        exact=exact,
        also=() if best else tuple(_instead_in(ranker, leaves)),
    )


def _instead_in(ranker: Ranker, leaves: Sequence[Leaf]) -> Iterator[tuple[Reason, str]]:
    """Tell what a document holds in place of words typed that it does not."""
    for leaf in leaves:
        one = ranker.replacing.get(leaf)
        if one is not None and not one.exact.issubset(leaves):
            yield one.alternative.reason, one.alternative.label


def _heard_starts(clusters: Sequence[Cluster]) -> list[int]:
    """Return the starts of all matches but those on slides, in order of time."""
    starts: list[int] = []
    for place, matches in {one.place: one.matches for one in clusters}.items():
        all_ms = matches.start_ms.tolist()
        if matches.track is Track.SPEECH:
            starts += all_ms
        elif matches.track is Track.TRANSLATION:
            for one in clusters:
                starts += all_ms[one.start : one.end] if one.place == place else []
    return sorted(starts)


def _spread(starts_ms: Sequence[int]) -> tuple[int, ...]:
    """Return them all, or as many as may be told, evenly spread."""
    if len(starts_ms) <= _MOST_STARTS:
        return tuple(starts_ms)
    places = np.linspace(0, len(starts_ms) - 1, _MOST_STARTS).astype(np.int64)
    return tuple(starts_ms[place] for place in places.tolist())
