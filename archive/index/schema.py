"""The Whoosh side of a generation: its schema, its files, its rows. Only commits know it.

Whoosh keeps which recording holds which term how often, and one fixed row a recording.
Positions, times and words are in `packed` documents beside it: Whoosh's own positions made
a phrase of common words take 1.4 s (docs/decisions/0002-phrases.md).
"""

import mmap
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh import index as whoosh_index
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from archive.index.packed import FIELDS

ROW = np.dtype(
    [
        ("recording_id", "<i8"),
        ("version", "<i8"),
        ("offset", "<u8"),  # of the packed document in the generation's documents file
        ("size", "<u4"),
        ("public", "?"),
        ("recorded_on", "<i4"),  # date.toordinal(), 0 when not known
        ("lengths", "<u4", (len(FIELDS),)),  # tokens in each field
        ("digest", "<u8", (2,)),  # of the packed document
    ]
)
"""What is known of a recording without opening its packed document."""

KEY_FIELD, ROW_FIELD = "key", "row"


def surface_field(field: str) -> str:
    """Name the Whoosh field of a document field's surface forms."""
    return f"{field}_surface"


def stem_field(field: str) -> str:
    """Name the Whoosh field of a document field's stems."""
    return f"{field}_stem"


class CountedTerms(fields.FieldType):  # type: ignore[misc] # Whoosh ships no types
    """Takes terms already analysed, with their counts; stores the count as the weight."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Mapping[str, int], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:  # noqa: ANN401 - Whoosh's signature
        """Yield what Whoosh's writer asks of a field: term, frequency, weight, value."""
        for term, count in value.items():
            yield term.encode(), count, float(count), b""


class MappedStorage(FileStorage):  # type: ignore[misc] # Whoosh ships no types
    """Opens files memory-mapped: many small reads without a system call or a copy each."""

    def open_file(self, name: str, **options: Any) -> StructFile:  # noqa: ANN401 - Whoosh's signature
        """Map the file; the mapping outlives the file's deletion."""
        with Path(self._fpath(name)).open("rb") as file:
            if file.seek(0, 2) == 0:
                return StructFile(BytesIO(), name=name, **options)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return StructFile(mapped, name=name, **options)


def create_index(directory: Path) -> None:
    """Make an empty Whoosh index in an existing directory."""
    whoosh_index.FileIndex.create(MappedStorage(str(directory)), _schema())


def open_index(directory: Path) -> Any:  # noqa: ANN401 - a whoosh FileIndex; Whoosh ships no types
    """Open a Whoosh index. The schema is ours: the pickled one in the files is not loaded."""
    return whoosh_index.FileIndex(MappedStorage(str(directory)), _schema())


def _schema() -> fields.Schema:
    schema = fields.Schema()
    schema.add(KEY_FIELD, fields.ID())
    schema.add(ROW_FIELD, fields.COLUMN(columns.FixedBytesColumn(ROW.itemsize)))
    for field in FIELDS:
        schema.add(surface_field(field), CountedTerms())
        schema.add(stem_field(field), CountedTerms())
    return schema
