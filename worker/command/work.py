"""`webinar-archive worker`: process recordings until stopped, in one process or several."""

import argparse
import os
from dataclasses import replace

from archive.settings import Settings
from worker.command.options import Subparsers, worker_count
from worker.crew import lead


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("worker", help="process recordings until stopped")
    parser.add_argument(
        "--workers",
        type=worker_count,
        metavar="N",
        help="processes that share this machine's cores; default: ARCHIVE_WORKERS, else 1",
    )
    parser.set_defaults(run=run, quiet_log=False)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Serve the queues."""
    if options.workers:
        settings = replace(settings, workers=options.workers)
    if settings.workers > 1:
        return lead(settings, os.environ)
    from worker.service import serve  # noqa: PLC0415 - seconds and memory a crew's leader needs not

    serve(settings)
    return 0
