"""Work that can wait: when it is enqueued, and when it gives way to what cannot."""

from typing import Any

from dbos import DBOS
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.jobs import turn
from archive.models import Recording, StageRun, StageState, TranscriptKind
from archive.pipeline import Stage, estimated_work_s
from archive.processing import ask_for_readings
from archive.transcripts import next_version
from worker.parts import Parts

_TIMES_THE_WORK = 3
"""How much longer a larger model takes, for its place in the queue; a guess."""

_SPEAKERS_SHARE = 0.4
"""What telling speakers apart takes of the time of a first transcript, about."""


def enqueue(parts: Parts, recording_id: int, attempt: int) -> None:
    """Enqueue translation, speakers, second pass, other readings where wanted and not done.

    A second pass comes before the readings, which are of its transcript. What failed is done
    again: whoever asked for another attempt wanted that.
    """
    with parts.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        begun = _begun(session, recording_id)
        work_s = estimated_work_s(recording.duration_ms or 0)
        now = parts.clock()
        foreign = set(recording.languages.split()) - {"en"}
        wanted = recording.translate or parts.settings.translate
        if wanted and foreign and Stage.TRANSLATION not in begun:
            parts.jobs.translation(
                session,
                recording_id,
                attempt,
                version=next_version(session, recording_id, TranscriptKind.TRANSLATION),
                priority=turn(now, work_s=work_s, later=not recording.translate),
            )
        if parts.settings.speakers and recording.has_audio and Stage.SPEAKERS not in begun:
            parts.jobs.speakers(
                session,
                recording_id,
                attempt,
                priority=turn(now, work_s=_SPEAKERS_SHARE * work_s, later=True),
            )
        if parts.settings.second_model and recording.has_audio and Stage.REFINEMENT not in begun:
            parts.jobs.refinement(
                session,
                recording_id,
                attempt,
                priority=turn(now, work_s=_TIMES_THE_WORK * work_s, later=True),
            )
        elif parts.settings.readings and recording.has_audio and Stage.READINGS not in begun:
            ask_for_readings(session, parts.jobs, recording, attempt=attempt, now=now)


def enqueue_readings(parts: Parts, recording_id: int, attempt: int) -> None:
    """Enqueue other readings, after a second pass: they are of the transcript that stays."""
    with parts.database.begin() as session:
        if parts.settings.readings and Stage.READINGS not in _begun(session, recording_id):
            recording = session.get_one(Recording, recording_id)
            ask_for_readings(session, parts.jobs, recording, attempt=attempt, now=parts.clock())


def _begun(session: Session, recording_id: int) -> set[str]:
    """Return the stages that run or are done."""
    return set(
        session.scalars(
            select(StageRun.stage).where(
                StageRun.recording_id == recording_id, StageRun.state != StageState.FAILED
            )
        )
    )


def must_give_way(parts: Parts, _recording_id: int) -> bool:
    """Tell whether something more urgent waits than the job that asks."""
    return parts.jobs.is_interrupted(_this_job())


def go_on(
    parts: Parts, recording_id: int, workflow: str, attempt: int, batch: int, plan: dict[str, Any]
) -> None:
    """Enqueue the rest of the work, in the turn that it had."""
    with parts.database.begin() as session:
        parts.jobs.rest(
            session,
            workflow,
            recording_id,
            attempt,
            batch=batch,
            plan=plan,
            of=_this_job(),
        )


def _this_job() -> str:
    """Return the name of the job whose step this is."""
    name = DBOS.workflow_id
    assert name is not None  # noqa: S101 - only steps of a job ask
    return name
