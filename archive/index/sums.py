"""Checksums of Whoosh's own files, which are written once: a file of them beside each part.

Named as Whoosh names the files of a part, so that it is removed together with them.
"""

import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from archive.errors import SearchIndexError

_PART = "MAIN_"
_SUMS = ".sums"
_READ_BYTES = 2**20


def write_sums(generation: Path) -> None:
    """Sum the files of each part that has no sums yet. Under the write lock, before a commit."""
    for part in {path.name.partition(".")[0] for path in generation.glob(f"{_PART}*.*")}:
        kept = generation / f"{part}{_SUMS}"
        if kept.exists():
            continue
        aside = kept.with_suffix(f"{_SUMS}.new")
        with aside.open("w", encoding="ascii") as file:
            json.dump(_sum_files(generation, part), file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(kept)


def check_sums(generation: Path, parts: Iterable[str]) -> None:
    """Compare the files of these parts with their sums.

    Raises:
        OSError, ValueError: a file is missing, or what was kept is not readable.
        SearchIndexError: they differ.
    """
    for part in parts:
        kept = generation / f"{part}{_SUMS}"
        wanted = json.loads(kept.read_text(encoding="ascii"))
        found = _sum_files(generation, f"{part}")
        if found != wanted:
            names = sorted(name for name in found | wanted if found.get(name) != wanted.get(name))
            raise SearchIndexError(
                f"files in {generation} are not as they were written ({', '.join(names)}); "
                "run `webinar-archive reindex`"
            )


def _sum_files(generation: Path, part: str) -> dict[str, int]:
    paths = sorted(generation.glob(f"{part}.*"))
    return {path.name: _sum_file(path) for path in paths if _SUMS not in path.suffixes}


def _sum_file(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            found = zlib.crc32(piece, found)
    return found
