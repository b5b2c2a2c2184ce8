"""Unfinished files on disk: as many bytes as really arrived, held by one request at a time.

A partial file is named after its upload's random id, never after the sender's file. What has
arrived is its size, so no kill and no power cut makes the archive believe in bytes it has not.
Knows nothing of tables or HTTP.
"""

import errno
import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import DiskFullError, UploadBusyError, UploadGoneError

_ID = re.compile(r"[A-Za-z0-9_-]{8,32}")
_POLL_S = 0.05
_IDLE_S = 3600.0
_WANTED_FOR_S = 10.0
"""An older wish to have a file is that of a request that has given up."""


class Partial:
    """A partial file that this request alone may write to."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._unchecked = _aside(path, "unchecked")
        self._settle()

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return self._path

    @property
    def offset(self) -> int:
        """How many bytes are there."""
        return self._file.seek(0, os.SEEK_END)

    def write(self, piece: bytes) -> None:
        """Add bytes at the end.

        Raises:
            DiskFullError: the disk is full; what fitted is kept.
        """
        while piece:
            try:
                written = self._file.write(piece)
            except OSError as exc:
                if exc.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise DiskFullError(
                        "The archive's disk is full. What arrived of the file is kept: ask the "
                        "administrator to free some space, then resume."
                    ) from exc
                raise
            piece = piece[written:]

    def sync(self) -> None:
        """Make sure that what was written outlives a power cut."""
        os.fsync(self._file.fileno())

    def head(self, count: int) -> bytes:
        """Return its first bytes."""
        return os.pread(self._file.fileno(), count, 0)

    def begin_unchecked(self) -> None:
        """Note that what is written from now on does not count until `keep_checked`."""
        aside = _aside(self._path, "noting")
        aside.write_text(str(self.offset), encoding="ascii")
        aside.replace(self._unchecked)

    def keep_checked(self) -> None:
        """Let what was written since `begin_unchecked` count."""
        self.sync()
        self._unchecked.unlink(missing_ok=True)

    def drop_unchecked(self) -> None:
        """Take away what was written since `begin_unchecked`."""
        self._settle()

    def is_wanted(self) -> bool:
        """Tell whether another request waits for this file: its sender may have come back."""
        with suppress(FileNotFoundError):
            age_s = time.time() - _aside(self._path, "wanted").stat().st_mtime
            return age_s < _WANTED_FOR_S
        return False

    def _settle(self) -> None:
        """Cut off what a request that died wrote without its checksum being looked at."""
        counted = _counted(self._unchecked)
        if counted is not None:
            self._file.truncate(counted)
            self._unchecked.unlink(missing_ok=True)
        self._file.seek(0, os.SEEK_END)


class PartialFiles:
    """The folder of partial files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, upload_id: str) -> None:
        """Make an empty one."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._place(upload_id).touch(exist_ok=False)

    def path(self, upload_id: str) -> Path:
        """Return where one lies, or would lie."""
        return self._place(upload_id)

    def exists(self, upload_id: str) -> bool:
        """Tell whether one is there."""
        return self._place(upload_id).is_file()

    def size(self, upload_id: str) -> int:
        """Return how many bytes are there, checked ones only; 0 when the file is not."""
        path = self._place(upload_id)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return 0
        counted = _counted(_aside(path, "unchecked"))
        return size if counted is None else min(size, counted)

    def kept_size(self, upload_id: str) -> int:
        """Return how many bytes are there and would outlive a power cut.

        Raises:
            UploadGoneError: there is no such file.
        """
        size = self.size(upload_id)
        try:
            with self._place(upload_id).open("rb") as file:
                os.fsync(file.fileno())
        except FileNotFoundError as exc:
            raise _gone() from exc
        return size

    @contextmanager
    def hold(self, upload_id: str, *, patience_s: float = 0.0) -> Iterator[Partial]:
        """Hold a file against every other request, of this process and of others.

        Args:
            upload_id: Whose file.
            patience_s: How long to wait for another to let go, which it does when it hears
                nothing from its sender any more (`Partial.is_wanted`).

        Raises:
            UploadBusyError: another holds it.
            UploadGoneError: there is no such file.
        """
        path = self._place(upload_id)
        try:
            file = path.open("r+b", buffering=0)
        except FileNotFoundError as exc:
            raise _gone() from exc
        with file:
            self._lock(file, path, time.monotonic() + patience_s)
            if not path.exists():  # whoever held it has put it away
                raise _gone()
            # An unbuffered file is a FileIO; typing knows it as BinaryIO only by its open mode.
            yield Partial(path, file)

    def drop(self, upload_id: str) -> None:
        """Remove a file and what stands beside it."""
        path = self._place(upload_id)
        for one in (path, *(_aside(path, name) for name in ("unchecked", "noting", "wanted"))):
            one.unlink(missing_ok=True)

    def idle_ids(self) -> frozenset[str]:
        """Return the uploads that have a file nothing was written to for an hour."""
        if not self._root.is_dir():
            return frozenset()
        return frozenset(
            path.name
            for path in self._root.iterdir()
            if _ID.fullmatch(path.name) and time.time() - path.stat().st_mtime > _IDLE_S
        )

    def _lock(self, file: BinaryIO, path: Path, until_s: float) -> None:
        wanted = _aside(path, "wanted")
        asked = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                if time.monotonic() >= until_s:
                    raise UploadBusyError(
                        "Another request is adding to this upload right now. Wait a moment, ask "
                        "how far it is, and go on from there."
                    ) from exc
                if not asked:
                    wanted.touch()
                    asked = True
                time.sleep(_POLL_S)
            else:
                wanted.unlink(missing_ok=True)
                return

    def _place(self, upload_id: str) -> Path:
        if not _ID.fullmatch(upload_id):
            raise _gone()
        return self._root / upload_id


def _aside(path: Path, name: str) -> Path:
    """Return the place of a note beside a file."""
    return path.with_name(f"{path.name}.{name}")


def _counted(note: Path) -> int | None:
    """Read how many bytes count; None: all."""
    try:
        return int(note.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _gone() -> UploadGoneError:
    return UploadGoneError("This upload is not here any more; begin it anew.")
