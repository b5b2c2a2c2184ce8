"""Bringing the search index to the database after changes, perhaps of many recordings at once.

What became public or was taken back goes before everything else, then what changed last: it waits
for one short commit at most, however many recordings were changed before it.
"""

import logging
import time
from collections.abc import Sequence

from archive.errors import (
    ArchiveError,
    DatabaseError,
    IndexBusyError,
    SearchIndexError,
    UnreadableError,
)
from worker.parts import Parts
from worker.stages.documents import tell_of_unreadable, unreadable
from worker.stages.indexing import indexed_state, refresh, waiting

logger = logging.getLogger(__name__)

_MOST_AT_ONCE = 64
_MOST_URGENT = 16
_COMMIT_S = 1.0
"""How long a commit is to take, about: what is changed meanwhile waits for its end."""
_MOST_S = 5.0


def follow(parts: Parts, recording_id: int) -> None:
    """Make the index say what the database says of one recording.

    And of those that became public or were taken back: they do not wait for their turn.
    """
    failed = _refresh_each(parts, [recording_id, *_urgent(parts)])
    if error := failed.get(recording_id):
        raise error


def follow_all(parts: Parts, recording_id: int, *, most_s: float = _MOST_S) -> int:
    """Make the index say what the database says of one recording, and of all others that wait.

    Ends at once where an earlier job took this recording along; returns how many it took. Since
    edits and names wait for its end, it leaves what is not done after some seconds to a job that
    comes after theirs.

    Args:
        parts: of the worker.
        recording_id: of the recording.
        most_s: after how many seconds it leaves the rest.
    """
    since = time.monotonic()
    done: set[int] = set()
    failed: dict[int, Exception] = {}
    at_once = 1
    while batch := _next(parts, recording_id, done)[:at_once]:
        if len(done) > len(failed) and time.monotonic() - since > most_s:
            with parts.database.begin() as session:
                parts.jobs.index_rest(session, recording_id, now=parts.clock())
            break
        begun = time.monotonic()
        failed |= _refresh_each(parts, batch)
        done.update(batch)
        took_s = time.monotonic() - begun
        at_once = max(at_once // 2, 1) if took_s > _COMMIT_S else min(at_once * 2, _MOST_AT_ONCE)
    took = len(done) - len(failed)
    logger.info("recording=%s followed recordings=%d", recording_id, took)
    if error := failed.get(recording_id):
        raise error
    return took


def _refresh_each(parts: Parts, recording_ids: Sequence[int]) -> dict[int, Exception]:
    """Make the index follow some recordings, as one commit; each alone where that fails.

    Returns those that could not be followed: they keep no others waiting. Of those that cannot be
    read their pages tell, until they can be again.

    Raises:
        IndexBusyError: another process writes to it.
        DatabaseError: the database cannot be read.
    """
    ids = list(dict.fromkeys(recording_ids))
    failed: dict[int, Exception] = {}
    try:
        refresh(parts, ids)
    except (IndexBusyError, DatabaseError):
        raise
    except Exception as exc:
        # The worker's loop, for one recording among others.
        if len(ids) > 1:
            for one in ids:
                failed |= _refresh_each(parts, [one])
            return failed
        logger.exception("recording=%s cannot be brought into the index", ids[0])
        known = isinstance(exc, ArchiveError | OSError | MemoryError)
        failed[ids[0]] = exc if known else unreadable(ids[0], "what is kept of it", exc)
    damaged = {one: exc for one, exc in failed.items() if isinstance(exc, UnreadableError)}
    brought = [one for one in ids if one not in failed]
    tell_of_unreadable(parts.database, damaged, brought=brought, clock=parts.clock)
    return failed


def _urgent(parts: Parts) -> list[int]:
    try:
        held = parts.index.contents()
    except SearchIndexError:
        return []  # Who writes to it finds the damage too, and mends it.
    return waiting(parts.database, held, urgent_only=True)[:_MOST_URGENT]


def _next(parts: Parts, recording_id: int, done: set[int]) -> list[int]:
    """Return what is to be followed, the most urgent first; each once."""
    mine = [recording_id] if recording_id not in done else []
    try:
        held = parts.index.contents()
    except SearchIndexError:
        return mine  # As above.
    ids = [one for one in waiting(parts.database, held) if one not in done]
    # One under way is not among them: its paragraphs come one by one.
    if indexed_state(parts.database, recording_id) == held.get(recording_id):
        mine = []
    return [*ids, *(one for one in mine if one not in ids)]
