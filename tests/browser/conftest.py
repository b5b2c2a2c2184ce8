"""A whole archive, started as a person starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 90


@dataclass(frozen=True)
class RunningArchive:
    """An archive that answers."""

    url: str
    environ: dict[str, str]
    root: Path
    """Whose code it runs."""

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `webinar-archive` beside it, as its operator."""
        return subprocess.run(
            [self.root / ".venv" / "bin" / "webinar-archive", *arguments],
            env=self.environ,
            cwd=self.root,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningArchive]:
    """Run `webinar-archive run` on an empty data directory until the tests are done.

    With FIRST_RUN_URL and FIRST_RUN_CLONE: the archive that `make run` opened in a clone; see
    scripts/try_fresh_clone.sh.
    """
    if url := os.environ.get("FIRST_RUN_URL"):
        port = url.rpartition(":")[2]
        yield RunningArchive(url, os.environ | {"PORT": port}, Path(os.environ["FIRST_RUN_CLONE"]))
        return
    folder = tmp_path_factory.mktemp("archive")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {"ARCHIVE_DATA_DIR": str(folder / "data"), "PORT": str(port)}
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker.command", "run"],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_line(process, log, "Become its administrator: ")
        yield RunningArchive(f"http://127.0.0.1:{port}", environ, ROOT)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, log.read_text()


def _wait_for_line(process: "subprocess.Popen[bytes]", log: Path, start: str) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if line.strip().startswith(start):
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(f"the archive did not start:\n{log.read_text()}")


def wait_until_ready(archive: RunningArchive, recording_id: int, timeout_s: float = 180) -> None:
    """Wait as the page does: by asking the API."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        address = f"{archive.url}/api/v1/recordings/{recording_id}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            status = json.load(answer)["status"]
        if status == "ready":
            return
        assert status in ("waiting", "processing"), status
        time.sleep(0.5)
    raise AssertionError(f"recording {recording_id} was not ready after {timeout_s} s")
