"""`webinar-archive run`: everything on one machine, site and worker, until Ctrl-C.

Prepares what is missing (tables, speech model, demo recording), starts the Procfile with
honcho, waits until the site answers, and says where it is.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import read_description
from archive.errors import ArchiveError, ConfigurationError
from archive.glossary.shipped import bring_shipped
from archive.models import Recording
from archive.schema import migrate
from archive.settings import Settings
from archive.thesaurus.shipped import bring_labels
from worker.command.deposit import deposit_file
from worker.command.options import Subparsers, worker_count
from worker.command.prepare import first_administrator_url
from worker.media.tools import find_tools
from worker.speech import find_model

_ROOT = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What the person at the terminal is told once the site answers."""

    administrator_url: str | None
    demo: str | None


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("run", help="run site and worker on this machine")
    parser.add_argument("--no-demo", action="store_true", help="deposit no demo recording")
    parser.add_argument(
        "--workers",
        type=worker_count,
        metavar="N",
        help="worker processes that share this machine's cores; default: ARCHIVE_WORKERS, else 1",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Prepare, start, and stay until stopped."""
    _check_port(settings)
    prepared = _prepare(settings, demo=not options.no_demo)
    honcho = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "honcho",
            "--procfile",
            str(_ROOT / "Procfile"),
            "--app-root",
            str(_ROOT),
            "start",
            "--port",
            str(settings.port),
            "--no-prefix",
        ],
        env=_environment(settings, workers=options.workers or settings.workers),
    )
    # Ctrl-C reaches honcho too, which stops site and worker; wait for it to be done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: honcho.send_signal(signal.SIGTERM))
    if _wait_until_up(settings, honcho):
        _greet(settings, prepared)
    status = honcho.wait()
    stopped = status in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    if stopped:
        print("\nStopped. `make run` goes on where it was.", flush=True)
    return 0 if stopped else status


def _prepare(settings: Settings, *, demo: bool) -> _Prepared:
    find_tools()
    database = Database(settings.database_url)
    migrate(database)
    bring_shipped(database, now=utc_now())
    bring_labels(database, now=utc_now())
    print(f"Getting the speech model ready: {settings.whisper_model}", flush=True)
    find_model(settings.whisper_model, settings.models_dir)
    title = None
    with database.read() as session:
        empty = not session.scalar(select(func.count(Recording.id)))
    if demo and empty:
        title = _deposit_demo(settings, database)
    return _Prepared(administrator_url=first_administrator_url(settings, database), demo=title)


def _deposit_demo(settings: Settings, database: Database) -> str | None:
    """Deposit the demo recording; an archive without its demo folder goes without."""
    folder = _ROOT / "demo"
    try:
        about = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    try:
        deposit_file(
            settings,
            database,
            folder / "demo.mp4",
            description=read_description(
                title=about["title"],
                recorded_on=about["recorded_on"],
                description=about["description"],
            ),
            publish=True,
        )
    except ArchiveError as exc:
        print(f"The demo recording was left out: {exc}", file=sys.stderr)
        return None
    title: str = about["title"]
    return title


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as exc:
            raise ConfigurationError(
                f"Port {settings.port} on {settings.host} cannot be used ({exc.strerror}). Is the "
                f"archive running already? Choose another: PORT={settings.port + 1} make run"
            ) from exc


def _environment(settings: Settings, *, workers: int) -> dict[str, str]:
    """Give the processes what honcho would change or they could not find.

    honcho gives each process a PORT of its own; the base URL must not follow it.

    Args:
        settings: of this process.
        workers: how many the Procfile's `worker` starts.
    """
    return os.environ | {
        "ARCHIVE_BASE_URL": settings.base_url,
        "ARCHIVE_DATA_DIR": str(settings.data_dir),
        "ARCHIVE_WORKERS": str(workers),
        "HOST": settings.host,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }


def _wait_until_up(settings: Settings, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + _START_TIMEOUT_S
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _greet(settings: Settings, prepared: _Prepared) -> None:
    lines = ["", f"  The archive is open:      {settings.base_url}"]
    if prepared.administrator_url:
        lines.append(f"  Become its administrator: {prepared.administrator_url}")
        lines.append("                            (works once, for three days)")
    if prepared.demo:
        lines.append(f"  Being transcribed now:    {prepared.demo}")
    lines.append("  Stop with Ctrl-C.")
    print("\n".join(lines), end="\n\n", flush=True)
