"""`webinar-archive run --workers 2`: the site and two workers, started and stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.database import Database
from archive.settings import Settings
from archive.workers import Sighting, read_workers

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE_S = 120


@pytest.mark.slow
@pytest.mark.model
def test_run_starts_as_many_workers_as_asked_for_and_pins_them_but_not_the_site(
    settings: Settings, database: Database
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {
        "ARCHIVE_DATA_DIR": str(settings.data_dir),
        "ARCHIVE_WHISPER_MODEL": "tiny.en",
        "ARCHIVE_LOG_LEVEL": "ERROR",
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.command", "run", "--no-demo", "--workers", "2"],
        cwd=ROOT,
        env=environ,
    )
    try:
        workers = _two_workers(database, process)
        cores = [os.sched_getaffinity(one.pid) for one in workers.values()]
        sites = [os.sched_getaffinity(pid) for pid in _below(process.pid) if _is_site(pid)]
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(30)

    everything = os.sched_getaffinity(0)
    assert status == 0
    assert set(workers) == {"worker-1", "worker-2"}
    assert set().union(*cores) == everything
    assert len(everything) == 1 or not set.intersection(*cores)
    assert sites
    assert all(site == everything for site in sites)
    for one in workers.values():
        with pytest.raises(ProcessLookupError):
            os.kill(one.pid, 0)


def _two_workers(database: Database, process: "subprocess.Popen[bytes]") -> dict[str, Sighting]:
    deadline_s = time.monotonic() + _PATIENCE_S
    while True:
        with database.read() as session:
            found = {one.worker_id: one for one in read_workers(session)}
        if len(found) == 2:
            return found
        assert process.poll() is None
        assert time.monotonic() < deadline_s, found
        time.sleep(0.1)


def _below(pid: int) -> list[int]:
    """Return the processes started by one, directly or not."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _is_site(pid: int) -> bool:
    return b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
