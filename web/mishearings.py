"""One click on a result: what was heard here is that term."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archive.mishearings import note_mishearing
from web.actor import current_actor
from web.parts import current_parts

blueprint = Blueprint("mishearings", __name__)


@blueprint.post("/mishearings")
def note() -> ResponseReturnValue:
    """List what was heard with its term, and lead to what that may make better."""
    parts = current_parts()
    with parts.database.begin() as session:
        entry = note_mishearing(
            session,
            term=request.form.get("term", ""),
            heard=request.form.get("heard", ""),
            actor=current_actor(),
            now=parts.clock(),
        )
    flash(f"“{entry.draft.term}” is now also known as it was misheard.")
    address = url_for("glossary.index", q=entry.draft.term, since=entry.updated_at.isoformat())
    return redirect(f"{address}#term-{entry.id}", 303)
