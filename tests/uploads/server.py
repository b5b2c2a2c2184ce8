"""The real server, as the Procfile starts it: killed, started again, its memory watched."""

import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.accounts import create_account
from archive.clock import utc_now
from archive.database import Database
from archive.models import Account
from archive.permissions import LIBRARIAN, OPERATOR, Actor, Scope
from archive.schema import migrate
from archive.settings import Settings
from archive.tokens import make_token
from web import create_app
from web.parts import current_parts

ROOT = Path(__file__).resolve().parents[2]
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Server:
    """gunicorn on a port of its own."""

    settings: Settings
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    largest_bytes: int = 0
    """Resident memory of the largest of its processes, as far as it was seen."""

    @classmethod
    def make(cls, data_dir: Path) -> "Server":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = Settings.from_env({"ARCHIVE_DATA_DIR": str(data_dir), "PORT": str(port)})
        database = Database(settings.database_url)
        migrate(database)
        database.close()
        return cls(settings, port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        line = next(
            line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:")
        )
        environ = {
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "ARCHIVE_DATA_DIR": str(self.settings.data_dir),
            "PORT": str(self.port),
        }
        self.process = subprocess.Popen(
            ["sh", "-c", f"exec {line.removeprefix('web:').strip()}"],
            cwd=ROOT,
            env=environ,
            start_new_session=True,
        )
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return
            assert self.process.poll() is None, "the server did not start"
            time.sleep(0.05)
        raise AssertionError("the server did not answer")

    def kill(self) -> None:
        """End all of its processes as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def watch(self, stopped: threading.Event) -> None:
        """Sample its memory until told to stop."""
        while not stopped.wait(0.1):
            if self.process is not None:
                self.largest_bytes = max(self.largest_bytes, self._resident())

    def at_rest(self) -> int:
        """Return the resident memory of its largest process once it has warmed itself."""
        before, same_s = 0, 0.0
        for _ in range(200):
            time.sleep(0.1)
            now = self._resident()
            same_s = same_s + 0.1 if now == before else 0.0
            before = now
            if same_s > 1.5:
                break
        return before

    def _resident(self) -> int:
        assert self.process is not None
        largest = 0
        for pid in _family(self.process.pid):
            with suppress(OSError, ValueError, IndexError):
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                largest = max(largest, pages * _PAGE_BYTES)
        return largest

    def session(self) -> tuple[str, str]:
        """Make an account; returns its session cookie and an API token for depositing."""
        app = create_app(self.settings)
        with app.app_context():
            parts = current_parts()
            with parts.database.begin() as session:
                account_id = create_account(
                    session,
                    email="ada@example.org",
                    name="Ada",
                    role=LIBRARIAN,
                    actor=OPERATOR,
                    now=utc_now(),
                )
                account = session.get_one(Account, account_id)
                actor = Actor(account_id=account_id, name="Ada", roles=frozenset((LIBRARIAN,)))
                token = make_token(
                    session,
                    account_id,
                    name="upload",
                    scopes=[Scope.DEPOSIT],
                    days=1,
                    actor=actor,
                    now=utc_now(),
                )
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = account.fs_uniquifier, True
            parts.jobs.close()
            parts.database.close()
        value = client.get_cookie("archive_session")
        assert value is not None
        return value.value, token.text


def _family(pid: int) -> list[int]:
    """Return a process and its children."""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]
    return [pid]
