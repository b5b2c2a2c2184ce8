"""A fresh archive to measure, and real worker processes on it, watched from outside.

The processes are those of `webinar-archive worker`; nothing of them is replaced. Memory is what
the kernel says (`VmHWM`), looked at twice a second, so a child that lives shorter may be missed.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import read_description
from archive.index import SearchIndex, Track
from archive.permissions import VISITOR
from archive.schema import migrate
from archive.search import search
from archive.settings import Settings
from worker.command.deposit import deposit_file

ROOT = Path(__file__).resolve().parents[2]
_LOOK_S = 0.5
_READY_S = 120
_STOP_S = 30
_ENDED = {"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}


class BenchArchive:
    """An archive in a folder of its own."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Make it.

        Args:
            folder: Where; empty.
            environ: Settings beside the folder.
        """
        self.environ = {**environ, "ARCHIVE_DATA_DIR": str(folder)}
        self.settings = Settings.from_env(self.environ)
        self.database = Database(self.settings.database_url)
        migrate(self.database)
        self.index = SearchIndex(self.settings.index_dir)

    def deposit(self, path: Path, title: str) -> int:
        """Deposit a file as anyone may find it; returns the recording's id."""
        deposited = deposit_file(
            self.settings,
            self.database,
            path,
            description=read_description(title=title),
            publish=True,
        )
        return deposited.recording_id

    def first_said_ms(self, query: str) -> int | None:
        """Search as a visitor does; returns when the words are said, None when not found."""
        with self.database.read() as session:
            found = search(
                session, self.index, query, page=1, actor=VISITOR, now=utc_now(), page_size=10
            )
        said = [
            moment.start_ms
            for result in found.results
            for moment in result.hit.moments
            if moment.track is Track.SPEECH
        ]
        return min(said, default=None)

    def jobs_left(self) -> int:
        """Count jobs that have not ended."""
        with self.database.read() as session:
            rows = session.execute(text("SELECT status FROM workflow_status"))
            return sum(row.status not in _ENDED for row in rows)


@dataclass(slots=True)
class Peaks:
    """The most memory, in bytes, of a worker process and of its largest child."""

    worker: int = 0
    child: int = 0
    child_name: str = ""

    @property
    def together(self) -> int:
        """Of both."""
        return self.worker + self.child


@dataclass(slots=True, kw_only=True)
class WorkerProcess:
    """A worker that runs, its log, and what it took so far."""

    process: "subprocess.Popen[bytes]"
    log: Path
    peaks: Peaks
    _stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def start(
        cls,
        archive: BenchArchive,
        log: Path,
        *,
        peaks: Peaks | None = None,
        cores: Sequence[int] = (),
        **environ: str,
    ) -> "WorkerProcess":
        """Start `webinar-archive worker`.

        Args:
            archive: It works for.
            log: What it says is added there.
            peaks: Go on with these, for one that is started again.
            cores: It and its children may use; all by default.
            environ: More settings.
        """
        may_use = os.sched_getaffinity(0)
        os.sched_setaffinity(0, set(cores) or may_use)  # what a child inherits
        try:
            with log.open("ab") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", "worker.command", "worker"],
                    cwd=ROOT,
                    env=os.environ | archive.environ | environ,
                    stdout=output,
                    stderr=output,
                )
        finally:
            os.sched_setaffinity(0, may_use)
        worker = cls(process=process, log=log, peaks=peaks or Peaks())
        threading.Thread(target=worker._watch, daemon=True).start()
        return worker

    def wait_until_ready(self, count: int = 1) -> None:
        """Wait until it, or so many processes of it, have said that they are ready."""
        deadline = time.monotonic() + _READY_S
        while self.log.read_text(errors="replace").count(" ready ") < count:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the worker did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def pids(self) -> list[int]:
        """Return its process and those it started, directly or not, that run."""
        return [self.process.pid, *_descendants(self.process.pid)]

    def processor_s(self) -> float:
        """Return the processor seconds of these, with those of their ended children."""
        return sum(map(_processor_s, self.pids()))

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._stop.set()
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._stop.set()
        self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_S):
            self.peaks.worker = max(self.peaks.worker, _peak_bytes(self.process.pid))
            itself = _command(self.process.pid)
            for pid in _descendants(self.process.pid):
                if _command(pid) == itself:
                    continue  # Forked and not yet another program: it shares the worker's memory.
                if (peak := _peak_bytes(pid)) > self.peaks.child:
                    self.peaks.child, self.peaks.child_name = peak, _name(pid)


def processor_s() -> float:
    """Return the seconds all processors of the machine have worked, for anyone."""
    user, nice, system, _, _, irq, softirq = map(
        int, Path("/proc/stat").read_text().split(maxsplit=9)[1:8]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _processor_s(pid: int) -> float:
    """Return what a process and its ended children have used (proc_pid_stat(5))."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")


def _peak_bytes(pid: int) -> int:
    """Return the most memory a process held at once; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _descendants(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [
            int(child) for task in tasks for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return children + [below for child in children for below in _descendants(child)]
