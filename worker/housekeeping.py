"""What comes due by itself: publishing at a time, emptying the bin, removing unused bytes.

A thread of every worker; each turn looks at the database anew, so nothing is lost when a worker is
killed, and several workers do no harm to each other. The bin and unused bytes are looked at less
often: they are patient.
"""

import logging
import threading
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from archive.bin import empty_due
from archive.clock import Clock
from archive.database import Database
from archive.errors import ArchiveError
from archive.jobs import Jobs
from archive.orphans import remove_orphans
from archive.publishing import is_due, publish_due
from archive.storage import Storage
from archive.unanswered import forget_old

logger = logging.getLogger(__name__)

_EVERY_S = 10.0
_AFTER_ERROR_S = 60.0
_TURNS_BETWEEN_SWEEPS = 60
"""Of `_EVERY_S`: ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeping:
    """What comes due by itself."""

    database: Database
    storage: Storage
    jobs: Jobs
    clock: Clock

    def publish(self) -> tuple[int, ...]:
        """Publish what is due; returns the ids."""
        with self.database.read() as session:
            if not is_due(session, now=self.clock()):
                return ()
        with self.database.begin() as session:
            done = publish_due(session, self.jobs, now=self.clock())
        for recording_id in done:
            logger.info("recording=%s published: its time has come", recording_id)
        return done

    def sweep(self) -> tuple[tuple[int, ...], int]:
        """Empty the bin of what is due and remove unused bytes; returns ids, how many files.

        Searches in vain that nobody made for long are forgotten too.
        """
        with self.database.begin() as session:
            gone = empty_due(session, self.jobs, now=self.clock())
            forget_old(session, now=self.clock())
        for recording_id in gone:
            logger.info("recording=%s gone from the bin", recording_id)
        return gone, remove_orphans(self.database, self.storage, now=self.clock())


def start_housekeeping(housekeeping: Housekeeping) -> None:
    """Begin to keep house; the thread ends with the process."""
    threading.Thread(target=_keep, args=(housekeeping,), name="housekeeping", daemon=True).start()


def _keep(housekeeping: Housekeeping) -> None:
    pause = threading.Event()
    turn = 0
    while True:
        wait_s = _EVERY_S
        try:
            housekeeping.publish()
            if turn % _TURNS_BETWEEN_SWEEPS == 0:
                housekeeping.sweep()
            turn += 1
        except (ArchiveError, SQLAlchemyError, OSError) as exc:
            logger.warning("housekeeping failed, and is tried again: %s", exc)
            wait_s = _AFTER_ERROR_S
        pause.wait(wait_s)
