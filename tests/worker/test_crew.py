"""A crew of workers on one machine: who gets which cores, and real processes that are watched."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.database import Database
from archive.settings import Settings
from archive.workers import Sighting, read_workers
from worker.crew import muster, usable_cores

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 90


@pytest.mark.parametrize(
    ("count", "cores", "shares"),
    [
        (1, [0, 1], [(0, 1)]),
        (2, [0, 1], [(0,), (1,)]),
        (2, [0, 4, 1, 5], [(0, 4), (1, 5)]),
        (3, [0, 1, 2, 3], [(0,), (1,), (2, 3)]),
        (3, [2, 3], [(2,), (2,), (3,)]),
        (4, [7], [(7,), (7,), (7,), (7,)]),
    ],
)
def test_cores_are_shared_out(count: int, cores: list[int], shares: list[tuple[int, ...]]) -> None:
    members = muster(count, cores=cores, pinned=True)

    assert [member.cores for member in members] == shares
    assert [member.threads for member in members] == [len(share) for share in shares]
    assert all(member.threads >= max(len(cores) // count, 1) for member in members)


def test_where_processes_cannot_be_pinned_threads_are_shared_out_all_the_same() -> None:
    members = muster(2, cores=[0, 1, 2, 3], pinned=False)

    assert [(member.cores, member.threads) for member in members] == [((), 2), ((), 2)]


def test_each_worker_has_a_name_of_its_own_and_is_no_crew_itself() -> None:
    one, two = muster(2, cores=[0, 1], pinned=True, name="east")

    assert one.environment({"ARCHIVE_WORKERS": "2"}) == {
        "ARCHIVE_WORKERS": "1",
        "ARCHIVE_WORKER_ID": "east-1",
        "ARCHIVE_CPU_THREADS": "1",
    }
    assert two.environment({"ARCHIVE_CPU_THREADS": "3"})["ARCHIVE_CPU_THREADS"] == "3"


def test_usable_cores_are_those_of_this_process() -> None:
    assert set(usable_cores()) == os.sched_getaffinity(0)


@pytest.fixture
def crew(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.command", "worker", "--workers", "2"],
        cwd=ROOT,
        env=os.environ
        | {
            "ARCHIVE_DATA_DIR": str(settings.data_dir),
            "ARCHIVE_WHISPER_MODEL": "tiny.en",
            "ARCHIVE_LOG_LEVEL": "ERROR",
        },
    )
    yield process
    process.terminate()
    process.wait(20)


@pytest.mark.slow
def test_a_worker_that_is_killed_is_started_again_and_all_stop_together(
    crew: "subprocess.Popen[bytes]", database: Database
) -> None:
    both = _until(lambda: _workers(database), lambda found: len(found) == 2)
    cores = [os.sched_getaffinity(one.pid) for one in both.values()]
    victim = both["worker-2"]

    os.kill(victim.pid, signal.SIGKILL)
    again = _until(
        lambda: _workers(database), lambda found: found["worker-2"].token != victim.token
    )
    crew.terminate()

    assert crew.wait(20) == 0
    assert again["worker-1"].token == both["worker-1"].token
    assert set().union(*cores) == os.sched_getaffinity(0)
    assert len(os.sched_getaffinity(0)) == 1 or not set.intersection(*cores)
    assert "worker-1" not in _workers(database), "it has checked out; worker-2 only just began"
    for one in (both["worker-1"], again["worker-2"]):
        with pytest.raises(ProcessLookupError):
            os.kill(one.pid, 0)


def _workers(database: Database) -> dict[str, Sighting]:
    with database.read() as session:
        return {one.worker_id: one for one in read_workers(session)}


def _until(
    look: Callable[[], dict[str, Sighting]], good: Callable[[dict[str, Sighting]], bool]
) -> dict[str, Sighting]:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not good(found := look()):
        assert time.monotonic() < deadline_s, found
        time.sleep(0.1)
    return found
