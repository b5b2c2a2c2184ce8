"""Narrow what was found, and count what it can be narrowed by.

Masks and counts over all documents of a snapshot; only of documents in the mask given, so
nothing is counted that may not be seen.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from archive.index.analysis import tokenize
from archive.index.query import Checked, Filter, Held, Spoken, Within
from archive.index.snapshot import Snapshot
from archive.index.values import Facet, FacetKind, FacetValue, Narrowing

Mask = NDArray[np.bool_]

_MOST_VALUES, _MOST_OF_ONE = 10, 200
_YES, _NO = "yes", "no"


def filter_mask(snapshot: Snapshot, node: Filter) -> Mask:
    """Tell which documents a filter of the query lets through: bool, (documents,)."""
    match node:
        case Spoken(language):
            return _having(snapshot, FacetKind.LANGUAGE, [language])
        case Within(text):
            wanted = tuple(token.surface for token in tokenize(text))
            column = snapshot.labels.by_kind[FacetKind.COLLECTION]
            numbers = [n for n, words in enumerate(column.surfaces) if _holds(words, wanted)]
            return column.having(numbers, len(snapshot.rows))
        case Held(first, last):
            days = snapshot.rows["recorded_on"]
            mask: Mask = days > 0
            if first is not None:
                mask &= days >= first.toordinal()
            if last is not None:
                mask &= days <= last.toordinal()
            return mask
        case Checked(checked):
            same: Mask = snapshot.rows["checked"] == checked
            return same


def narrow(snapshot: Snapshot, narrowing: Narrowing) -> dict[FacetKind, Mask]:
    """Tell which documents have what was chosen of each kind."""
    return {kind: _having(snapshot, kind, values) for kind, values in narrowing.chosen.items()}


def all_of(mask: Mask, narrowed: dict[FacetKind, Mask], *, but: FacetKind | None = None) -> Mask:
    """Join a mask with those of all kinds, but of one."""
    joined = mask.copy()
    for kind, other in narrowed.items():
        if kind is not but:
            joined &= other
    return joined


def count_facets(
    snapshot: Snapshot,
    found: Mask,
    narrowing: Narrowing,
    narrowed: dict[FacetKind, Mask],
    *,
    more: FacetKind | None = None,
) -> tuple[Facet, ...]:
    """Count what the documents found can be narrowed by.

    The values of a kind are counted as if nothing of that kind were chosen: choosing another
    adds to the results.

    Args:
        snapshot: that was searched.
        found: bool, (documents,): by the query, before it was narrowed.
        narrowing: what was chosen.
        narrowed: as `narrow` returns it.
        more: the kind of which not only the first ten values are told.
    """
    facets = []
    for kind in FacetKind:
        mask = all_of(found, narrowed, but=kind)
        chosen = narrowing.chosen.get(kind, ())
        counts = dict(_count(snapshot, kind, mask))
        counts |= {value: 0 for value in chosen if value not in counts}
        if kind is FacetKind.YEAR:
            ranked = sorted(counts, reverse=True)
        else:
            ranked = sorted(counts, key=lambda value: (-counts[value], value))
        values = ranked[: _MOST_OF_ONE if kind is more else _MOST_VALUES]
        values += [value for value in chosen if value not in values]
        facets.append(
            Facet(
                kind=kind,
                values=tuple(
                    FacetValue(value=value, count=counts[value], chosen=value in chosen)
                    for value in values
                ),
                total=len(ranked),
            )
        )
    return tuple(facets)


def _having(snapshot: Snapshot, kind: FacetKind, values: Sequence[str]) -> Mask:
    size = len(snapshot.rows)
    mask: Mask
    match kind:
        case FacetKind.YEAR:
            years = [int(value) for value in values if value.isdecimal() and len(value) <= 4]  # noqa: PLR2004 - a year
            mask = np.isin(_years(snapshot), np.array([year for year in years if year], np.int64))
        case FacetKind.CHECKED:
            wanted = [{_YES: True, _NO: False}.get(value) for value in values]
            mask = np.isin(snapshot.rows["checked"], [one for one in wanted if one is not None])
        case _:
            column = snapshot.labels.by_kind[kind]
            mask = column.having(column.numbers(values), size)
    return mask


def _count(snapshot: Snapshot, kind: FacetKind, mask: Mask) -> Iterator[tuple[str, int]]:
    """Yield each value of a kind that documents of a mask have, and how many have it."""
    match kind:
        case FacetKind.YEAR:
            years, counts = np.unique(_years(snapshot)[mask], return_counts=True)
            for year, count in zip(years.tolist(), counts.tolist(), strict=True):
                if year:
                    yield str(year), count
        case FacetKind.CHECKED:
            checked = int(snapshot.rows["checked"][mask].sum())
            for value, count in ((_YES, checked), (_NO, int(mask.sum()) - checked)):
                if count:
                    yield value, count
        case _:
            column = snapshot.labels.by_kind[kind]
            totals = column.count(mask)
            for number in np.flatnonzero(totals).tolist():
                yield column.names[number], int(totals[number])


def _years(snapshot: Snapshot) -> NDArray[np.int64]:
    """Return the year of each document's session, 0 when not known: int64, (documents,)."""
    days = snapshot.rows["recorded_on"].astype(np.int64)
    epoch = date(1970, 1, 1).toordinal()
    years: NDArray[np.int64] = (days - epoch).astype("datetime64[D]").astype(
        "datetime64[Y]"
    ).astype(np.int64) + 1970
    return np.where(days > 0, years, 0)


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether words stand side by side among others."""
    size = len(wanted)
    return size > 0 and any(
        tuple(words[at : at + size]) == tuple(wanted) for at in range(len(words) - size + 1)
    )
