"""Read Whoosh's files: rows and postings of a commit, as numpy arrays. Only snapshots know it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import TermNotFound

from archive.errors import SearchIndexError
from archive.index.schema import ROW, ROW_FIELD, open_index

Postings = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Document numbers, ascending, deleted ones too; and how often the term stands in each."""

_T = TypeVar("_T")


def open_commit(generation: Path) -> tuple[Any, int, Any]:
    """Return Whoosh's index, its commit's number (or the one before) and a reader of it."""
    index = open_index(generation)
    commit = index.latest_generation()
    return index, commit, index.reader()


def read_rows(reader: Any) -> tuple[NDArray[np.void], NDArray[np.bool_]]:  # noqa: ANN401 - Whoosh ships no types
    """Return the rows of all documents, and which of them are not deleted."""
    rows = bytearray()
    live: list[bool] = []
    for leaf, _ in reader.leaf_readers():
        count = leaf.doc_count_all()
        if count:
            for row in leaf.column_reader(ROW_FIELD, translate=False):
                rows += row
            live.extend(not leaf.is_deleted(number) for number in range(count))
    return np.frombuffer(bytes(rows), ROW), np.array(live, np.bool_)


def read_postings(reader: Any, field: str, term: str) -> Postings | None:  # noqa: ANN401 - Whoosh ships no types
    """Return where a term stands; None: nowhere."""
    numbers: list[NDArray[np.int64]] = []
    counts: list[NDArray[np.float32]] = []
    for leaf, offset in reader.leaf_readers():
        try:
            matcher = leaf.postings(field, term.encode())
        except TermNotFound:
            continue
        if isinstance(matcher, FilterMatcher):  # hides deleted documents; `live` does
            matcher = matcher.child
        documents, weights = matcher.read_all()
        numbers.append(np.array(documents, np.int64) + offset)
        counts.append(np.array(weights, np.float32))
    return (np.concatenate(numbers), np.concatenate(counts)) if numbers else None


def read_terms(reader: Any, field: str) -> Iterator[str]:  # noqa: ANN401 - Whoosh ships no types
    """Yield the terms of a field in each part of the index, part by part."""
    seen: set[str] = set()
    for leaf, _ in reader.leaf_readers():
        for term, _ in leaf.iter_field(field):
            written = term.decode()
            if written not in seen:
                seen.add(written)
                yield written


def reading(generation: Path, read: Callable[[], _T]) -> _T:
    """Run something that reads Whoosh's files, wrapping what goes wrong in them."""
    try:
        return read()
    except FileNotFoundError:
        raise
    except Exception as exc:
        raise SearchIndexError(
            f"the search index in {generation} is damaged ({type(exc).__name__}: {exc}); "
            "run `webinar-archive reindex`"
        ) from exc
