"""`webinar-archive reindex`: build the search index anew, aside, and swap it in."""

import argparse
import sys
import time

from archive.database import Database
from archive.index import SearchIndex
from archive.settings import Settings
from archive.timecode import format_duration
from worker.command.options import Subparsers
from worker.stages.indexing import rebuild


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "reindex",
        help="rebuild the search index; searching goes on meanwhile",
        description="Build the search index anew from the database, aside, and swap it in. "
        "Searching goes on meanwhile. A recording that cannot be read is left out and told of; "
        "the exit status is 1 then.",
    )
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace, settings: Settings) -> int:
    """Rebuild the index; 1 when a recording could not be read."""
    database = Database(settings.database_url)
    terminal = sys.stderr.isatty()
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        left_ms = round((time.monotonic() - begun) / done * (total - done) * 1000)
        line = f"{done} of {total} recordings, {format_duration(left_ms)} left"
        if terminal:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    rebuilt = rebuild(database, SearchIndex(settings.index_dir), on_progress=show)
    if terminal:
        print(file=sys.stderr)
    print(f"{_count(rebuilt.indexed)} indexed.")
    for error in rebuilt.unreadable.values():
        print(f"webinar-archive: {error}", file=sys.stderr)
    if rebuilt.unreadable:
        print(f"{_count(len(rebuilt.unreadable))} could not be read, and cannot be searched.")
    return int(bool(rebuilt.unreadable))


def _count(number: int) -> str:
    return f"{number} recording{'' if number == 1 else 's'}"
