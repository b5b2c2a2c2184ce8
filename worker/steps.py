"""Durable steps of one run for one recording, and what a failure of one means.

A step is done once and its result kept; after a crash a workflow goes on at the first step
that was not finished. Every step first asks whether its run is still wanted, and so does every
transaction in it: a step that reports its progress stops within a second.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import ArchiveError, SupersededError
from archive.pipeline import Stage
from archive.processing import require_attempt
from worker.parts import Parts
from worker.stages import status

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 3


class AttemptDatabase(Database):
    """The database of one attempt at a recording: writes only as long as it is wanted."""

    def __init__(self, database: Database, recording_id: int, attempt: int) -> None:
        """Share another's connections.

        Args:
            database: of the worker.
            recording_id: of the recording.
            attempt: at it.
        """
        self.url, self.engine = database.url, database.engine
        self._database = database
        self._recording_id = recording_id
        self._attempt = attempt

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction of an attempt that is wanted until it ends.

        Raises:
            SupersededError: it is not.
        """
        with self._database.begin() as session:
            require_attempt(session, self._recording_id, self._attempt)
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading only."""
        with self._database.read() as session:
            yield session

    def close(self) -> None:
        """Leave the connections to whom they belong."""


class Run:
    """One attempt at a recording, or at a part of its work."""

    def __init__(self, parts: Parts, recording_id: int, attempt: int) -> None:
        """Name what is worked on.

        Args:
            parts: of the worker.
            recording_id: of the recording.
            attempt: the run's number; once the recording has another, this run ends.
        """
        self.parts = replace(parts, database=AttemptDatabase(parts.database, recording_id, attempt))
        self.recording_id = recording_id
        self.attempt = attempt

    def step(
        self,
        name: str,
        run: Callable[Concatenate[Parts, int, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run one durable step, tried again when its error says that can help.

        Raises:
            SupersededError: the run is not wanted any more.
        """

        def wanted() -> R:
            self._require_wanted()
            return run(self.parts, self.recording_id, *args, **kwargs)

        return DBOS.run_step(
            {
                "name": name,
                "retries_allowed": True,
                "max_attempts": _ATTEMPTS,
                "should_retry": lambda error: bool(getattr(error, "retryable", False)),
            },
            wanted,
        )

    def stage(
        self,
        stage: Stage,
        run: Callable[Concatenate[Parts, int, P], Any],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Exception | None:
        """Run a stage as a step; when it fails keep why with the recording, and return it."""
        try:
            self.step(stage, run, *args, **kwargs)
        except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
            return self.failed(stage, exc)
        return None

    def failed(self, stage: Stage, error: Exception) -> Exception:
        """Keep why a stage failed; returns the cause.

        Raises:
            SupersededError: that was the cause; nothing is kept.
        """
        cause = _cause(error)
        if isinstance(cause, SupersededError):
            raise cause
        logger.error("recording=%s stage=%s failed", self.recording_id, stage, exc_info=cause)
        if tail := getattr(cause, "stderr_tail", ""):
            logger.error("recording=%s stage=%s stderr: %s", self.recording_id, stage, tail)
        self.step(f"{stage} failed", status.fail_stage, stage, explain(cause))
        return cause

    def _require_wanted(self) -> None:
        with self.parts.database.begin():
            pass


def explain(cause: Exception) -> str:
    """Tell a person why something failed."""
    if isinstance(cause, ArchiveError):
        return str(cause)
    return (
        f"Something went wrong in the archive itself ({type(cause).__name__}); "
        "the worker's log has the details."
    )


def _cause(failure: Exception) -> Exception:
    """Return what went wrong the last time a step was tried."""
    if isinstance(failure, dbos_error.DBOSMaxStepRetriesExceeded) and failure.errors:
        return failure.errors[-1]
    return failure
