"""`webinar-archive deposit FILE…`: put files into the archive, this one or one elsewhere.

With `--server` the files travel by tus (`worker.command.sending`) and nothing of this machine's
archive is touched; else they are copied into the store, looked at, and deposited.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import Deposited, Description, read_description
from archive.errors import ArchiveError, InvalidInputError
from archive.jobs import Jobs
from archive.models import Status
from archive.permissions import OPERATOR
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.schema import migrate
from archive.search import recording_url
from archive.settings import Settings
from archive.storage import Storage
from archive.timecode import format_duration
from worker.command.options import Subparsers
from worker.command.sending import ArchiveServer, Sent, show_progress
from worker.taking import Taker

_POLL_S = 0.25
_IDLE_HINT_S = 20
_BAR_WIDTH = 24


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "deposit",
        help="put recordings into the archive",
        description="Put recordings into the archive. Prints the id and address of each.",
        epilog="A link that drops does no harm with --server: what arrived is kept, and the same "
        "command started again goes on.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", nargs="+", help="audio or video")
    parser.add_argument("--server", metavar="URL", help="send to the archive at this address")
    parser.add_argument(
        "--token",
        metavar="T",
        help="a token of that archive with the scope “deposit”; better in ARCHIVE_TOKEN, where "
        "other people on this machine do not see it",
    )
    parser.add_argument(
        "--captions", type=Path, metavar="FILE", help="WebVTT or SRT that become the transcript"
    )
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
    """Deposit files; what is wrong with one does not keep the others from it."""
    several = len(options.file) > 1
    if several and (options.title or options.captions):
        raise InvalidInputError("A title and captions are those of one file: name one file only.")
    deposit_one = _sender(options) if options.server else _keeper(options, settings)
    status = 0
    for path in options.file:
        try:
            status = max(status, deposit_one(path))
        except ArchiveError as exc:
            if not several:
                raise
            print(f"webinar-archive: {path.name}: {exc}", file=sys.stderr)
            status = 1
    return status


def _fields(options: argparse.Namespace) -> dict[str, str]:
    """Return the description as it was typed."""
    return {
        "title": options.title,
        "recorded_on": options.date,
        "language": options.language,
        "description": options.description,
        "collection": options.collection,
        "speakers": options.speakers,
        "subjects": options.subjects,
    }


def _sender(options: argparse.Namespace) -> Callable[[Path], int]:
    """Return what sends a file to the archive elsewhere."""
    token = options.token or os.environ.get("ARCHIVE_TOKEN", "")
    if not token:
        raise InvalidInputError(
            "A token is needed: make one on your account's page there, with the scope “deposit”, "
            "and put it into ARCHIVE_TOKEN."
        )
    if options.wait:
        raise InvalidInputError("--wait works on the archive's own machine; see the address.")
    typed = _fields(options)
    read_description(**typed)  # type: ignore[arg-type] # told here, before anything travels
    fields = {name: text for name, text in typed.items() if text}
    fields |= {name: "yes" for name in ("translate", "publish") if getattr(options, name)}
    server = ArchiveServer(options.server, token)

    def send(path: Path) -> int:
        sent = server.send(
            path, fields=fields, captions=options.captions, progress=show_progress(path.name)
        )
        if sent.existing and not options.json:
            print("These bytes are in the archive already.", file=sys.stderr)
        _tell_sent(sent, options.language or None, as_json=options.json)
        return 0

    return send


def _keeper(options: argparse.Namespace, settings: Settings) -> Callable[[Path], int]:
    """Return what deposits a file into this machine's archive."""
    description = read_description(**_fields(options), translate=options.translate)
    database = Database(settings.database_url)
    migrate(database)
    taker = _taker(settings, database)

    def keep(path: Path) -> int:
        deposited = taker.take(
            path, description=description, publish=options.publish, captions=options.captions
        )
        if deposited.existing and not options.json:
            print("These bytes are in the archive already.", file=sys.stderr)
        view = _view(database, deposited.recording_id)
        if options.wait:
            view = _wait(database, deposited.recording_id)
        _tell(view, settings, as_json=options.json)
        if view.status in (Status.REJECTED, Status.FAILED):
            print(f"webinar-archive: {path.name}: {view.problem}", file=sys.stderr)
            return 1
        for shortcoming in view.shortcomings if options.wait else ():
            print(f"webinar-archive: {shortcoming.missing}: {shortcoming.problem}", file=sys.stderr)
        return 0

    return keep


def deposit_file(
    settings: Settings, database: Database, path: Path, *, description: Description, publish: bool
) -> Deposited:
    """Deposit one file into this machine's archive; see `Taker.take`."""
    return _taker(settings, database).take(path, description=description, publish=publish)


def _taker(settings: Settings, database: Database) -> Taker:
    return Taker(
        settings=settings,
        database=database,
        storage=Storage(settings.files_dir),
        jobs=Jobs(database),
        clock=utc_now,
    )


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


def _tell_sent(sent: Sent, language: str | None, *, as_json: bool) -> None:
    """Tell of a file that was sent as of one that was deposited here."""
    if as_json:
        told = {
            "id": sent.recording_id,
            "url": sent.url,
            "status": Status.WAITING,
            "duration_ms": None,
            "language": language,
        }
        print(json.dumps(told))
    else:
        print(f"recording {sent.recording_id}  {sent.url}  {Status.WAITING}")
