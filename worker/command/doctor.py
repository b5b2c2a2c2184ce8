"""`webinar-archive doctor`: is everything there, and does it agree? Says what to do if not."""

import argparse
import json
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import select

from archive.database import Database
from archive.errors import ArchiveError, NotFoundError, UnreadableError
from archive.index import SearchIndex
from archive.models import StoredFile
from archive.schema import pending_migrations
from archive.settings import Settings
from archive.storage import Storage, format_bytes
from worker.capacity import WORKER_BYTES, carries, read_memory_bytes
from worker.command.options import Subparsers
from worker.crew import usable_cores
from worker.media.tools import find_tools
from worker.speakers import SenkoDiarizer
from worker.speech import check_model, find_model
from worker.stages.documents import read_document
from worker.stages.indexing import differing, unlike

_LOW_DISK_BYTES = 5 * 1000**3
_WASTED = 0.5


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked."""

    part: str
    verdict: Verdict
    text: str
    """What was found, and what to do when it is not well."""


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "doctor", help="check ffmpeg, model, memory, disk, database, files and index"
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Check everything; 1 when anything failed."""
    findings = []
    for finding in examine(settings):
        findings.append(finding)
        if not options.json:
            print(f"{finding.verdict:8} {finding.part:9} {finding.text}", flush=True)
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings]))
    return int(any(finding.verdict is Verdict.FAILED for finding in findings))


def examine(settings: Settings) -> Iterator[Finding]:
    """Check each part in turn."""
    checks: tuple[tuple[str, Callable[[Settings], tuple[Verdict, str]]], ...] = (
        ("ffmpeg", _ffmpeg),
        ("model", _model),
        *((("speakers", _speakers),) if settings.speakers else ()),
        ("workers", _workers),
        ("disk", _disk),
        ("secret", _secret),
        ("database", _database),
        ("files", _files),
        ("index", _index),
    )
    for part, check in checks:
        try:
            verdict, text = check(settings)
        except ArchiveError as exc:
            verdict, text = Verdict.FAILED, str(exc)
        yield Finding(part=part, verdict=verdict, text=text)


def _ffmpeg(_settings: Settings) -> tuple[Verdict, str]:
    tools = find_tools()
    return Verdict.OK, f"version {tools.version()} at {tools.ffmpeg}"


def _model(settings: Settings) -> tuple[Verdict, str]:
    path = find_model(settings.whisper_model, settings.models_dir)
    check_model(path)
    return Verdict.OK, f"{settings.whisper_model} at {path}"


def _speakers(_settings: Settings) -> tuple[Verdict, str]:
    return Verdict.OK, f"told apart by {SenkoDiarizer().check()}"


def _workers(settings: Settings) -> tuple[Verdict, str]:
    cores, memory_bytes = len(usable_cores()), read_memory_bytes()
    could = carries(cores=cores, memory_bytes=memory_bytes)
    text = (
        f"{settings.workers} on this machine; {cores} cores and {format_bytes(memory_bytes)} of "
        f"memory could carry {could}"
    )
    if settings.workers > 1 and settings.workers * WORKER_BYTES > memory_bytes:
        return Verdict.WARNING, (
            f"{text}: long recordings may take all memory; set ARCHIVE_WORKERS={could}"
        )
    return Verdict.OK, f"{text} (ARCHIVE_WORKERS)"


def _disk(settings: Settings) -> tuple[Verdict, str]:
    free = Storage(settings.files_dir).free_bytes
    text = f"{format_bytes(free)} free at {settings.data_dir}"
    if free < _LOW_DISK_BYTES:
        return Verdict.WARNING, f"{text}; uploads will soon be refused: free some, or move it"
    return Verdict.OK, text


def _secret(settings: Settings) -> tuple[Verdict, str]:
    path = settings.data_dir / "secret_key"
    if not path.exists():
        return Verdict.OK, "the secret key comes from the environment"
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Verdict.FAILED, f"{path} can be read by others; run: chmod 600 {path}"
    return Verdict.OK, f"{path}, readable by its owner only"


def _database(settings: Settings) -> tuple[Verdict, str]:
    database = Database(settings.database_url)
    behind = pending_migrations(database)
    if behind:
        return Verdict.FAILED, f"{behind} schema changes behind; run: webinar-archive migrate"
    return Verdict.OK, f"{database.engine.dialect.name}, up to date"


def _files(settings: Settings) -> tuple[Verdict, str]:
    database, storage = Database(settings.database_url), Storage(settings.files_dir)
    missing = []
    with database.read() as session:
        files = session.execute(select(StoredFile.sha256, StoredFile.size_bytes)).all()
    for sha256, size_bytes in files:
        try:
            if storage.path(sha256).stat().st_size != size_bytes:
                missing.append(sha256)
        except NotFoundError:
            missing.append(sha256)
    if missing:
        return Verdict.FAILED, (
            f"{len(missing)} of {len(files)} files are missing or cut short, first "
            f"{missing[0][:12]}; restore {settings.files_dir} from a backup"
        )
    return Verdict.OK, f"{len(files)} files, {format_bytes(sum(f.size_bytes for f in files))}"


def _index(settings: Settings) -> tuple[Verdict, str]:
    """Prove that the index says what the database says.

    Every byte of it is as it was written, it holds the recordings and versions it should, and
    each was made from what the database says now.
    """
    index, database = SearchIndex(settings.index_dir), Database(settings.database_url)
    with _progress() as tell:
        index.verify(lambda share: tell(f"{share:.0%} of the index read"))
        held = index.contents()
        wrong = differing(database, held)
        if not wrong:
            wrong = unlike(
                database,
                index,
                on_progress=lambda done, of: tell(f"{done} of {of} recordings compared"),
            )
    if wrong:
        return Verdict.FAILED, _what_differs(database, wrong)
    if index.wasted_share() > _WASTED:
        return Verdict.WARNING, (
            "more than half of it belongs to versions that were replaced; "
            "webinar-archive reindex frees the space"
        )
    noun = "recording" if len(held) == 1 else "recordings"
    return Verdict.OK, f"{len(held)} {noun}, word for word as in the database"


def _what_differs(database: Database, wrong: Sequence[int]) -> str:
    """Say of which recordings the index does not say what the database says, and what to do."""
    told = []
    for recording_id in wrong:
        try:
            read_document(database, recording_id)
        except UnreadableError as exc:
            told.append(str(exc))
    noun = "recording differs" if len(wrong) == 1 else "recordings differ"
    text = f"{len(wrong)} {noun} from the database (such as {wrong[0]})"
    if len(told) < len(wrong):
        text += "; run: webinar-archive reindex"
    if told:
        text += f". {told[0]}"
    if len(told) > 1:
        text += f" The same goes for {len(told) - 1} more; webinar-archive reindex lists them."
    return text


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give what shows how far something is, in one line of the terminal that goes again."""
    terminal = sys.stderr.isatty()

    def show(line: str) -> None:
        if terminal:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        show("")
