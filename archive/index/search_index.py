"""The search index as the rest of the archive sees it: search, update, rebuild.

The web searches, the worker writes; both open the same directory. Everything in it is
derived from the database and can be rebuilt.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from archive.errors import SearchIndexError
from archive.index.answering import Request, answer
from archive.index.completing import complete, occurring
from archive.index.damage import telling_damage
from archive.index.explaining import explain
from archive.index.holding import contents, holds, narrowed_to, wasted_share
from archive.index.inside import Inside
from archive.index.latest import LatestSnapshot
from archive.index.leaves import LeafReader
from archive.index.ranking import Ranker
from archive.index.snapshot import Snapshot
from archive.index.store import Store
from archive.index.tolerance import Expander
from archive.index.updating import change, rebuild
from archive.index.values import (
    PUBLIC,
    Audience,
    Completion,
    Culprit,
    FacetKind,
    IndexDocument,
    IndexedState,
    Moment,
    Narrowing,
    ResultPage,
    Sort,
    Track,
)
from archive.index.verifying import verify

_MAX_PAGE_SIZE = 100
_CACHE_BYTES = 32 * 2**20
_EVERYTHING = Narrowing()


class SearchIndex:
    """A search index in a directory. Cheap to make; share one among threads.

    Searching never waits for writers. A change is seen by the next search, in any process.
    """

    def __init__(
        self,
        directory: Path,
        *,
        lock_timeout_s: float = 60.0,
        cache_bytes: int = _CACHE_BYTES,
        expanders: Sequence[Expander] = (),
    ) -> None:
        """Name the directory; it is made at the first write.

        Args:
            directory: for the index alone.
            lock_timeout_s: how long a write waits for another to finish.
            cache_bytes: memory for what searches read before, per process.
            expanders: what offers alternatives to words of a query, besides what forgives
                spelling, typos and mishearing.
        """
        # Not at the top: the glossary, whose phonetics it uses, reads text as this package does.
        from archive.index.tolerance.forgiving import Forgiving  # noqa: PLC0415

        self._store = Store(directory, lock_timeout_s=lock_timeout_s)
        self._latest = LatestSnapshot(self._store, cache_bytes=cache_bytes)
        self._leaf_reader = LeafReader()
        self._forgiving = Forgiving()
        self._expanders = tuple(expanders)

    # Searching

    def search(  # noqa: PLR0913 - a caller names only what is not as usual
        self,
        query: str,
        *,
        page: int = 1,
        page_size: int = 10,
        audience: Audience = PUBLIC,
        moments_per_recording: int = 3,
        tolerant: bool = True,
        narrowing: Narrowing = _EVERYTHING,
        sort: Sort = Sort.RELEVANCE,
        facets: bool = False,
        more: FacetKind | None = None,
        expanders: Sequence[Expander] = (),
    ) -> ResultPage:
        """Find recordings, best first, with their best moments.

        Args:
            query: as typed; see `archive.index.query`. Nothing typed is an error.
            page: from 1.
            page_size: 1 to 100.
            audience: who asks; what they may not find is not counted either.
            moments_per_recording: how many moments to describe of each.
            tolerant: also find what may have been meant or misheard.
            narrowing: what the results are narrowed to.
            sort: what they are ordered by.
            facets: whether to count what they can be narrowed by.
            more: the kind of which not only the first ten values are told.
            expanders: what offers alternatives to words of this query, if tolerant.

        Raises:
            SearchIndexError: the index is damaged.
        """
        request = Request(
            query=query,
            page=max(page, 1),
            page_size=min(max(page_size, 1), _MAX_PAGE_SIZE),
            audience=audience,
            narrowing=narrowing,
            sort=sort,
            moment_count=moments_per_recording,
            tolerant=tolerant,
            facets=facets,
            more=more,
        )
        with telling_damage():
            snapshot = self._latest.get()
            return answer(
                request,
                snapshot,
                reader=self._leaf_reader,
                expanders=self._all_expanders(expanders, snapshot, audience) if snapshot else (),
            )

    def explain(
        self,
        query: str,
        *,
        narrowing: Narrowing = _EVERYTHING,
        audience: Audience = PUBLIC,
        expanders: Sequence[Expander] = (),
    ) -> tuple[Culprit, ...]:
        """Tell why a query finds nothing; see `archive.index.explaining`.

        Raises:
            SearchIndexError: the index is damaged.
        """
        with telling_damage():
            snapshot = self._latest.get()
            if snapshot is None:
                return ()
            return explain(
                query,
                narrowing,
                snapshot,
                reader=self._leaf_reader,
                expanders=self._all_expanders(expanders, snapshot, audience),
                audience=audience,
            )

    def complete(
        self, text: str, *, audience: Audience = PUBLIC, most: int = 3
    ) -> tuple[Completion, ...]:
        """Offer titles, collections, speakers and subjects; see `archive.index.completing`.

        Raises:
            SearchIndexError: the index is damaged.
        """
        with telling_damage():
            snapshot = self._latest.get()
            if snapshot is None:
                return ()
            return complete(text, snapshot, audience=audience, most=most)

    def occurring(self, terms: Sequence[str], *, audience: Audience = PUBLIC) -> tuple[str, ...]:
        """Return some of those terms that something visible holds, those of most of it first.

        Raises:
            SearchIndexError: the index is damaged.
        """
        with telling_damage():
            snapshot = self._latest.get()
            if snapshot is None:
                return ()
            visible = snapshot.visible(audience)
            frequency = self._forgiving.vocabulary(snapshot, visible).frequency
            return occurring(terms, Ranker(snapshot, self._leaf_reader, visible), frequency)

    def moments(
        self,
        query: str,
        recording_id: int,
        *,
        audience: Audience = PUBLIC,
        expanders: Sequence[Expander] = (),
    ) -> tuple[Moment, ...]:
        """Find every moment of one recording that matches any part of the query.

        Args:
            query: as for `search`.
            recording_id: to look in.
            audience: who asks.
            expanders: as for `search`.

        Returns:
            Those of all tracks in order of time; at the same time speech before slides before
            the translation.

        Raises:
            SearchIndexError: the index is damaged.
        """
        with telling_damage():
            inside = self._look_inside(query, recording_id, expanders, audience=audience)
            return inside.moments() if inside else ()

    def matched_words(
        self,
        query: str,
        recording_id: int,
        *,
        track: Track = Track.SPEECH,
        audience: Audience = PUBLIC,
        expanders: Sequence[Expander] = (),
    ) -> tuple[tuple[int, int], ...]:
        """Find the words in one track of one recording that match any part of the query.

        Args:
            query: as for `search`.
            recording_id: to look in.
            track: of it.
            audience: who asks.
            expanders: as for `search`.

        Returns:
            Start and end of each word in ms, in order of time.

        Raises:
            SearchIndexError: the index is damaged.
        """
        with telling_damage():
            inside = self._look_inside(query, recording_id, expanders, audience=audience)
            return inside.matched_words(track) if inside else ()

    @property
    def generation(self) -> str:
        """Name what searches read, to say later that this is damaged; empty: that is not known."""
        try:
            path = self._store.current()
        except SearchIndexError:
            return ""
        return path.name if path else ""

    def contents(self) -> Mapping[int, IndexedState]:
        """Tell what the index holds, by recording.

        Raises:
            SearchIndexError: the index is damaged.
        """
        snapshot = self._latest.get()
        return contents(snapshot) if snapshot else {}

    def holds(self, document: IndexDocument) -> bool:
        """Tell whether what the index holds of a recording was made from just this.

        Raises:
            SearchIndexError: the index is damaged.
        """
        snapshot = self._latest.get()
        return snapshot is not None and holds(snapshot, document)

    def narrowed_to(self, narrowing: Narrowing, *, audience: Audience = PUBLIC) -> frozenset[int]:
        """Return the recordings that a search narrowed so is limited to.

        Raises:
            SearchIndexError: the index is damaged.
        """
        with telling_damage():
            snapshot = self._latest.get()
            return narrowed_to(snapshot, narrowing, audience) if snapshot else frozenset()

    def verify(self, progress: Callable[[float], None] | None = None) -> None:
        """Read everything once and compare it with its checksums; see `archive.index.verifying`.

        Args:
            progress: told which share in [0, 1] is done.

        Raises:
            SearchIndexError: the index is damaged.
        """
        while (snapshot := self._latest.get()) is not None:
            try:
                with telling_damage():
                    verify(snapshot, progress)
            except SearchIndexError:
                # Files of a commit go when there is a newer one.
                if self.generation == snapshot.generation.name and snapshot.is_current():
                    raise
            else:
                return

    def wasted_share(self) -> float:
        """Tell which share in [0, 1] of the stored words belongs to replaced documents.

        A rebuild frees it.
        """
        snapshot = self._latest.get()
        return wasted_share(snapshot) if snapshot else 0.0

    # Writing

    def update(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace documents, as one commit; of several for a recording the last counts.

        Idempotent. On return the next search in any process sees the change; not so when another
        version of the archive wrote the index and a rebuild is under way: then it comes with
        the rebuilt one.

        Raises:
            OutdatedIndexError: another version wrote the index and none is rebuilding it.
            SearchIndexError: the index is damaged, or another process did not stop writing.
        """
        latest = {document.recording_id: document for document in documents}
        change(self._store, latest, latest.values())

    def remove(self, recording_ids: Iterable[int]) -> None:
        """Take recordings out, as one commit; those not in the index are fine.

        Raises:
            SearchIndexError: the index is damaged, or another process did not stop writing.
        """
        change(self._store, set(recording_ids), ())

    def refresh(
        self,
        recording_ids: Iterable[int],
        *,
        reload: Callable[[Sequence[int]], Iterable[IndexDocument]],
    ) -> None:
        """Make the index say of some recordings what the database says now, as one commit.

        Args:
            recording_ids: those that have changed.
            reload: reads them anew; those it does not return are taken out. Called while
                other writers wait, so of two at once the later read is the one that stays.

        Raises:
            SearchIndexError: the index is damaged, or another process did not stop writing.
        """
        ids = sorted(set(recording_ids))
        change(self._store, ids, (document for read in (reload,) for document in read(ids)))

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
        return rebuild(self._store, documents, reload=reload, progress=progress)

    def _all_expanders(
        self, of_query: Sequence[Expander], snapshot: Snapshot, audience: Audience
    ) -> tuple[Expander, ...]:
        forgiving = self._forgiving.of(snapshot, snapshot.visible(audience))
        return (*of_query, forgiving, *self._expanders)

    def _look_inside(
        self, query: str, recording_id: int, expanders: Sequence[Expander], *, audience: Audience
    ) -> Inside | None:
        snapshot = self._latest.get()
        if snapshot is None:
            return None
        return Inside.of(
            query,
            recording_id,
            snapshot,
            reader=self._leaf_reader,
            expanders=self._all_expanders(expanders, snapshot, audience),
            audience=audience,
        )
