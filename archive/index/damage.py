"""Damaged files, read as what they are not, fail as anything: here that becomes one error.

Whoosh's files are watched where they are read (`snapshot`); what follows from wrong bytes in the
others shows only where they are used: a place past the end, text that is none.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import SearchIndexError

_OF_WRONG_BYTES = (
    ArithmeticError,
    LookupError,
    MemoryError,
    OSError,
    ValueError,
    struct.error,
)


@contextmanager
def telling_damage() -> Iterator[None]:
    """Raise what wrong bytes lead to as an error of the index.

    A mistake of ours may look the same; who mends the index looks first whether it is damaged.

    Raises:
        SearchIndexError: the index is damaged.
    """
    try:
        yield
    except _OF_WRONG_BYTES as exc:
        raise SearchIndexError(
            f"the search index cannot be read ({type(exc).__name__}: {exc}); "
            "run `webinar-archive reindex`"
        ) from exc
