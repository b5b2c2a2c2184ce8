"""When listening again begins, and when what came of it holds no more."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from archive.clock import utc_now
from archive.models import StageRun, StageState
from archive.pipeline import Stage
from archive.transcripts import begin_transcript, complete_transcript
from tests.conftest import START
from tests.worker.stages.conftest import add_spoken
from worker.parts import Parts
from worker.stages import later, rereading, speech
from worker.stages.report import end_stage


@pytest.fixture
def transcribed(parts: Parts) -> int:
    """A recording with a transcript in which nothing is doubtful."""
    recording_id = add_spoken(parts.database)
    with parts.database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        complete_transcript(session, transcript_id)
    return recording_id


def state(parts: Parts) -> StageState | None:
    with parts.database.read() as session:
        return session.scalar(select(StageRun.state).where(StageRun.stage == Stage.READINGS))


@pytest.mark.parametrize(("wanted", "outcome"), [(True, StageState.DONE), (False, None)])
def test_nothing_is_begun_where_the_settings_say_no(
    parts: Parts,
    transcribed: int,
    wanted: bool,  # noqa: FBT001 - of a table
    outcome: StageState | None,
) -> None:
    parts = replace(parts, settings=replace(parts.settings, readings=wanted))

    plan = rereading.Plan.from_json(rereading.plan(parts, transcribed))
    rereading.finish(parts, transcribed, plan)

    assert plan.batches == ()
    assert state(parts) is outcome


def test_of_another_transcript_nothing_was_heard_again(parts: Parts, transcribed: int) -> None:
    with parts.database.begin() as session:
        end_stage(session, transcribed, Stage.READINGS, StageState.DONE, utc_now)
        transcript_id = begin_transcript(session, transcribed, model="small", now=START)

    before = state(parts)
    speech.finish(parts, transcribed, speech.Plan(transcript_id=transcript_id, batches=()))
    after = state(parts)
    later.enqueue_readings(parts, transcribed, 1)

    assert (before, after) == (StageState.DONE, None)
    assert parts.jobs.turn_of(f"reread_recording-{transcribed}-1") > 0
