"""Bringing the search index to what the database says of a recording."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from archive.clock import Clock, utc_now
from archive.database import Database
from archive.errors import ArchiveError, IndexBusyError, SearchIndexError, UnreadableError
from archive.index import IndexedState, SearchIndex
from archive.models import Publication, Recording, StageRun, StageState, Status
from archive.pipeline import Stage
from worker.parts import Parts
from worker.stages.documents import (
    KEPT_OUT,
    TAKEN_OUT,
    Documents,
    is_indexed,
    read_document,
    read_documents,
    tell_of_unreadable,
)
from worker.stages.report import stage_run

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of the recordings when the index was built anew."""

    indexed: int
    """How many it holds."""
    unreadable: Mapping[int, UnreadableError]
    """Those that could not be read, and why."""


def index(parts: Parts, recording_id: int) -> None:
    """Add the recording to the search, as a stage of its pipeline."""
    with stage_run(parts.database, recording_id, Stage.INDEX, parts.clock):
        refresh(parts, [recording_id])


def refresh(parts: Parts, recording_ids: Sequence[int]) -> None:
    """Make the index say what the database says of some recordings, as one commit.

    An index that cannot be written is built anew, and then says it too.

    Raises:
        UnreadableError: one of them cannot be read; the index is as it was.
    """
    generation = parts.index.generation
    try:
        parts.index.refresh(recording_ids, reload=partial(read_documents, parts.database))
    except IndexBusyError:
        raise
    except SearchIndexError as exc:
        logger.warning("recordings=%s: %s; the index is built anew", recording_ids, exc)
        unreadable = replace_damaged(parts, generation)
    else:
        return
    for one in recording_ids:
        if one in unreadable:
            raise unreadable[one]


def replace_damaged(parts: Parts, generation: str) -> Mapping[int, UnreadableError]:
    """Build the index anew in place of one that is damaged, if nobody has done so since.

    Returns the recordings that could not be read, with why.

    Args:
        parts: of the worker.
        generation: the damaged one, as `SearchIndex.generation` names it.

    Raises:
        IndexBusyError: another worker builds it.
    """
    if parts.index.generation != generation:
        logger.info("generation=%s is replaced already", generation)
        return {}
    rebuilt = _rebuild_and_log(parts.database, parts.index)
    logger.info("generation=%s replaced recordings=%d", generation, rebuilt.indexed)
    return rebuilt.unreadable


def replace_if_damaged(parts: Parts, generation: str) -> None:
    """Build the index anew if it is damaged, as a search that failed took it to be.

    One that is whole is left as it is: then the mistake is ours, and building would go on for as
    long as somebody asks the same.

    Args:
        parts: of the worker.
        generation: as for `replace_damaged`.

    Raises:
        IndexBusyError: another worker builds it.
    """
    try:
        parts.index.verify()
    except SearchIndexError as exc:
        logger.warning("generation=%s: %s", generation, exc)
        replace_damaged(parts, generation)
    else:
        logger.error("generation=%s is whole, but a search of it failed", generation)


def mend(database: Database, index: SearchIndex) -> None:
    """Build the index anew when it cannot be read: damaged, or from another version.

    For the start of a worker, before anything is written to it. Takes a second for some ten
    recordings; searching answers "being rebuilt" until it is done.
    """
    try:
        index.contents()
    except SearchIndexError as exc:
        logger.warning("%s; rebuilding it now", exc)
    else:
        return
    try:
        rebuilt = _rebuild_and_log(database, index)
    except SearchIndexError as exc:
        # Another worker that started at the same time does it, or the disk is full.
        logger.warning("the search index was not rebuilt here: %s", exc)
    else:
        logger.info("recordings=%d indexed anew", rebuilt.indexed)


def _rebuild_and_log(database: Database, index: SearchIndex) -> Rebuilt:
    rebuilt = rebuild(database, index, on_progress=lambda _done, _all: None)
    for recording_id, error in rebuilt.unreadable.items():
        logger.error("recording=%s not indexed: %s", recording_id, error, exc_info=error)
    return rebuilt


def rebuild(
    database: Database,
    index: SearchIndex,
    *,
    on_progress: Callable[[int, int], None],
    clock: Clock = utc_now,
) -> Rebuilt:
    """Build the index anew from the database, without the recordings that cannot be read.

    Those are told of on their pages, and tried again with each change that is followed.

    Args:
        database: the truth.
        index: to build anew.
        on_progress: Told how many recordings are done, and of how many.
        clock: for what is told.

    Raises:
        SearchIndexError: it cannot be written, or none of several recordings can be read.
    """
    with database.read() as session:
        ids = session.scalars(select(Recording.id).order_by(Recording.id)).all()
    documents = Documents(database, ids)
    while True:
        try:
            indexed = index.rebuild(
                documents.all(),
                reload=documents.read,
                progress=lambda done: on_progress(done, len(ids)),
            )
        except (ArchiveError, OSError, MemoryError):
            raise
        except Exception as exc:
            # The worker's loop, for one recording among others: what was read cannot be laid out.
            if not documents.leave_out_last(exc):
                raise
        else:
            break
    damaged = documents.unreadable
    brought = [one for one in ids if one not in damaged]
    tell_of_unreadable(database, damaged, brought=brought, clock=clock)
    return Rebuilt(indexed=indexed, unreadable=damaged)


