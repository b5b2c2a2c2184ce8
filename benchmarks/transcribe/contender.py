"""The worker's whole path, as a person at the terminal has it: deposit, wait, it is ready.

    python contender.py AUDIO MODEL_DIRECTORY THREADS OUT.json

An empty archive, its worker, and `webinar-archive deposit AUDIO --wait`, all started at once.
Everything is part of it: process starts, tables, job queue, fingerprint, probe, sound by
ffmpeg, loading the model, plan, batches with their transactions, captions, search index.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 3_600


def main(audio: Path, model: Path, threads: int, out: Path) -> None:
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
        try:
            subprocess.run(
                [*command, "deposit", str(audio.resolve()), "--wait", "--json"],
                cwd=ROOT,
                env=environ,
                check=True,
                timeout=TIMEOUT_S,
            )
        finally:
            worker.terminate()
            worker.wait()
        with sqlite3.connect(Path(data_dir) / "archive.db") as database:
            rows = database.execute("SELECT text FROM transcript_segments ORDER BY start_ms")
            text = " ".join(text for (text,) in rows)
        database.close()
    out.write_text(json.dumps({"text": text}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
