"""A real worker, real speech, a diarizer that goes by the clock: from deposit to new names."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import read_description
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.models import Role
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.processing import transcribe_again, try_again
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.settings import Settings
from archive.speakers import name_speakers
from archive.storage import Storage
from archive.transcripts import current_transcript
from tests.worker.conftest import SPEECH
from worker.command.deposit import deposit_file

pytestmark = [pytest.mark.model, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
_TIMEOUT_S = 150


@dataclass
class Archive:
    """What the test sees of an archive that a worker works on."""

    database: Database
    storage: Storage
    index: SearchIndex
    jobs: Jobs
    recording_id: int
    worker: "subprocess.Popen[bytes]"

    def view(self) -> RecordingView:
        with self.database.read() as session:
            return get_recording(session, self.recording_id, actor=OPERATOR, now=utc_now())

    def speakers(self) -> set[str]:
        with self.database.read() as session:
            kept = current_transcript(session, self.recording_id)
        return {segment.speaker for segment in kept.segments} if kept else set()

    def captions(self) -> str:
        file = self.view().file(Role.VTT)
        return self.storage.path(file.sha256).read_text() if file else ""

    def version(self) -> int:
        with self.database.read() as session:
            kept = current_transcript(session, self.recording_id)
        return kept.version if kept else 0

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _TIMEOUT_S
        while not until():
            assert self.worker.poll() is None, "the worker ended by itself"
            assert time.monotonic() < deadline, self.view()
            time.sleep(0.2)


@pytest.fixture
def missing(tmp_path: Path) -> Path:
    path = tmp_path / "missing"
    path.touch()
    return path


@pytest.fixture
def archive(
    settings: Settings, database: Database, storage: Storage, jobs: Jobs, missing: Path
) -> Iterator[Archive]:
    recording_id = deposit_file(
        settings,
        database,
        SPEECH,
        description=read_description(title="Inaugural address", language="en"),
        publish=True,
    ).recording_id
    worker = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/worker/speakers/fake_diarizer.py"), str(missing)],
        cwd=ROOT,
        env=os.environ
        | {
            "ARCHIVE_DATA_DIR": str(settings.data_dir),
            "ARCHIVE_WHISPER_MODEL": "tiny.en",
            "ARCHIVE_SPEAKERS": "yes",
            "ARCHIVE_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
        },
    )
    yield Archive(database, storage, SearchIndex(settings.index_dir), jobs, recording_id, worker)
    worker.terminate()
    worker.wait(timeout=30)


def test_speakers_are_told_apart_named_and_kept(archive: Archive, missing: Path) -> None:
    # The extra is not there: the recording is ready, and says what it lacks.
    archive.wait(lambda: bool(archive.view().shortcomings))
    (lack,) = archive.view().shortcomings
    assert (lack.stage, lack.problem) == (Stage.SPEAKERS, "the extra is not installed")
    assert archive.view().status == "ready"
    assert archive.speakers() == {""}

    # Installed and tried again: only what failed is done.
    missing.unlink()
    with archive.database.begin() as session:
        try_again(session, archive.jobs, archive.recording_id, actor=OPERATOR, now=utc_now())
    archive.wait(lambda: "<v Speaker 2>" in archive.captions())
    assert archive.speakers() == {"Speaker 1", "Speaker 2"}
    assert archive.version() == 1

    # Named: captions and search follow.
    with archive.database.begin() as session:
        name_speakers(
            session,
            archive.jobs,
            archive.recording_id,
            {"Speaker 2": "Amina Otieno"},
            actor=OPERATOR,
            now=utc_now(),
        )
    archive.wait(lambda: archive.index.search("speaker:otieno").total == 1)
    assert "<v Speaker 1>" in archive.captions()
    assert "<v Amina Otieno>" in archive.captions()
    (hit,) = archive.index.search("speaker:otieno country").hits
    assert {moment.speaker for moment in hit.moments} == {"Amina Otieno"}

    # Transcribed anew: the name is there at once, from the turns that are known.
    with archive.database.begin() as session:
        transcribe_again(session, archive.jobs, archive.recording_id, actor=OPERATOR, now=utc_now())
    archive.wait(lambda: archive.version() == 2)
    assert archive.speakers() == {"Speaker 1", "Amina Otieno"}
    archive.wait(lambda: not archive.view().in_progress)
    assert archive.view().shortcomings == ()
