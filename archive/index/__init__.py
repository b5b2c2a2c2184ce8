"""Search: which recordings answer a query, and at which moments.

The only package that knows the index engine; everything here is derived from the database
and can be rebuilt. The site searches, the worker writes.

The port is what this module exports, with two modules that know no engine: `query`, the language
of what is typed, and `analysis`, how text is cut into words. Nothing else in here may be imported
from outside (a test sees to that). A second backend provides a `SearchIndex` with

- `search`, `explain`, `moments` and `matched_words` of a query, each for an `Audience`, taking
  alternatives to its words from any `Expander`, which sees nothing of the index;
- `complete` and `occurring`, what is offered as one types; `narrowed_to`, what facets leave;
- `update`, `remove`, `refresh` and `rebuild`, each atomic, of `IndexDocument`s;
- `contents`, `holds`, `verify`, `generation` and `wasted_share`, by which the worker compares it
  with the database, proves it whole and mends it;

raises `SearchIndexError` for what is damaged, and takes and returns only the values exported here:
no path, position or document number of an engine.
"""

from archive.index.leaves import LeafWord
from archive.index.search_index import SearchIndex
from archive.index.tolerance import Alternative, Expander, Offer
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
    Reason,
    ResultPage,
    SlideText,
    Sort,
    Track,
)

__all__ = [
    "EVERYTHING",
    "PUBLIC",
    "AlsoFound",
    "Alternative",
    "Audience",
    "Completion",
    "Culprit",
    "Expander",
    "Facet",
    "FacetKind",
    "FacetValue",
    "Hit",
    "IndexDocument",
    "IndexedState",
    "LeafWord",
    "MeantQuery",
    "Moment",
    "Narrowing",
    "Offer",
    "Part",
    "Reason",
    "ResultPage",
    "SearchIndex",
    "SlideText",
    "Sort",
    "Track",
]
