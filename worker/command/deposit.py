"""`webinar-archive deposit FILE`: put a file into the archive from the command line."""

import argparse
import json
import sys
import time
from pathlib import Path

from sqlalchemy import select

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import Deposited, Description, read_description
from archive.deposits import deposit as keep_deposit
from archive.errors import ArchiveError, InvalidInputError
from archive.jobs import Jobs
from archive.models import Status, StoredFile
from archive.permissions import OPERATOR
from archive.recordings import RecordingView, get_recording
from archive.schema import migrate
from archive.search import recording_url
from archive.settings import Settings
from archive.storage import Storage
from archive.timecode import format_duration
from worker.command.options import Subparsers
from worker.media.probe import probe
from worker.media.tools import find_tools

_PIECE_BYTES = 1024 * 1024
_POLL_S = 0.25
_IDLE_HINT_S = 20
_BAR_WIDTH = 24


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "deposit",
        help="put a recording into the archive",
        description="Put a recording into the archive. Prints its id and address.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="audio or video")
    parser.add_argument("--title", default="", help="default: made from the file's name")
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD", help="day of the session")
    parser.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="what is spoken, such as en or fr; default: found for each stretch of speech",
    )
    parser.add_argument("--description", default="", help="what the session is about")
    parser.add_argument("--collection", default="", metavar="C", help="the series it belongs to")
    parser.add_argument("--speakers", default="", metavar="NAMES", help="with commas between them")
    parser.add_argument(
        "--subjects", default="", metavar="NAMES", help="what it is about, with commas between them"
    )
    parser.add_argument(
        "--translate", action="store_true", help="make an English translation of other languages"
    )
    parser.add_argument("--publish", action="store_true", help="anyone may see it")
    parser.add_argument("--wait", action="store_true", help="show progress, return when ready")
    parser.add_argument("--json", action="store_true", help="print the recording as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Deposit a file."""
    description = read_description(
        title=options.title,
        recorded_on=options.date,
        language=options.language,
        description=options.description,
        collection=options.collection,
        speakers=options.speakers,
        subjects=options.subjects,
        translate=options.translate,
    )
    database = Database(settings.database_url)
    migrate(database)
    deposited = deposit_file(
        settings, database, options.file, description=description, publish=options.publish
    )
    if deposited.existing and not options.json:
        print("These bytes are in the archive already.", file=sys.stderr)
    view = _view(database, deposited.recording_id)
    if options.wait:
        view = _wait(database, deposited.recording_id)
    _tell(view, settings, as_json=options.json)
    if view.status in (Status.REJECTED, Status.FAILED):
        print(f"webinar-archive: {options.file.name}: {view.problem}", file=sys.stderr)
        return 1
    for shortcoming in view.shortcomings if options.wait else ():
        print(f"webinar-archive: {shortcoming.missing}: {shortcoming.problem}", file=sys.stderr)
    return 0


def deposit_file(
    settings: Settings,
    database: Database,
    path: Path,
    *,
    description: Description,
    publish: bool,
) -> Deposited:
    """Copy a file into the store, look at it, and write the recording and its job.

    Raises:
        InvalidInputError: there is no such file.
        DepositError: it cannot be taken; nothing of it is kept.
    """
    storage = Storage(settings.files_dir)
    jobs = Jobs(database)
    try:
        size_bytes = path.stat().st_size
        source = path.open("rb")
    except OSError as exc:
        raise InvalidInputError(f"{path} cannot be read: {exc.strerror}") from exc
    with source:
        storage.check_room(size_bytes, max_bytes=settings.max_upload_bytes)
        with storage.receive(
            name=path.name, expected_bytes=size_bytes, max_bytes=settings.max_upload_bytes
        ) as incoming:
            while piece := source.read(_PIECE_BYTES):
                incoming.write(piece)
            incoming.check()
            probe(incoming.path, find_tools(), name=path.name)
            blob = incoming.finish()
    try:
        with database.begin() as session:
            return keep_deposit(
                session,
                jobs,
                blob=blob,
                file_name=path.name,
                description=description,
                depositor_id=None,
                publish=publish,
                now=utc_now(),
            )
    except ArchiveError:
        with database.read() as session:
            known = session.scalar(select(StoredFile.id).where(StoredFile.sha256 == blob.sha256))
        if known is None:
            storage.delete(blob.sha256)
        raise


def _view(database: Database, recording_id: int) -> RecordingView:
    with database.read() as session:
        return get_recording(session, recording_id, actor=OPERATOR, now=utc_now())


def _wait(database: Database, recording_id: int) -> RecordingView:
    """Show progress until the recording is ready, failed or rejected."""
    begun = time.monotonic()
    shown = ""
    terminal = sys.stderr.isatty()
    hinted = False
    while True:
        view = _view(database, recording_id)
        if view.status not in (Status.WAITING, Status.PROCESSING):
            if terminal and shown:
                print("\r\033[K", end="", file=sys.stderr)
            return view
        line = _progress_line(view)
        if terminal:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif line != shown:
            print(line, file=sys.stderr, flush=True)
        shown = line
        idle = view.status is Status.WAITING and time.monotonic() - begun > _IDLE_HINT_S
        if idle and not hinted:
            hinted = True
            print(
                "\nNo worker has taken it up yet. Is one running? (make run, or "
                "webinar-archive worker)",
                file=sys.stderr,
            )
        time.sleep(_POLL_S)


def _progress_line(view: RecordingView) -> str:
    progress = view.progress
    if progress.stage is None and view.status is Status.WAITING:
        return "Waiting for the worker"
    full = round(progress.fraction * _BAR_WIDTH)
    bar = "█" * full + "░" * (_BAR_WIDTH - full)
    title = progress.stage.label if progress.stage else "Going on"
    left = "" if progress.left_s is None else f", {format_duration(progress.left_s * 1000)} left"
    return f"{bar} {progress.fraction:4.0%}  {title}{left}"


def _tell(view: RecordingView, settings: Settings, *, as_json: bool) -> None:
    url = recording_url(settings.base_url, view.id)
    if as_json:
        print(
            json.dumps(
                {
                    "id": view.id,
                    "url": url,
                    "status": view.status,
                    "duration_ms": view.duration_ms,
                    "language": view.language,
                }
            )
        )
    else:
        print(f"recording {view.id}  {url}  {view.status}")
