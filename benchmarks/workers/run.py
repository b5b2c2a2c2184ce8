"""Measure several workers on one machine against one.

    python -m benchmarks.workers.run                4 recordings of 4 minutes, each layout 3 times
    python -m benchmarks.workers.run --rounds 1

Equal recordings (spoken sessions with slides) are deposited at once into a fresh archive whose
workers are ready; the clock stops when every job has ended. The layouts take turns, so that who
else uses the machine disturbs all alike; the fastest round of each counts. Exits with 1 when a
bar is missed.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from archive.models import Recording, Status
from benchmarks.long.bench_archive import (
    ROOT,
    BenchArchive,
    WorkerProcess,
    processor_s,
)
from benchmarks.long.material import copies, make_recording
from worker.speech import find_model

FOLDER = ROOT / "var" / "benchmarks" / "workers"
MODELS = ROOT / "var" / "models"
TWO_AGAINST_ONE = 1.6
_POLL_S = 0.5
_SETTLE_S = 5.0
"""The model is being loaded when a worker says that it is ready."""
_TIMEOUT_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How many workers, on how many cores in all."""

    name: str
    workers: int
    cores: int

    @property
    def threads(self) -> int:
        """Of each worker."""
        return self.cores // self.workers


ONE_CORE = Layout(name="one worker, 1 thread, 1 core", workers=1, cores=1)
TWO_CORES = Layout(name="two workers, 1 thread and 1 core each", workers=2, cores=2)
ONE_WIDE = Layout(name="one worker, 2 threads, 2 cores", workers=1, cores=2)
LAYOUTS = (ONE_CORE, TWO_CORES, ONE_WIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How one layout did once."""

    layout: Layout
    load_before: float
    seconds: float
    worker_s: float
    """Processor seconds of the workers and their children."""
    others_s: float
    """Processor seconds of everything else meanwhile."""
    memory_mb: int
    """The most of one process of ours."""


def measure(layout: Layout, recordings: Sequence[Path], cores: Sequence[int]) -> Round:
    """Let a layout process all recordings."""
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        archive = BenchArchive(
            Path(name) / "data", {"ARCHIVE_WHISPER_MODEL": str(find_model("base", MODELS))}
        )
        # One that is left to itself: it finds its threads, and with two, cores, as in a real run.
        crew = WorkerProcess.start(
            archive,
            Path(name) / "log",
            cores=cores[: layout.cores],
            ARCHIVE_WORKERS=str(layout.workers),
        )
        try:
            crew.wait_until_ready(layout.workers)
            time.sleep(_SETTLE_S)
            busy_s, before_s = processor_s(), crew.processor_s()
            begun = time.monotonic()
            for number, path in enumerate(recordings):
                archive.deposit(path, f"Recording {number}")
            while archive.jobs_left():
                if time.monotonic() - begun > _TIMEOUT_S or crew.process.poll() is not None:
                    raise SystemExit(f"not finished: {crew.log.read_text()[-2000:]}")
                time.sleep(_POLL_S)
            seconds = time.monotonic() - begun
            worker_s = crew.processor_s() - before_s
            others_s = processor_s() - busy_s - worker_s
        finally:
            crew.stop()
        _check(archive, len(recordings))
    return Round(
        layout=layout,
        load_before=load_before,
        seconds=seconds,
        worker_s=worker_s,
        others_s=others_s,
        memory_mb=round(max(crew.peaks.worker, crew.peaks.child) / 1e6),
    )


def _check(archive: BenchArchive, count: int) -> None:
    with archive.database.read() as session:
        ready = session.scalar(
            select(func.count()).select_from(Recording).where(Recording.status == Status.READY)
        )
    if ready != count:
        raise SystemExit(f"{ready} of {count} recordings are ready")


def print_table(best: Sequence[Round], spoken_s: float) -> None:
    """Print one row a layout."""
    print(
        f"\n{'':40}{'seconds':>9}{'x real time':>13}{'against one':>13}{'worker s':>10}"
        f"{'others s':>10}{'load':>6}{'MB':>6}"
    )
    for one in best:
        print(
            f"{one.layout.name:40}{one.seconds:9.1f}{spoken_s / one.seconds:13.1f}"
            f"{best[0].seconds / one.seconds:11.2f} x{one.worker_s:10.1f}{one.others_s:10.1f}"
            f"{one.load_before:6.2f}{one.memory_mb:6}"
        )


def main() -> int:
    """Measure the layouts in turn and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recordings", type=int, default=4)
    parser.add_argument("--minutes", type=int, default=4, help="length of each")
    parser.add_argument("--rounds", type=int, default=3, help="times each layout")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < TWO_CORES.cores:
        raise SystemExit("two workers on separate cores need two cores")
    source = make_recording(FOLDER, duration_s=options.minutes * 60)
    recordings = copies(source.path, FOLDER, options.recordings)
    rounds: list[Round] = []
    for number in range(options.rounds):
        for layout in LAYOUTS:
            rounds.append(measure(layout, recordings, cores))
            print(
                f"round {number + 1}, {layout.name}: {rounds[-1].seconds:.1f} s "
                f"(load before {rounds[-1].load_before:.2f}, others {rounds[-1].others_s:.0f} s)",
                flush=True,
            )
    best = [
        min((one for one in rounds if one.layout is layout), key=lambda one: one.seconds)
        for layout in LAYOUTS
    ]
    print_table(best, source.duration_ms / 1000 * len(recordings))
    ratio = best[0].seconds / best[1].seconds
    if ratio < TWO_AGAINST_ONE:
        print(f"MISSED: two workers {TWO_AGAINST_ONE} times one ({ratio:.2f})")
    return 1 if ratio < TWO_AGAINST_ONE else 0


if __name__ == "__main__":
    raise SystemExit(main())
