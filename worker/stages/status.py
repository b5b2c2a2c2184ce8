"""How a recording stands, as the pipeline goes: begun, a stage failed, ended."""

import shutil

from sqlalchemy import select

from archive.jobs import turn
from archive.models import Recording, StageRun, StageState, Status
from archive.outgoing import tell_depositor
from archive.pipeline import PICTURE_STAGES, SPEECH_STAGES, Stage, estimated_work_s
from archive.processing import finished_stages
from worker.parts import Parts
from worker.stages import later
from worker.stages.report import end_stage


def begin(parts: Parts, recording_id: int) -> set[str]:
    """Note that work begins; returns the stages an earlier attempt has done or skipped."""
    with parts.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        if recording.status is not Status.READY:
            recording.status = Status.PROCESSING
        recording.problem = None
        recording.updated_at = parts.clock()
        return finished_stages(session, recording_id)


def done_stages(parts: Parts, recording_id: int) -> set[str]:
    """Return the stages that are done or not needed."""
    with parts.database.read() as session:
        return finished_stages(session, recording_id)


def hand_on(parts: Parts, recording_id: int, attempt: int) -> None:
    """Enqueue what is not done yet: speech by its turn, pictures at once.

    Where the transcript is there, what comes after it, if it failed.
    """
    with parts.database.begin() as session:
        done = finished_stages(session, recording_id)
        duration_ms = session.get_one(Recording, recording_id).duration_ms or 0
        if not done.issuperset(SPEECH_STAGES):
            priority = turn(parts.clock(), work_s=estimated_work_s(duration_ms))
            parts.jobs.speech(session, recording_id, attempt, priority=priority)
        if not done.issuperset(PICTURE_STAGES):
            parts.jobs.pictures(session, recording_id, attempt)
    if done.issuperset(SPEECH_STAGES):
        later.enqueue(parts, recording_id, attempt)


def settle(parts: Parts, recording_id: int) -> None:
    """Note that a recording is ready once speech and rendition have ended; then tidy up.

    Called at the end of both; whichever is later does it.
    """
    with parts.database.begin() as session:
        ended = set(
            session.scalars(
                select(StageRun.stage).where(
                    StageRun.recording_id == recording_id, StageRun.state != StageState.RUNNING
                )
            )
        )
        if not ended.issuperset((Stage.INDEX, Stage.RENDITION)):
            return
        recording = session.get_one(Recording, recording_id)
        recording.status, recording.problem = Status.READY, None
        recording.updated_at = parts.clock()
        tell_depositor(session, parts.settings, recording, now=parts.clock())
    shutil.rmtree(parts.settings.scratch_dir / str(recording_id), ignore_errors=True)


def end(parts: Parts, recording_id: int, outcome: Status, problem: str | None) -> None:
    """Note how the pipeline ended."""
    with parts.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.status, recording.problem = outcome, problem
        recording.updated_at = parts.clock()
        tell_depositor(session, parts.settings, recording, now=parts.clock())


def fail_stage(parts: Parts, recording_id: int, stage: Stage, problem: str) -> None:
    """Note that a stage failed and why."""
    with parts.database.begin() as session:
        end_stage(session, recording_id, stage, StageState.FAILED, parts.clock, problem)
