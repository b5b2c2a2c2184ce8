"""Giving a recording its slides by hand: a PDF, then the time each page was shown at.

Works without a script; with one the player's time is a button away and the page says when the
PDF has been read. What was typed stays in the form whatever is wrong with it.
"""

import logging
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from archive.deposits import is_kept
from archive.errors import (
    ArchiveError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
)
from archive.models import DeckState
from archive.permissions import Action, require
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.slide_decks import (
    MAX_DECK_BYTES,
    KeptDeck,
    check_pdf_head,
    get_deck,
    give_deck,
    may_attach,
    place_pages,
    remove_deck,
)
from archive.slide_times import SlideTimes, read_slide_times
from archive.slides import read_slides
from archive.storage import Blob, Incoming
from archive.timecode import format_clock
from web.actor import current_actor
from web.errors import status_of
from web.form_token import check_form_token
from web.parts import current_parts
from web.upload import UploadForm, drain

_DRAIN_S = 15.0
logger = logging.getLogger(__name__)

blueprint = Blueprint("slides", __name__, url_prefix="/recordings/<int:recording_id>/slides")


@blueprint.get("")
def index(recording_id: int) -> ResponseReturnValue:
    """Show the PDF's pages with their times, or the form that takes a PDF."""
    return _page(recording_id)


@blueprint.post("/pdf")
def receive(recording_id: int) -> ResponseReturnValue:
    """Receive a PDF."""
    # This page's own limit holds, and says more than the site's.
    request.max_content_length = sys.maxsize
    try:
        _recording(recording_id)
        _receive(recording_id)
    except ArchiveError as exc:
        _take_in_the_rest()
        told = _too_large() if isinstance(exc, TooLargeError) else exc
        if isinstance(told, InvalidInputError):
            return _page(recording_id, pdf_error=str(told)), status_of(told)
        raise
    flash("The PDF is here. Its pages appear in a moment.")
    return _back(recording_id)


@blueprint.post("")
def save(recording_id: int) -> ResponseReturnValue:
    """Save the times of the pages."""
    parts, now = current_parts(), current_parts().clock()
    recording = _recording(recording_id)
    typed = {
        int(name.removeprefix("time-")): value
        for name, value in request.form.items()
        if name.startswith("time-") and name.removeprefix("time-").isdecimal()
    }
    any_order = request.form.get("any_order") == "yes"
    read = read_slide_times(typed, duration_ms=recording.duration_ms, any_order=any_order)
    if read.problems:
        return _page(recording_id, typed=typed, read=read, any_order=any_order), 400
    try:
        with parts.database.begin() as session:
            count = place_pages(
                session, parts.jobs, recording_id, read.times_ms, actor=current_actor(), now=now
            )
    except InvalidInputError as exc:
        return _page(recording_id, typed=typed, pdf_error=str(exc)), 400
    if not count:
        flash("Saved: no page has a time, so the recording shows no slides.")
        return _back(recording_id)
    flash(f"Saved: {count} slide{'' if count == 1 else 's'}. The search follows in a moment.")
    return redirect(url_for("recordings.watch", recording_id=recording_id, slides="saved"), 303)


@blueprint.post("/remove")
def remove(recording_id: int) -> ResponseReturnValue:
    """Take the PDF and its slides away."""
    parts = current_parts()
    with parts.database.begin() as session:
        gone = remove_deck(
            session, parts.jobs, recording_id, actor=current_actor(), now=parts.clock()
        )
    _delete(gone)
    flash("The PDF and the slides made of it are removed.")
    return _back(recording_id)


@blueprint.get("/state")
def state(recording_id: int) -> ResponseReturnValue:
    """Tell the page's script whether the PDF has been read."""
    return jsonify(state=deck.state if (deck := _deck(recording_id)) else None)


@blueprint.get("/pages/<int:number>.jpg")
def picture(recording_id: int, number: int) -> ResponseReturnValue:
    """Send the picture of a page."""
    return _picture(recording_id, number, small=False)


@blueprint.get("/pages/<int:number>-small.webp")
def small_picture(recording_id: int, number: int) -> ResponseReturnValue:
    """Send the small picture of a page."""
    return _picture(recording_id, number, small=True)


