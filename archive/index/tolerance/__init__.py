"""What else a query may mean: other spellings, numbers in words, typos, sound-alikes, concepts.

Between the parsed query and the ranker. Each source (an `Expander`) looks at words that stand
side by side in the query and offers `Alternative`s: runs of words that may stand in a recording
instead. A `Widening` hangs them on the tree as `Choice` nodes; the ranker finds the exact reading
first, and tells which recordings were found without any alternative. Knows no Whoosh.

To add a source (as the thesaurus does): write a class with `expand`, as `Expander` describes,
and give it to `SearchIndex(..., expanders=[...])`.
"""

from archive.index.tolerance.alternatives import (
    Alternative,
    Choice,
    Expander,
    Offer,
    Replacing,
    Widening,
    alternative_leaves,
    walk_choices,
)
from archive.index.tolerance.suggestions import mended

__all__ = [
    "Alternative",
    "Choice",
    "Expander",
    "Offer",
    "Replacing",
    "Widening",
    "alternative_leaves",
    "mended",
    "walk_choices",
]
