"""Keeping how a stage goes: begun, how far, done, skipped or failed.

Progress is written at most twice a second, each time in a short transaction of its own.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.clock import Clock
from archive.database import Database
from archive.models import StageRun, StageState
from archive.pipeline import Stage

logger = logging.getLogger(__name__)

_WRITE_EVERY_S = 0.5


class StageReport:
    """How one running stage tells what it does."""

    def __init__(self, database: Database, recording_id: int, stage: Stage, clock: Clock) -> None:
        self._database = database
        self._recording_id = recording_id
        self._stage = stage
        self._clock = clock
        self._written_at = 0.0
        self.final = StageState.DONE

    def progress(self, fraction: float) -> None:
        """Note how much is done, in [0, 1].

        Raises:
            SupersededError: somebody stopped it; whatever reports ends with that.
        """
        if time.monotonic() - self._written_at < _WRITE_EVERY_S:
            return
        self._written_at = time.monotonic()
        with self._database.begin() as session:
            note_progress(session, self._recording_id, self._stage, fraction, self._clock)

    def skip(self) -> None:
        """Note that the stage is not needed for this recording."""
        self.final = StageState.SKIPPED


@contextmanager
def stage_run(
    database: Database, recording_id: int, stage: Stage, clock: Clock
) -> Iterator[StageReport]:
    """Run a stage: noted as running, then as done; left as running when it raises."""
    begun = time.monotonic()
    with database.begin() as session:
        begin_stage(session, recording_id, stage, clock)
    logger.info("recording=%s stage=%s began", recording_id, stage)
    report = StageReport(database, recording_id, stage, clock)
    yield report
    with database.begin() as session:
        end_stage(session, recording_id, stage, report.final, clock)
    took_ms = round((time.monotonic() - begun) * 1000)
    logger.info("recording=%s stage=%s %s took_ms=%d", recording_id, stage, report.final, took_ms)


def begin_stage(session: Session, recording_id: int, stage: Stage, clock: Clock) -> None:
    """Note that a stage begins, or begins again after a crash or a failure."""
    now = clock()
    run = _run(session, recording_id, stage)
    if run is None:
        run = StageRun(recording_id=recording_id, stage=stage, runs=0)
        session.add(run)
    run.state, run.fraction, run.problem = StageState.RUNNING, 0.0, None
    run.started_at = run.updated_at = now
    run.runs += 1


def end_stage(
    session: Session,
    recording_id: int,
    stage: Stage,
    state: StageState,
    clock: Clock,
    problem: str | None = None,
) -> None:
    """Note how a stage ended."""
    run = _run(session, recording_id, stage)
    if run is None:
        begin_stage(session, recording_id, stage, clock)
        session.flush()
        run = _run(session, recording_id, stage)
        assert run is not None  # noqa: S101 - written the line before
    run.state, run.problem, run.updated_at = state, problem, clock()
    if state is not StageState.FAILED:
        run.fraction = 1.0


def note_progress(
    session: Session, recording_id: int, stage: Stage, fraction: float, clock: Clock
) -> None:
    """Note how much of a running stage is done, in [0, 1]."""
    run = _run(session, recording_id, stage)
    if run is not None:
        run.fraction, run.updated_at = min(max(fraction, 0.0), 1.0), clock()


def count_run(session: Session, recording_id: int, stage: Stage) -> None:
    """Count a part of a stage that begins (a batch of the transcription)."""
    run = _run(session, recording_id, stage)
    if run is not None:
        run.runs += 1


def forget_stage(session: Session, recording_id: int, stage: Stage) -> None:
    """Let a stage not have begun, since what it made holds no more."""
    session.execute(
        delete(StageRun).where(StageRun.recording_id == recording_id, StageRun.stage == stage)
    )


def is_begun(session: Session, recording_id: int, stage: Stage) -> bool:
    """Tell whether a stage runs or has ended."""
    return _run(session, recording_id, stage) is not None


def _run(session: Session, recording_id: int, stage: Stage) -> StageRun | None:
    return session.scalar(
        select(StageRun).where(StageRun.recording_id == recording_id, StageRun.stage == stage)
    )