def _receive(recording_id: int) -> None:
    """Put the PDF into the store and give it to the recording; forget it if that fails."""
    parts, actor = current_parts(), current_actor()
    with ExitStack() as stack:

        def begin(fields: Mapping[str, str], file_name: str, size_bytes: int | None) -> Incoming:
            check_form_token(fields.get("csrf_token"))
            parts.storage.check_room(size_bytes or 0, max_bytes=MAX_DECK_BYTES)
            return stack.enter_context(
                parts.storage.receive(
                    name=file_name,
                    expected_bytes=size_bytes,
                    max_bytes=MAX_DECK_BYTES,
                    check=check_pdf_head,
                )
            )

        upload = UploadForm(
            request.stream,
            boundary=request.mimetype_params.get("boundary", ""),
            length_bytes=request.content_length,
            begin=begin,
        )
        blob = upload.read().finish()
        with ExitStack() as undo:
            undo.callback(_forget, blob)
            with parts.database.begin() as session:
                gone = give_deck(
                    session,
                    parts.jobs,
                    recording_id,
                    blob=blob,
                    file_name=upload.file_name,
                    actor=actor,
                    now=parts.clock(),
                )
            undo.pop_all()
        _delete(gone)


def _take_in_the_rest() -> None:
    """Let a browser show why its upload was refused."""
    try:
        drain(request.stream, most_bytes=2 * MAX_DECK_BYTES, most_s=_DRAIN_S)
    except ClientDisconnected:
        logger.info("path=%s who gave the PDF went away", request.path)


def _forget(blob: Blob) -> None:
    parts = current_parts()
    with parts.database.read() as session:
        if not is_kept(session, blob.sha256):
            parts.storage.delete(blob.sha256)


def _delete(keys: tuple[str, ...]) -> None:
    for sha256 in keys:
        current_parts().storage.delete(sha256)


def _page(
    recording_id: int,
    *,
    typed: Mapping[int, str] | None = None,
    read: SlideTimes | None = None,
    any_order: bool = False,
    pdf_error: str = "",
) -> str:
    recording = _recording(recording_id)
    with current_parts().database.read() as session:
        deck = get_deck(session, recording_id)
        slides = read_slides(session, recording_id)
    pages = deck.pages if deck else ()
    times = {
        page.number: format_clock(page.start_ms) if page.start_ms is not None else ""
        for page in pages
    }
    return render_template(
        "recordings/slides.html",
        recording=recording,
        allowed=may_attach(recording, slides),
        deck=deck,
        waiting=deck is not None and deck.state is DeckState.WAITING,
        failed=deck is not None and deck.state is DeckState.FAILED,
        times={**times, **(typed or {})},
        problems=read.problems if read else {},
        out_of_order=read.out_of_order if read else False,
        any_order=any_order,
        pdf_error=pdf_error,
        has_slides=bool(slides),
        max_bytes=MAX_DECK_BYTES,
    )


def _recording(recording_id: int) -> RecordingView:
    """Read a recording that the person who asks may change."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
    require(actor, Action.EDIT, recording.subject)
    return recording


def _deck(recording_id: int) -> KeptDeck | None:
    _recording(recording_id)
    with current_parts().database.read() as session:
        return get_deck(session, recording_id)


def _picture(recording_id: int, number: int, *, small: bool) -> ResponseReturnValue:
    deck = _deck(recording_id)
    page = next((page for page in deck.pages if page.number == number), None) if deck else None
    if page is None:
        raise NotFoundError(f"There is no page {number}; the PDF was removed or replaced.")
    sha256 = page.small_sha256 if small else page.picture_sha256
    answer = send_file(
        current_parts().storage.path(sha256),
        mimetype="image/webp" if small else "image/jpeg",
        conditional=True,
        etag=sha256,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _too_large() -> InvalidInputError:
    return InvalidInputError(
        "The PDF is larger than 100 MB. Save it with smaller pictures (many programs offer "
        "“reduce file size”), or leave out pages that were not shown."
    )


def _back(recording_id: int) -> ResponseReturnValue:
    return redirect(url_for("slides.index", recording_id=recording_id), 303)
