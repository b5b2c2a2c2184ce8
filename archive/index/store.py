"""Where generations of the index live on disk, which one is current, and who may write.

    directory/
    ├── current            the name of the current generation, replaced atomically
    ├── write.lock         held for one update (flock: the kernel frees it with its process)
    ├── rebuild.lock       held while a generation is built aside
    ├── changes.log        recordings updated while one is built
    └── gen-000001/        one generation: Whoosh's files and `documents.bin`

Knows nothing of what is inside a generation.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.errors import IndexBusyError, SearchIndexError

_POLL_S = 0.02
_PREFIX = "gen-"


class Store:
    """The directory of a search index. Cheap; opens nothing until asked."""

    def __init__(self, directory: Path, *, lock_timeout_s: float) -> None:
        """Name the directory; it is made at the first write."""
        self.directory = directory
        self._lock_timeout_s = lock_timeout_s

    def current(self) -> Path | None:
        """Return the directory of the current generation; None when there is none yet."""
        try:
            name = (self.directory / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise SearchIndexError(
                f"{self.directory / 'current'} cannot be read ({exc}); "
                "run `webinar-archive reindex`"
            ) from exc
        if not name.startswith(_PREFIX) or "/" in name:
            raise SearchIndexError(
                f"{self.directory / 'current'} names no generation of the search index; "
                "run `webinar-archive reindex`"
            )
        return self.directory / name

    def new_generation(self) -> Path:
        """Make the directory of the next generation. Under the write lock."""
        numbers = [int(path.name.removeprefix(_PREFIX)) for path in self._generations()]
        path = self.directory / f"{_PREFIX}{max(numbers, default=0) + 1:06d}"
        path.mkdir()
        return path

    def make_current(self, generation: Path) -> None:
        """Let searches go to this generation from now on. Under the write lock."""
        aside = self.directory / "current.new"
        with aside.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.directory / "current")

    def remove_unused(self) -> None:
        """Delete all generations but the current one. Under both locks.

        Searches under way in one keep its mapped files until they end.
        """
        try:
            current = self.current()
        except SearchIndexError:  # a rebuild is the remedy, so it must not stop here
            current = None
        for path in self._generations():
            if path != current:
                shutil.rmtree(path, ignore_errors=True)

    def abandon(self, generation: Path) -> None:
        """Delete a generation that was being built, unless it became current."""
        with suppress(SearchIndexError):
            if self.current() == generation:
                return
        shutil.rmtree(generation, ignore_errors=True)

    def _generations(self) -> list[Path]:
        return [
            path
            for path in self.directory.glob(f"{_PREFIX}*")
            if path.name.removeprefix(_PREFIX).isdecimal()
        ]

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Hold the right to change the index, waiting for others to finish.

        Raises:
            IndexBusyError: another process held it for longer than the time-out.
        """
        with self._locked("write.lock", self._lock_timeout_s, "is being written"):
            yield

    @contextmanager
    def rebuild_lock(self) -> Iterator[None]:
        """Hold the right to build a generation aside.

        Raises:
            IndexBusyError: another process is building one.
        """
        with self._locked("rebuild.lock", 0, "is already being rebuilt"):
            yield

    @contextmanager
    def _locked(self, name: str, timeout_s: float, doing: str) -> Iterator[None]:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            file = (self.directory / name).open("a")
        except OSError as exc:
            raise SearchIndexError(
                f"the search index in {self.directory} cannot be written ({exc.strerror}); "
                "check the directory's owner and the free disk space"
            ) from exc
        with file:
            deadline = time.monotonic() + timeout_s
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as exc:
                    if time.monotonic() >= deadline:
                        raise IndexBusyError(
                            f"the search index in {self.directory} {doing} by another "
                            "process; try again when it has finished"
                        ) from exc
                    time.sleep(_POLL_S)
            yield

    def open_journal(self) -> None:
        """Begin to note changes for a rebuild. Under both locks."""
        (self.directory / "changes.log").write_bytes(b"")

    def note_changes(self, recording_ids: Iterable[int]) -> bool:
        """Note what an update changes, if a rebuild wants to know. Under the write lock.

        Before the change itself: a noted change that was not made is only read again. Returns
        whether it was noted; a rebuild that was killed leaves its journal open until the next.
        """
        path = self.directory / "changes.log"
        if not path.exists():
            return False
        with path.open("a", encoding="ascii") as file:
            file.writelines(f"{recording_id}\n" for recording_id in recording_ids)
        return True

    def noted_changes(self) -> frozenset[int]:
        """Return the recordings changed since the journal was opened. Under the write lock."""
        text = (self.directory / "changes.log").read_text(encoding="ascii")
        return frozenset(int(line) for line in text.split())

    def close_journal(self) -> None:
        """Stop noting changes."""
        with suppress(FileNotFoundError):
            (self.directory / "changes.log").unlink()
