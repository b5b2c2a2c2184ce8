"""Where bytes are kept: content-addressed by sha256 in a local directory.

`Incoming` receives a file piece by piece, hashing as it goes, and becomes a stored file
by one rename; dropped at any point it leaves nothing behind. A path comes from a storage
key, never from a user's file name. An object store can take this module's place later.
"""

import errno
import hashlib
import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from archive.errors import DiskFullError, NotFoundError, TooLargeError
from archive.sniff import HEAD_BYTES, check_head

logger = logging.getLogger(__name__)

RESERVE_BYTES = 64 * 1024**2
"""Disk that deposits leave free, so that database and index can still write."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STALE_AFTER_S = 24 * 3600
_STEP = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes that are in the store."""

    sha256: str
    size_bytes: int


class Storage:
    """A directory of content-addressed files."""

    def __init__(self, root: Path, *, free_bytes: Callable[[Path], int] | None = None) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._free_bytes = free_bytes or _free_bytes
        self._incoming.mkdir(parents=True, exist_ok=True)

    @property
    def free_bytes(self) -> int:
        """Free disk that deposits may use, in bytes."""
        return max(self._free_bytes(self._root) - RESERVE_BYTES, 0)

    def path(self, sha256: str) -> Path:
        """Return where a stored file lies.

        Raises:
            NotFoundError: it is not in the store.
        """
        path = self._place(sha256)
        if not path.is_file():
            raise NotFoundError(
                f"stored file {sha256[:12]} is not in {self._root}; restore it from a backup"
            )
        return path

    def check_room(self, size_bytes: int, *, max_bytes: int) -> None:
        """Refuse a file that cannot be taken, before its bytes travel.

        Raises:
            TooLargeError: larger than `max_bytes`.
            DiskFullError: larger than the free disk.
        """
        if size_bytes > max_bytes:
            raise _too_large(size_bytes, max_bytes)
        if size_bytes > self.free_bytes:
            raise _disk_full(size_bytes, self.free_bytes)

    def receive(
        self,
        *,
        name: str,
        expected_bytes: int | None = None,
        max_bytes: int | None = None,
        check: Callable[[bytes, str], None] = check_head,
    ) -> "Incoming":
        """Begin to receive a deposited file.

        Args:
            name: The user's name for it; only tells what kind of file it claims to be.
            expected_bytes: How large it will be, if known; told in the disk-full message.
            max_bytes: The most that is taken.
            check: Looks at the first bytes and the name, and raises where it is no such file.
        """
        return Incoming(
            self,
            self._aside(),
            name=name,
            expected_bytes=expected_bytes,
            max_bytes=max_bytes,
            check=check,
        )

    def keep(self, path: Path) -> Blob:
        """Move a derived file into the store; the path is gone afterwards."""
        sha256 = hash_file(path)
        size_bytes = path.stat().st_size
        self._settle(path, sha256)
        return Blob(sha256=sha256, size_bytes=size_bytes)

    def adopt(self, path: Path, sha256: str) -> Blob:
        """Move a file of known hash into the store; done again after a kill, it does nothing.

        Raises:
            NotFoundError: it is neither at the path nor in the store.
        """
        if path.exists():
            self._settle(path, sha256)
        return Blob(sha256=sha256, size_bytes=self.path(sha256).stat().st_size)

    def keep_bytes(self, content: bytes) -> Blob:
        """Put a small derived file into the store."""
        aside = self._aside()
        aside.write_bytes(content)
        return self.keep(aside)

    def verify(self, sha256: str, on_progress: Callable[[float], None] | None = None) -> bool:
        """Tell whether a stored file's bytes are those it was stored with."""
        return hash_file(self.path(sha256), on_progress) == sha256

    def delete(self, sha256: str) -> None:
        """Remove a stored file; nothing happens when it is not there."""
        self._place(sha256).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what uploads that died long ago left behind; returns how many files."""
        stale = [
            path
            for path in self._incoming.iterdir()
            if time.time() - path.stat().st_mtime > _STALE_AFTER_S
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise NotFoundError(f"{sha256!r} is not a storage key")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _aside(self) -> Path:
        return self._incoming / uuid.uuid4().hex

    def _settle(self, path: Path, sha256: str) -> None:
        place = self._place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        # Replaced even when there: the same bytes, and whole if a crash had cut them.
        shutil.move(path, place)


class Incoming:
    """A file being received: write to it, then `finish`; leaving the block drops it."""

    def __init__(
        self,
        storage: Storage,
        path: Path,
        *,
        name: str,
        expected_bytes: int | None,
        max_bytes: int | None,
        check: Callable[[bytes, str], None],
    ) -> None:
        self._storage = storage
        self._look_at = check
        self._path = path
        self._name = name
        self._expected_bytes = expected_bytes
        self._max_bytes = max_bytes
        self._hash = hashlib.sha256()
        self._head = b""
        self._head_checked = False
        self._file: BinaryIO = path.open("w+b")
        self.size_bytes = 0

    @property
    def path(self) -> Path:
        """Where the bytes lie until `finish`."""
        return self._path

    def write(self, piece: bytes) -> int:
        """Take the next bytes.

        Raises:
            NotMediaError: the first bytes show that it is no recording (or what `check` raises).
            TooLargeError: more than `max_bytes` came.
            DiskFullError: the disk is full.
        """
        self.size_bytes += len(piece)
        if self._max_bytes is not None and self.size_bytes > self._max_bytes:
            raise _too_large(max(self._expected_bytes or 0, self.size_bytes), self._max_bytes)
        if not self._head_checked:
            self._head += piece[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                self._check_head()
        self._hash.update(piece)
        try:
            return self._file.write(piece)
        except OSError as exc:
            raise self._write_failed(exc) from exc

    def check(self) -> None:
        """Look at what was received as a whole; afterwards `path` has all of it.

        Raises:
            NotMediaError: nothing came, or what came is no recording.
            DiskFullError: the disk is full.
        """
        if not self._head_checked:
            self._check_head()
        try:
            self._file.flush()
        except OSError as exc:
            raise self._write_failed(exc) from exc

    def finish(self) -> Blob:
        """Put what was received into the store.

        Raises:
            NotMediaError: nothing came, or what came is no recording.
            DiskFullError: the disk is full.
        """
        self.check()
        try:
            os.fsync(self._file.fileno())
        except OSError as exc:
            raise self._write_failed(exc) from exc
        self._file.close()
        sha256 = self._hash.hexdigest()
        self._storage._settle(self._path, sha256)  # noqa: SLF001 - the two are one part
        return Blob(sha256=sha256, size_bytes=self.size_bytes)

    def drop(self) -> None:
        """Forget what was received."""
        self._path.unlink(missing_ok=True)
        # Closing writes what is buffered still, which a full disk refuses: it is not wanted.
        with suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()

    def _check_head(self) -> None:
        self._head_checked = True
        self._look_at(self._head, self._name)

    def _write_failed(self, exc: OSError) -> Exception:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            needed = max(self._expected_bytes or 0, self.size_bytes)
            return _disk_full(needed, self._storage.free_bytes + self.size_bytes)
        return exc


def format_bytes(size_bytes: int) -> str:
    """Write a size as people read it: `740 B`, `12 kB`, `3.4 MB`, `1.2 GB` (powers of 1000)."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < _STEP:
            decimals = 1 if unit in ("MB", "GB") and size < 10 else 0  # noqa: PLR2004 - two digits
            return f"{size:.{decimals}f} {unit}"
        size /= _STEP
    return f"{size:.1f} TB"


