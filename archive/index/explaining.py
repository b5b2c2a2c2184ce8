"""Why a search found nothing: which word is nowhere, which filter removed everything."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.index.answering import part_reader
from archive.index.beginnings import look_up_beginnings
from archive.index.facets import narrow
from archive.index.leaves import LeafReader
from archive.index.query import parse, take_apart
from archive.index.ranking import Ranker
from archive.index.snapshot import Snapshot
from archive.index.tolerance import Expander
from archive.index.values import Audience, Culprit, FacetKind, Narrowing

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Condition:
    """One of the things that must all be so, and which documents it lets through."""

    text: str
    kind: FacetKind | None
    mask: Mask
    rest: str


def explain(
    query: str,
    narrowing: Narrowing,
    snapshot: Snapshot,
    *,
    reader: LeafReader,
    expanders: Sequence[Expander],
    audience: Audience,
) -> tuple[Culprit, ...]:
    """Tell of each part of a query, and each kind it is narrowed by, what it costs.

    Returns:
        Those first that are nowhere, then those without which most is found. None, when there
        is but one: then nothing else is to blame.
    """
    visible = snapshot.visible(audience)
    ranker = Ranker(snapshot, reader, visible)
    conditions: list[_Condition] = []
    node = parse(query)
    read = part_reader(expanders)
    for part in take_apart(look_up_beginnings(node, snapshot, visible) if node else None):
        found = ranker.evaluate(read(part.node))
        if found is not None:
            conditions.append(_Condition(part.text, None, found.mask, part.rest))
    for kind, mask in narrow(snapshot, narrowing).items():
        conditions.append(_Condition("", kind, visible & mask, query))
    culprits = [
        Culprit(
            text=one.text,
            kind=one.kind,
            alone=int(one.mask.sum()),
            without=_count_all(visible, [other.mask for other in conditions if other is not one]),
            rest=one.rest,
        )
        for one in conditions
    ]
    return tuple(sorted(culprits, key=lambda one: (one.alone > 0, -one.without)))


def _count_all(visible: Mask, masks: Sequence[Mask]) -> int:
    joined = visible.copy()
    for mask in masks:
        joined &= mask
    return int(joined.sum())
