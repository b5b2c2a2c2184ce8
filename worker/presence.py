"""A worker among others: it says that it lives, and takes up the work of those who do not.

Every transaction of a worker begins by beating, so one that was taken for dead (suspended, cut
off) and comes back cannot write anything any more; it then starts anew. DBOS guards its own
tables in the same way: a step's result is kept only for the execution that owns the workflow.
"""

import logging
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from archive.clock import Clock
from archive.database import Database
from archive.errors import ConfigurationError, DatabaseError, DisplacedError
from archive.settings import Settings
from archive.workers import (
    SILENT_AFTER_S,
    Sighting,
    Watch,
    beat,
    check_in,
    check_out,
    forget,
    read_worker,
    read_workers,
)

logger = logging.getLogger(__name__)


class JobHolders(Protocol):
    """What is known of the jobs under way."""

    def names(self) -> AbstractSet[str]:
        """Return the workers that have jobs under way."""
        ...

    def relieve(self, names: AbstractSet[str]) -> None:
        """Give the jobs of these workers to the living. Several may do it at once."""
        ...


class GuardedDatabase(Database):
    """The database of one worker: writes only as long as it is not taken for dead."""

    def __init__(self, url: str, *, worker_id: str, clock: Clock) -> None:
        """Name who writes; nothing can be written before `check_in`."""
        super().__init__(url)
        self.worker_id = worker_id
        self.token = secrets.token_hex(8)
        self._clock = clock

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction of a living worker.

        Raises:
            DisplacedError: it is not one any more.
        """
        with super().begin() as session:
            beat(session, worker_id=self.worker_id, token=self.token, now=self._clock())
            yield session

    def check_in(self) -> None:
        """Begin to work under the name."""
        with super().begin() as session:
            check_in(
                session,
                Sighting(
                    worker_id=self.worker_id,
                    token=self.token,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    seen_at=self._clock(),
                ),
            )

    def check_out(self) -> None:
        """Stop working; what is under way cannot be written any more."""
        with super().begin() as session:
            check_out(session, worker_id=self.worker_id, token=self.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often workers beat and when they are taken for dead; both in seconds."""

    beat_s: float = 10.0
    silent_after_s: float = SILENT_AFTER_S


class Presence:
    """Keeps a worker present, and looks after those who fell silent."""

    def __init__(self, database: GuardedDatabase, rhythm: Rhythm) -> None:
        """Name the worker, by its database, and how it beats."""
        self._database = database
        self._rhythm = rhythm
        self._watch = Watch(silent_after_s=rhythm.silent_after_s)
        self._stopped = threading.Event()

    def begin(self) -> None:
        """Check in, once it is sure that nobody works under this name.

        Raises:
            ConfigurationError: someone does.
        """
        name = self._database.worker_id
        found = self._sighted()
        if found is not None and _may_run(found):
            logger.warning(
                "worker=%s was seen at %s on %s as process %d; looking whether it still is there",
                name,
                found.seen_at.isoformat(timespec="seconds"),
                found.host,
                found.pid,
            )
            self._stopped.wait(2.5 * self._rhythm.beat_s)
            if self._sighted() not in (found, None):
                raise ConfigurationError(
                    f"A worker named {name} runs already, on {found.host} as process {found.pid}. "
                    "Stop it, or give this one its own ARCHIVE_WORKER_ID."
                )
        self._database.check_in()

    def keep(self, holders: JobHolders) -> None:
        """Beat and look after the others, in a thread, until `end`."""
        threading.Thread(target=self._keep, args=[holders], name="presence", daemon=True).start()

    def end(self) -> None:
        """Check out: others need not wait until this worker is silent for long."""
        self._stopped.set()
        try:
            self._database.check_out()
        except DatabaseError as exc:
            logger.warning("worker=%s could not check out: %s", self._database.worker_id, exc)

    def look_after(self, holders: JobHolders) -> None:
        """Beat once, forget who fell silent, and take up what is left of those not there.

        Raises:
            DisplacedError: this worker was forgotten itself.
        """
        # Asked first: who checks in and takes a job after that is no concern of this look.
        holding = holders.names()
        with self._database.begin() as session:
            silent = self._watch.silent(read_workers(session), now_s=time.monotonic())
            for one in silent:
                if one.worker_id != self._database.worker_id and forget(session, one):
                    logger.warning(
                        "worker=%s on %s fell silent after %s; its work is taken up by others",
                        one.worker_id,
                        one.host,
                        one.seen_at.isoformat(timespec="seconds"),
                    )
            living = {one.worker_id for one in read_workers(session)}
        # For whoever is not there, whenever that came about: a crash here loses nothing.
        if gone := holding - living:
            logger.warning("workers=%s are gone; their jobs are taken up", ",".join(sorted(gone)))
            holders.relieve(gone)

    def _keep(self, holders: JobHolders) -> None:
        while not self._stopped.wait(self._rhythm.beat_s):
            try:
                self.look_after(holders)
            except DisplacedError as exc:
                if not self._stopped.is_set():
                    logger.warning("%s It starts anew.", exc)
                    _start_anew()
            except Exception:
                # The worker's loop: whatever it is (a database that is away), the next beat tries.
                logger.exception("worker=%s could not beat", self._database.worker_id)

    def _sighted(self) -> Sighting | None:
        with self._database.read() as session:
            return read_worker(session, self._database.worker_id)


def warn_of_neighbours(database: Database, settings: Settings) -> None:
    """Tell in the log where this worker and others on its machine take all its cores each."""
    if settings.threads_given:
        return
    here = socket.gethostname()
    with database.read() as session:
        others = [
            one.worker_id
            for one in read_workers(session)
            if one.worker_id != settings.worker_id and one.host == here and _may_run(one)
        ]
    if others:
        count = len(others) + 1
        logger.warning(
            "worker=%s runs on the machine of %s, and takes all %d cores for itself: set "
            "ARCHIVE_CPU_THREADS=%d for each, or start them as one, which shares the cores out: "
            "webinar-archive worker --workers %d",
            settings.worker_id,
            ", ".join(others),
            settings.cpu_threads,
            max(settings.cpu_threads // count, 1),
            count,
        )


def _may_run(found: Sighting) -> bool:
    """Tell whether a worker that was sighted may still run."""
    if found.host != socket.gethostname():
        return True
    if found.pid == os.getpid():  # It was this process, before it started anew.
        return False
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start_anew() -> None:
    """Replace this process by a fresh one of the same command: its threads are of no use."""
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell is the point
