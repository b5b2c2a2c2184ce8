"""Searches that found nothing: leaving one for the librarians, and their list of them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.unanswered import forget_unanswered, list_unanswered, note_unanswered
from web.actor import current_actor
from web.parts import current_parts
from web.search_address import read_address, read_page

_PAGE_SIZE = 50
_MAX_QUERY = 400

blueprint = Blueprint("unanswered", __name__)


@blueprint.post("/search/leave")
def leave() -> ResponseReturnValue:
    """Leave a query for the librarians; anybody may."""
    parts = current_parts()
    query = request.form.get("q", "")[:_MAX_QUERY]
    with parts.database.begin() as session:
        kept = note_unanswered(session, query, now=parts.clock(), left=True)
    if kept:
        flash("Left for the librarians: the words you searched for and the day, nothing else.")
    else:
        flash("That was not kept: it looks like a name, a number or an address of somebody.")
    return redirect(read_address(request.form).href, 303)


@blueprint.get("/searches")
def index() -> ResponseReturnValue:
    """List what was searched for in vain, for librarians."""
    page = read_page(request.args.get("page", "")) or 1
    with current_parts().database.read() as session:
        queries, total = list_unanswered(
            session, actor=current_actor(), limit=_PAGE_SIZE, offset=(page - 1) * _PAGE_SIZE
        )
    return render_template(
        "searching/unanswered.html",
        queries=queries,
        total=total,
        page=page,
        pages=-(-total // _PAGE_SIZE),
    )


@blueprint.post("/searches/<int:query_id>/done")
def done(query_id: int) -> ResponseReturnValue:
    """Take a query off the list."""
    parts = current_parts()
    with parts.database.begin() as session:
        query = forget_unanswered(session, query_id, actor=current_actor(), now=parts.clock())
    flash(f"“{query}” is off the list.")
    return redirect(url_for("unanswered.index"), 303)
