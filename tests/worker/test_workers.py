"""Two real workers on one archive: one dies for good, or only seems to; the other takes over.

Real processes, real ffmpeg, real speech model (tiny.en), batches of one stretch, so that
there are three. Workers are taken for dead after some seconds instead of ninety.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select, text

from archive.database import Database
from archive.deposits import read_description
from archive.jobs import SPEECH_WORKFLOW, workflow_id
from archive.models import Recording, StageRun, Status, TranscriptSegment
from archive.pipeline import Stage
from archive.settings import Settings
from archive.workers import Sighting, read_workers
from tests.worker.impatient import SILENT_AFTER_S
from tests.worker.whole import check_whole
from worker.command.deposit import deposit_file

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 240
_BATCHES = 3
_TIMES_SAID = 6

T = TypeVar("T")


@dataclass
class Workplace:
    """An archive, a recording deposited into it, and workers by name."""

    settings: Settings
    database: Database
    recording_id: int
    workers: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def environ(self, name: str) -> dict[str, str]:
        return os.environ | {
            "ARCHIVE_DATA_DIR": str(self.settings.data_dir),
            "ARCHIVE_WORKER_ID": name,
            "ARCHIVE_WHISPER_MODEL": "tiny.en",
            "ARCHIVE_READINGS": "no",
            "ARCHIVE_SPEECH_BATCH": "1",
            "ARCHIVE_CPU_THREADS": "1",
            "ARCHIVE_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
        }

    def start(self, name: str) -> None:
        self.workers[name] = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/worker/impatient.py")],
            cwd=ROOT,
            env=self.environ(name),
        )

    def suspend(self, name: str) -> None:
        """Suspend a worker in the middle of a batch, where it holds no lock of a file.

        One that is suspended in the milliseconds it writes keeps everyone waiting, as SQLite
        and the index let one write at a time; that is not what is tested.
        """
        while True:
            self.workers[name].send_signal(signal.SIGSTOP)
            try:
                with closing(sqlite3.connect(self.settings.data_dir / "archive.db", 1)) as database:
                    database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                self.workers[name].send_signal(signal.SIGCONT)
                time.sleep(0.05)
            else:
                return

    def present(self) -> dict[str, Sighting]:
        with self.database.read() as session:
            return {one.worker_id: one for one in read_workers(session)}

    def transcribing(self) -> str | None:
        """Name the worker that has the speech, once it is in its second batch of three."""
        with self.database.read() as session:
            row = session.execute(
                text("SELECT executor_id, status FROM workflow_status WHERE workflow_uuid = :id"),
                {"id": workflow_id(SPEECH_WORKFLOW, self.recording_id, 1)},
            ).one_or_none()
            runs = session.scalar(
                select(StageRun.runs).where(StageRun.stage == Stage.TRANSCRIPTION)
            )
        # The plan counts one, each batch one when it begins.
        return row.executor_id if row and row.status == "PENDING" and runs == 1 + 2 else None

    def ready(self) -> bool:
        with self.database.read() as session:
            status = session.get_one(Recording, self.recording_id).status
            rows = session.execute(text("SELECT status FROM workflow_status"))
            return status is Status.READY and {row.status for row in rows} <= {"SUCCESS", "ERROR"}

    def segments(self) -> list[tuple[int, int, str]]:
        """Return id, start and text of what is kept."""
        with self.database.read() as session:
            rows = session.scalars(select(TranscriptSegment).order_by(TranscriptSegment.id))
            return [(row.id, row.start_ms, row.text) for row in rows]


@pytest.fixture
def workplace(settings: Settings, database: Database, three_batches: Path) -> Iterator[Workplace]:
    deposited = deposit_file(
        settings,
        database,
        three_batches,
        description=read_description(title="Three batches", language="en"),
        publish=True,
    )
    workplace = Workplace(settings, database, deposited.recording_id)
    yield workplace
    for process in workplace.workers.values():
        process.kill()  # also ends one that is suspended
        process.wait()


@pytest.mark.slow
@pytest.mark.model
def test_what_a_killed_worker_leaves_is_finished_by_another(workplace: Workplace) -> None:
    workplace.start("east")
    workplace.start("west")
    victim = _until(workplace.transcribing, bool)
    assert victim is not None

    workplace.workers[victim].kill()
    workplace.workers[victim].wait()
    _until(workplace.ready, bool)

    assert set(workplace.present()) == {"east", "west"} - {victim}
    _check_whole(workplace, lost=1)


@pytest.mark.slow
@pytest.mark.model
def test_a_suspended_worker_that_comes_back_writes_nothing_and_starts_anew(
    workplace: Workplace,
) -> None:
    workplace.start("east")
    workplace.start("west")
    sleeper = _until(workplace.transcribing, bool)
    assert sleeper is not None
    before = _until(workplace.present, lambda found: len(found) == 2)
    process = workplace.workers[sleeper]

    workplace.suspend(sleeper)
    _until(workplace.ready, bool)
    finished = workplace.segments()
    process.send_signal(signal.SIGCONT)
    after = _until(workplace.present, lambda found: len(found) == 2)

    assert after[sleeper].token != before[sleeper].token
    assert after[sleeper].pid == process.pid, "the same process, begun anew"
    time.sleep(SILENT_AFTER_S)  # More than it takes to end the batch it was in.
    assert process.poll() is None
    assert workplace.segments() == finished, "row by row, not only in words"
    _check_whole(workplace, lost=1)


@pytest.mark.slow
def test_a_worker_under_the_name_of_one_that_runs_is_refused(workplace: Workplace) -> None:
    workplace.start("east")
    first = _until(workplace.present, bool)["east"]

    second = subprocess.run(
        workplace.workers["east"].args,
        cwd=ROOT,
        env=workplace.environ("east"),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )

    assert second.returncode == 1
    assert "A worker named east runs already" in second.stderr
    assert workplace.present()["east"].token == first.token


def _check_whole(workplace: Workplace, *, lost: int) -> None:
    """Finished; no segment twice, none missing; no more batches again than workers lost."""
    runs = check_whole(
        workplace.settings,
        workplace.database,
        workplace.recording_id,
        phrase="ask not what your country",
        times=_TIMES_SAID,
    )
    assert runs[Stage.TRANSCRIPTION].runs <= 1 + _BATCHES + lost


def _until(look: Callable[[], T], good: Callable[[T], bool]) -> T:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not good(found := look()):
        assert time.monotonic() < deadline_s, found
        time.sleep(0.05)
    return found
