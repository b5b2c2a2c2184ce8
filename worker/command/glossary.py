"""`webinar-archive glossary list|import|export`: the glossary from the terminal."""

import argparse
import sys

from archive.clock import utc_now
from archive.database import Database
from archive.glossary.affected import Affected, find_affected, transcribe_anew
from archive.glossary.exchange import export_terms, import_terms, plan_import
from archive.glossary.table import MAX_BYTES
from archive.glossary.terms import Filter, find_collection, list_terms
from archive.glossary.values import Kind
from archive.jobs import Jobs
from archive.permissions import OPERATOR
from archive.search import recording_url
from archive.settings import Settings
from worker.command.exchange import add_exchange, tell_plan
from worker.command.options import Subparsers, read_file, write_csv


def add(subparsers: Subparsers) -> None:
    """Add the subcommand and what it can do."""
    parser = subparsers.add_parser(
        "glossary",
        help="list, import or export the words recognition should know",
        description="The glossary of the archive, or of a collection: words that speech "
        "recognition should know.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print terms")
    listing.add_argument("text", nargs="?", default="", metavar="TEXT", help="part of a term")
    listing.add_argument("--language", metavar="CODE", help="such as en or fr")
    listing.add_argument("--kind", choices=[kind for kind in Kind if kind])
    listing.set_defaults(run=_list)
    exchange = add_exchange(actions, "term", run_import=_import, run_export=_export)
    exchange[0].add_argument(
        "--transcribe",
        action="store_true",
        help="transcribe the recordings again that seem to have misheard its terms",
    )
    for action in (listing, *exchange):
        action.add_argument(
            "--collection", metavar="TITLE", help="its glossary in place of the archive's"
        )


def _list(options: argparse.Namespace, settings: Settings) -> int:
    wanted = Filter(
        text=options.text,
        language=options.language,
        kind=Kind(options.kind) if options.kind else None,
    )
    database = Database(settings.database_url)
    with database.read() as session:
        scope = find_collection(session, options.collection) if options.collection else None
        found = list_terms(session, scope, wanted, actor=OPERATOR)
    for entry in found.entries:
        draft = entry.draft
        about = " ".join(filter(None, (draft.language, draft.kind)))
        heard = f"  heard as: {', '.join(draft.sounds_like)}" if draft.sounds_like else ""
        print(f"{draft.term}  [{about}]{heard}" if about else f"{draft.term}{heard}")
    noun = "term" if found.total == 1 else "terms"
    print(f"{found.total} {noun}", file=sys.stderr)
    return 0


def _import(options: argparse.Namespace, settings: Settings) -> int:
    content = read_file(options.file, most_bytes=MAX_BYTES + 1)
    database = Database(settings.database_url)
    with database.begin() as session:
        scope = find_collection(session, options.collection) if options.collection else None
        plan = plan_import(session, scope, content, actor=OPERATOR)
        tell_plan(plan)
        if options.dry_run or not plan.can_be_done:
            return 0
        now = utc_now()
        import_terms(session, scope, content, actor=OPERATOR, now=now)
    with database.read() as session:
        ours = {draft.term for draft in (*plan.added, *plan.changed)}
        entries = list_terms(session, scope, actor=OPERATOR).entries
        changed = [entry for entry in entries if entry.draft.term in ours]
        found = find_affected(session, changed, actor=OPERATOR)
    _tell_affected(found, settings, begun=options.transcribe)
    if options.transcribe and found.misheard:
        _transcribe(database, found)
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url)
    with database.read() as session:
        scope = find_collection(session, options.collection) if options.collection else None
        text = export_terms(session, scope, actor=OPERATOR)
    write_csv(text, options.file)
    return 0


def _transcribe(database: Database, found: Affected) -> None:
    """Enqueue that the recordings are transcribed again."""
    jobs = Jobs(database)
    chosen = [recording.recording_id for recording in found.misheard]
    with database.begin() as session:
        count = transcribe_anew(session, jobs, chosen, actor=OPERATOR, now=utc_now())
    jobs.close()
    noun = "recording is" if count == 1 else "recordings are"
    print(f"\n{count} {noun} transcribed again; what people edited stays.")


def _tell_affected(found: Affected, settings: Settings, *, begun: bool) -> None:
    """Name the recordings that seem to have misheard what was imported."""
    if not found.misheard:
        print(f"None of {found.total} transcripts seems to have misheard these terms.")
        return
    how = "" if begun else "; the site's glossary, or --transcribe, can transcribe them again"
    print(f"These seem to have misheard them{how}:")
    for recording in found.misheard:
        places = "place" if recording.count == 1 else "places"
        print(f"\n{recording.title}  ({recording.count} {places})")
        print(f"  {recording_url(settings.base_url, recording.recording_id)}")
        for place in recording.examples:
            print(f"  “{place.heard}” for {place.term}")
