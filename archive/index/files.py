"""The files of a generation that Whoosh knows nothing of: tokens, packed tracks, labels, readings.

Append-only: a commit refers to what it needs by place and size, so a reader of an older
commit and a writer of the next share the files, and what a killed writer left behind is
never looked at. Space of replaced documents is freed by a rebuild.
"""

import mmap
import os
from io import BufferedWriter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.errors import OutdatedIndexError, SearchIndexError
from archive.index.packed import PackedTrack
from archive.index.readings import SOUND, Families, PackedReadings, Sounds
from archive.index.tokens import Tokens

_DOCUMENTS, _SURFACES, _STEMS = "documents.bin", "surfaces.bin", "stems.bin"
_LABELS, _CERTAINTIES = "labels.bin", "certainties.bin"
_FAMILIES, _SOUNDS = "families.bin", "sounds.bin"
_FORMAT_NAME = b"webinar-archive documents "
# The number counts changes of anything in a generation: fields, rows, terms, packed tracks.
_FORMAT = (_FORMAT_NAME + b"8\n").ljust(32)
_TOKEN_BYTES = _FAMILY_BYTES = 4


def check_format(generation: Path) -> None:
    """Check that a generation is of this version of the archive, before anything is read.

    Raises:
        FileNotFoundError: the generation is gone.
        OutdatedIndexError: another version wrote it.
        SearchIndexError: it is damaged.
    """
    with (generation / _DOCUMENTS).open("rb") as file:
        found = file.read(len(_FORMAT))
    if found == _FORMAT:
        return
    if found.startswith(_FORMAT_NAME) and len(found) == len(_FORMAT):
        raise OutdatedIndexError(
            f"the search index in {generation} was written by another version of the archive; "
            "run `webinar-archive reindex`"
        )
    raise SearchIndexError(f"{generation / _DOCUMENTS} is damaged; run `webinar-archive reindex`")


class GenerationWriter:
    """Appends documents to the files of a generation. One at a time, under the write lock."""

    def __init__(self, generation: Path) -> None:
        """Open the files of a generation, or begin them."""
        self._documents = (generation / _DOCUMENTS).open("ab")
        self._surfaces = (generation / _SURFACES).open("ab")
        self._stems = (generation / _STEMS).open("ab")
        self._labels = (generation / _LABELS).open("ab")
        self._certainties = (generation / _CERTAINTIES).open("ab")
        self._families = (generation / _FAMILIES).open("ab")
        self._sounds = (generation / _SOUNDS).open("ab")
        if self._documents.tell() == 0:
            self._documents.write(_FORMAT)
        # A writer killed between them leaves them of different length.
        length = max(self._surfaces.tell(), self._stems.tell())
        self._token_count = max(-(-length // _TOKEN_BYTES), self._certainties.tell())
        for file in (self._surfaces, self._stems):
            file.truncate(self._token_count * _TOKEN_BYTES)
            file.seek(0, os.SEEK_END)
        self._certainties.truncate(self._token_count)
        self._certainties.seek(0, os.SEEK_END)
        counted = ((self._families, _FAMILY_BYTES), (self._sounds, SOUND.itemsize))
        self._reading_count = max(-(-file.tell() // size) for file, size in counted)
        for file, size in counted:
            file.truncate(self._reading_count * size)
            file.seek(0, os.SEEK_END)

    def append_document(self, data: bytes) -> int:
        """Write a document's packed tracks and return their offset."""
        offset = self._documents.tell()
        self._documents.write(data)
        return offset

    def append_labels(self, data: bytes) -> int:
        """Write a document's labels and return their offset."""
        offset = self._labels.tell()
        self._labels.write(data)
        return offset

    def append_tokens(self, tokens: Tokens, certainties: NDArray[np.uint8]) -> int:
        """Write a document's tokens, and how sure each is; return the number of its first."""
        first = self._token_count
        self._surfaces.write(tokens.surfaces.astype("<u4").tobytes())
        self._stems.write(tokens.stems.astype("<u4").tobytes())
        self._certainties.write(certainties.tobytes())
        self._token_count += len(tokens.surfaces)
        return first

    def append_readings(self, families: Families, sounds: Sounds) -> int:
        """Write how a document's readings sound; return the number of its first."""
        first = self._reading_count
        self._families.write(families.astype("<u4").tobytes())
        self._sounds.write(sounds.tobytes())
        self._reading_count += len(families)
        return first

    def _files(self) -> tuple[BufferedWriter, ...]:
        of_words = (self._surfaces, self._stems, self._certainties)
        return (self._documents, self._labels, *of_words, self._families, self._sounds)

    def flush(self) -> None:
        """Bring what was appended to the disk, before a commit refers to it."""
        for file in self._files():
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Close the files; twice is fine."""
        for file in self._files():
            file.close()


class GenerationReader:
    """Reads the files, memory-mapped as they were when opened. For any number of threads."""

    def __init__(self, generation: Path) -> None:
        """Map the files of a generation.

        Raises:
            FileNotFoundError: the generation is gone.
        """
        self._documents = _map(generation / _DOCUMENTS)
        surfaces, stems = _map(generation / _SURFACES), _map(generation / _STEMS)
        self.labels = _map(generation / _LABELS)
        """What documents are narrowed by, one after the other."""
        certainties = _map(generation / _CERTAINTIES)
        count = min(len(surfaces) // _TOKEN_BYTES, len(stems) // _TOKEN_BYTES, len(certainties))
        self.tokens = Tokens(
            np.frombuffer(surfaces, "<u4", count), np.frombuffer(stems, "<u4", count)
        )
        self.certainties = np.frombuffer(certainties, np.uint8, count)
        """How sure the recognizer was of each token: 255 is certain."""
        families, sounds = _map(generation / _FAMILIES), _map(generation / _SOUNDS)
        count = min(len(families) // _FAMILY_BYTES, len(sounds) // SOUND.itemsize)
        self.families: Families = np.frombuffer(families, "<u4", count)
        """Of what may have been said, as `archive.index.sounding` numbers them: uint32."""
        self.sounds: Sounds = np.frombuffer(sounds, SOUND, count)
        """Of the same, how each sounds."""

    @property
    def documents_bytes(self) -> int:
        """Size of the packed tracks as mapped."""
        return len(self._documents)

    def track(self, offset: int, size: int) -> PackedTrack:
        """Open the packed track at an offset.

        Raises:
            SearchIndexError: there is none.
        """
        return PackedTrack(self.documents(offset, size))

    def documents(self, offset: int, size: int) -> memoryview:
        """Return so many bytes of packed tracks from an offset on."""
        return self._documents[offset : offset + size]

    def readings(self, offset: int, size: int) -> PackedReadings:
        """Open the packed readings at an offset.

        Raises:
            SearchIndexError: there are none.
        """
        return PackedReadings(self._documents[offset : offset + size])


def _map(path: Path) -> memoryview:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
