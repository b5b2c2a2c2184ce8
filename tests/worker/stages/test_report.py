"""Work on a recording that somebody stops ends at its next report, and leaves nothing behind."""

import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.clock import utc_now
from archive.deposits import read_description
from archive.errors import SupersededError
from archive.jobs import Jobs
from archive.models import RecordingFile, Role, StageRun, TranscriptSegment
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.processing import cancel, transcribe_again
from archive.transcripts import begin_transcript, keep_batch
from tests.conftest import START
from tests.media import run_tool
from tests.web.factories import speak
from tests.worker.conftest import SPEECH
from tests.worker.media.test_run import _children
from worker.command.deposit import deposit_file
from worker.parts import Parts
from worker.stages import files, pictures
from worker.stages.report import stage_run
from worker.steps import Run

_PATIENCE_S = 60


def deposit(parts: Parts, path: Path) -> int:
    return deposit_file(
        parts.settings, parts.database, path, description=read_description(), publish=True
    ).recording_id


@pytest.fixture
def recording_id(parts: Parts) -> int:
    return deposit(parts, SPEECH)


@pytest.fixture
def film_id(parts: Parts, tmp_path: Path) -> int:
    """A film of ten minutes that browsers do not play: a quarter of a minute, again and again."""
    once, film = tmp_path / "once.mkv", tmp_path / "film.mkv"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=15")
    run_tool(*picture, "-c:v", "mpeg4", "-q:v", "9", once)
    run_tool("-stream_loop", "39", "-i", once, "-c", "copy", film)
    film_id = deposit(parts, film)
    files.look(parts, film_id)
    return film_id


def stop(parts: Parts, recording_id: int) -> None:
    with parts.database.begin() as session:
        cancel(session, parts.jobs, recording_id, actor=OPERATOR, now=utc_now())


def stages(parts: Parts) -> dict[str, float]:
    """Tell how far every stage is that was begun."""
    with parts.database.read() as session:
        return {run.stage: run.fraction for run in session.scalars(select(StageRun))}


def test_a_stage_ends_at_its_next_report_once_its_recording_is_stopped(
    parts: Parts, recording_id: int
) -> None:
    run = Run(parts, recording_id, 1)
    went_so_far: list[str] = []

    def work() -> None:
        with stage_run(run.parts.database, recording_id, Stage.SLIDES, parts.clock) as report:
            stop(parts, recording_id)
            went_so_far.append("stopped")
            report.progress(0.5)
            went_so_far.append("went on")

    with pytest.raises(SupersededError, match="cancelled"):
        work()

    assert went_so_far == ["stopped"]
    assert Stage.SLIDES not in stages(parts)


def test_a_stage_that_reports_nothing_is_not_done_once_its_recording_is_stopped(
    parts: Parts, recording_id: int
) -> None:
    run = Run(parts, recording_id, 1)

    with (
        pytest.raises(SupersededError),
        stage_run(run.parts.database, recording_id, Stage.POSTER, parts.clock),
    ):
        stop(parts, recording_id)

    assert Stage.POSTER not in stages(parts)


def test_a_batch_heard_before_its_recording_is_transcribed_again_is_not_kept(
    parts: Parts, jobs: Jobs, recording_id: int
) -> None:
    run = Run(parts, recording_id, 1)
    with run.parts.database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="tiny", now=START)

    with parts.database.begin() as session:
        transcribe_again(session, jobs, recording_id, actor=OPERATOR, now=utc_now())
    with pytest.raises(SupersededError), run.parts.database.begin() as session:
        keep_batch(session, transcript_id, 0, [speak("too late")])

    with parts.database.read() as session:
        assert session.scalar(select(func.count(TranscriptSegment.id))) == 0
    with Run(parts, recording_id, 2).parts.database.begin() as session:
        keep_batch(session, transcript_id, 0, [speak("in time")])


def test_ffmpeg_is_killed_in_the_middle_of_a_rendition(parts: Parts, film_id: int) -> None:
    before = set(_children(os.getpid()))
    run = Run(parts, film_id, 1)

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(pictures.rendition, run.parts, film_id)
        while not stages(parts).get(Stage.RENDITION) and not making.done():
            wait([making], timeout=0.05)
        far = stages(parts)[Stage.RENDITION]
        stop(parts, film_id)
        error = making.exception(_PATIENCE_S)

    assert 0 < far < 1
    assert isinstance(error, SupersededError)
    assert set(_children(os.getpid())) <= before
    assert list(parts.scratch(film_id).iterdir()) == []
    assert Stage.RENDITION not in stages(parts)
    with parts.database.read() as session:
        roles = session.scalars(
            select(RecordingFile.role).where(RecordingFile.recording_id == film_id)
        ).all()
    assert list(roles) == [Role.MASTER]
