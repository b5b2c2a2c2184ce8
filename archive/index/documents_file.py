"""The file of a generation that holds its packed documents, one after the other.

Append-only: a commit refers to what it needs by offset and size, so a reader of an older
commit and a writer of the next share the file, and what a killed writer left behind is
never looked at. Space of replaced documents is freed by a rebuild.
"""

import mmap
import os
from pathlib import Path
from typing import BinaryIO

from archive.errors import SearchIndexError
from archive.index.packed import ALIGNMENT, PackedDocument

_NAME = "documents.bin"
_FORMAT = b"webinar-archive documents 1\n".ljust(32)


class DocumentsWriter:
    """Appends packed documents. One at a time, under the write lock."""

    def __init__(self, generation: Path) -> None:
        """Open the file of a generation, or begin it."""
        self._file: BinaryIO = (generation / _NAME).open("ab")
        if self._file.tell() == 0:
            self._file.write(_FORMAT)

    def append(self, data: bytes) -> int:
        """Write one packed document and return its offset."""
        self._file.write(bytes(-self._file.tell() % ALIGNMENT))
        offset = self._file.tell()
        self._file.write(data)
        return offset

    def flush(self) -> None:
        """Bring what was appended to the disk, before a commit refers to it."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; twice is fine."""
        self._file.close()


class DocumentsReader:
    """Reads packed documents, memory-mapped as the file was when opened. For any threads."""

    def __init__(self, generation: Path) -> None:
        """Map the file of a generation.

        Raises:
            FileNotFoundError: the generation is gone.
            SearchIndexError: another version of the archive wrote it.
        """
        path = generation / _NAME
        with path.open("rb") as file:
            if file.read(len(_FORMAT)) != _FORMAT:
                raise SearchIndexError(
                    f"{path} is damaged or from another version; run `webinar-archive reindex`"
                )
            self._buffer = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    @property
    def size_bytes(self) -> int:
        """Size of the file as mapped."""
        return len(self._buffer)

    def read(self, offset: int, size: int) -> PackedDocument:
        """Open the packed document at an offset.

        Raises:
            SearchIndexError: there is none.
        """
        return PackedDocument(self._buffer[offset : offset + size])
