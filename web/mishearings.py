"""One click on a result: what was heard here is that term.

It puts the transcript right; another click tells the glossary.
"""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import InvalidInputError
from archive.mishearings import correct_mishearing, note_mishearing
from archive.permissions import Action, require
from archive.timecode import format_seconds
from web.actor import current_actor
from web.parts import current_parts
from web.replacing import site_stemmer

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


@blueprint.post("/mishearings/correct")
def correct() -> ResponseReturnValue:
    """Put the term in place of what was heard, at one moment of one recording.

    Fields: `recording`, `start`, `end` in ms, `heard`, `term`, and `q`, what was searched for.
    """
    parts, actor = current_parts(), current_actor()
    require(actor, Action.CURATE)
    recording_id, start_ms, end_ms = (_number(name) for name in ("recording", "start", "end"))
    try:
        with parts.database.begin() as session:
            done = correct_mishearing(
                session,
                parts.jobs,
                recording_id,
                term=request.form.get("term", ""),
                heard=request.form.get("heard", ""),
                start_ms=start_ms,
                end_ms=end_ms,
                stemmer=site_stemmer(),
                actor=actor,
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        flash(str(exc))
        there = url_for("editing.edit", recording_id=recording_id, t=format_seconds(start_ms))
        return redirect(there, 303)
    query = request.form.get("q", "")
    flash("Corrected. Captions and the search follow in seconds.")
    return redirect(url_for("replacing.index", done=done.replacement_id, q=query or None), 303)


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not typed.isdecimal():
        raise InvalidInputError(f"{name} must be a whole number.")
    return int(typed)
