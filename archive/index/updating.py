"""Change what the index holds: a commit on the current generation, or a new one built aside.

Under the locks of the store; several processes may ask at once.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

from archive.errors import SearchIndexError
from archive.index.packing import Packer
from archive.index.store import Store
from archive.index.values import IndexDocument
from archive.index.writing import Commit, create_generation, merge_small

logger = logging.getLogger(__name__)

_BUILD_BATCH = 1_000  # documents a commit of a rebuild: its postings are held in memory


def change(store: Store, replaced: Iterable[int], documents: Iterable[IndexDocument]) -> None:
    """Take recordings out and put documents in, as one commit.

    Args:
        store: of the index.
        replaced: recordings to take out; all those of the documents.
        documents: to put in; read while other writers wait.

    Raises:
        SearchIndexError: the index cannot be written, and no rebuild is under way.
    """
    ids = sorted(replaced)
    if not ids:
        return
    with store.write_lock():
        noted = store.note_changes(ids)
        try:
            generation = store.current()
            if generation is None:
                generation = store.new_generation()
                create_generation(generation)
                store.make_current(generation)
            _apply(generation, ids, documents)
            merge_small(generation)
        except SearchIndexError as exc:
            if not noted:
                raise
            # A rebuild is under way and reads these again at its end.
            logger.warning("recordings=%s come with the rebuild: %s", ids, exc)


def rebuild(
    store: Store,
    documents: Iterable[IndexDocument],
    *,
    reload: Callable[[Sequence[int]], Iterable[IndexDocument]],
    progress: Callable[[int], None] | None,
) -> int:
    """Build a generation aside and make it the current one; see `SearchIndex.rebuild`."""
    with store.rebuild_lock():
        with store.write_lock():
            store.remove_unused()
            generation = store.new_generation()
            store.open_journal()
        try:
            done = _build(generation, documents, progress)
            with store.write_lock():
                changed = store.noted_changes()
                if changed:
                    fresh = {d.recording_id: d for d in reload(sorted(changed))}
                    _apply(generation, changed | set(fresh), fresh.values())
                store.make_current(generation)
                store.close_journal()
                store.remove_unused()
        except BaseException:
            store.abandon(generation)
            store.close_journal()
            raise
    logger.info("generation=%s built documents=%d", generation.name, done)
    return done


def _build(
    generation: Path,
    documents: Iterable[IndexDocument],
    progress: Callable[[int], None] | None,
) -> int:
    create_generation(generation)
    packer = Packer()
    seen: set[int] = set()
    remaining = iter(documents)
    while batch := list(islice(remaining, 1)):
        with Commit(generation, packer) as commit:
            for document in chain(batch, islice(remaining, _BUILD_BATCH - 1)):
                if document.recording_id in seen:
                    raise SearchIndexError(
                        f"recording {document.recording_id} was given twice to a rebuild "
                        "of the search index"
                    )
                seen.add(document.recording_id)
                commit.add(document)
                if progress is not None:
                    progress(len(seen))
    return len(seen)


def _apply(generation: Path, replaced: Iterable[int], documents: Iterable[IndexDocument]) -> None:
    with Commit(generation, Packer()) as commit:
        commit.remove(replaced)
        for document in documents:
            commit.add(document)
