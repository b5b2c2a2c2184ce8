"""How a recording stands, as the pipeline goes: begun, a stage failed, ended."""

import shutil

from sqlalchemy import select

from archive.models import Recording, StageRun, StageState, Status
from archive.pipeline import Stage
from worker.parts import Parts
from worker.stages.report import end_stage


def begin(parts: Parts, recording_id: int) -> set[str]:
    """Note that work begins; returns the stages an earlier attempt has done or skipped."""
    with parts.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        if recording.status is not Status.READY:
            recording.status = Status.PROCESSING
        recording.problem = None
        recording.updated_at = parts.clock()
        return set(
            session.scalars(
                select(StageRun.stage).where(
                    StageRun.recording_id == recording_id,
                    StageRun.state.in_([StageState.DONE, StageState.SKIPPED]),
                )
            )
        )


def end(parts: Parts, recording_id: int, outcome: Status, problem: str | None) -> None:
    """Note how the pipeline ended."""
    with parts.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.status, recording.problem = outcome, problem
        recording.updated_at = parts.clock()


def fail_stage(parts: Parts, recording_id: int, stage: Stage, problem: str) -> None:
    """Note that a stage failed and why."""
    with parts.database.begin() as session:
        end_stage(session, recording_id, stage, StageState.FAILED, parts.clock, problem)


def clear_scratch(parts: Parts, recording_id: int) -> None:
    """Remove what was computed on the way."""
    shutil.rmtree(parts.settings.scratch_dir / str(recording_id), ignore_errors=True)
