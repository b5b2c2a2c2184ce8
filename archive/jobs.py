"""Handing work to the worker, in the same transaction as the row it concerns.

The only module of the archive that knows DBOS. Job tables live in the archive's own
database, so a recording is never kept without its job, nor a job without its recording.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import dbos
from dbos import DBOSClient
from sqlalchemy import TableClause, column, select, table
from sqlalchemy.orm import Session

from archive.database import Database

APPLICATION = "webinar-archive"
"""Names our workflows among others that share a DBOS database."""
APPLICATION_VERSION = "2"
"""Pinned: a restart with newer code takes up the workflows it finds. Raise it only when the
order of steps changes."""
INTAKE_QUEUE = "intake"
"""Looking at what was deposited: seconds, so that a wrong file is told of at once."""
SPEECH_QUEUE = "speech"
"""Whatever needs the speech model: one at a time in a worker, in the order of `turn`."""
PICTURES_QUEUE = "pictures"
RENDITIONS_QUEUE = "renditions"
"""Takes minutes: a queue of its own, so that the slides of the next recording are not kept waiting;
their words prime its recognition."""
INDEX_QUEUE = "index"
PROCESS_WORKFLOW = "process_recording"
SPEECH_WORKFLOW = "transcribe_recording"
PICTURES_WORKFLOW = "picture_recording"
RENDITION_WORKFLOW = "render_recording"
TRANSLATION_WORKFLOW = "translate_recording"
REFINEMENT_WORKFLOW = "refine_recording"
SPEAKERS_WORKFLOW = "tell_speakers_apart"
READINGS_WORKFLOW = "reread_recording"
NAMES_WORKFLOW = "name_speakers"
EDITS_WORKFLOW = "follow_edits"
MUTING_WORKFLOW = "mute_recording"
INDEX_WORKFLOW = "index_recording"
MEND_WORKFLOW = "mend_index"
DECK_WORKFLOW = "read_deck"
_COUNTED_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_MENDED_AGAIN_S = 300
"""A damaged index that is still the same after so long is mended again."""
_PATIENCE = 2
"""A recording lets shorter ones pass for so many times its own work, and no longer."""
_AFTER_OTHERS = 2
_EDITS_WAIT_S = 2.0
"""An edited transcript is followed so much later: who edits saves every few seconds."""
_LATER_S = 1_000_000_000
"""What can wait comes after all that cannot; in its own order."""


def turn(now: datetime, *, work_s: float, later: bool = False) -> int:
    """Return a job's place in the queue of speech, as DBOS takes it: lower comes first.

    Short recordings before long ones, but age counts: who came first by more than twice the
    longer one's work is first.

    Args:
        now: When it is enqueued, aware.
        work_s: How long it will take, about.
        later: It can wait for everything that is not `later`.
    """
    waited_s = max((now - _COUNTED_FROM).total_seconds(), 0.0)
    return 1 + round(waited_s + _PATIENCE * work_s) + (_LATER_S if later else 0)


def interrupts(waiting: int, running: int) -> bool:
    """Tell from two turns whether a job that waits is to be done before the rest of another.

    What can wait is interrupted by what cannot, but not by its like, which may need another
    model in memory; what cannot wait, by what comes before it.
    """
    return waiting < _interrupted_before(running)


def _interrupted_before(running: int) -> int:
    """Return the turn before which others interrupt a job."""
    return min(running, _LATER_S)


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
        self._database = database
        self._client = DBOSClient(
            system_database_engine=database.engine, application_name=APPLICATION, lazy=True
        )

    def process(self, session: Session, recording_id: int, attempt: int) -> None:
        """Enqueue the whole pipeline of a recording.

        A second call of any of these for the same attempt does nothing.
        """
        self._enqueue(session, PROCESS_WORKFLOW, INTAKE_QUEUE, recording_id, attempt)

    def speech(self, session: Session, recording_id: int, attempt: int, *, priority: int) -> None:
        """Enqueue the transcription; `priority` from `turn`."""
        self._enqueue(
            session, SPEECH_WORKFLOW, SPEECH_QUEUE, recording_id, attempt, priority=priority
        )

    def pictures(self, session: Session, recording_id: int, attempt: int) -> None:
        """Enqueue poster, slides and stills, which leads to the rendition."""
        self._enqueue(session, PICTURES_WORKFLOW, PICTURES_QUEUE, recording_id, attempt)

    def rendition(self, session: Session, recording_id: int, attempt: int) -> None:
        """Enqueue what browsers can play."""
        self._enqueue(session, RENDITION_WORKFLOW, RENDITIONS_QUEUE, recording_id, attempt)

    def translation(
        self, session: Session, recording_id: int, attempt: int, *, version: int, priority: int
    ) -> None:
        """Enqueue an English translation; once for each version that is to come of it."""
        self._enqueue(
            session,
            TRANSLATION_WORKFLOW,
            SPEECH_QUEUE,
            recording_id,
            attempt,
            priority=priority,
            name=f"{workflow_id(TRANSLATION_WORKFLOW, recording_id, attempt)}-v{version}",
        )

    def refinement(
        self, session: Session, recording_id: int, attempt: int, *, priority: int
    ) -> None:
        """Enqueue the transcription by the larger model."""
        self._enqueue(
            session, REFINEMENT_WORKFLOW, SPEECH_QUEUE, recording_id, attempt, priority=priority
        )

    def speakers(self, session: Session, recording_id: int, attempt: int, *, priority: int) -> None:
        """Enqueue that the speakers are told apart; after what needs the speech model."""
        self._enqueue(
            session, SPEAKERS_WORKFLOW, SPEECH_QUEUE, recording_id, attempt, priority=priority
        )

    def readings(self, session: Session, recording_id: int, attempt: int, *, priority: int) -> None:
        """Enqueue that doubtful places are heard again; after a second pass, if there is one."""
        self._enqueue(
            session, READINGS_WORKFLOW, SPEECH_QUEUE, recording_id, attempt, priority=priority
        )

    def rest(
        self,
        session: Session,
        workflow: str,
        recording_id: int,
        attempt: int,
        *,
        batch: int,
        plan: Mapping[str, Any],
        of: str,
    ) -> None:
        """Enqueue what is left of a translation or a second pass, from a batch on.

        Args:
            plan: as JSON, with the transcript it is for.
            of: the job that did the batches before, by its name; its turn is kept.
        """
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": workflow,
                "queue_name": SPEECH_QUEUE,
                "workflow_id": (
                    f"{workflow_id(workflow, recording_id, attempt)}"
                    f"-of-{plan['transcript_id']}-from-{batch}"
                ),
                "app_version": APPLICATION_VERSION,
                "priority": self.turn_of(of),
            },
            recording_id,
            attempt,
            batch,
            plan,
        )

    def leave(
        self, session: Session, recording_id: int, attempt: int, workflows: Collection[str]
    ) -> None:
        """Enqueue work that has not begun for the next attempt, each in the turn that it had.

        Args:
            attempt: it was enqueued for.
            workflows: which work; the rest of some that has begun is not.
        """
        names = [workflow_id(workflow, recording_id, attempt) for workflow in workflows]
        waiting = self._client.list_workflows(
            workflow_id_prefix=names,
            status="ENQUEUED",
            app_version=APPLICATION_VERSION,
            load_input=False,
            load_output=False,
        )
        for job in waiting:
            old = workflow_id(job.name, recording_id, attempt)
            version = job.workflow_id.removeprefix(old)
            if version and not version.startswith("-v"):
                continue
            self._enqueue(
                session,
                job.name,
                job.queue_name or "",
                recording_id,
                attempt + 1,
                priority=job.priority or 0,
                name=workflow_id(job.name, recording_id, attempt + 1) + version,
            )

    def turn_of(self, name: str) -> int:
        """Return the turn a job was enqueued with, by its name."""
        (job,) = self._client.list_workflows(
            workflow_ids=[name], load_input=False, load_output=False
        )
        return job.priority or 0

    def is_interrupted(self, name: str) -> bool:
        """Tell whether a job of the speech queue that runs is to let another be done first."""
        jobs = _job_table(self._database)
        urgent = select(jobs.c.priority).where(
            jobs.c.queue_name == SPEECH_QUEUE,
            jobs.c.status == "ENQUEUED",
            jobs.c.application_version == APPLICATION_VERSION,
            jobs.c.priority < _interrupted_before(self.turn_of(name)),
        )
        with self._database.read() as session:
            return session.scalar(urgent.limit(1)) is not None

    def deck(self, session: Session, recording_id: int, deck_id: int) -> None:
        """Enqueue that the pages of a PDF of slides are read; someone waits for them."""
        self._enqueue(session, DECK_WORKFLOW, INTAKE_QUEUE, recording_id, deck_id)

    def index(self, session: Session, recording_id: int, version: int) -> None:
        """Enqueue that the search index follows a change of a recording.

        After what else is enqueued there: hundreds of these come at once, and each takes along
        what waits.
        """
        name = f"index-{recording_id}-{version}"
        self._follow(session, INDEX_WORKFLOW, name, recording_id, priority=_AFTER_OTHERS)

    def index_rest(self, session: Session, recording_id: int, *, now: datetime) -> None:
        """Enqueue that the search index follows what an earlier job left, after what came since.

        Args:
            recording_id: of the earlier job.
            now: A second call within a second does nothing.
        """
        name = f"index-{recording_id}-rest-{int(now.timestamp())}"
        self._follow(session, INDEX_WORKFLOW, name, recording_id, priority=_AFTER_OTHERS)

    def names(self, session: Session, recording_id: int, version: int) -> None:
        """Enqueue that captions and search follow new names of speakers."""
        self._follow(session, NAMES_WORKFLOW, f"names-{recording_id}-{version}", recording_id)

    def muting(self, session: Session, recording_id: int, version: int) -> None:
        """Enqueue that the file readers play follows the cuts."""
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": MUTING_WORKFLOW,
                # Readers get no sound until it is done: it does not wait behind a rendition.
                "queue_name": INTAKE_QUEUE,
                "workflow_id": f"{MUTING_WORKFLOW}-{recording_id}-{version}",
                "app_version": APPLICATION_VERSION,
            },
            recording_id,
            version,
        )

    def edits(self, session: Session, recording_id: int, version: int, change: int) -> None:
        """Enqueue that captions and search follow an edited transcript, in two seconds.

        Args:
            change: `Transcript.changes`; the job ends at once where a later one comes soon
                (`archive.editing.reviewing.is_overtaken`).
        """
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": EDITS_WORKFLOW,
                "queue_name": INDEX_QUEUE,
                "workflow_id": f"edits-{recording_id}-{version}",
                "app_version": APPLICATION_VERSION,
                "delay_seconds": _EDITS_WAIT_S,
            },
            recording_id,
            change,
        )

    def mend(self, session: Session, generation: str, *, now: datetime) -> None:
        """Enqueue that the index is built anew, since a part of it cannot be read.

        Args:
            generation: which, as `SearchIndex.generation` names it; nothing is done when another
                has taken its place by then.
            now: A second call within five minutes does nothing.
        """
        turn_of_clock = int(now.timestamp()) // _MENDED_AGAIN_S
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": MEND_WORKFLOW,
                "queue_name": INDEX_QUEUE,
                "workflow_id": f"mend-{generation or 'index'}-{turn_of_clock}",
                "app_version": APPLICATION_VERSION,
            },
            generation,
        )

    def _follow(
        self, session: Session, workflow: str, name: str, recording_id: int, *, priority: int = 1
    ) -> None:
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": workflow,
                "queue_name": INDEX_QUEUE,
                "workflow_id": name,
                "app_version": APPLICATION_VERSION,
                "priority": priority,
            },
            recording_id,
        )

    def _enqueue(
        self,
        session: Session,
        workflow: str,
        queue: str,
        recording_id: int,
        attempt: int,
        *,
        priority: int = 1,
        name: str = "",
    ) -> None:
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": workflow,
                "queue_name": queue,
                "workflow_id": name or workflow_id(workflow, recording_id, attempt),
                "app_version": APPLICATION_VERSION,
                "priority": priority,
            },
            recording_id,
            attempt,
        )

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()


def workflow_id(workflow: str, recording_id: int, attempt: int) -> str:
    """Return a job's name: one for each time the work was asked for."""
    return f"{workflow}-{recording_id}-{attempt}"


def _job_table(database: Database) -> TableClause:
    """Return as much of DBOS's table of jobs as is asked for what it does not answer itself."""
    names = ("queue_name", "status", "application_version", "priority")
    schema = None if database.engine.dialect.name == "sqlite" else "dbos"
    return table("workflow_status", *map(column, names), schema=schema)
