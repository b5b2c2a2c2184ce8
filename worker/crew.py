"""Several workers on one machine: each a process with cores of its own, started again when it dies.

Small on purpose: the speech libraries are loaded in the workers, not here. Divides cores and
watches processes; knows nothing of jobs, which the workers share out through the database.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from archive.settings import Settings

logger = logging.getLogger(__name__)

_LOOK_S = 0.25
_SHORTEST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_WELL_AFTER_S = 60.0
"""A worker that lived so long is started again without growing pauses."""
_STOP_S = 4.0
"""honcho kills what has not ended after five seconds."""
_REFUSED = 1
"""Exit status of a command that told why it cannot run; starting it again would not help."""
_TOPOLOGY = Path("/sys/devices/system/cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One worker of a crew."""

    worker_id: str
    cores: tuple[int, ...]
    """It and its children run on these only; empty: anywhere, where the OS has no such thing."""
    threads: int

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Give its process its name and threads; an operator's own number of threads stays."""
        return {
            **environ,
            "ARCHIVE_WORKERS": "1",
            "ARCHIVE_WORKER_ID": self.worker_id,
            "ARCHIVE_CPU_THREADS": environ.get("ARCHIVE_CPU_THREADS") or str(self.threads),
        }


def muster(count: int, *, cores: Sequence[int], pinned: bool, name: str = "worker") -> list[Member]:
    """Share cores out among workers named `NAME-1` and so on. Pure.

    Args:
        count: Workers.
        cores: That may be used; neighbours in it stay together. With fewer cores than workers
            some share one.
        pinned: Whether the OS can keep a process on cores.
        name: What their names begin with.
    """
    shares = [
        tuple(cores[len(cores) * k // count : len(cores) * (k + 1) // count])
        or (cores[k % len(cores)],)
        for k in range(count)
    ]
    return [
        Member(
            worker_id=f"{name}-{number}", cores=share if pinned else (), threads=max(len(share), 1)
        )
        for number, share in enumerate(shares, start=1)
    ]


def usable_cores() -> list[int]:
    """Return the cores this process may use; those that share a physical one are neighbours."""
    if not hasattr(os, "sched_getaffinity"):
        return list(range(os.cpu_count() or 1))
    return sorted(os.sched_getaffinity(0), key=_place)


def lead(settings: Settings, environ: Mapping[str, str]) -> int:
    """Run `settings.workers` workers until SIGTERM or SIGINT; returns the exit status.

    A worker that crashes, or is killed (for want of memory, say), is started again. One that
    cannot run, and says why, ends the crew.
    """
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    members = muster(
        settings.workers,
        cores=usable_cores(),
        pinned=hasattr(os, "sched_setaffinity"),
        name=environ.get("ARCHIVE_WORKER_ID") or "worker",
    )
    posts = [_Post(member, environ) for member in members]
    try:
        while not stopping.wait(_LOOK_S):
            for post in posts:
                if post.look() == _REFUSED:
                    return _REFUSED
    finally:
        _dismiss(posts)
    return 0


class _Post:
    """A worker's place: its process, and when to start another."""

    def __init__(self, member: Member, environ: Mapping[str, str]) -> None:
        self._member = member
        self._environ = member.environment(environ)
        self._pause_s = _SHORTEST_PAUSE_S
        self._again_s = 0.0
        self._started_s = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def look(self) -> int | None:
        """Start the worker when it is not running and it is time to; returns how it ended."""
        now_s = time.monotonic()
        if self.process is None:
            if now_s >= self._again_s:
                self._start(now_s)
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.process = None
        if status != _REFUSED:
            lived_s = now_s - self._started_s
            if lived_s >= _WELL_AFTER_S:
                self._pause_s = _SHORTEST_PAUSE_S
            logger.error(
                "worker=%s ended with status %d after %.0f s; it is started again in %.0f s",
                self._member.worker_id,
                status,
                lived_s,
                self._pause_s,
            )
            self._again_s = now_s + self._pause_s
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        return status

    def _start(self, now_s: float) -> None:
        self._started_s = now_s
        with _on_cores(self._member.cores):
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker.command", "worker"], env=self._environ
            )
        logger.info(
            "worker=%s pid=%d cores=%s threads=%s",
            self._member.worker_id,
            self.process.pid,
            ",".join(map(str, self._member.cores)) or "any",
            self._environ["ARCHIVE_CPU_THREADS"],
        )


@contextmanager
def _on_cores(cores: Sequence[int]) -> Iterator[None]:
    """Stand on these cores meanwhile: a child begins where its parent stands (clone(2))."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _dismiss(posts: Sequence[_Post]) -> None:
    running = [post.process for post in posts if post.process is not None]
    for process in running:
        process.terminate()
    deadline_s = time.monotonic() + _STOP_S
    for process in running:
        try:
            process.wait(max(deadline_s - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _place(core: int) -> tuple[int, int, int]:
    """Return where a core is: package, physical core, number (Linux' sysfs; else the number)."""
    folder = _TOPOLOGY / f"cpu{core}" / "topology"
    try:
        package = int((folder / "physical_package_id").read_text())
        physical = int((folder / "core_id").read_text())
    except (OSError, ValueError):
        return (0, core, core)
    return (package, physical, core)
