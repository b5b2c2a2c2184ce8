"""The durable workflow of a recording: which stage after which, and what a failure means.

Every stage is a DBOS step: done once, its result kept, taken up after a crash at the first
step that was not finished. Stages that failed are told on the recording; only a file that
cannot be read at all stops it. Steps must not change order within one
`APPLICATION_VERSION` (archive.jobs).
"""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from dbos import DBOS
from dbos import error as dbos_error

from archive.errors import ArchiveError, NotMediaError
from archive.jobs import INDEX_WORKFLOW, PROCESS_WORKFLOW
from archive.models import Status
from archive.pipeline import Stage
from worker.parts import Parts
from worker.stages import captions, files, indexing, pictures, speech, status

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

MAX_RECOVERIES = 50
"""After so many crashes in the middle of it a recording is parked; see `worker.service`."""
_ATTEMPTS = 3


def register(parts: Parts) -> None:
    """Give DBOS the workflows; once in a process, before it is launched."""

    @DBOS.workflow(name=PROCESS_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def process_recording(recording_id: int) -> str:
        return _Pipeline(parts, recording_id).run()

    @DBOS.workflow(name=INDEX_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def index_recording(recording_id: int) -> None:
        _step("index", indexing.follow, parts, recording_id)


class _Pipeline:
    """One run of the pipeline for one recording."""

    def __init__(self, parts: Parts, recording_id: int) -> None:
        self._parts = parts
        self._id = recording_id

    def run(self) -> str:
        """Run the stages that are not done; returns the recording's status."""
        done = _step("begin", status.begin, self._parts, self._id)
        for stage, run in ((Stage.FINGERPRINT, files.fingerprint), (Stage.PROBE, files.look)):
            if stage not in done and (ended := self._try(stage, run)):
                return ended
        for stage, run in ((Stage.POSTER, pictures.poster), (Stage.RENDITION, pictures.rendition)):
            if stage not in done:
                self._try(stage, run)
        if Stage.TRANSCRIPT not in done or Stage.TRANSCRIPTION not in done:
            self._transcribe(done)
        # Derived from the transcript, so made again whenever the pipeline runs.
        self._try(Stage.CAPTIONS, captions.captions)
        self._try(Stage.INDEX, indexing.index)
        _step("ready", status.end, self._parts, self._id, Status.READY, None)
        if Stage.STILLS not in done:
            self._try(Stage.STILLS, pictures.stills)
        _step("clear", status.clear_scratch, self._parts, self._id)
        return Status.READY

    def _transcribe(self, done: set[str]) -> None:
        """Extract the sound, transcribe batch after batch, and finish the transcript."""
        parts, recording_id = self._parts, self._id
        if Stage.AUDIO not in done and self._try(Stage.AUDIO, speech.audio):
            return
        try:
            plan = speech.Plan.from_json(_step("plan", speech.plan, parts, recording_id))
            for batch in range(len(plan.batches)):
                _step(f"batch {batch}", speech.transcribe, parts, recording_id, plan, batch)
        except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
            self._failed(Stage.TRANSCRIPTION, exc)
            return
        _step("transcribed", speech.end, parts, recording_id)
        self._try(Stage.TRANSCRIPT, speech.finish, plan)

    def _try(self, stage: Stage, run: Callable[..., None], *more: object) -> Status | None:
        """Run a stage; when it fails keep why, and return the status the recording now has."""
        try:
            _step(stage, run, self._parts, self._id, *more)
        except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
            return self._failed(stage, exc)
        return None

    def _failed(self, stage: Stage, error: Exception) -> Status:
        cause = _cause(error)
        if isinstance(cause, NotMediaError):
            logger.warning("recording=%s rejected: %s", self._id, cause)
            _step("reject", files.reject, self._parts, self._id, str(cause))
            _step("unindex", indexing.follow, self._parts, self._id)
            return Status.REJECTED
        logger.error("recording=%s stage=%s failed", self._id, stage, exc_info=cause)
        if tail := getattr(cause, "stderr_tail", ""):
            logger.error("recording=%s stage=%s stderr: %s", self._id, stage, tail)
        problem = _problem(cause)
        _step(f"{stage} failed", status.fail_stage, self._parts, self._id, stage, problem)
        if stage in (Stage.FINGERPRINT, Stage.PROBE):
            _step("failed", status.end, self._parts, self._id, Status.FAILED, problem)
            return Status.FAILED
        return Status.PROCESSING


def _step(name: str, run: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one durable step, tried again when its error says that can help."""
    return DBOS.run_step(
        {
            "name": name,
            "retries_allowed": True,
            "max_attempts": _ATTEMPTS,
            "should_retry": lambda error: bool(getattr(error, "retryable", False)),
        },
        run,
        *args,
        **kwargs,
    )


def _cause(failure: Exception) -> Exception:
    """Return what went wrong the last time a step was tried."""
    if isinstance(failure, dbos_error.DBOSMaxStepRetriesExceeded) and failure.errors:
        return failure.errors[-1]
    return failure


def _problem(cause: Exception) -> str:
    if isinstance(cause, ArchiveError):
        return str(cause)
    return (
        f"Something went wrong in the archive itself ({type(cause).__name__}); "
        "the worker's log has the details."
    )
