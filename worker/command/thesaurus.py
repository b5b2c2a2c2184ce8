"""`webinar-archive thesaurus list|import|export`: what things are called, from the terminal."""

import argparse
import sys

from archive.clock import utc_now
from archive.database import Database
from archive.permissions import OPERATOR
from archive.settings import Settings
from archive.thesaurus.concepts import Filter, list_concepts
from archive.thesaurus.exchange import export_labels, import_labels, plan_import
from archive.thesaurus.table import MAX_BYTES
from worker.command.exchange import add_exchange, tell_plan
from worker.command.options import Subparsers, read_file, write_csv


def add(subparsers: Subparsers) -> None:
    """Add the subcommand and what it can do."""
    parser = subparsers.add_parser(
        "thesaurus",
        help="list, import or export what things are called in several languages",
        description="The thesaurus: what one thing is called in several languages, so that a "
        "search in one finds them all. A change counts from the next search on.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print concepts and their names")
    listing.add_argument("text", nargs="?", default="", metavar="TEXT", help="part of a name")
    listing.add_argument("--language", metavar="CODE", default="", help="named in it, as fr")
    listing.add_argument("--without", metavar="CODE", default="", help="not named in it yet")
    listing.set_defaults(run=_list)
    add_exchange(actions, "name", run_import=_import, run_export=_export)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    wanted = Filter(text=options.text, language=options.language, without=options.without)
    with Database(settings.database_url).read() as session:
        found = list_concepts(session, wanted, actor=OPERATOR)
    for concept in found.concepts:
        mesh = f"  {concept.mesh}" if concept.mesh else ""
        print(f"{concept.id}{mesh}")
        for entry in concept.entries:
            mark = "*" if entry.label.preferred else " "
            print(f"  {entry.label.language} {mark} {entry.label.term}  [{entry.label.source}]")
    noun = "concept" if found.total == 1 else "concepts"
    print(f"{found.total} {noun}", file=sys.stderr)
    return 0


def _import(options: argparse.Namespace, settings: Settings) -> int:
    content = read_file(options.file, most_bytes=MAX_BYTES + 1)
    with Database(settings.database_url).begin() as session:
        plan = plan_import(session, content, actor=OPERATOR)
        tell_plan(plan)
        if plan.can_be_done and not options.dry_run:
            import_labels(session, content, actor=OPERATOR, now=utc_now())
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    with Database(settings.database_url).read() as session:
        text = export_labels(session, actor=OPERATOR)
    write_csv(text, options.file)
    return 0
