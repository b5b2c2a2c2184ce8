"""`webinar-archive worker`: process recordings until stopped."""

import argparse

from archive.settings import Settings
from worker.command.options import Subparsers
from worker.service import serve


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("worker", help="process recordings until stopped")
    parser.set_defaults(run=run, quiet_log=False)


def run(_options: argparse.Namespace, settings: Settings) -> int:
    """Serve the queues."""
    serve(settings)
    return 0
