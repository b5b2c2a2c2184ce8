"""The first page and the results: one box, and what it finds."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.accounts import has_administrator
from archive.errors import SearchIndexError
from archive.index import EVERYTHING
from archive.index.query import add_words, parse, write
from archive.meaning.related import Place, RelatedMoment
from archive.recordings import count_recordings, list_recordings
from archive.search import SearchPage, find_titles, search
from archive.unanswered import count_search
from web.actor import current_actor
from web.errors import RETRY_AFTER_S
from web.mending import have_index_mended
from web.narrowing import everything, make_chips, make_facets, make_orders, make_reproaches
from web.other_names import make_names, read_wish
from web.parts import current_parts
from web.result_cards import make_cards
from web.search_address import Asked, read_address

RECENT = 12


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
    """Show what a query finds; `web.search_address` says what the address may hold.

    `within=` adds words to the query: a search within the results.
    """
    asked = read_address(request.args)
    within = request.args.get("within", "")
    if within.strip():
        together = write(add_words(parse(asked.query), parse(within)))
        return redirect(asked.with_query(together).href)
    if not asked.query:
        return render_template("searching/empty.html")
    parts, wish = current_parts(), read_wish(request.args)
    try:
        with parts.database.read() as session:
            found = search(
                session,
                parts.index,
                asked.query,
                page=asked.page,
                actor=current_actor(),
                now=parts.clock(),
                narrowing=asked.narrowing,
                sort=asked.sort,
                facets=True,
                more=asked.more,
                expanders=parts.concepts.expanders(session, wish),
            )
    except SearchIndexError as exc:
        return _being_rebuilt(asked, exc)
    count_search(parts.database, found, asked.narrowing, now=parts.clock())
    return render_template(
        "searching/results.html",
        query=asked.query,
        asked=asked,
        found=found,
        cards=make_cards(found.results, asked.query, asked.kept),
        partly=make_cards(found.partly, asked.query, asked.kept),
        chips=make_chips(found.parts, asked),
        names=make_names(found.also, asked, wish),
        facets=make_facets(found.facets, asked),
        orders=make_orders(asked),
        reproaches=make_reproaches(found.culprits, asked),
        everything=everything(asked),
        unquoted=found.unquoted,
        meant=[(one, asked.with_query(one.query)) for one in found.meant],
        related=_related(found, asked),
    )


def _related(found: SearchPage, asked: Asked) -> tuple[RelatedMoment, ...]:
    """Find moments near what was asked, beneath the first page and where nothing was found.

    Of a narrowed search only there, and within what it is narrowed to.
    """
    parts = current_parts()
    if parts.related is None or asked.page > 1 or (asked.narrowing and found.total):
        return ()
    shown = [
        Place(recording_id=result.recording.id, start_ms=moment.start_ms, end_ms=moment.end_ms + 1)
        for result in (*found.results, *found.partly)
        for moment in result.hit.moments
    ]
    within = None
    if asked.narrowing:  # Who may see which of them is asked of the database.
        within = parts.index.narrowed_to(asked.narrowing, audience=EVERYTHING)
    with parts.database.read() as session:
        return parts.related.find(
            session,
            asked.query,
            actor=current_actor(),
            now=parts.clock(),
            shown=shown,
            within=within,
        )


def _being_rebuilt(asked: Asked, error: SearchIndexError) -> ResponseReturnValue:
    """Say so, have it done, and answer with what the titles hold."""
    have_index_mended(error)
    parts = current_parts()
    with parts.database.read() as session:
        recordings = find_titles(session, asked.query, actor=current_actor(), now=parts.clock())
    page = render_template(
        "searching/unavailable.html", query=asked.query, asked=asked, recordings=recordings
    )
    return page, 503, {"Retry-After": str(RETRY_AFTER_S)}
