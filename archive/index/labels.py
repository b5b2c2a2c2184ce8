"""What documents are narrowed by and suggested by: titles, collections, languages, speakers.

Written as they are shown, a record a document; read all at once into columns, so that counting
how many of the found have which is one `bincount`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive.errors import SearchIndexError
from archive.index.analysis import fold, tokenize
from archive.index.values import FacetKind, IndexDocument

_GROUP, _VALUE = "\x1d", "\x1f"
_SEPARATORS = str.maketrans(_GROUP + _VALUE, "  ")
_KINDS = (FacetKind.COLLECTION, FacetKind.LANGUAGE, FacetKind.SPEAKER, FacetKind.SUBJECT)
"""After the title, in the order of a record."""


@dataclass(frozen=True, eq=False)
class LabelColumn:
    """One kind of label: which document has which.

    Attributes:
        names: each once, as written.
        documents: int64, (pairs,): document number, ascending.
        values: int64, (pairs,): index into `names`.
    """

    names: Sequence[str]
    documents: NDArray[np.int64]
    values: NDArray[np.int64]

    def count(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the documents of a mask that have each name: int64, (names,)."""
        inside = self.values[mask[self.documents]]
        return np.bincount(inside, minlength=len(self.names)).astype(np.int64)

    def having(self, wanted: Sequence[int], size: int) -> NDArray[np.bool_]:
        """Tell which documents have any of these names: bool, (size,)."""
        mask = np.zeros(size, np.bool_)
        mask[self.documents[np.isin(self.values, np.array(wanted, np.int64))]] = True
        return mask

    def numbers(self, names: Sequence[str]) -> list[int]:
        """Return the indexes of names as written; those not there are left out."""
        return [self._numbers[name] for name in names if name in self._numbers]

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def surfaces(self) -> Sequence[tuple[str, ...]]:
        """The folded tokens of each name."""
        return [tuple(token.surface for token in tokenize(name)) for name in self.names]

    @cached_property
    def folded(self) -> Sequence[str]:
        """Each name folded, a space between its words and before the first."""
        return ["".join(f" {fold(word)}" for word in name.split()) for name in self.names]


@dataclass(frozen=True, slots=True, eq=False)
class LabelColumns:
    """The labels of all documents of a snapshot, deleted ones too."""

    titles: LabelColumn
    by_kind: Mapping[FacetKind, LabelColumn]


def pack_labels(document: IndexDocument) -> bytes:
    """Write a document's labels."""
    languages = document.languages
    if languages is None:
        languages = list(dict.fromkeys(one.language for one in document.segments if one.language))
    groups = (
        [document.title],
        document.collection.split("\n"),
        languages,
        document.speakers,
        document.subjects,
    )
    text = _GROUP.join(
        _VALUE.join(written for value in dict.fromkeys(group) if (written := _one_line(value)))
        for group in groups
    )
    return text.encode(errors="replace")


def read_labels(buffer: memoryview, offsets: Sequence[int], sizes: Sequence[int]) -> LabelColumns:
    """Read the labels of documents, given where each one's record lies.

    Raises:
        SearchIndexError: they are not there.
    """
    columns = [_Collected() for _ in range(1 + len(_KINDS))]
    for document, (offset, size) in enumerate(zip(offsets, sizes, strict=True)):
        groups = bytes(buffer[offset : offset + size]).decode(errors="replace").split(_GROUP)
        if len(groups) != len(columns):
            raise SearchIndexError(
                "the search index is damaged: labels cannot be read; run `webinar-archive reindex`"
            )
        for column, group in zip(columns, groups, strict=True):
            if group:
                column.add(document, group.split(_VALUE))
    titles, *others = (column.finish() for column in columns)
    return LabelColumns(titles=titles, by_kind=dict(zip(_KINDS, others, strict=True)))


def _one_line(text: str) -> str:
    return " ".join(text.translate(_SEPARATORS).split())


class _Collected:
    """A column while it is read."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._documents: list[int] = []
        self._values: list[int] = []

    def add(self, document: int, names: Sequence[str]) -> None:
        for name in names:
            self._documents.append(document)
            self._values.append(self._numbers.setdefault(name, len(self._numbers)))

    def finish(self) -> LabelColumn:
        return LabelColumn(
            names=tuple(self._numbers),
            documents=np.array(self._documents, np.int64),
            values=np.array(self._values, np.int64),
        )
