"""Measure how well the speakers of a recording are told apart, with the extra `speakers`.

    python -m benchmarks.speakers.run AUDIO REFERENCE.rttm [--model NAME]

An empty archive, its worker with ARCHIVE_SPEAKERS=yes, one deposit. Prints the diarization error
rate of the turns that are kept, at two collars, and how many words of the transcript stand under
the right speaker: as found, where each voice is one speaker, and once a librarian gave each voice
its speaker's name, where two voices may be one.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from archive.database import Database
from archive.models import StageRun, StageState
from archive.pipeline import Stage
from archive.settings import Settings
from archive.speaker_turns import Turn
from archive.speakers import read_turns
from archive.transcripts import current_transcript
from benchmarks.speakers.score import (
    SpokenWord,
    error_rate,
    map_voices,
    name_voices,
    read_rttm,
    right_words,
)

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 3_600
COLLARS_MS = (250, 0)


def main() -> int:
    """Tell the speakers apart, and print how well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("audio", type=Path)
    parser.add_argument("reference", type=Path, metavar="REFERENCE.rttm")
    parser.add_argument("--model", default="base", help="speech model (default: base)")
    options = parser.parse_args()
    reference = read_rttm(options.reference)
    with tempfile.TemporaryDirectory() as data_dir:
        environ = {
            "ARCHIVE_DATA_DIR": data_dir,
            "ARCHIVE_WHISPER_MODEL": options.model,
            "ARCHIVE_SPEAKERS": "yes",
            "ARCHIVE_READINGS": "no",
            "ARCHIVE_LOG_LEVEL": "WARNING",
        }
        found, words = tell_apart(options.audio, environ)
    voices = len({turn.speaker for turn in found})
    speakers = len({turn.speaker for turn in reference})
    print(f"{voices} voices found, {speakers} speak; {len(words)} words heard\n")
    report("as found", reference, found, words, map_voices(reference, found))
    report("with names", reference, found, words, name_voices(reference, found))
    return 0


def tell_apart(
    audio: Path, environ: Mapping[str, str]
) -> tuple[Sequence[Turn], Sequence[SpokenWord]]:
    """Deposit a file into an empty archive; returns its turns and words once they are there."""
    command = [sys.executable, "-m", "worker.command"]
    process_environ = {**os.environ, **environ}
    worker = subprocess.Popen([*command, "worker"], cwd=ROOT, env=process_environ)
    try:
        subprocess.run(
            [*command, "deposit", str(audio.resolve()), "--wait", "--publish"],
            cwd=ROOT,
            env=process_environ,
            check=True,
            timeout=TIMEOUT_S,
            stdout=subprocess.DEVNULL,
        )
        database = Database(Settings.from_env(environ).database_url)
        wait_for_speakers(database)
    finally:
        worker.terminate()
        worker.wait()
    with database.read() as session:
        turns = read_turns(session, 1)
        transcript = current_transcript(session, 1)
    database.close()
    segments = transcript.segments if transcript else ()
    return turns, [
        SpokenWord(start_ms=word.start_ms, end_ms=word.end_ms, speaker=segment.speaker)
        for segment in segments
        for word in segment.words
    ]


def wait_for_speakers(database: Database) -> None:
    """Wait until the stage is done.

    Raises:
        SystemExit: it failed; says why.
    """
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        with database.read() as session:
            run = session.scalar(select(StageRun).where(StageRun.stage == Stage.SPEAKERS))
        if run is not None and run.state is not StageState.RUNNING:
            if run.state is StageState.FAILED:
                sys.exit(f"The speakers were not told apart: {run.problem}")
            return
        time.sleep(0.5)
    sys.exit("The speakers were not told apart in time.")


def report(
    what: str,
    reference: Sequence[Turn],
    found: Sequence[Turn],
    words: Sequence[SpokenWord],
    names: Mapping[str, str],
) -> None:
    """Print one block of the table."""
    for collar_ms in COLLARS_MS:
        rate = error_rate(reference, found, names, collar_ms=collar_ms)
        print(
            f"{what}, collar {collar_ms / 1000:.2f} s: error {rate.all:.1%} (missed "
            f"{rate.missed:.1%}, false alarm {rate.false_alarm:.1%}, confused {rate.confused:.1%})"
        )
    right = right_words(reference, words, names)
    print(f"{what}: {right} of {len(words)} words under the right speaker\n")


if __name__ == "__main__":
    sys.exit(main())
