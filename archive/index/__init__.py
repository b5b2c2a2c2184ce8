"""Search: which recordings answer a query, and at which moments.

The only package that knows the index engine; everything here is derived from the database
and can be rebuilt. The site searches, the worker writes.
"""

from archive.index.search_index import SearchIndex
from archive.index.values import (
    Facet,
    FacetKind,
    FacetValue,
    Hit,
    IndexDocument,
    IndexedState,
    Moment,
    Narrowing,
    ResultPage,
    SlideText,
    Sort,
    Track,
)

__all__ = [
    "Facet",
    "FacetKind",
    "FacetValue",
    "Hit",
    "IndexDocument",
    "IndexedState",
    "Moment",
    "Narrowing",
    "ResultPage",
    "SearchIndex",
    "SlideText",
    "Sort",
    "Track",
]
