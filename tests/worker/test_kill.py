"""The worker is killed with SIGKILL at every stage and at random; nothing is lost or doubled.

Real worker process, real ffmpeg, real speech model (tiny.en, which is quick to load).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import read_description
from archive.jobs import PICTURES_WORKFLOW, PROCESS_WORKFLOW, SPEECH_WORKFLOW, workflow_id
from archive.permissions import OPERATOR
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.settings import Settings
from tests.worker.killable import STAGES
from tests.worker.whole import check_whole
from worker.command.deposit import deposit_file

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_S = 480
_BATCHES = 3
_LONG = {"rendition", "plan", "batch", "stills"}
_TIMES_SAID = 6
_BEFORE_OR_AFTER_SPEECH = (
    "begin",
    "fingerprint",
    "probe",
    "hand on",
    "audio",
    "transcribed",
    "transcript",
    "captions",
    "index",
    "later",
)
"""Not "ready": pictures settle too, and may do so first, in the middle of a batch of speech."""


@dataclass
class Bench:
    """An archive with a recording deposited, and the means to run a worker on it."""

    settings: Settings
    database: Database
    recording_id: int
    environ: dict[str, str]
    plan: Path

    def view(self) -> RecordingView:
        with self.database.read() as session:
            return get_recording(session, self.recording_id, actor=OPERATOR, now=utc_now())

    def finished(self) -> bool:
        """Tell whether every job of the recording has ended, those it led to included."""
        names = {
            workflow_id(workflow, self.recording_id, 1)
            for workflow in (PROCESS_WORKFLOW, SPEECH_WORKFLOW, PICTURES_WORKFLOW)
        }
        with self.database.read() as session:
            rows = session.execute(text("SELECT workflow_uuid, status FROM workflow_status"))
            states = {row.workflow_uuid: row.status for row in rows}
        return names <= states.keys() and set(states.values()) <= {"SUCCESS", "ERROR"}

    def run_until_finished(self) -> int:
        """Have the worker started again and again until all is done; returns the kills."""
        deadline = time.monotonic() + _TIMEOUT_S
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/worker/killable.py"), str(self.plan)],
            cwd=ROOT,
            env=self.environ,
            start_new_session=True,
        )
        try:
            while time.monotonic() < deadline:
                assert process.poll() is None, "the worker ended by itself"
                if self.finished() and not json.loads(self.plan.read_text()):
                    return int(self.plan.with_suffix(".kills").read_text())
                time.sleep(0.1)
            raise AssertionError(f"not finished: {self.view()}")
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def bench(settings: Settings, database: Database, tmp_path: Path, three_batches: Path) -> Bench:
    deposited = deposit_file(
        settings,
        database,
        three_batches,
        description=read_description(title="Three batches", language="en"),
        publish=True,
    )
    plan = tmp_path / "plan.json"
    plan.write_text("[]")
    environ = os.environ | {
        "ARCHIVE_DATA_DIR": str(settings.data_dir),
        "ARCHIVE_WHISPER_MODEL": "tiny.en",
        "ARCHIVE_SPEECH_BATCH": "1",
        "ARCHIVE_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
    }
    return Bench(settings, database, deposited.recording_id, environ, plan)


def _check_whole(bench: Bench, points: list[str]) -> None:
    """Finished, no segment twice, none missing, and no batch done again that was not killed.

    Args:
        bench: The archive.
        points: Where the worker was killed.
    """
    runs = check_whole(
        bench.settings,
        bench.database,
        bench.recording_id,
        phrase="ask not what your country",
        times=_TIMES_SAID,
    )
    # The plan counts one run and each batch one. Whatever was under way is begun again: certainly
    # where the worker was killed in it, or after it and before that was noted, and perhaps
    # where it was killed in a picture's stage, which goes on at the same time. Never more.
    again = sum(" plan" in point or " batch " in point for point in points)
    most = sum(not point.endswith(_BEFORE_OR_AFTER_SPEECH) for point in points)
    assert _BATCHES + 1 + again <= runs["transcription"].runs <= _BATCHES + 1 + most


@pytest.mark.slow
@pytest.mark.model
def test_a_worker_killed_at_every_stage_loses_and_doubles_nothing(bench: Bench) -> None:
    points = []
    for stage in STAGES:
        names = [f"batch {n}" for n in range(_BATCHES)] if stage == "batch" else [stage]
        for name in names:
            if stage in _LONG:
                points.append(f"during {name}")
            points.append(f"after {name}")
    bench.plan.write_text(json.dumps(points))

    kills = bench.run_until_finished()

    assert kills == len(points)
    _check_whole(bench, points)


@pytest.mark.slow
@pytest.mark.model
def test_a_worker_killed_at_a_random_batch_does_only_that_batch_again(bench: Bench) -> None:
    batch = random.randrange(_BATCHES)
    bench.plan.write_text(json.dumps([f"during batch {batch}"]))

    kills = bench.run_until_finished()

    assert kills == 1
    _check_whole(bench, [f"during batch {batch}"])
