"""The worker process: builds its parts, takes up what a crash left, and serves the queues.

One recording is transcribed at a time in a process, while the slides of one are looked for and a
rendition of one is made; start more workers, each with its own `ARCHIVE_WORKER_ID`, for more
(`worker.crew` starts several on one machine). Everything it keeps is in the database and the
store, so it may be killed at any moment; if it does not come back, another takes up its work
(`worker.presence`).
"""

import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Set as AbstractSet
from types import FrameType

from dbos import DBOS, DBOSConfig
from sqlalchemy import select, update

from archive.clock import utc_now
from archive.database import Database
from archive.glossary.shipped import bring_shipped
from archive.index import SearchIndex
from archive.jobs import (
    APPLICATION,
    APPLICATION_VERSION,
    INDEX_QUEUE,
    INTAKE_QUEUE,
    PICTURES_QUEUE,
    RENDITIONS_QUEUE,
    SPEECH_QUEUE,
    Jobs,
    job_tables_url,
)
from archive.models import Recording, Status
from archive.schema import migrate
from archive.settings import Settings
from archive.storage import Storage
from archive.thesaurus.shipped import bring_labels
from worker.housekeeping import Housekeeping, start_housekeeping
from worker.meaning import start_keeping
from worker.media.tools import find_tools
from worker.parts import Parts, SpeechModels
from worker.pipeline import register
from worker.presence import GuardedDatabase, Presence, Rhythm, warn_of_neighbours
from worker.slides import TextReader
from worker.speech import Transcriber, find_model, load_model
from worker.stages import indexing, muting
from worker.upkeep import start_upkeep

logger = logging.getLogger(__name__)

_POLL_S = 0.25
_STALE_AFTER_S = 3600
_AT_ONCE = {INTAKE_QUEUE: 2, SPEECH_QUEUE: 1, PICTURES_QUEUE: 1, RENDITIONS_QUEUE: 1}
"""Jobs of each queue at once in a worker: one model in memory, one rendition being made."""


def build_parts(settings: Settings, database: Database | None = None) -> Parts:
    """Build what stages need; the speech model is loaded when first used.

    Args:
        settings: of the process.
        database: the one to use; by default one that does not ask whether a worker lives.

    Raises:
        ConfigurationError: ffmpeg is not there, or the database cannot be used.
    """

    def load(name: str) -> Transcriber:
        path = find_model(name, settings.models_dir)
        return load_model(path, cpu_threads=settings.cpu_threads)

    database = database or Database(settings.database_url)
    return Parts(
        settings=settings,
        database=database,
        storage=Storage(settings.files_dir),
        index=SearchIndex(settings.index_dir),
        tools=find_tools(),
        models=SpeechModels(load),
        reader=TextReader(),
        jobs=Jobs(database),
        clock=utc_now,
    )


def serve(settings: Settings, rhythm: Rhythm | None = None) -> None:
    """Run until SIGTERM or SIGINT.

    A batch under way when the signal comes is done again at the next start: waiting for
    it would keep a person at the terminal for up to a minute.

    Raises:
        ConfigurationError: a worker of this name runs already, or see `build_parts`.
    """
    database = GuardedDatabase(settings.database_url, worker_id=settings.worker_id, clock=utc_now)
    parts = build_parts(settings, database)
    presence = Presence(database, rhythm or Rhythm())
    migrate(database)
    presence.begin()
    warn_of_neighbours(database, settings)
    bring_shipped(parts.database, now=parts.clock())
    bring_labels(parts.database, now=parts.clock())
    _sweep(parts)
    indexing.mend(parts.database, parts.index)
    muting.ask_for_lacking(parts)
    register(parts)
    DBOS(config=_dbos_config(settings, parts.database))
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    parts.models.warm(settings.whisper_model)
    DBOS.launch()
    for queue, at_once in _AT_ONCE.items():
        DBOS.register_queue(
            queue,
            worker_concurrency=at_once,
            polling_interval_sec=_POLL_S,
            on_conflict="always_update",
        )
    DBOS.register_queue(
        INDEX_QUEUE,
        global_concurrency=1,
        polling_interval_sec=_POLL_S,
        on_conflict="always_update",
    )
    _park(parts)
    start_keeping(settings, Database(settings.database_url))
    start_housekeeping(
        Housekeeping(
            database=parts.database, storage=parts.storage, jobs=parts.jobs, clock=parts.clock
        )
    )
    start_upkeep(parts)
    presence.keep(_Executors())
    logger.info(
        "worker=%s ready model=%s threads=%d",
        settings.worker_id,
        settings.whisper_model,
        settings.cpu_threads,
    )
    stopping.wait()
    logger.info("worker=%s stopping", settings.worker_id)
    presence.end()
    # The model's threads cannot be interrupted; ffmpeg is told to die with us.
    os._exit(0)


def _dbos_config(settings: Settings, database: Database) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": job_tables_url(database),
        "application_version": APPLICATION_VERSION,
        "executor_id": settings.worker_id,
        "log_level": "WARNING",
        "run_migrations": False,
    }


def _sweep(parts: Parts) -> None:
    """Remove what earlier runs left: uploads that died, scratch of recordings that are done."""
    parts.storage.sweep()
    if not parts.settings.scratch_dir.exists():
        return
    with parts.database.read() as session:
        active = set(
            session.scalars(
                select(Recording.id).where(
                    Recording.status.in_([Status.WAITING, Status.PROCESSING])
                )
            )
        )
    for folder in parts.settings.scratch_dir.iterdir():
        idle = time.time() - folder.stat().st_mtime > _STALE_AFTER_S
        if idle and (not folder.name.isdecimal() or int(folder.name) not in active):
            shutil.rmtree(folder, ignore_errors=True)


class _Executors:
    """The jobs under way, as DBOS knows them: its executors are our workers."""

    def names(self) -> set[str]:
        """Return the workers that have jobs under way."""
        under_way = DBOS.list_workflows(
            status="PENDING", app_version=APPLICATION_VERSION, load_input=False, load_output=False
        )
        return {job.executor_id for job in under_way if job.executor_id}

    def relieve(self, names: AbstractSet[str]) -> None:
        """Put the jobs of these workers back into their queues."""
        # What DBOS does for its own executor at a start, a job only as long as it is that
        # executor's. Its documentation names an endpoint for those of others
        # (production/self-hosting/workflow-recovery); Python has no public call.
        DBOS._recover_pending_workflows(sorted(names))  # noqa: SLF001 - see above


def _park(parts: Parts) -> None:
    """Tell of recordings whose work crashed so often that it is not taken up again."""
    given_up = DBOS.list_workflows(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    ids = [int(workflow.input["args"][0]) for workflow in given_up if workflow.input]
    with parts.database.begin() as session:
        session.execute(
            update(Recording)
            .where(Recording.id.in_(ids), Recording.status == Status.PROCESSING)
            .values(
                status=Status.FAILED,
                problem="Processing this recording stopped the worker again and again, so it was "
                "given up. Check the worker's memory and log, then try again.",
                updated_at=parts.clock(),
            )
        )
