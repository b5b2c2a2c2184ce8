"""The review queue: which transcripts need people most. For librarians."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.doubts import Doubt
from archive.editing.reviewing import read_queue
from archive.models.transcript import Review
from web.actor import current_actor
from web.parts import current_parts
from web.search_address import read_page

_PAGE_SIZE = 25

_KINDS = {
    Doubt.REPEATED: "repeat themselves",
    Doubt.SILENCE: "in silence or noise",
    Doubt.FAST: "too fast to be said",
    Doubt.PROMPTED: "may be a guessed term",
    Doubt.UNSURE: "not sure of the words",
}

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
def index() -> ResponseReturnValue:
    """Show the queue: `?state=` is `machine`, `in review` or `checked`, `?page=` from 1."""
    asked = request.args.get("state", "")
    state = Review(asked) if asked in set(Review) else Review.MACHINE
    page = read_page(request.args.get("page", "")) or 1
    with current_parts().database.read() as session:
        queue = read_queue(
            session,
            review=state,
            actor=current_actor(),
            limit=_PAGE_SIZE,
            offset=(page - 1) * _PAGE_SIZE,
        )
    return render_template(
        "review/index.html",
        queue=queue,
        state=state,
        states=(
            (Review.MACHINE, "To review"),
            (Review.IN_REVIEW, "In review"),
            (Review.CHECKED, "Checked"),
        ),
        kinds=_KINDS,
        page=page,
        pages=-(-queue.counts[state] // _PAGE_SIZE),
    )
