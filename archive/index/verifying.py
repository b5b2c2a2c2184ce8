"""Read everything in a commit once, and compare it with what proves it whole.

Takes some seconds for a hundred recordings; for `doctor`, and before an index is built anew.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from archive.errors import SearchIndexError
from archive.index.proof import checksum, spread
from archive.index.schema import KEY_FIELD, stem_field, surface_field
from archive.index.snapshot import Snapshot
from archive.index.sums import check_sums
from archive.index.tokens import FIELDS, hash_term


def verify(snapshot: Snapshot, progress: Callable[[float], None] | None = None) -> None:
    """Check every byte of the documents and every posting of a snapshot.

    Args:
        snapshot: to check.
        progress: told which share in [0, 1] is done.

    Raises:
        SearchIndexError: something is not as it was written.
    """
    tell = progress or (lambda _share: None)
    check_sums(snapshot.generation, snapshot.part_names())
    numbers = np.flatnonzero(snapshot.live)
    ids = snapshot.rows["recording_id"]
    if len(np.unique(ids[numbers])) < len(numbers):
        raise _damaged("holds a recording twice")
    for done, number in enumerate(numbers.tolist(), 1):
        row = snapshot.rows[number]
        if checksum(row, snapshot.pieces(number)) != row["checksum"]:
            raise _damaged(f"does not hold recording {ids[number]} as it was written")
        tell(done / len(numbers) / 2)
    _verify_keys(snapshot)
    for done, field in enumerate(FIELDS, 1):
        _verify_postings(snapshot, field)
        tell((1 + done / len(FIELDS)) / 2)


def _verify_keys(snapshot: Snapshot) -> None:
    """Check that each document is found by its recording, to be replaced."""
    found = np.zeros(len(snapshot.rows), np.bool_)
    for term, (numbers, _) in snapshot.all_postings(KEY_FIELD):
        _require_inside(snapshot, numbers)
        found[numbers[snapshot.rows["recording_id"][numbers] == int(term)]] = True
    if not found[snapshot.live].all():
        raise _damaged("does not find a recording that it holds")


def _verify_postings(snapshot: Snapshot, field: str) -> None:
    """Check that the postings of a field count what stands in its tokens."""
    surfaces, stems = _sums_of_tokens(snapshot, field)
    for name, wanted in ((surface_field(field), surfaces), (stem_field(field), stems)):
        found = np.zeros(len(snapshot.rows), np.uint64)
        for term, (numbers, counts) in snapshot.all_postings(name):
            _require_inside(snapshot, numbers)
            found[numbers] += counts.astype(np.uint64) * spread(
                np.array([hash_term(term)], np.uint32)
            )
        wrong = np.flatnonzero(snapshot.live & (found != wanted))
        if len(wrong):
            raise _damaged(
                f"does not find the words of recording {snapshot.rows['recording_id'][wrong[0]]}"
            )


def _sums_of_tokens(
    snapshot: Snapshot, field: str
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Sum what tokens of a field spread to, of surface forms and of stems: (documents,) each."""
    surfaces, stems = (np.zeros(len(snapshot.rows), np.uint64) for _ in range(2))
    for number in np.flatnonzero(snapshot.live).tolist():
        tokens = snapshot.field_tokens(number, field)
        surfaces[number] = spread(tokens.surfaces).sum()
        stems[number] = spread(tokens.stems).sum()
    return surfaces, stems


def _require_inside(snapshot: Snapshot, numbers: NDArray[np.int64]) -> None:
    if len(numbers) and int(numbers.max()) >= len(snapshot.rows):
        raise _damaged("finds what it does not hold")


def _damaged(how: str) -> SearchIndexError:
    return SearchIndexError(f"the search index is damaged: it {how}; run `webinar-archive reindex`")
