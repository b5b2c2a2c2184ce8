"""`webinar-archive metadata export|import`: what is said of recordings, as CSV."""

import argparse
from pathlib import Path

from archive.clock import utc_now
from archive.database import Database
from archive.describing.exchange import MAX_BYTES, export_csv, import_csv, plan_csv
from archive.describing.values import LABELS
from archive.jobs import Jobs
from archive.permissions import OPERATOR
from archive.settings import Settings
from worker.command.exchange import tell_plan
from worker.command.options import Subparsers, read_file, write_csv

_MOST_TOLD = 20
_MOST_CHARACTERS = 60


def add(subparsers: Subparsers) -> None:
    """Add the subcommand and what it can do."""
    parser = subparsers.add_parser(
        "metadata",
        help="export or import what is said of recordings, as CSV",
        description="What is said of recordings: title, people, collections, subjects, rights. "
        "An export can be changed in a spreadsheet and imported again.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    exporting = actions.add_parser("export", help="write what is said of all recordings")
    exporting.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: print")
    exporting.set_defaults(run=_export)
    importing = actions.add_parser(
        "import",
        help="change recordings as a CSV file says",
        description="Change recordings as a CSV file says: all of it or, when a line cannot be "
        "taken, nothing. Columns it leaves out stay as they are. - reads standard input.",
    )
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--dry-run", action="store_true", help="only tell what it would change")
    importing.set_defaults(run=_import)


def _export(options: argparse.Namespace, settings: Settings) -> int:
    with Database(settings.database_url).read() as session:
        text = export_csv(session, actor=OPERATOR)
    write_csv(text, options.file)
    return 0


def _import(options: argparse.Namespace, settings: Settings) -> int:
    content = read_file(options.file, most_bytes=MAX_BYTES + 1)
    database = Database(settings.database_url)
    jobs = Jobs(database)
    now = utc_now()
    with database.begin() as session:
        plan = plan_csv(session, content, actor=OPERATOR, now=now)
        for change in plan.changed[:_MOST_TOLD]:
            for one in change.fields:
                told = f"{_short(one.before)!r} → {_short(one.after)!r}"
                print(f"recording {change.recording_id}: {LABELS[one.field]}: {told}")
        if len(plan.changed) > _MOST_TOLD:
            print(f"and {len(plan.changed) - _MOST_TOLD} more recordings")
        tell_plan(plan)
        if plan.can_be_done and not options.dry_run:
            import_csv(session, jobs, content, actor=OPERATOR, now=now)
    jobs.close()
    return 0


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
