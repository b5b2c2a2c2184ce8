"""The same queries through the whole site: routing, database, template, compression.

    python benchmarks/search/run.py --index DIR --request through_site:page

`DIR` is an index that run.py has built; the recordings in it are given rows in a database, so
that results are confirmed, titled and drawn as in a real archive. `served` is the same with
gunicorn running as the Procfile says, asked over HTTP.
"""

import http.client
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from archive.clock import utc_now
from archive.database import Database
from archive.index import SearchIndex
from archive.models import Publication, Recording, RecordingFile, Role, Status, StoredFile
from archive.schema import migrate
from archive.settings import Settings
from archive.thesaurus.shipped import bring_labels
from web import create_app
from web.parts import current_parts
from web.warming import start_warming

_DURATION_MS = 5_400_000
_PROCFILE = Path(__file__).parents[2] / "Procfile"
_START_S, _WARM_S, _IDLE_S = 60, 300, 2
_HEADERS = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running site."""

    process: int
    port: int

    def load(self, query: str) -> bytes:
        """Load the first page of results, over a connection of its own as a browser's first."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as asking:
            asking.request("GET", "/search?q=" + quote(query), headers=_HEADERS)
            answer = asking.getresponse()
            body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"/search?q={query} answered {answer.status}")
        return body

    def busy_s(self) -> float:
        """Tell how much processor time its processes have spent."""
        ticks = 0
        for process in (self.process, *self._workers()):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> int:
        """Tell the memory of all its processes together, what they share counted once."""
        kib = 0
        for process in (self.process, *self._workers()):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kib // 1024

    def _workers(self) -> list[int]:
        tasks = Path(f"/proc/{self.process}/task/{self.process}/children")
        return [int(one) for one in tasks.read_text().split()]


@contextmanager
def served(index_directory: Path) -> Iterator[Server]:
    """Run the site over an index as the Procfile does; ready once it has warmed itself."""
    data_dir = _archive(index_directory)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    line = next(row for row in _PROCFILE.read_text().splitlines() if row.startswith("web:"))
    command = line.removeprefix("web:").replace("${HOST:-127.0.0.1}:$PORT", f"127.0.0.1:{port}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = os.environ | {"ARCHIVE_DATA_DIR": str(data_dir), "PATH": path}
    with subprocess.Popen(shlex.split(command), env=environ) as process:
        try:
            server = Server(process.pid, port)
            _wait_until_warm(server)
            yield server
        finally:
            process.terminate()


def _wait_until_warm(server: Server) -> None:
    """Wait until it answers and its processes have nothing more to do."""
    begun = time.monotonic()
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port)).close()
            break
        except OSError:
            if time.monotonic() > begun + _START_S:
                raise
            time.sleep(0.1)
    before = -1.0
    while (busy := server.busy_s()) > before + 0.05 and time.monotonic() < begun + _WARM_S:
        before = busy
        time.sleep(_IDLE_S)


def page(index_directory: Path) -> Callable[[str], object]:
    """Make a request that loads the page of results."""
    return _site(index_directory, "/search?q=")


def api(index_directory: Path) -> Callable[[str], object]:
    """Make a request that loads the results as JSON."""
    return _site(index_directory, "/api/v1/search?q=")


def _archive(index_directory: Path) -> Path:
    """Make a data directory with this index and a row for each recording in it."""
    data_dir = Path(tempfile.mkdtemp(prefix="benchmark-site-"))
    (data_dir / "index").symlink_to(index_directory.absolute())
    database = Database(Settings.from_env({"ARCHIVE_DATA_DIR": str(data_dir)}).database_url)
    migrate(database)
    bring_labels(database, now=utc_now())
    _write_rows(database, sorted(SearchIndex(index_directory).contents()))
    return data_dir


def _site(index_directory: Path, address: str) -> Callable[[str], object]:
    settings = Settings.from_env({"ARCHIVE_DATA_DIR": str(_archive(index_directory))})
    app = create_app(settings)
    with app.app_context():
        # As each process of a real site does.
        start_warming(current_parts(), templates=app.jinja_env).join()
    client = app.test_client()

    def request(query: str) -> object:
        answer = client.get(address + quote(query), headers=_HEADERS)
        if answer.status_code != 200:
            raise SystemExit(f"{address}{query} answered {answer.status}")
        return answer.data

    return request


def _write_rows(database: Database, recording_ids: list[int]) -> None:
    now = utc_now()
    with database.begin() as session:
        for recording_id in recording_ids:
            file = StoredFile(sha256=f"{recording_id:064x}", size_bytes=10**8, created_at=now)
            session.add(file)
            session.add(
                Recording(
                    id=recording_id,
                    title=f"Session {recording_id}",
                    publication=Publication.PUBLISHED,
                    published_at=now,
                    status=Status.READY,
                    original_name="session.mp4",
                    detected_language="en",
                    duration_ms=_DURATION_MS,
                    has_video=True,
                    has_audio=True,
                    created_at=now,
                    updated_at=now,
                    files=[RecordingFile(file=file, role=Role.MASTER, media_type="video/mp4")],
                )
            )
