"""The Whoosh side of a generation: its schema, its files, its rows. Only commits know it.

Whoosh keeps which recording holds which term how often, and one fixed row a recording.
Positions, times and words are in `packed` tracks beside it: Whoosh's own positions made
a phrase of common words take 1.4 s (docs/decisions/0002-phrases.md).
"""

import mmap
import secrets
from array import array
from collections.abc import Iterator, Mapping
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from archive.index.sums import write_sums
from archive.index.tokens import FIELDS
from archive.index.values import Track

ROW = np.dtype(
    [
        ("recording_id", "<i8"),
        ("version", "<i8"),
        ("offset", "<u8"),  # of the first packed track in its file; the others follow
        ("sizes", "<u4", (len(Track),)),  # of each, in bytes; 0 for one without words
        ("first_token", "<u8"),  # of the document in the files of tokens
        ("first_reading", "<u8"),  # of the document in the files of readings
        ("readings", "<u4"),  # how many it has there
        ("public", "?"),
        ("checked", "?"),
        ("labels", "<u8"),  # offset in their file
        ("labels_size", "<u4"),
        ("recorded_on", "<i4"),  # date.toordinal(), 0 when not known
        ("lengths", "<u4", (len(FIELDS),)),  # tokens in each field, separators inside it too
        ("content", "<u8"),  # `proof.hash_content` of what it was made from
        ("checksum", "<u4"),  # `proof.checksum` of this row and all it leads to
    ]
)
"""What is known of a recording without opening its packed tracks."""

_BLOCK_POSTINGS = 512

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

    def index(
        self,
        value: Mapping[str, int],
        **_: object,
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
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


class GroupedPostings:
    """Gathers a commit's postings by term, in place of Whoosh's sorting pool.

    Documents come in ascending order, so only the terms need sorting; Whoosh sorts, pickles
    and merges every posting. Takes 8 bytes a posting: 8 MB for 130 recordings of 10,000
    words, so whoever adds many commits now and then.
    """

    def __init__(self) -> None:
        self._postings: dict[tuple[str, bytes], tuple[array[int], array[float]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take one posting: field, term, document, weight, value (never used here)."""
        field, term, document, weight, _ = item
        key = (field, term)
        posting = self._postings.get(key)
        if posting is None:
            posting = self._postings[key] = (array("I"), array("f"))
        posting[0].append(document)
        posting[1].append(weight)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Yield all postings by field, term and document."""
        for (field, term), posting in sorted(self._postings.items(), key=itemgetter(0)):
            for document, weight in zip(*posting, strict=True):
                yield field, term, document, weight, b""

    def cleanup(self) -> None:
        """Forget all."""
        self._postings.clear()


class BulkMatcher(W3LeafMatcher):  # type: ignore[misc] # Whoosh ships no types
    """Whoosh's reader of one term's postings, which can also give them all at once.

    Stepping through a common word's 1,000 recordings takes 4 ms in Whoosh's matchers, this
    takes 0.2 ms.
    """

    def read_all(self) -> tuple[list[int], list[float]]:
        """Return documents, ascending, and weights, block by block; deleted ones too."""
        documents: list[int] = []
        weights: list[float] = []
        self.reset()
        while self.is_active():
            self._read_ids()
            self._read_weights()
            documents.extend(self._ids)
            weights.extend(self._weights)
            self._next_block()
        return documents, weights


class Codec(W3Codec):  # type: ignore[misc] # Whoosh ships no types
    """Whoosh's own format, with larger blocks and names of segments that do not repeat.

    Whoosh draws them from `random`: whoever seeds it, in a model's code or a test, makes the
    next commit overwrite a segment of the last.
    """

    # Lengths are in our rows; for Whoosh to look them up it asks the disk for every posting.
    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK_POSTINGS)

    def postings_reader(
        self,
        dbfile: StructFile,
        terminfo: Any,  # noqa: ANN401 - Whoosh's signature
        format_: formats.Format,
        term: tuple[str, bytes] | None = None,
        scorer: Any = None,  # noqa: ANN401 - Whoosh's signature
    ) -> BulkMatcher:
        """Open a term's postings; never inlined, since every term has one at least."""
        offset, length = terminfo.extent()
        return BulkMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:  # noqa: ANN401, ARG002 - Whoosh's signature
        """Name the segment of a commit."""
        return W3Segment(self, indexname, segid=secrets.token_hex(8))


def open_writer(directory: Path) -> Any:  # noqa: ANN401 - Whoosh ships no types
    """Open Whoosh's writer on an index. Not compound: those are read whole into memory.

    Its files are summed when they are closed and nobody reads them yet, so that no commit is
    without, whenever its writer is killed.
    """
    writer = open_index(directory).writer(compound=False, codec=Codec())
    writer.pool = GroupedPostings()
    commit = writer._commit_toc  # noqa: SLF001 - Whoosh calls nothing else between the two

    def sum_and_commit(segments: list[W3Segment]) -> None:
        write_sums(directory)
        commit(segments)

    writer._commit_toc = sum_and_commit  # noqa: SLF001 - as above
    return writer


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
