"""Which workers live: each checks in, beats, and checks out; who falls silent is forgotten.

Decides nothing about jobs and starts no threads; `worker.presence` does, in the worker.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.errors import DisplacedError
from archive.models import Worker

SILENT_AFTER_S = 90.0
"""A worker that has not beaten for so long is taken for dead. Beats come every 10 s; nine that
fail one after the other are no slow disk and no long lock (SQLite waits 30 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A worker as its row tells."""

    worker_id: str
    token: str
    host: str
    pid: int
    seen_at: datetime


def read_worker(session: Session, worker_id: str) -> Sighting | None:
    """Return who works under a name; None: nobody."""
    row = session.get(Worker, worker_id)
    return None if row is None else _sighting(row)


def read_workers(session: Session) -> tuple[Sighting, ...]:
    """Return all workers that have not been forgotten, by name."""
    return tuple(map(_sighting, session.scalars(select(Worker).order_by(Worker.id))))


def check_in(session: Session, sighting: Sighting) -> None:
    """Begin to work under a name; whoever had it is displaced."""
    session.execute(delete(Worker).where(Worker.id == sighting.worker_id))
    session.add(
        Worker(
            id=sighting.worker_id,
            token=sighting.token,
            host=sighting.host,
            pid=sighting.pid,
            seen_at=sighting.seen_at,
        )
    )
    session.flush()


def beat(session: Session, *, worker_id: str, token: str, now: datetime) -> None:
    """Say that a worker lives; until the transaction ends nobody can take it for dead.

    Raises:
        DisplacedError: it was taken for dead, or another works under its name.
    """
    beaten = session.execute(
        update(Worker)
        .where(Worker.id == worker_id, Worker.token == token)
        .values(seen_at=now)
        .returning(Worker.id)
    ).all()
    if not beaten:
        raise DisplacedError(
            f"{worker_id} had fallen silent and was taken for dead, or another worker was started "
            "under its name: what it was doing is done by another. Give each worker its own "
            "ARCHIVE_WORKER_ID."
        )


def forget(session: Session, sighting: Sighting) -> bool:
    """Take a worker for dead if it has not beaten since it was sighted; tells whether it was."""
    gone = session.execute(
        delete(Worker)
        .where(
            Worker.id == sighting.worker_id,
            Worker.token == sighting.token,
            Worker.seen_at == sighting.seen_at,
        )
        .returning(Worker.id)
    ).all()
    return bool(gone)


def check_out(session: Session, *, worker_id: str, token: str) -> None:
    """Stop working; others take up what is left at once."""
    session.execute(delete(Worker).where(Worker.id == worker_id, Worker.token == token))


class Watch:
    """Tells who has fallen silent, by the watcher's own clock: those of machines may differ."""

    def __init__(self, *, silent_after_s: float = SILENT_AFTER_S) -> None:
        """Begin to watch."""
        self._silent_after_s = silent_after_s
        self._since_s: dict[Sighting, float] = {}
        self._last_s: float | None = None

    def silent(self, sightings: Iterable[Sighting], *, now_s: float) -> Sequence[Sighting]:
        """Return those who have not beaten for `silent_after_s`.

        Args:
            sightings: of all workers, now.
            now_s: monotonic. After a long time in which nobody looked (the watcher itself was
                suspended, perhaps the whole machine) everyone gets the full time again.
        """
        if self._last_s is None or now_s - self._last_s > self._silent_after_s / 3:
            self._since_s.clear()
        self._last_s = now_s
        self._since_s = {one: self._since_s.get(one, now_s) for one in sightings}
        return [
            one for one, since_s in self._since_s.items() if now_s - since_s >= self._silent_after_s
        ]


def _sighting(row: Worker) -> Sighting:
    return Sighting(
        worker_id=row.id, token=row.token, host=row.host, pid=row.pid, seen_at=row.seen_at
    )
