"""What a worker does about uploads beside its jobs: a thread that looks every few seconds.

Uploads that are whole but whose request died are finished, expired ones forgotten, the inbox is
looked at, mails are handed over. Each look is safe to be killed and safe beside other workers.
"""

import logging
import threading
import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from archive.errors import ArchiveError, UploadBusyError, UploadGoneError
from archive.outgoing import send_due
from archive.uploads import Finisher, PartialFiles, sweep_uploads
from worker.inbox import Inbox
from worker.parts import Parts
from worker.taking import Taker

logger = logging.getLogger(__name__)

_EVERY_S = 5.0
_SWEEP_EVERY_S = 600.0


@dataclass(slots=True)
class Upkeep:
    """What is looked after."""

    parts: Parts
    files: PartialFiles
    finisher: Finisher
    inbox: Inbox | None
    _swept_s: float = -_SWEEP_EVERY_S

    def turn(self) -> None:
        """Look after everything once; what fails does not keep the rest from being done."""
        for work in (self.finish_uploads, self.sweep, self.look_into_inbox, self.send_mails):
            try:
                work()
            except (ArchiveError, SQLAlchemyError, OSError) as exc:
                logger.warning("%s failed, and is tried again: %s", work.__name__, exc)

    def finish_uploads(self) -> None:
        """Finish what is whole and was not finished."""
        for upload_id in self.finisher.unfinished():
            try:
                if self.finisher.go_on(upload_id):
                    logger.info("upload=%s finished for its sender", upload_id)
            except (UploadBusyError, UploadGoneError):
                continue  # its own request is at it

    def sweep(self) -> None:
        """Forget expired uploads, now and then."""
        if time.monotonic() - self._swept_s < _SWEEP_EVERY_S:
            return
        self._swept_s = time.monotonic()
        with self.parts.database.begin() as session:
            swept = sweep_uploads(session, self.files, now=self.parts.clock())
        if swept:
            logger.info("uploads=%d forgotten: they expired", swept)

    def look_into_inbox(self) -> None:
        """Take what was dropped into the watched folder."""
        if self.inbox is not None:
            self.inbox.look()

    def send_mails(self) -> None:
        """Hand over the mails that are due."""
        send_due(self.parts.database, self.parts.settings, now=self.parts.clock())


def make_upkeep(parts: Parts) -> Upkeep:
    """Build it from a worker's parts."""
    files = PartialFiles(parts.settings.uploads_dir)
    taker = Taker(
        settings=parts.settings,
        database=parts.database,
        storage=parts.storage,
        jobs=parts.jobs,
        clock=parts.clock,
        follows_links=False,
    )
    folder = parts.settings.inbox_dir
    return Upkeep(
        parts=parts,
        files=files,
        finisher=Finisher(
            database=parts.database,
            storage=parts.storage,
            jobs=parts.jobs,
            files=files,
            clock=parts.clock,
        ),
        inbox=Inbox(folder, taker) if folder else None,
    )


def start_upkeep(parts: Parts) -> None:
    """Begin to look after uploads; the thread ends with the process."""
    threading.Thread(target=_keep, args=(make_upkeep(parts),), name="upkeep", daemon=True).start()


def _keep(upkeep: Upkeep) -> None:
    pause = threading.Event()
    while True:
        try:
            upkeep.turn()
        except Exception:
            # The worker's loop: whatever it is, the next turn tries again.
            logger.exception("looking after uploads failed")
        pause.wait(_EVERY_S)
