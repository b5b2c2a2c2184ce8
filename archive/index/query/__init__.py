"""Read what a person typed into a small tree, say how it was read, and write it again. Pure.

Knows nothing of the index. Nothing typed is an error: see `archive.index.query.parser`.
"""

from archive.index.query.nodes import (
    SEARCHED_FIELDS,
    SLIDES,
    SPEAKER,
    SUBJECT,
    And,
    Checked,
    Filter,
    Held,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Spoken,
    Text,
    Within,
    Word,
)
from archive.index.query.parser import MAX_CHARACTERS, MAX_DEPTH, MAX_LEAVES, parse
from archive.index.query.parts import (
    QueryPart,
    add_words,
    joined,
    nodes_of,
    take_apart,
    without_quotes,
)
from archive.index.query.wording import describe
from archive.index.query.writing import quote, write

__all__ = [
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_LEAVES",
    "SEARCHED_FIELDS",
    "SLIDES",
    "SPEAKER",
    "SUBJECT",
    "And",
    "Checked",
    "Filter",
    "Held",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "QueryPart",
    "Spoken",
    "Text",
    "Within",
    "Word",
    "add_words",
    "describe",
    "joined",
    "nodes_of",
    "parse",
    "quote",
    "take_apart",
    "without_quotes",
    "write",
]
