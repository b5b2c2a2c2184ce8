"""The search index as the rest of the archive sees it: search, update, rebuild.

The web searches, the worker writes; both open the same directory. Everything in it is
derived from the database and can be rebuilt.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.errors import SearchIndexError
from archive.index import moments as moments_of
from archive.index.leaves import LeafReader
from archive.index.packed import FIELDS, TRANSCRIPT
from archive.index.packing import Packer
from archive.index.query import Node, describe, parse
from archive.index.ranking import Ranker
from archive.index.snapshot import Snapshot
from archive.index.store import Store
from archive.index.values import Hit, IndexDocument, IndexedState, Moment, ResultPage
from archive.index.writing import Commit, create_generation, merge_small

logger = logging.getLogger(__name__)

_MATCH_STARTS = 500
_MAX_PAGE_SIZE = 100
_OPEN_ATTEMPTS = 5
_CACHE_BYTES = 32 * 2**20


class SearchIndex:
    """A search index in a directory. Cheap to make; share one among threads.

    Searching never waits for writers. A change is seen by the next search, in any process.
    """

    def __init__(
        self, directory: Path, *, lock_timeout_s: float = 60.0, cache_bytes: int = _CACHE_BYTES
    ) -> None:
        """Name the directory; it is made at the first write.

        Args:
            directory: for the index alone.
            lock_timeout_s: how long a write waits for another to finish.
            cache_bytes: memory for what searches read before, per process.
        """
        self._store = Store(directory, lock_timeout_s=lock_timeout_s)
        self._cache_bytes = cache_bytes
        self._leaf_reader = LeafReader()
        self._open_lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    # Searching

    def search(
        self,
        query: str,
        *,
        page: int = 1,
        page_size: int = 10,
        public_only: bool = True,
        moments_per_recording: int = 3,
    ) -> ResultPage:
        """Find recordings, best first, with their best moments.

        Args:
            query: as typed; see `archive.index.query`. Nothing typed is an error.
            page: from 1.
            page_size: 1 to 100.
            public_only: leave out what is not public; it is not counted either.
            moments_per_recording: how many moments to describe of each.

        Raises:
            SearchIndexError: the index is damaged.
        """
        page = max(page, 1)
        page_size = min(max(page_size, 1), _MAX_PAGE_SIZE)
        node = parse(query)
        snapshot = self._current_snapshot()
        total, hits = 0, ()
        if node is not None and snapshot is not None:
            ranker = Ranker(snapshot, self._leaf_reader, _visible(snapshot, public_only))
            found = ranker.evaluate(node)
            if found is not None:
                order = ranker.order(found)
                total = len(order)
                shown = order[(page - 1) * page_size : page * page_size]
                hits = tuple(
                    _make_hit(ranker, node, int(number), found.scores, moments_per_recording)
                    for number in shown
                )
        return ResultPage(
            query=query,
            understood=describe(node),
            total=total,
            page=page,
            page_size=page_size,
            hits=hits,
        )

    def moments(
        self, query: str, recording_id: int, *, public_only: bool = True
    ) -> tuple[Moment, ...]:
        """Find every moment of one recording that matches any part of the query, in order.

        Raises:
            SearchIndexError: the index is damaged.
        """
        found = self._matches_in(query, recording_id, public_only=public_only)
        if found is None:
            return ()
        document, matches = found
        return tuple(
            moments_of.describe(document, matches, one) for one in moments_of.cluster(matches)
        )

    def matched_words(
        self, query: str, recording_id: int, *, public_only: bool = True
    ) -> tuple[tuple[int, int], ...]:
        """Find the words of one recording that match any part of the query.

        Returns:
            Start and end of each word in ms, in order of time.

        Raises:
            SearchIndexError: the index is damaged.
        """
        found = self._matches_in(query, recording_id, public_only=public_only)
        return tuple(moments_of.matched_words(*found)) if found else ()

    def contents(self) -> Mapping[int, IndexedState]:
        """Tell what the index holds, by recording.

        Raises:
            SearchIndexError: the index is damaged.
        """
        snapshot = self._current_snapshot()
        if snapshot is None:
            return {}
        rows = snapshot.rows[snapshot.live]
        return {
            recording_id: IndexedState(version=version, public=public)
            for recording_id, version, public in zip(
                rows["recording_id"].tolist(),
                rows["version"].tolist(),
                rows["public"].tolist(),
                strict=True,
            )
        }

    def wasted_share(self) -> float:
        """Tell which share in [0, 1] of the stored words belongs to replaced documents.

        A rebuild frees it.
        """
        snapshot = self._current_snapshot()
        if snapshot is None:
            return 0.0
        used = int(snapshot.rows["size"][snapshot.live].sum())
        return max(1 - used / max(snapshot.size_bytes, 1), 0.0) if used else 0.0

    # Writing

    def update(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace documents, as one commit; of several for a recording the last counts.

        Idempotent. On return the next search in any process sees the change.

        Raises:
            SearchIndexError: the index is damaged, or another process did not stop writing.
        """
        latest = {document.recording_id: document for document in documents}
        self._change(latest, latest.values())

    def remove(self, recording_ids: Iterable[int]) -> None:
        """Take recordings out, as one commit; those not in the index are fine.

        Raises:
            SearchIndexError: the index is damaged, or another process did not stop writing.
        """
        self._change(set(recording_ids), ())

    def rebuild(
        self,
        documents: Iterable[IndexDocument],
        *,
        reload: Callable[[Sequence[int]], Iterable[IndexDocument]],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Build the index anew beside the old one and put it in its place.

        Searches and updates go on meanwhile, in the old one; what is updated is read again
        at the end, so nothing is lost. Killed at any moment it leaves the old one in place.

        Args:
            documents: all of them, each recording once, read while building.
            reload: reads these recordings anew from the database; those it does not
                return are taken out. Called once at the end, while updates wait.
            progress: told the number of documents done, after each.

        Returns:
            The number of documents indexed, those read again not counted.

        Raises:
            SearchIndexError: another process is rebuilding, or did not stop writing.
        """
        with self._store.rebuild_lock():
            with self._store.write_lock():
                self._store.remove_unused()
                generation = self._store.new_generation()
                self._store.open_journal()
            try:
                done = self._build(generation, documents, progress)
                with self._store.write_lock():
                    changed = self._store.noted_changes()
                    if changed:
                        fresh = {d.recording_id: d for d in reload(sorted(changed))}
                        _apply(generation, changed | set(fresh), fresh.values())
                    self._store.make_current(generation)
                    self._store.close_journal()
                    self._store.remove_unused()
            except BaseException:
                self._store.close_journal()
                self._store.remove(generation)
                raise
        logger.info("generation=%s built documents=%d", generation.name, done)
        return done

    def _build(
        self,
        generation: Path,
        documents: Iterable[IndexDocument],
        progress: Callable[[int], None] | None,
    ) -> int:
        create_generation(generation)
        seen: set[int] = set()
        with Commit(generation, Packer()) as commit:
            for document in documents:
                if document.recording_id in seen:
                    raise SearchIndexError(
                        f"recording {document.recording_id} was given twice to a rebuild of "
                        "the search index"
                    )
                seen.add(document.recording_id)
                commit.add(document)
                if progress is not None:
                    progress(len(seen))
        return len(seen)

    def _change(self, replaced: Iterable[int], documents: Iterable[IndexDocument]) -> None:
        ids = sorted(replaced)
        if not ids:
            return
        with self._store.write_lock():
            generation = self._store.current()
            if generation is None:
                generation = self._store.new_generation()
                create_generation(generation)
                self._store.make_current(generation)
            self._store.note_changes(ids)
            _apply(generation, ids, documents)
            merge_small(generation)

    # Reading

    def _current_snapshot(self) -> Snapshot | None:
        """Return the latest commit, opened; None when nothing was ever indexed.

        One thread opens a new one while others go on with the one before.
        """
        generation = self._store.current()
        if generation is None:
            return None
        snapshot = self._snapshot
        if _is_current(snapshot, generation):
            return snapshot
        if not self._open_lock.acquire(blocking=snapshot is None):
            return snapshot
        try:
            if not _is_current(self._snapshot, generation):
                self._snapshot = self._open_snapshot()
            return self._snapshot
        finally:
            self._open_lock.release()

    def _open_snapshot(self) -> Snapshot | None:
        for attempt in range(_OPEN_ATTEMPTS):
            generation = self._store.current()
            if generation is None:
                return None
            try:
                return Snapshot(generation, cache_bytes=self._cache_bytes)
            except (FileNotFoundError, SearchIndexError) as exc:
                # Not damage if a rebuild or a commit took its files away between two steps.
                moved = self._store.current() != generation
                if attempt == _OPEN_ATTEMPTS - 1 or not (moved or _is_missing(exc)):
                    raise SearchIndexError(
                        f"the search index in {generation} cannot be read ({exc}); "
                        "run `webinar-archive reindex`"
                    ) from exc
        return None

    def _matches_in(
        self, query: str, recording_id: int, *, public_only: bool
    ) -> tuple[moments_of.PackedDocument, moments_of.Matches] | None:
        node = parse(query)
        snapshot = self._current_snapshot()
        if node is None or snapshot is None:
            return None
        number = snapshot.find(recording_id)
        if number is None or not _visible(snapshot, public_only)[number]:
            return None
        document = snapshot.document(number)
        return document, moments_of.find_matches(document, self._leaf_reader.wanted_leaves(node))


def _is_current(snapshot: Snapshot | None, generation: Path) -> bool:
    return snapshot is not None and snapshot.generation == generation and snapshot.is_current()


def _is_missing(error: BaseException) -> bool:
    return isinstance(error, FileNotFoundError)


def _visible(snapshot: Snapshot, public_only: bool) -> NDArray[np.bool_]:  # noqa: FBT001 - private
    return snapshot.live & snapshot.rows["public"] if public_only else snapshot.live


def _apply(
    generation: Path, replaced: Iterable[int], documents: Iterable[IndexDocument]
) -> None:
    with Commit(generation, Packer()) as commit:
        commit.remove(replaced)
        for document in documents:
            commit.add(document)


def _make_hit(
    ranker: Ranker, node: Node, number: int, scores: NDArray[np.float32], moment_count: int
) -> Hit:
    snapshot, leaves = ranker.snapshot, ranker.reader.wanted_leaves(node)
    document = snapshot.document(number)
    matches = moments_of.find_matches(document, leaves)
    clusters = moments_of.cluster(matches)
    weights = {index: ranker.leaf_weights.get(leaf, 0.0) for index, leaf in enumerate(leaves)}
    best = moments_of.choose_best(matches, clusters, weights, moment_count)
    starts_ms = matches.start_ms
    if len(starts_ms) > _MATCH_STARTS:
        starts_ms = starts_ms[np.linspace(0, len(starts_ms) - 1, _MATCH_STARTS).astype(np.int64)]
    return Hit(
        recording_id=int(snapshot.rows["recording_id"][number]),
        score=float(scores[number]),
        matched_fields=tuple(
            name
            for name in FIELDS[:TRANSCRIPT]
            if name in ranker.field_masks and ranker.field_masks[name][number]
        ),
        moment_count=len(clusters),
        moments=tuple(moments_of.describe(document, matches, one) for one in best),
        match_starts_ms=tuple(starts_ms.tolist()),
    )
