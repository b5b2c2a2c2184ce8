"""A rendition is asked for where browsers need one, in a queue of its own."""

from pathlib import Path

from sqlalchemy import select, text

from archive.clock import utc_now
from archive.deposits import read_description
from archive.models import Recording, StageRun, StageState, Status
from archive.pipeline import Stage
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


def test_while_one_that_failed_waits_to_be_made_again_its_recording_is_not_ready(
    parts: Parts, tmp_path: Path
) -> None:
    recording_id = ask(parts, make_video(tmp_path / "film.mkv", seconds=2.0))
    with parts.database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.PROCESSING
        end_stage(session, recording_id, Stage.INDEX, StageState.DONE, utc_now)
    status.fail_stage(parts, recording_id, Stage.RENDITION, "The disk was full.")
    (parts.scratch(recording_id) / "sound.flac").touch()

    pictures.ask_for_rendition(parts, recording_id, 2)
    status.settle(parts, recording_id)

    with parts.database.read() as session:
        assert session.get_one(Recording, recording_id).status is Status.PROCESSING
    assert renditions(parts) == [f"render_recording-{recording_id}-{one}" for one in (1, 2)]
    assert (parts.scratch(recording_id) / "sound.flac").exists()
