"""`webinar-archive search QUERY`: the search of the site, in the terminal or as JSON."""

import argparse
import json
import sys

from archive.clock import utc_now
from archive.database import Database
from archive.index import Narrowing, SearchIndex
from archive.permissions import OPERATOR
from archive.search import LEADS, TRACK_LABELS, SearchPage, recording_url, search_as_json
from archive.search import search as find
from archive.settings import Settings
from archive.thesaurus.expansion import Concepts, Wish, key_of
from archive.timecode import format_clock
from archive.unanswered import count_search
from worker.command.options import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "search",
        help="search what was said and shown",
        description="Search what was said and what stood on slides: words, "
        '"exact phrases", AND OR NOT, title:word. '
        "Unpublished recordings are searched too: the command has the operator's authority.",
    )
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("--json", action="store_true", help="as GET /api/v1/search gives it")
    parser.add_argument(
        "--limit", type=_positive, default=10, metavar="N", help="at most N recordings (10)"
    )
    parser.add_argument(
        "--no-concepts",
        action="store_true",
        help="only the words typed, not what else things are called",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="LANGUAGE:NAME",
        help="not this name of the thesaurus, as fr:HTA; may be repeated",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Search, print, and return 0 also when nothing was found."""
    database = Database(settings.database_url)
    wish = Wish(
        off=options.no_concepts,
        left_out=frozenset(key_of(*each.partition(":")[::2]) for each in options.without),
    )
    with database.read() as session:
        found = find(
            session,
            SearchIndex(settings.index_dir),
            options.query,
            page=1,
            page_size=options.limit,
            actor=OPERATOR,
            now=utc_now(),
            expanders=Concepts().expanders(session, wish),
        )
    count_search(database, found, Narrowing(), now=utc_now())
    if options.json:
        json.dump(search_as_json(found, settings.base_url), sys.stdout, ensure_ascii=False)
        print()
    else:
        _print(found, settings)
    return 0


def _print(found: SearchPage, settings: Settings) -> None:
    noun = "recording" if found.total == 1 else "recordings"
    print(f"{found.total} {noun}: {found.understood}")
    names = [f"{one.label} ({one.language}, {one.recordings})" for one in found.also if one.concept]
    if names:
        print(f"also called: {', '.join(names)}")
    for meant in found.meant:
        print(f"did you mean: {meant.query} ({meant.recordings})")
    for result in found.results:
        recording = result.recording
        date = f"  {recording.recorded_on}" if recording.recorded_on else ""
        print(f"\n{recording.title}{date}\n  {recording_url(settings.base_url, recording.id)}")
        for reason, text in dict.fromkeys(result.hit.also):
            print(f"            {LEADS[reason]} {text}")
        for moment in result.hit.moments:
            label = TRACK_LABELS.get(moment.track)
            told = f"({label}) " if label else ""
            print(f"  {format_clock(moment.start_ms):>8}  {told}{moment.text}")
            for lead, text in dict.fromkeys((LEADS[o.reason], o.found) for o in moment.instead):
                print(f"            {lead} {text}")
        more = result.hit.moment_count - len(result.hit.moments)
        if more > 0:
            print(f"            and {more} more")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value
