"""The latest commit of the index, kept open until there is a newer one."""

import threading
from pathlib import Path

from archive.errors import SearchIndexError
from archive.index.places import LatestPlaces
from archive.index.snapshot import Snapshot
from archive.index.store import Store

_OPEN_ATTEMPTS = 3


class LatestSnapshot:
    """Keeps the latest commit open and replaces it when there is a newer one."""

    def __init__(self, store: Store, *, cache_bytes: int) -> None:
        """Take the store to follow; opens nothing yet."""
        self._store = store
        self._cache_bytes = cache_bytes
        self._latest_places = LatestPlaces()
        self._latest_readings = LatestPlaces(frequent=1)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def get(self) -> Snapshot | None:
        """Return the latest commit, opened; None when nothing was ever indexed.

        While one thread opens a new commit the others go on with the one before.

        Raises:
            SearchIndexError: the index is damaged.
        """
        generation = self._store.current()
        if generation is None:
            return None
        snapshot = self._snapshot
        if _is_current(snapshot, generation):
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot
        try:
            if not _is_current(self._snapshot, generation):
                self._snapshot = self._open()
            return self._snapshot
        finally:
            self._lock.release()

    def _open(self) -> Snapshot | None:
        """Open the latest commit; again when its files were replaced between two steps."""
        for _ in range(_OPEN_ATTEMPTS - 1):
            generation = self._store.current()
            try:
                return self._open_once(generation)
            except FileNotFoundError:
                continue
            except SearchIndexError:
                if self._store.current() == generation:
                    raise
        try:
            return self._open_once(self._store.current())
        except FileNotFoundError as exc:
            raise SearchIndexError(
                f"a file of the search index is missing ({exc.filename}); "
                "run `webinar-archive reindex`"
            ) from exc

    def _open_once(self, generation: Path | None) -> Snapshot | None:
        if generation is None:
            return None
        return Snapshot(
            generation,
            cache_bytes=self._cache_bytes,
            latest_places=self._latest_places,
            latest_readings=self._latest_readings,
        )


def _is_current(snapshot: Snapshot | None, generation: Path) -> bool:
    return snapshot is not None and snapshot.generation == generation and snapshot.is_current()
