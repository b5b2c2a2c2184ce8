"""Search: which recordings answer a query, and at which moments.

The only package that knows the index engine; everything here is derived from the database
and can be rebuilt. The site searches, the worker writes.
"""

from archive.index.search_index import SearchIndex
from archive.index.values import (
    Hit,
    IndexDocument,
    IndexedState,
    Moment,
    ResultPage,
    SlideText,
    Track,
)

__all__ = [
    "Hit",
    "IndexDocument",
    "IndexedState",
    "Moment",
    "ResultPage",
    "SearchIndex",
    "SlideText",
    "Track",
]