def expected_contents(database: Database) -> dict[int, IndexedState]:
    """Return what the index should hold: recordings that the pipeline has brought there.

    Those too that could not be brought there: they are tried again (`worker.stages.following`).
    """
    states = _states(database)
    with database.read() as session:
        brought = session.scalars(
            select(StageRun.recording_id).where(
                StageRun.stage == Stage.INDEX,
                StageRun.state.in_([StageState.DONE, StageState.FAILED]),
            )
        ).all()
    return {one: states[one] for one in brought if one in states}


def differing(database: Database, held: Mapping[int, IndexedState]) -> list[int]:
    """Return the recordings of which the index does not say what the database says, in order.

    One that the pipeline has not brought there (it is being transcribed, for the first time or
    again, or that was stopped) may be in the index or not. If it is, then as it is in the
    database; of one under way only as public as that, since its paragraphs come one by one.

    Args:
        database: the truth.
        held: what the index holds.
    """
    states, under_way = _states(database), _under_way(database)
    missing = expected_contents(database).keys() - held.keys() - under_way.keys()
    other = {
        recording_id
        for recording_id, found in held.items()
        if found != states.get(recording_id)
        and not (recording_id in under_way and found.public == under_way[recording_id])
    }
    return sorted(missing | other)


def waiting(
    database: Database, held: Mapping[int, IndexedState], *, urgent_only: bool = False
) -> list[int]:
    """Return the recordings that `differing` tells of, the most urgent first.

    Those that became public or were taken back, then what was changed last.

    Args:
        database: the truth.
        held: what the index holds.
        urgent_only: only the former.
    """
    differ = differing(database, held)
    if not differ:
        return []
    states = _states(database)

    def is_urgent(recording_id: int) -> bool:
        wanted, found = states.get(recording_id), held.get(recording_id)
        return bool(wanted and wanted.public) != bool(found and found.public)

    with database.read() as session:
        changed_at = {
            row.id: row.updated_at.timestamp()
            for row in session.execute(select(Recording.id, Recording.updated_at))
        }
    return sorted(
        filter(is_urgent, differ) if urgent_only else differ,
        key=lambda one: (not is_urgent(one), -changed_at.get(one, 0.0)),
    )


def indexed_state(database: Database, recording_id: int) -> IndexedState | None:
    """Return how the index should hold a recording; None: not at all."""
    with database.read() as session:
        recording = session.get(Recording, recording_id)
    if recording is None or not is_indexed(recording):
        return None
    return IndexedState(
        version=recording.version, public=recording.publication is Publication.PUBLISHED
    )


def _states(database: Database) -> dict[int, IndexedState]:
    """Return how the index should hold each recording that may be in it."""
    with database.read() as session:
        rows = session.execute(
            select(Recording.id, Recording.version, Recording.publication).where(
                Recording.status.not_in(KEPT_OUT), Recording.publication.not_in(TAKEN_OUT)
            )
        ).all()
    return {
        row.id: IndexedState(version=row.version, public=row.publication is Publication.PUBLISHED)
        for row in rows
    }


def unlike(
    database: Database, index: SearchIndex, *, on_progress: Callable[[int, int], None]
) -> list[int]:
    """Return the recordings of which the index holds something else than the database, in order.

    Each is read anew from the database and compared with what the index was made from. Those
    under way are not: what is heard of them goes into the index paragraph by paragraph. One that
    cannot be read is among those returned, whether the index holds it or not.

    Args:
        database: the truth.
        index: what is to follow it.
        on_progress: told how many recordings are done, and of how many.

    Raises:
        SearchIndexError: the index is damaged.
    """
    held = index.contents().keys()
    ids = sorted((held | _states(database).keys()) - _under_way(database).keys())
    found = []
    for done, recording_id in enumerate(ids, 1):
        try:
            document = read_document(database, recording_id)
            wrong = recording_id in held and (document is None or not index.holds(document))
        except UnreadableError:
            wrong = True
        if wrong:
            found.append(recording_id)
        on_progress(done, len(ids))
    return found


def _under_way(database: Database) -> dict[int, bool]:
    """Return the recordings that are being worked on, and whether each is public."""
    with database.read() as session:
        rows = session.execute(
            select(Recording.id, Recording.publication).where(
                Recording.status.in_([Status.WAITING, Status.PROCESSING])
            )
        ).all()
    return {row.id: row.publication is Publication.PUBLISHED for row in rows}
