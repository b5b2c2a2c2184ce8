"""What people do and see while a recording is transcribed, at any moment of it.

A real worker process, whose speech model is made up: a batch ends when the test lets it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import read_description
from archive.index import SearchIndex
from archive.jobs import SPEECH_WORKFLOW, Jobs, workflow_id
from archive.models import (
    Recording,
    StageRun,
    StageState,
    Status,
    Transcript,
    TranscriptSegment,
)
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.processing import cancel, transcribe_again
from archive.schema import migrate
from archive.settings import Settings
from tests.media import run_tool
from tests.worker.conftest import SPEECH
from tests.worker.speech.fake_transcriber import SAID, Batches
from worker.command.deposit import deposit_file

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 120
_MINUTE = ("jfk.ogg", "left-out.ogg", "two-voices.ogg")
"""Three stretches of speech, and so three batches."""
_FIRST, _SECOND = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive whose worker runs, and the batches it is in."""

    settings: Settings
    database: Database
    jobs: Jobs
    index: SearchIndex
    batches: Batches
    folder: Path

    def deposit_film(self, title: str) -> int:
        """Deposit a film that browsers do not play."""
        file = self.folder / f"{title}.mkv"
        picture = ("-f", "lavfi", "-i", "color=gray:size=320x180:rate=5")
        run_tool(
            "-i", SPEECH, *picture, "-shortest", "-c:v", "mpeg4", "-c:a", "libopus",
            "-metadata", f"title={title}", file,
        )  # fmt: skip
        return self._deposit(title, file)

    def deposit(self, title: str, *sounds: str) -> int:
        """Deposit some sounds after one another; the file of each title is its own."""
        file = self.folder / f"{title}.ogg"
        inputs = [part for name in sounds for part in ("-i", SPEECH.with_name(name))]
        joined = "".join(f"[{n}:a]" for n in range(len(sounds)))
        run_tool(
            *inputs, "-filter_complex", f"{joined}concat=n={len(sounds)}:v=0:a=1",
            "-metadata", f"title={title}", "-c:a", "libopus", "-b:a", "32k", file,
        )  # fmt: skip
        return self._deposit(title, file)

    def _deposit(self, title: str, file: Path) -> int:
        description = read_description(title=title, language="en")
        return deposit_file(
            self.settings, self.database, file, description=description, publish=True
        ).recording_id

    def status(self, recording_id: int) -> Status:
        with self.database.read() as session:
            return session.get_one(Recording, recording_id).status

    def stages(self, recording_id: int) -> dict[str, StageState]:
        with self.database.read() as session:
            rows = session.scalars(select(StageRun).where(StageRun.recording_id == recording_id))
            return {row.stage: row.state for row in rows}

    def transcripts(self, recording_id: int) -> dict[bool, list[TranscriptSegment]]:
        """Return the segments of the transcripts there are, by whether those are complete."""
        with self.database.read() as session:
            found = session.scalars(
                select(Transcript).where(Transcript.recording_id == recording_id)
            ).all()
            by_state = {one.complete: list(one.segments) for one in found}
        assert len(by_state) == len(found)
        return by_state

    def waits(self, recording_id: int) -> bool:
        """Tell whether the transcription waits for its turn."""
        with self.database.read() as session:
            status = session.scalar(
                text("SELECT status FROM workflow_status WHERE workflow_uuid = :name"),
                {"name": workflow_id(SPEECH_WORKFLOW, recording_id, 1)},
            )
        return status == "ENQUEUED"

    def idle(self) -> bool:
        with self.database.read() as session:
            states = set(session.scalars(text("SELECT status FROM workflow_status")))
        return states <= {"SUCCESS", "ERROR"}

    def found(self, word: str) -> list[int]:
        return [hit.recording_id for hit in self.index.search(word, tolerant=False).hits]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s, "the worker did not get there"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("under-way")
    environ = os.environ | {
        "ARCHIVE_DATA_DIR": str(folder / "data"),
        "ARCHIVE_READINGS": "no",
        "ARCHIVE_SPEECH_BATCH": "1",
        "ARCHIVE_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
    }
    settings = Settings.from_env(environ)
    database = Database(settings.database_url)
    migrate(database)
    jobs = Jobs(database)
    worker = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/worker/speech/fake_transcriber.py"), str(folder)],
        cwd=ROOT,
        env=environ,
    )
    yield Archive(
        settings=settings,
        database=database,
        jobs=jobs,
        index=SearchIndex(settings.index_dir),
        batches=Batches(folder),
        folder=folder,
    )
    worker.kill()
    worker.wait()
    jobs.close()
    database.close()


