"""Answer a query on one snapshot: match, narrow, order, and describe the hits of a page.

Between the ranker, which knows every document, and hits, made for one page only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from archive.index.beginnings import look_up_beginnings
from archive.index.facets import all_of, count_facets, narrow
from archive.index.hits import make_hit
from archive.index.leaves import LeafReader
from archive.index.partly import find_partly
from archive.index.proximity import closeness_bonus
from archive.index.query import Node, describe, parse, take_apart, write
from archive.index.ranking import Found, Ranker
from archive.index.snapshot import Snapshot
from archive.index.tolerance import Expander, Widening, mended
from archive.index.values import (
    AlsoFound,
    Audience,
    FacetKind,
    MeantQuery,
    Narrowing,
    Part,
    ResultPage,
    Sort,
)

_WEIGHED_BY_CLOSENESS = 50
"""The best by words alone, whose positions are read: 0.2 ms each."""

_MOST_PARTLY = 5
"""A page of nothing is sent uncompressed, since it holds a form: ten would weigh 39 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of the index."""

    query: str
    page: int
    """From 1."""
    page_size: int
    audience: Audience
    narrowing: Narrowing
    sort: Sort
    moment_count: int
    """How many moments to describe of each hit at most."""
    tolerant: bool
    """Also find what may have been meant or misheard."""
    facets: bool
    """Count what the results can be narrowed by."""
    more: FacetKind | None
    """The kind of which not only the first values are told."""


def answer(
    request: Request,
    snapshot: Snapshot | None,
    *,
    reader: LeafReader,
    expanders: Sequence[Expander],
) -> ResultPage:
    """Answer a request; None for a snapshot: nothing was ever indexed."""
    node = parse(request.query)
    empty = ResultPage(
        query=request.query,
        understood=describe(node),
        parts=parts_of(node),
        total=0,
        page=request.page,
        page_size=request.page_size,
        hits=(),
    )
    if node is None or snapshot is None:
        return empty
    ranker = Ranker(snapshot, reader, snapshot.visible(request.audience))
    read = read_query(node, snapshot, expanders if request.tolerant else None, ranker.visible)
    found = ranker.evaluate(read)
    if found is None:
        return empty
    narrowed = narrow(snapshot, request.narrowing)
    kept = replace(found, mask=all_of(found.mask, narrowed))
    order = _order(ranker, kept, request)
    first = (request.page - 1) * request.page_size
    speakers = reader.speaker_leaves(read)
    return ResultPage(
        query=request.query,
        understood=describe(node),
        parts=parts_of(node),
        total=len(order),
        page=request.page,
        page_size=request.page_size,
        hits=tuple(
            make_hit(
                ranker,
                number,
                score=float(found.scores[number]),
                exact=bool(found.exact[number]),
                moment_count=request.moment_count,
                speakers=speakers,
            )
            for number in order[first : first + request.page_size].tolist()
        ),
        partly=tuple(
            find_partly(
                look_up_beginnings(node, snapshot, ranker.visible),
                ranker.anew(),
                read=part_reader(expanders if request.tolerant else None),
                allowed=all_of(ranker.visible & ~found.mask, narrowed),
                most=min(request.page_size - len(order), _MOST_PARTLY),
                moment_count=request.moment_count,
            )
            if _may_be_partly(request, len(order))
            else ()
        ),
        also=tuple(
            AlsoFound(
                reason=one.reason,
                asked=asked,
                label=one.label,
                language=one.language,
                concept=one.concept,
                recordings=count,
            )
            for (asked, one), count in ranker.alternative_counts.items()
        ),
        meant=tuple(_did_you_mean(read, ranker, int(found.exact.sum()))),
        facets=(
            count_facets(snapshot, found.mask, request.narrowing, narrowed, more=request.more)
            if request.facets
            else ()
        ),
    )


def _may_be_partly(request: Request, found: int) -> bool:
    """Whether there is room for what has only some of what was asked for, and it is in order."""
    first = request.page == 1 and request.sort is Sort.RELEVANCE
    return first and found < request.page_size


def _did_you_mean(read: Node, ranker: Ranker, found: int) -> Iterator[MeantQuery]:
    """Suggest queries with slips mended that find more than what was typed."""
    for node in mended(read):
        meant = ranker.anew().evaluate(node)
        count = int(meant.mask.sum()) if meant else 0
        if count > found:
            yield MeantQuery(query=write(node), recordings=count)


def parts_of(node: Node | None) -> tuple[Part, ...]:
    """Say part by part how a query was read."""
    return tuple(Part(text=part.text, rest=part.rest) for part in take_apart(node))


def read_query(
    node: Node,
    snapshot: Snapshot,
    expanders: Sequence[Expander] | None,
    visible: NDArray[np.bool_],
) -> Node:
    """Look up what a parsed query leaves to the vocabulary; None for expanders: as typed only."""
    return part_reader(expanders)(look_up_beginnings(node, snapshot, visible))


def part_reader(expanders: Sequence[Expander] | None) -> Callable[[Node], Node]:
    """Return what looks up the rest of each part of one query, its beginnings looked up already.

    The parts together are widened as far as the whole query is.
    """
    return (lambda part: part) if expanders is None else Widening(expanders).widen


def _order(ranker: Ranker, found: Found, request: Request) -> NDArray[np.int64]:
    if request.sort is not Sort.RELEVANCE:
        return _order_by_date(ranker.snapshot, found, newest_first=request.sort is Sort.NEWEST)
    order = ranker.order(found)
    best = order[:_WEIGHED_BY_CLOSENESS]
    found.scores[best] += closeness_bonus(ranker, best)
    again = np.lexsort(
        (np.arange(len(best)), -found.scores[best], ~found.typed[best], ~found.exact[best])
    )
    return np.concatenate((best[again], order[_WEIGHED_BY_CLOSENESS:]))


def _order_by_date(snapshot: Snapshot, found: Found, *, newest_first: bool) -> NDArray[np.int64]:
    """Order by date, those without one last; of one day the better one first."""
    numbers = np.flatnonzero(found.mask)
    days = snapshot.rows["recorded_on"][numbers].astype(np.int64)
    order = np.lexsort((-found.scores[numbers], -days if newest_first else days, days == 0))
    return numbers[order]
