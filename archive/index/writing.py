"""Change one generation: add, replace and remove documents as one commit; keep parts few.

Under the store's write lock (or on a generation nobody reads yet); never at the same time
as another.
"""

import logging
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from whoosh.reading import SegmentReader

from archive.errors import SearchIndexError
from archive.index.files import GenerationWriter, check_format
from archive.index.labels import pack_labels
from archive.index.packing import Packer
from archive.index.proof import checksum, hash_content
from archive.index.schema import (
    KEY_FIELD,
    ROW,
    ROW_FIELD,
    create_index,
    open_index,
    open_writer,
    stem_field,
    surface_field,
)
from archive.index.tokens import FIELDS
from archive.index.values import IndexDocument, Track

logger = logging.getLogger(__name__)

# Whoosh's own policy left 16 segments after 15 commits. Here eight segments of one size
# become one of the next; past the last size only a rebuild joins them, since merging costs
# 60 ms a recording and the next update waits for it.
_MERGED_TOGETHER = 8
_LARGEST_MERGED = 64


@contextmanager
def _writing(generation: Path) -> Iterator[None]:
    """Wrap what goes wrong in writing Whoosh's files; on damage it raises anything."""
    try:
        yield
    except SearchIndexError:
        raise
    except Exception as exc:
        raise SearchIndexError(
            f"the search index in {generation} cannot be written ({type(exc).__name__}: {exc}); "
            "check the free disk space, then run `webinar-archive reindex`"
        ) from exc


def create_generation(directory: Path) -> None:
    """Make an empty index in an existing directory."""
    with _writing(directory):
        files = GenerationWriter(directory)
        files.flush()
        files.close()
        create_index(directory)


class Commit:
    """Changes to one generation that become visible together, when the block ends well.

    Within one commit a recording may be added once. An error leaves the generation as it was.
    """

    def __init__(self, generation: Path, packer: Packer) -> None:
        """Begin a commit.

        Raises:
            OutdatedIndexError: another version of the archive wrote the generation.
            SearchIndexError: the generation cannot be opened.
        """
        self._generation = generation
        self._packer = packer
        with _writing(generation):
            check_format(generation)
            self._writer = open_writer(generation)
            self._files = GenerationWriter(generation)

    def add(self, document: IndexDocument) -> None:
        """Add a document of a recording that is not in the index (any more)."""
        packing = self._packer.pack(document)
        tracks = b"".join(packing.tracks[track] for track in Track)
        with _writing(self._generation):
            offset = self._files.append_document(tracks)
            first_token = self._files.append_tokens(packing.tokens, packing.certainties)
            first_reading = self._files.append_readings(packing.families, packing.sounds)
            labels = pack_labels(document)
            labels_at = self._files.append_labels(labels)
        row = np.zeros((), ROW)
        row["recording_id"] = document.recording_id
        row["version"] = document.version
        row["public"] = document.public
        row["checked"] = document.checked
        row["labels"], row["labels_size"] = labels_at, len(labels)
        row["offset"] = offset
        row["sizes"] = [len(packing.tracks[track]) for track in Track]
        row["first_token"] = first_token
        row["first_reading"], row["readings"] = first_reading, len(packing.families)
        row["recorded_on"] = document.recorded_on.toordinal() if document.recorded_on else 0
        row["lengths"] = [packing.counts[field].length for field in FIELDS]
        row["content"] = hash_content(document)
        words = (packing.tokens.surfaces, packing.tokens.stems, packing.certainties)
        heard = (packing.families, packing.sounds.view(np.uint8))
        row["checksum"] = checksum(row, (tracks, *words, *heard, labels))
        values: dict[str, Any] = {
            KEY_FIELD: str(document.recording_id),
            ROW_FIELD: row.tobytes(),
        }
        for field in FIELDS:
            values[surface_field(field)] = packing.counts[field].surfaces
            values[stem_field(field)] = packing.counts[field].stems
        with _writing(self._generation):
            self._writer.add_document(**values)

    def remove(self, recording_ids: Iterable[int]) -> None:
        """Take recordings out, as they were before this commit; those not in it are fine."""
        with _writing(self._generation):
            for recording_id in recording_ids:
                self._writer.delete_by_term(KEY_FIELD, str(recording_id))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                with _writing(self._generation):
                    self._files.flush()
                    self._writer.commit(merge=False)
        finally:
            self._files.close()
            with suppress(Exception):  # the error that led here says more than this one
                if not self._writer.is_closed:
                    self._writer.cancel()


def merge_small(generation: Path) -> None:
    """Join small parts of a generation, when enough have gathered, as a commit of its own."""
    with _writing(generation):
        reader = open_index(generation).reader()
        parts = [(leaf.doc_count_all(), leaf.doc_count()) for leaf, _ in reader.leaf_readers()]
        reader.close()
        if not _to_merge(parts):
            return
        started = time.monotonic()
        open_writer(generation).commit(mergetype=_merge)
    logger.info(
        "generation=%s merged took_ms=%d", generation.name, (time.monotonic() - started) * 1000
    )


def _to_merge(parts: Collection[tuple[int, int]]) -> list[int]:
    """Choose the parts to merge, given (documents, documents not deleted) of each."""
    dead = [number for number, (_, live) in enumerate(parts) if live == 0]
    size = 1
    while size <= _LARGEST_MERGED:
        alike = [
            number
            for number, (_, live) in enumerate(parts)
            if size <= live < size * _MERGED_TOGETHER
        ]
        if len(alike) >= _MERGED_TOGETHER:
            return sorted(alike + dead)
        size *= _MERGED_TOGETHER
    return dead


def _merge(writer: Any, segments: list[Any]) -> list[Any]:  # noqa: ANN401 - Whoosh ships no types
    """Copy the chosen segments into the writer; return the ones that stay."""
    parts = [(s.doc_count_all(), s.doc_count_all() - s.deleted_count()) for s in segments]
    chosen = _to_merge(parts)
    for number in chosen:
        if parts[number][1]:
            reader = SegmentReader(writer.storage, writer.schema, segments[number])
            writer.add_reader(reader)
            reader.close()
    return [segment for number, segment in enumerate(segments) if number not in chosen]
