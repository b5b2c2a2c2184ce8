"""Measure transcription: the worker's whole path against whisper-ctranslate2.

    python benchmarks/transcribe/run.py                        6.5 minutes of made speech
    python benchmarks/transcribe/run.py --rounds 3             medians of three rounds
    python benchmarks/transcribe/run.py --audio talk.mp3 --reference talk.txt
    python benchmarks/transcribe/run.py --only worker batched

The same file, model directory, threads and machine, one after the other, each from process
start to files written. Prints a table; `--out` writes JSON. Exits with 1 when a bar is
missed. Processor seconds are shown too: they say more where the machine is shared.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from errors import word_error_rate
from session import ROOT, make_session

from worker.media.tools import find_tools
from worker.speech import find_model

FASTER_THAN_DEFAULTS = 1.9
FOLDER = ROOT / "var" / "benchmarks" / "transcribe"
TIMEOUT_S = 1_800

Command = Callable[["Task", Path], list[str]]
"""Makes the command that transcribes the task's audio into a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What every contender is given."""

    audio: Path
    reference: str
    model: Path
    threads: int
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one contender did."""

    contender: str
    seconds: float
    processor_s: float
    memory_mb: int
    error_rate: float


def ctranslate2(*options: str) -> Command:
    """Make the command of whisper-ctranslate2 with some options beside its defaults."""

    def command(task: Task, folder: Path) -> list[str]:
        program = Path(sys.executable).with_name("whisper-ctranslate2")
        return [
            *(str(program), str(task.audio), "--model_directory", str(task.model)),
            *("--device", "cpu", "--compute_type", "int8", "--threads", str(task.threads)),
            *("--output_dir", str(folder), "--output_format", "json", "--verbose", "False"),
            *options,
        ]

    return command


def worker(task: Task, folder: Path) -> list[str]:
    """Make the command of the worker's whole path."""
    script = Path(__file__).with_name("contender.py")
    out = folder / "worker.json"
    return [sys.executable, *map(str, (script, task.audio, task.model, task.threads, out))]


def running_worker(task: Task, folder: Path) -> list[str]:
    """Make the command of a deposit into an archive that is open already; judges no bar."""
    return [*worker(task, folder), "running"]


CONTENDERS: dict[str, Command] = {
    "worker": worker,
    "running": running_worker,
    "defaults": ctranslate2(),
    "word times": ctranslate2("--word_timestamps", "True"),
    "batched": ctranslate2("--batched", "True"),
}


def measure(contender: str, task: Task) -> Run:
    """Run one contender and read what it wrote."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "log"
        begun = time.perf_counter()
        with log.open("wb") as output:
            process = subprocess.Popen(
                CONTENDERS[contender](task, folder), stdout=output, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        if process.returncode:
            raise SystemExit(f"{contender} failed: {log.read_text(errors='replace')[-2000:]}")
        (written,) = folder.glob("*.json")
        answer = json.loads(written.read_text("utf-8"))
    return Run(
        contender=contender,
        seconds=round(answer.get("seconds", seconds), 1),
        processor_s=round(usage.ru_utime + usage.ru_stime, 1),
        memory_mb=usage.ru_maxrss // 1024,
        error_rate=round(word_error_rate(task.reference, answer["text"]), 4),
    )


def median_run(runs: list[Run]) -> Run:
    """Take the middle of each number."""
    return Run(
        contender=runs[0].contender,
        seconds=statistics.median(run.seconds for run in runs),
        processor_s=statistics.median(run.processor_s for run in runs),
        memory_mb=max(run.memory_mb for run in runs),
        error_rate=statistics.median(run.error_rate for run in runs),
    )


def missed_bars(results: dict[str, Run]) -> list[str]:
    """Name the bars that the worker misses, of those that were measured."""
    ours = results.get("worker")
    if ours is None:
        return []
    missed = []
    if (defaults := results.get("defaults")) and (
        defaults.seconds < FASTER_THAN_DEFAULTS * ours.seconds
    ):
        missed.append(f"{FASTER_THAN_DEFAULTS} times as fast as the defaults")
    if (batched := results.get("batched")) and batched.seconds < ours.seconds:
        missed.append("not slower than the batched mode")
    missed += [
        f"no more errors than {name}"
        for name in ("defaults", "batched")
        if name in results and results[name].error_rate < ours.error_rate
    ]
    return missed


def print_table(results: dict[str, Run], task: Task) -> None:
    """Print one row a contender."""
    print(
        f"{task.duration_s:.0f} s of speech, {task.threads} threads, {task.model.name}, "
        f"{platform.machine()}, {os.cpu_count()} processors"
    )
    print(
        f"{'':12}{'seconds':>9}{'x real time':>13}{'worker is':>11}{'processor s':>13}"
        f"{'memory MB':>11}{'errors':>9}"
    )
    ours = results.get("worker")
    for run in results.values():
        ratio = f"{run.seconds / ours.seconds:.2f} x" if ours else ""
        print(
            f"{run.contender:12}{run.seconds:9.1f}{task.duration_s / run.seconds:13.1f}"
            f"{ratio:>11}{run.processor_s:13.1f}{run.memory_mb:11d}{run.error_rate:9.2%}"
        )


def duration_of(audio: Path) -> float:
    """Ask ffprobe how long a file is, in seconds."""
    done = subprocess.run(
        [
            str(find_tools().ffprobe),
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
            audio,
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return float(done.stdout)


def main() -> int:
    """Measure all contenders in turn and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--audio", type=Path, help="real speech instead of the made session")
    parser.add_argument("--reference", type=Path, help="what is said in it, plain text")
    parser.add_argument("--model", default="base", help="a directory or a size")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--out", type=Path, help="write the numbers as JSON")
    options = parser.parse_args()
    if bool(options.audio) != bool(options.reference):
        parser.error("--audio and --reference go together")
    if options.audio:
        audio, reference = options.audio, options.reference.read_text("utf-8")
    else:
        audio, reference = make_session(FOLDER)
    task = Task(
        audio=audio,
        reference=reference,
        model=find_model(options.model, FOLDER / "models"),
        threads=options.threads,
        duration_s=duration_of(audio),
    )
    runs: dict[str, list[Run]] = {name: [] for name in options.only}
    for _ in range(options.rounds):
        for name in options.only:
            runs[name].append(measure(name, task))
    results = {name: median_run(found) for name, found in runs.items()}
    print_table(results, task)
    if options.out:
        options.out.write_text(json.dumps([asdict(run) for run in results.values()], indent=1))
    for bar in (missed := missed_bars(results)):
        print(f"MISSED: {bar}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
