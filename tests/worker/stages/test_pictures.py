"""A rendition is asked for where browsers need one, in a queue of its own."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from archive.clock import utc_now
from archive.deposits import read_description
from archive.models import Recording, StageRun, StageState, Status
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.processing import try_again
from tests.media import make_video
from worker.command.deposit import deposit_file
from worker.parts import Parts
from worker.stages import files, pictures, status
from worker.stages.report import end_stage


def ask(parts: Parts, film: Path) -> int:
    recording_id = deposit_file(
        parts.settings, parts.database, film, description=read_description(), publish=True
    ).recording_id
    files.look(parts, recording_id)
    pictures.ask_for_rendition(parts, recording_id, 1)
    return recording_id


def state(parts: Parts) -> StageState | None:
    with parts.database.read() as session:
        return session.scalar(select(StageRun.state).where(StageRun.stage == Stage.RENDITION))


def renditions(parts: Parts) -> list[str]:
    """Return the jobs that wait for the making of renditions."""
    with parts.database.read() as session:
        return list(
            session.scalars(
                text("SELECT workflow_uuid FROM workflow_status WHERE queue_name = 'renditions'")
            )
        )


def test_a_film_that_browsers_play_waits_for_no_rendition(parts: Parts, tmp_path: Path) -> None:
    ask(parts, make_video(tmp_path / "film.mp4", seconds=2.0))

    assert state(parts) is StageState.SKIPPED
    assert renditions(parts) == []


def test_for_a_film_that_browsers_do_not_play_one_is_enqueued(parts: Parts, tmp_path: Path) -> None:
    recording_id = ask(parts, make_video(tmp_path / "film.mkv", seconds=2.0))

    assert state(parts) is None
    assert renditions(parts) == [f"render_recording-{recording_id}-1"]


def status_of(parts: Parts, recording_id: int) -> Status:
    with parts.database.read() as session:
        return session.get_one(Recording, recording_id).status


def ended(parts: Parts, recording_id: int, status: Status, **stages: StageState) -> None:
    """Note how an attempt at a recording ended."""
    with parts.database.begin() as session:
        session.get_one(Recording, recording_id).status = status
        for stage, how in stages.items():
            end_stage(session, recording_id, Stage(stage), how, utc_now, "The disk was full.")
    (parts.scratch(recording_id) / "sound.flac").touch()


def begin_again(parts: Parts, recording_id: int) -> None:
    """Ask for another attempt, and do its first steps as the worker does them."""
    with parts.database.begin() as session:
        try_again(session, parts.jobs, recording_id, actor=OPERATOR, now=utc_now())
    status.begin(parts, recording_id)
    status.hand_on(parts, recording_id, 2)


SPEECH_DONE = dict.fromkeys(("audio", "transcription", "transcript", "captions"), StageState.DONE)


def test_a_rendition_that_failed_is_not_taken_for_made_again_before_it_is_asked_for(
    parts: Parts, tmp_path: Path
) -> None:
    recording_id = ask(parts, make_video(tmp_path / "film.mkv", seconds=2.0))
    ended(parts, recording_id, Status.CANCELLED, rendition=StageState.FAILED)
    begin_again(parts, recording_id)

    end_speech(parts, recording_id)
    after_speech = status_of(parts, recording_id)
    kept = (parts.scratch(recording_id) / "sound.flac").exists()
    pictures.ask_for_rendition(parts, recording_id, 2)
    status.settle(parts, recording_id)
    once_asked_for = status_of(parts, recording_id)
    pictures.rendition(parts, recording_id)
    status.settle(parts, recording_id)

    assert after_speech is Status.PROCESSING
    assert kept
    assert once_asked_for is Status.PROCESSING
    assert renditions(parts) == [f"render_recording-{recording_id}-{one}" for one in (1, 2)]
    assert status_of(parts, recording_id) is Status.READY
    assert state(parts) is StageState.DONE


def end_speech(parts: Parts, recording_id: int) -> None:
    """Do what ends the leg of speech."""
    with parts.database.begin() as session:
        for stage in (*SPEECH_DONE, Stage.INDEX):
            end_stage(session, recording_id, Stage(stage), StageState.DONE, utc_now)
    status.settle(parts, recording_id)


@pytest.mark.parametrize("index", [StageState.FAILED, StageState.DONE])
def test_speech_that_is_to_be_done_again_is_not_taken_for_done_when_the_pictures_are(
    parts: Parts, tmp_path: Path, index: StageState
) -> None:
    recording_id = ask(parts, make_video(tmp_path / "film.mp4", seconds=2.0))
    stages = SPEECH_DONE | {"transcription": StageState.FAILED, "index": index}
    ended(parts, recording_id, Status.CANCELLED, poster=StageState.FAILED, **stages)
    begin_again(parts, recording_id)

    status.settle(parts, recording_id)
    after_pictures = status_of(parts, recording_id)
    kept = (parts.scratch(recording_id) / "sound.flac").exists()
    end_speech(parts, recording_id)

    assert after_pictures is Status.PROCESSING
    assert kept
    assert status_of(parts, recording_id) is Status.READY


def test_a_step_that_is_done_again_after_a_crash_forgets_nothing_of_its_own_attempt(
    parts: Parts, tmp_path: Path
) -> None:
    """Another worker may have made it meanwhile, and it failed."""
    recording_id = ask(parts, make_video(tmp_path / "film.mkv", seconds=2.0))
    ended(parts, recording_id, Status.PROCESSING, rendition=StageState.FAILED)

    pictures.ask_for_rendition(parts, recording_id, 1)

    assert state(parts) is StageState.FAILED


def test_speech_that_is_whole_counts_while_a_poster_is_made_again(
    parts: Parts, tmp_path: Path
) -> None:
    recording_id = ask(parts, make_video(tmp_path / "film.mp4", seconds=2.0))
    stages = SPEECH_DONE | {"index": StageState.DONE, "poster": StageState.FAILED}
    ended(parts, recording_id, Status.CANCELLED, **stages)
    begin_again(parts, recording_id)

    status.settle(parts, recording_id)

    assert status_of(parts, recording_id) is Status.READY
