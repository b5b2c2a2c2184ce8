"""The worker's whole path, as a person at the terminal has it: deposit, wait, it is ready.

    python contender.py AUDIO MODEL_DIRECTORY THREADS OUT.json [running]

An empty archive, its worker, and `webinar-archive deposit AUDIO --wait`, all started at once.
Everything is part of it: process starts, tables, job queue, fingerprint, probe, sound by
ffmpeg, loading the model, plan, batches with their transactions, captions, search index.

With `running` the archive is open already, as it is for who deposits into it: the clock runs
from the command to "ready", and the seconds are written beside the text.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 3_600
OPEN_AFTER_S = 8


def main(audio: Path, model: Path, threads: int, out: Path, *, running: bool) -> None:
    """Transcribe a file through the archive and write its text and captions."""
    with tempfile.TemporaryDirectory() as data_dir:
        environ = os.environ | {
            "ARCHIVE_DATA_DIR": data_dir,
            "ARCHIVE_WHISPER_MODEL": str(model),
            "ARCHIVE_CPU_THREADS": str(threads),
            "ARCHIVE_LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "worker.command"]
        worker = subprocess.Popen([*command, "worker"], cwd=ROOT, env=environ)
        if running:
            time.sleep(OPEN_AFTER_S)
        begun = time.perf_counter()
        try:
            subprocess.run(
                [*command, "deposit", str(audio.resolve()), "--wait", "--json"],
                cwd=ROOT,
                env=environ,
                check=True,
                timeout=TIMEOUT_S,
            )
            seconds = time.perf_counter() - begun
        finally:
            worker.terminate()
            worker.wait()
        with sqlite3.connect(Path(data_dir) / "archive.db") as database:
            rows = database.execute("SELECT text FROM transcript_segments ORDER BY start_ms")
            text = " ".join(text for (text,) in rows)
        database.close()
    out.write_text(json.dumps({"text": text} | ({"seconds": seconds} if running else {})))


if __name__ == "__main__":
    audio, model, threads, out, *more = sys.argv[1:]
    main(Path(audio), Path(model), int(threads), Path(out), running="running" in more)
