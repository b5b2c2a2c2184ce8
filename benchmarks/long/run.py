"""Measure a two-hour recording: first words, whole time, memory; and with the worker killed.

    python -m benchmarks.long.run                        nobody disturbs it
    python -m benchmarks.long.run --kills 10 --seed 3    SIGKILLed ten times at random
    python -m benchmarks.long.run --minutes 20           a shorter one, to try things

A fresh archive, the worker as it is started by hand, `base`, spoken sessions with slides joined
to two hours. Words count as searchable once the site's own search finds them for a visitor.
Prints tables and keeps what was heard, so that a run with kills is compared with the last one
without. Exits with 1 when a bar is missed.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from archive.models import Recording, StageRun, Status, TranscriptSegment
from archive.pipeline import Stage
from benchmarks.long.bench_archive import (
    ROOT,
    BenchArchive,
    Peaks,
    WorkerProcess,
    processor_s,
)
from benchmarks.long.material import Material, make_recording

FOLDER = ROOT / "var" / "benchmarks" / "long"
MODELS = ROOT / "var" / "models"
FIRST_WORD = "afternoon"
"""Said in the first second ("Good afternoon everyone"), and in no title."""
FIRST_WORDS_S = 90.0
MEMORY_BYTES = 2_500_000_000
SAME_WORDS = 0.99
"""Of the words of an undisturbed run: which slides were known when a batch began may differ."""
MOST_UNHEARD = 0.001
"""Of the sentences: the model itself passes over one now and then, in a run without kills too."""
_POLL_S = 0.5
_TIMEOUT_S = 7_200
_EARLY_S = (2.0, 25.0)
"""The first kill comes within these: while the file is looked at, its sound taken out, planned."""
_LAST = 0.93
"""The last kills come before so much is transcribed, so that there is a batch left to kill."""
_BATCH_S = 15.0
"""A kill comes up to this long after progress has moved, so anywhere in a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A segment as it was kept."""

    batch: int
    start_ms: int
    end_ms: int
    text: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What was measured in one run."""

    load_before: float
    duration_ms: int = 0
    deposited_s: float = 0.0
    first_words_s: float | None = None
    """From when the deposit began."""
    first_words_worker_s: float = 0.0
    """Processor seconds of the worker until then: what it takes, however busy the machine is."""
    total_s: float = 0.0
    worker_s: float = 0.0
    """Processor seconds of the worker and its children, killed ones included."""
    others_s: float = 0.0
    """Processor seconds of everything else on the machine meanwhile."""
    peaks: Peaks = field(default_factory=Peaks)
    kills: list[str] = field(default_factory=list)
    status: str = ""
    stages: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Of each stage how often it was begun and the seconds from its last begin to its end."""
    batches: int = 0
    segments: list[Heard] = field(default_factory=list)

    @property
    def batches_again(self) -> int:
        """Batches (or plans) that were begun more than once; the plan counts one run."""
        return self.stages[Stage.TRANSCRIPTION][0] - 1 - self.batches


class Kills:
    """Says when the worker is to be killed: once early, then spread over the speech."""

    def __init__(self, count: int, seed: int) -> None:
        """Draw the moments; the same seed gives the same ones."""
        draw = random.Random(seed)
        self._early_s = draw.uniform(*_EARLY_S) if count else float("inf")
        later = max(count - 1, 0)
        slots = [(slot + draw.random()) / later for slot in range(later)]
        self._later = [(_LAST * at, draw.uniform(0, _BATCH_S)) for at in slots]
        self._due_s: float | None = None

    @property
    def left(self) -> int:
        """How many are still to come."""
        return len(self._later) + (self._early_s < float("inf"))

    def due(self, spent_s: float, fraction: float) -> bool:
        """Tell whether it is time.

        Args:
            spent_s: since the deposit.
            fraction: of the speech that is transcribed.
        """
        if spent_s >= self._early_s:
            self._early_s = float("inf")
            return True
        if self._later and self._due_s is None and fraction >= self._later[0][0]:
            self._due_s = spent_s + self._later[0][1]
        if self._due_s is not None and spent_s >= self._due_s:
            del self._later[0]
            self._due_s = None
            return True
        return False


def measure(material: Material, kills: Kills, *, threads: int) -> Outcome:
    """Deposit the recording into a fresh archive and see it through."""
    outcome = Outcome(load_before=os.getloadavg()[0], duration_ms=material.duration_ms)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        folder = Path(name)
        archive = BenchArchive(
            folder / "data",
            {"ARCHIVE_WHISPER_MODEL": _model(), "ARCHIVE_CPU_THREADS": str(threads)},
        )
        _run(archive, material, kills, outcome, log=FOLDER / "worker.log")
        _read(archive, outcome)
    return outcome


def _run(
    archive: BenchArchive, material: Material, kills: Kills, outcome: Outcome, log: Path
) -> None:
    """Deposit, watch, kill; until every job has ended."""
    log.unlink(missing_ok=True)
    killed_s = 0.0
    worker = WorkerProcess.start(archive, log, peaks=outcome.peaks)
    try:
        worker.wait_until_ready()
        before_all_s, before_s = processor_s(), worker.processor_s()
        begun = time.monotonic()
        recording_id = archive.deposit(material.path, "Two hours")
        outcome.deposited_s = time.monotonic() - begun
        while archive.jobs_left():
            spent_s = time.monotonic() - begun
            if spent_s > _TIMEOUT_S or worker.process.poll() is not None:
                raise SystemExit(f"not finished after {spent_s:.0f} s; see {log}")
            if outcome.first_words_s is None and archive.first_said_ms(FIRST_WORD) is not None:
                outcome.first_words_s = time.monotonic() - begun
                outcome.first_words_worker_s = killed_s + worker.processor_s() - before_s
                print(f"{outcome.first_words_s:7.1f} s: first words are found", flush=True)
            fraction = _fraction(archive, recording_id)
            if kills.due(spent_s, fraction):
                killed_s += worker.processor_s()
                worker.kill()
                outcome.kills.append(f"{spent_s:.1f} s, {fraction:.0%} transcribed")
                print(f"{spent_s:7.1f} s: killed at {fraction:.0%}", flush=True)
                worker = WorkerProcess.start(archive, log, peaks=outcome.peaks)
            time.sleep(_POLL_S)
        outcome.total_s = time.monotonic() - begun
        outcome.worker_s = killed_s + worker.processor_s() - before_s
        outcome.others_s = processor_s() - before_all_s - outcome.worker_s
    finally:
        worker.stop()


def _fraction(archive: BenchArchive, recording_id: int) -> float:
    with archive.database.read() as session:
        fraction = session.scalar(
            select(StageRun.fraction).where(
                StageRun.recording_id == recording_id, StageRun.stage == Stage.TRANSCRIPTION
            )
        )
    return fraction or 0.0


def _read(archive: BenchArchive, outcome: Outcome) -> None:
    """Read what came of it from the database."""
    with archive.database.read() as session:
        outcome.status = session.scalars(select(Recording.status)).one()
        outcome.stages = {
            run.stage: (run.runs, (run.updated_at - run.started_at).total_seconds())
            for run in session.scalars(select(StageRun))
        }
        outcome.segments = [
            Heard(batch=row.batch, start_ms=row.start_ms, end_ms=row.end_ms, text=row.text)
            for row in session.scalars(
                select(TranscriptSegment).order_by(TranscriptSegment.start_ms, TranscriptSegment.id)
            )
        ]
    outcome.batches = max((heard.batch for heard in outcome.segments), default=-1) + 1


def missed_bars(outcome: Outcome, material: Material, kept: Sequence[Heard]) -> list[str]:
    """Name the bars that a run misses.

    Args:
        outcome: of the run.
        material: what is said in the recording.
        kept: what a run without kills heard; empty: there was none.
    """
    missed = []
    if outcome.status != Status.READY:
        missed.append(f"it finishes (it is {outcome.status})")
    if outcome.first_words_s is None or outcome.first_words_s > FIRST_WORDS_S:
        missed.append(f"first words within {FIRST_WORDS_S:.0f} s")
    if outcome.peaks.together > MEMORY_BYTES:
        missed.append(f"at most {MEMORY_BYTES / 1e9} GB")
    if outcome.batches_again > len(outcome.kills):
        missed.append("at most one batch again for each kill")
    if doubled := doubles(outcome.segments):
        missed.append(f"no segment twice ({len(doubled)}, the first: {doubled[0]})")
    silent = unheard(material, outcome.segments)
    if len(silent) > MOST_UNHEARD * len(material.sentences):
        missed.append(
            f"{MOST_UNHEARD:.1%} of the sentences without words "
            f"({len(silent)} of {len(material.sentences)}, the first: {silent[0]})"
        )
    if kept and (same := _same_words(outcome.segments, kept)) < SAME_WORDS:
        missed.append(f"{SAME_WORDS:.0%} of the words of a run without kills ({same:.2%})")
    return missed


def doubles(segments: Sequence[Heard]) -> list[Heard]:
    """Return segments that begin before the one before them has ended, in order of time."""
    return [b for a, b in pairwise(segments) if b.start_ms + 1 < a.end_ms]


def unheard(material: Material, segments: Sequence[Heard]) -> list[str]:
    """Return the sentences during which nothing was heard."""
    return [
        f"{said.start_ms / 1000:.1f} s {said.text}"
        for said in material.sentences
        if not any(
            heard.start_ms < said.end_ms and heard.end_ms > said.start_ms for heard in segments
        )
    ]


def _same_words(segments: Sequence[Heard], kept: Sequence[Heard]) -> float:
    """Return the share of words in segments that came out alike, at the same time."""
    known = {(heard.start_ms, heard.text) for heard in kept}
    words = [(len(h.text.split()), (h.start_ms, h.text) in known) for h in segments]
    whole = max(sum(count for count, _ in words), sum(len(h.text.split()) for h in kept), 1)
    return sum(count for count, same in words if same) / whole


def print_outcome(outcome: Outcome, kept: Sequence[Heard], silent: Sequence[str]) -> None:
    """Print the tables."""
    peaks = outcome.peaks
    first = outcome.first_words_s
    print(f"\nload before {outcome.load_before:.2f}; {outcome.duration_ms / 1000:.0f} s of speech")
    print(f"{'':32}{'measured':>12}{'bar':>10}")
    for label, value, bar in (
        ("first words searchable, s", f"{first:.1f}" if first else "never", f"{FIRST_WORDS_S:.0f}"),
        ("  processor s, worker", f"{outcome.first_words_worker_s:.1f}", ""),
        ("deposited, s", f"{outcome.deposited_s:.1f}", ""),
        ("all done, s", f"{outcome.total_s:.0f}", ""),
        ("times real time", f"{outcome.duration_ms / 1000 / outcome.total_s:.1f}", ""),
        ("processor s, worker", f"{outcome.worker_s:.0f}", ""),
        ("processor s, anyone else", f"{outcome.others_s:.0f}", ""),
        ("peak memory, worker, MB", f"{peaks.worker / 1e6:.0f}", ""),
        (f"largest child ({peaks.child_name}), MB", f"{peaks.child / 1e6:.0f}", ""),
        ("together, MB", f"{peaks.together / 1e6:.0f}", f"{MEMORY_BYTES / 1e6:.0f}"),
        ("kills", str(len(outcome.kills)), ""),
        ("batches", str(outcome.batches), ""),
        ("batches begun again", str(outcome.batches_again), f"{len(outcome.kills)}"),
        ("segments", str(len(outcome.segments)), ""),
        ("sentences without words", str(len(silent)), f"{MOST_UNHEARD:.1%}"),
        (
            "words as without kills",
            f"{_same_words(outcome.segments, kept):.2%}" if kept else "",
            "",
        ),
    ):
        print(f"{label:32}{value:>12}{bar:>10}")
    print(f"\n{'stage':16}{'begun':>8}{'s':>10}")
    for stage, (runs, seconds) in outcome.stages.items():
        print(f"{stage:16}{runs:8}{seconds:10.1f}")
    print(flush=True)


def _model() -> str:
    """Return the directory of `base`, unpacked once for all runs."""
    from worker.speech import find_model  # noqa: PLC0415 - loads the speech libraries

    return str(find_model("base", MODELS))


def main() -> int:
    """Measure one run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=0, help="how often the worker is killed")
    parser.add_argument("--seed", type=int, default=1, help="for the moments of the kills")
    parser.add_argument("--minutes", type=int, default=120, help="length of the recording")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    material = make_recording(FOLDER, duration_s=options.minutes * 60)
    undisturbed = FOLDER / f"{material.path.stem}.json"
    outcome = measure(material, Kills(options.kills, options.seed), threads=options.threads)
    kept: list[Heard] = []
    if not options.kills:
        undisturbed.write_text(json.dumps([asdict(heard) for heard in outcome.segments]), "utf-8")
    elif undisturbed.exists():
        kept = [Heard(**heard) for heard in json.loads(undisturbed.read_text("utf-8"))]
    print_outcome(outcome, kept, unheard(material, outcome.segments))
    missed = missed_bars(outcome, material, kept)
    if len(outcome.kills) < options.kills:
        missed.append(f"{options.kills} kills (it was done after {len(outcome.kills)})")
    for bar in missed:
        print(f"MISSED: {bar}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