def test_after_the_batch_in_which_it_is_stopped_no_other_is_heard_and_the_next_recording_is(
    archive: Archive,
) -> None:
    archive.batches.hold("malaria", _SECOND)
    stopped = archive.deposit("malaria", *_MINUTE)
    wait_until(lambda: len(archive.batches.begun("malaria")) == 2)
    waiting = archive.deposit("sepsis", "jfk.ogg")

    with archive.database.begin() as session:
        cancel(session, archive.jobs, stopped, actor=OPERATOR, now=utc_now())
    archive.batches.let_go("malaria", _SECOND)
    wait_until(lambda: archive.status(waiting) is Status.READY)
    wait_until(archive.idle)

    assert len(archive.batches.begun("malaria")) == 2
    assert archive.status(stopped) is Status.CANCELLED
    assert set(archive.stages(stopped).values()) <= {StageState.DONE, StageState.SKIPPED}
    assert Stage.TRANSCRIPTION not in archive.stages(stopped)
    assert [segment.batch for segment in archive.transcripts(stopped)[False]] == [_FIRST]
    assert len(archive.transcripts(waiting)[True]) == 1


def test_transcribed_again_in_the_middle_it_has_one_transcript_and_nothing_twice(
    archive: Archive,
) -> None:
    archive.batches.hold("cholera", _SECOND)
    recording_id = archive.deposit("cholera", *_MINUTE)
    wait_until(lambda: len(archive.batches.begun("cholera")) == 2)

    with archive.database.begin() as session:
        transcribe_again(session, archive.jobs, recording_id, actor=OPERATOR, now=utc_now())
    archive.batches.let_go("cholera", _SECOND)
    wait_until(lambda: archive.status(recording_id) is Status.READY)
    wait_until(archive.idle)

    starts_ms = archive.batches.begun("cholera")
    assert starts_ms == [*starts_ms[2:4], *starts_ms[2:]]
    assert len(starts_ms) == 2 + 3
    transcripts = archive.transcripts(recording_id)
    assert list(transcripts) == [True]
    assert [segment.start_ms for segment in transcripts[True]] == starts_ms[2:]
    assert [segment.text.split()[-1] for segment in transcripts[True]] == [*SAID[2:5]]
    assert set(archive.stages(recording_id).values()) <= {StageState.DONE, StageState.SKIPPED}


def test_the_first_paragraphs_are_found_while_the_rest_is_transcribed(archive: Archive) -> None:
    archive.batches.hold("asthma", _SECOND)
    recording_id = archive.deposit("asthma", *_MINUTE)

    wait_until(lambda: len(archive.batches.begun("asthma")) == 2)
    state = archive.stages(recording_id)[Stage.TRANSCRIPTION]
    found = archive.found(f"asthma {SAID[_FIRST]}"), archive.found(f"asthma {SAID[_SECOND]}")
    archive.batches.let_go("asthma", _SECOND)
    wait_until(lambda: archive.status(recording_id) is Status.READY)

    assert state is StageState.RUNNING
    assert found == ([recording_id], [])
    assert archive.found(f"asthma {SAID[_SECOND]}") == [recording_id]


def test_of_two_that_wait_the_shorter_is_heard_first_though_it_came_later(
    archive: Archive,
) -> None:
    archive.batches.hold("typhoid", _FIRST)
    archive.deposit("typhoid", "jfk.ogg")
    wait_until(lambda: archive.batches.begun("typhoid") != [])

    waiting = []
    for title, sounds in (("long", _MINUTE), ("short", ("jfk.ogg",))):
        waiting.append(archive.deposit(title, *sounds))
        wait_until(lambda: archive.waits(waiting[-1]))
    archive.batches.let_go("typhoid", _FIRST)
    wait_until(lambda: all(archive.status(one) is Status.READY for one in waiting))

    assert archive.batches.order()[-3:] == ["typhoid", "short", "long"]


def test_slides_are_looked_for_while_a_rendition_of_another_recording_is_made(
    archive: Archive,
) -> None:
    archive.batches.hold_renditions()
    first = archive.deposit_film("tetanus")
    wait_until(lambda: archive.stages(first).get(Stage.RENDITION) is StageState.RUNNING)

    second = archive.deposit_film("measles")
    wait_until(lambda: archive.stages(second).get(Stage.SLIDES) is StageState.DONE)
    meanwhile = archive.stages(first)[Stage.RENDITION]
    archive.batches.let_renditions_go()
    wait_until(lambda: {archive.status(one) for one in (first, second)} == {Status.READY})

    assert meanwhile is StageState.RUNNING
    assert archive.stages(second)[Stage.RENDITION] is StageState.DONE