def _too_large(size_bytes: int, max_bytes: int) -> TooLargeError:
    return TooLargeError(
        f"The file is {format_bytes(size_bytes)}; this archive takes up to "
        f"{format_bytes(max_bytes)}. Export it at a lower quality, or ask the administrator "
        "to raise ARCHIVE_MAX_UPLOAD_BYTES."
    )


def _disk_full(needed_bytes: int, free_bytes: int) -> DiskFullError:
    return DiskFullError(
        f"The archive's disk is full: this file needs {format_bytes(needed_bytes)} and "
        f"{format_bytes(free_bytes)} are free. Nothing was kept. Ask the administrator to "
        f"free {format_bytes(max(needed_bytes - free_bytes, 1_000_000))}, then deposit it again."
    )


def _free_bytes(path: Path) -> int:
    return shutil.disk_usage(path).free


def hash_file(path: Path, on_progress: Callable[[float], None] | None = None) -> str:
    """Return the sha256 of a file, read piece by piece; progress is told in [0, 1]."""
    digest = hashlib.sha256()
    size_bytes = max(path.stat().st_size, 1)
    done = 0
    with path.open("rb") as file:
        while piece := file.read(4 * 1024**2):
            digest.update(piece)
            done += len(piece)
            if on_progress:
                on_progress(done / size_bytes)
    return digest.hexdigest()
