"""Search: which recordings answer a query, and at which moments.

The only package that knows the index engine; everything here is derived from the database
and can be rebuilt. The site searches, the worker writes.
"""

from archive.index.search_index import SearchIndex
from archive.index.values import (
    EVERYTHING,
    PUBLIC,
    AlsoFound,
    Audience,
    Completion,
    Culprit,
    Facet,
    FacetKind,
    FacetValue,
    Hit,
    IndexDocument,
    IndexedState,
    MeantQuery,
    Moment,
    Narrowing,
    Part,
    ResultPage,
    SlideText,
    Sort,
    Track,
)

__all__ = [
    "EVERYTHING",
    "PUBLIC",
    "AlsoFound",
    "Audience",
    "Completion",
    "Culprit",
    "Facet",
    "FacetKind",
    "FacetValue",
    "Hit",
    "IndexDocument",
    "IndexedState",
    "MeantQuery",
    "Moment",
    "Narrowing",
    "Part",
    "ResultPage",
    "SearchIndex",
    "SlideText",
    "Sort",
    "Track",
]
