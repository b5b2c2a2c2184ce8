"""Keeping the vectors in step with the database: what is new, changed or gone.

State, not events: what is kept is compared with what there is, so nothing is missed when a
worker dies. One process does it at a time.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from sqlalchemy import select

from archive.database import Database
from archive.errors import DamagedError
from archive.meaning.model import Embedder
from archive.meaning.passages import cut_passages, digest_of
from archive.meaning.vectors import Kept, VectorStore
from archive.models import Recording, Status
from archive.privacy.reading import readable_transcript

logger = logging.getLogger(__name__)

_BATCH = 8
"""Passages embedded between two looks at whether to go on: some seconds."""


def keep_vectors(
    database: Database,
    store: VectorStore,
    embedder: Embedder,
    *,
    go_on: Callable[[], bool] = lambda: True,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Bring the vectors to what the database says; returns how many recordings changed.

    Does nothing where another process is at it.

    Args:
        database: the truth.
        store: to keep up.
        embedder: that makes vectors.
        go_on: asked now and then; where it says no, the rest is left for the next time.
        progress: told how many recordings are done, and of how many.
    """
    with _alone(store) as alone:
        if not alone:
            return 0
        kept, versions = store.contents(), _versions(database)
        gone = kept.keys() - versions.keys()
        for number in gone:
            store.remove(number)
        outdated = [
            number
            for number, (version, finished) in sorted(versions.items(), reverse=True)
            if finished and (number not in kept or kept[number].version != version)
        ]
        for done, number in enumerate(outdated):
            progress(done, len(outdated))
            if not (
                go_on() and _keep_one(database, store, embedder, number, kept.get(number), go_on)
            ):
                return done
        return len(outdated) + len(gone)


def _keep_one(
    database: Database,
    store: VectorStore,
    embedder: Embedder,
    number: int,
    before: Kept | None,
    go_on: Callable[[], bool],
) -> bool:
    """Make the vectors of one recording; returns whether it was done.

    One that cannot be read holds up no other; it is told of where the index cannot follow it.
    """
    try:
        with database.read() as session:
            recording = session.get(Recording, number)
            transcript = readable_transcript(session, number) if recording else None
            version = recording.version if recording else 0
        passages = cut_passages(transcript.segments) if transcript else ()
    except (DamagedError, ValueError, TypeError, LookupError) as exc:
        logger.warning("recording=%s not embedded, since it cannot be read: %s", number, exc)
        return True
    if recording is None:
        store.remove(number)
        return True
    kept = Kept(version=version, digest=digest_of(passages))
    if before is not None and before.digest == kept.digest:
        store.raise_version(number, version)
        return True
    vectors = [embedder.passages([])]
    for start in range(0, len(passages), _BATCH):
        if not go_on():
            return False
        vectors.append(embedder.passages([p.text for p in passages[start : start + _BATCH]]))
    store.write(number, kept, passages, np.concatenate(vectors))
    logger.info("recording=%s passages=%d embedded", number, len(passages))
    return True


def _versions(database: Database) -> dict[int, tuple[int, bool]]:
    """Return the version of each recording that can be used, and whether its work has ended.

    What is transcribed again keeps its vectors until then.
    """
    ended = (Status.READY, Status.CANCELLED)
    with database.read() as session:
        rows = session.execute(
            select(Recording.id, Recording.version, Recording.status).where(
                Recording.status.not_in([Status.REJECTED, Status.FAILED])
            )
        ).all()
    return {row[0]: (row[1], row[2] in ended) for row in rows}


@contextmanager
def _alone(store: VectorStore) -> Iterator[bool]:
    """Hold the right to write vectors; False where another process has it."""
    store.directory.mkdir(parents=True, exist_ok=True)
    with (store.directory / "write.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
