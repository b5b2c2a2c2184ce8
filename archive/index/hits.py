"""Make a hit of a recording that was found: its best moments and where its matches lie."""

import numpy as np

from archive.index.moments import choose_best, cluster, describe_moment, find_matches
from archive.index.ranking import Ranker
from archive.index.tokens import FIELDS, TRANSCRIPT
from archive.index.values import Hit

_MATCH_STARTS = 500


def make_hit(ranker: Ranker, number: int, *, score: float, moment_count: int) -> Hit:
    """Describe a document that was found.

    Args:
        ranker: that evaluated the query.
        number: of the document in the ranker's snapshot.
        score: of the document.
        moment_count: how many moments to describe at most.
    """
    document = ranker.snapshot.document(number)
    leaves = list(ranker.leaf_weights)
    matches = find_matches(document, ranker.snapshot.transcript_tokens(number), leaves)
    clusters = cluster(matches)
    best = choose_best(matches, clusters, list(ranker.leaf_weights.values()), moment_count)
    starts_ms = matches.start_ms
    if len(starts_ms) > _MATCH_STARTS:
        starts_ms = starts_ms[np.linspace(0, len(starts_ms) - 1, _MATCH_STARTS).astype(np.int64)]
    return Hit(
        recording_id=int(ranker.snapshot.rows["recording_id"][number]),
        score=score,
        matched_fields=tuple(
            name
            for name in FIELDS[:TRANSCRIPT]
            if name in ranker.field_masks and ranker.field_masks[name][number]
        ),
        moment_count=len(clusters),
        moments=tuple(describe_moment(document, matches, one) for one in best),
        match_starts_ms=tuple(starts_ms.tolist()),
    )
