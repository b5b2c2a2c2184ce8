"""The first page and the results: one box, and what it finds."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.accounts import has_administrator
from archive.errors import QueryError, SearchIndexError
from archive.recordings import count_recordings, list_recordings
from archive.search import search
from web.actor import current_actor
from web.parts import current_parts
from web.result_cards import make_cards

RECENT = 12
MAX_PAGE = 10_000

blueprint = Blueprint("searching", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the search box and what came lately."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recordings = list_recordings(session, actor=actor, now=parts.clock(), limit=RECENT)
        total = count_recordings(session, actor=actor, now=parts.clock())
        administered = has_administrator(session)
    return render_template(
        "searching/home.html",
        waiting=[recording for recording in recordings if recording.in_progress],
        recordings=[recording for recording in recordings if not recording.in_progress],
        total=total,
        administered=administered,
    )


@blueprint.get("/search")
def results() -> ResponseReturnValue:
    """Show what a query finds."""
    query = " ".join(request.args.get("q", "").split())
    page = read_page(request.args.get("page", "")) or 1
    if not query:
        return render_template("searching/empty.html")
    parts = current_parts()
    try:
        with parts.database.read() as session:
            found = search(
                session,
                parts.index,
                query,
                page=page,
                actor=current_actor(),
                now=parts.clock(),
            )
    except QueryError as exc:
        return render_template("searching/empty.html", query=query, problem=str(exc)), 400
    except SearchIndexError:
        return render_template("searching/unavailable.html", query=query), 503
    return render_template(
        "searching/results.html",
        query=query,
        found=found,
        cards=make_cards(found.results, query),
    )


def read_page(text: str) -> int | None:
    """Read a page's number from an address; None when it is none."""
    try:
        page = int(text)
    except ValueError:
        return None
    return page if 1 <= page <= MAX_PAGE else None
