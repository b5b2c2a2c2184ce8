"""`webinar-archive publication ID …`: where recordings stand, and the steps from draft on."""

import argparse
import sys

from archive.clock import utc_now
from archive.database import Database
from archive.jobs import Jobs
from archive.permissions import OPERATOR
from archive.publishing import Standing, Step, read_time, standing_of, take_step
from archive.settings import Settings
from worker.command.options import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "publication",
        help="tell who sees recordings; publish, schedule, withdraw them",
        description="Without a step: where a recording stands and what it lacks.",
    )
    parser.add_argument("recordings", nargs="+", type=int, metavar="ID")
    parser.add_argument("--step", choices=[step.value for step in Step], help="what to do")
    parser.add_argument("--at", default="", metavar="TIME", help="for schedule; UTC, ISO 8601")
    parser.add_argument("--reason", default="", help="for withdraw; readers are told")
    parser.add_argument(
        "--show-title", action="store_true", help="for withdraw: readers may know the title"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Take the step with each recording, all or none; then tell where they stand."""
    database = Database(settings.database_url)
    jobs = Jobs(database)
    publish_at = read_time(options.at) if options.at else None
    now = utc_now()
    with database.begin() as session:
        for recording_id in options.recordings if options.step else ():
            take_step(
                session,
                jobs,
                recording_id,
                Step(options.step),
                actor=OPERATOR,
                now=now,
                publish_at=publish_at,
                reason=options.reason,
                show_title=options.show_title,
            )
        for recording_id in options.recordings:
            _tell(standing_of(session, recording_id, actor=OPERATOR, now=now))
    jobs.close()
    return 0


def _tell(standing: Standing) -> None:
    when = f", public on {standing.publish_at.isoformat()}" if standing.publish_at else ""
    print(f"recording {standing.recording_id}  {standing.publication}{when}")
    for item in standing.missing:
        print(f"  {item.weight}: {item.name}: {item.told}", file=sys.stderr)
