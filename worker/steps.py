"""Durable steps of one run for one recording, and what a failure of one means.

A step is done once and its result kept; after a crash a workflow goes on at the first step
that was not finished. Every step first asks whether its run is still wanted.
"""

import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from dbos import DBOS
from dbos import error as dbos_error

from archive.errors import ArchiveError, SupersededError
from archive.models import Recording
from archive.pipeline import Stage
from worker.parts import Parts
from worker.stages import status

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 3


class Run:
    """One attempt at a recording, or at a part of its work."""

    def __init__(self, parts: Parts, recording_id: int, attempt: int) -> None:
        """Name what is worked on.

        Args:
            parts: of the worker.
            recording_id: of the recording.
            attempt: the run's number; once the recording has another, this run ends.
        """
        self.parts = parts
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
        with self.parts.database.read() as session:
            recording = session.get(Recording, self.recording_id)
        if recording is None or recording.attempt != self.attempt:
            raise SupersededError(
                f"recording {self.recording_id} was cancelled or begun anew after attempt "
                f"{self.attempt}"
            )


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
