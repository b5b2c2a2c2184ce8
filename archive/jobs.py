"""Handing work to the worker, in the same transaction as the row it concerns.

The only module of the archive that knows DBOS. Job tables live in the archive's own
database, so a recording is never kept without its job, nor a job without its recording.
"""

import logging

import dbos
from dbos import DBOSClient
from sqlalchemy.orm import Session

from archive.database import Database

APPLICATION = "webinar-archive"
"""Names our workflows among others that share a DBOS database."""
APPLICATION_VERSION = "1"
"""Pinned: a restart with newer code takes up the workflows it finds. Raise it only when the
order of steps changes."""
RECORDINGS_QUEUE = "recordings"
INDEX_QUEUE = "index"
PROCESS_WORKFLOW = "process_recording"
INDEX_WORKFLOW = "index_recording"


def job_tables_url(database: Database) -> str:
    """Return the URL DBOS reaches the archive's database at."""
    return database.engine.url.render_as_string(hide_password=False)


def migrate_job_tables(database: Database) -> None:
    """Create or update the job tables; safe to run again."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    dbos.run_dbos_database_migrations(job_tables_url(database))


class Jobs:
    """Enqueues work; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._client = DBOSClient(
            system_database_engine=database.engine, application_name=APPLICATION, lazy=True
        )

    def process(self, session: Session, recording_id: int, attempt: int) -> None:
        """Enqueue the pipeline for a recording; a second call for the same attempt does nothing."""
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": PROCESS_WORKFLOW,
                "queue_name": RECORDINGS_QUEUE,
                "workflow_id": process_workflow_id(recording_id, attempt),
                "app_version": APPLICATION_VERSION,
            },
            recording_id,
        )

    def index(self, session: Session, recording_id: int, version: int) -> None:
        """Enqueue that the search index follows a change of a recording."""
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": INDEX_WORKFLOW,
                "queue_name": INDEX_QUEUE,
                "workflow_id": f"index-{recording_id}-{version}",
                "app_version": APPLICATION_VERSION,
            },
            recording_id,
        )

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()


def process_workflow_id(recording_id: int, attempt: int) -> str:
    """Return the job's name: one for each time a person asked for the work."""
    return f"recording-{recording_id}-{attempt}"
