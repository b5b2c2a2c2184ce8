"""The chapters of a recording: by hand, at the player's time, or as they are proposed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.chapter_proposals import Proposal, propose_chapters
from archive.chapters import (
    MAX_TITLE,
    KeptChapter,
    add_chapters,
    change_chapter,
    delete_chapter,
    read_chapters,
)
from archive.errors import InvalidInputError
from archive.permissions import Action, require
from archive.privacy.reading import readable_slides, readable_transcript
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.timecode import format_clock, parse_time
from web.actor import current_actor
from web.media import whole_address
from web.parts import current_parts

_NEAR_MS = 45_000
"""What is proposed so near a chapter is that chapter."""
_BAD_REQUEST = 400

blueprint = Blueprint("chapters", __name__, url_prefix="/recordings/<int:recording_id>/chapters")


@blueprint.get("")
def index(recording_id: int) -> ResponseReturnValue:
    """Show the chapters with forms that change them, and what is proposed."""
    return _page(recording_id)


@blueprint.post("")
def add(recording_id: int) -> ResponseReturnValue:
    """Add a chapter: `at` is its time as typed, `title` its title."""
    parts = current_parts()
    try:
        at_ms = read_time(request.form.get("at", ""))
        with parts.database.begin() as session:
            add_chapters(
                session,
                recording_id,
                [(at_ms, request.form.get("title", ""))],
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(recording_id, problem=str(exc)), _BAD_REQUEST
    return _back(recording_id, f"Added a chapter at {format_clock(at_ms)}.")


@blueprint.post("/accept")
def accept(recording_id: int) -> ResponseReturnValue:
    """Take over what was proposed: `chosen` is a start in ms, `title-START` its title."""
    parts = current_parts()
    chosen = [
        (at_ms, request.form.get(f"title-{at_ms}", ""))
        for at_ms in request.form.getlist("chosen", type=int)
    ]
    if not chosen:
        problem = "Choose at least one of the chapters proposed."
        return _page(recording_id, problem=problem), _BAD_REQUEST
    try:
        with parts.database.begin() as session:
            count = add_chapters(
                session, recording_id, chosen, actor=current_actor(), now=parts.clock()
            )
    except InvalidInputError as exc:
        return _page(recording_id, problem=str(exc)), _BAD_REQUEST
    return _back(recording_id, f"Added {count} chapter{'s' if count != 1 else ''}.")


@blueprint.post("/<int:chapter_id>")
def change(recording_id: int, chapter_id: int) -> ResponseReturnValue:
    """Move or rename a chapter; fields as for adding one."""
    parts = current_parts()
    try:
        at_ms = read_time(request.form.get("at", ""))
        with parts.database.begin() as session:
            at_ms = _same_second(read_chapters(session, recording_id), chapter_id, at_ms)
            changed = change_chapter(
                session,
                recording_id,
                chapter_id,
                start_ms=at_ms,
                title=request.form.get("title", ""),
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(recording_id, problem=str(exc)), _BAD_REQUEST
    return _back(recording_id, "Saved." if changed else "The chapter is as it was.")


@blueprint.post("/<int:chapter_id>/delete")
def delete(recording_id: int, chapter_id: int) -> ResponseReturnValue:
    """Delete a chapter."""
    parts = current_parts()
    with parts.database.begin() as session:
        at_ms, title = delete_chapter(
            session, recording_id, chapter_id, actor=current_actor(), now=parts.clock()
        )
    return _back(recording_id, f"Deleted “{title}” at {format_clock(at_ms)}.")


def read_time(text: str) -> int:
    """Read a time as people type it, in ms.

    Raises:
        InvalidInputError: it is none.
    """
    at_ms = parse_time(text)
    if at_ms is None:
        raise InvalidInputError(
            f"“{text[:20]}” is not a time: write minutes and seconds as 12:05, or 1:02:30."
            if text.strip()
            else "A time is missing: write minutes and seconds as 12:05, or 1:02:30."
        )
    return at_ms


def editable(recording_id: int) -> RecordingView:
    """Read a recording that the person who asks may change."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
    require(actor, Action.EDIT, recording.subject)
    return recording


def _page(recording_id: int, *, problem: str = "") -> str:
    recording = editable(recording_id)
    with current_parts().database.read() as session:
        chapters = read_chapters(session, recording_id)
        slides = readable_slides(session, recording_id)
        transcript = readable_transcript(session, recording_id)
    proposals = propose_chapters(
        slides,
        transcript.segments if transcript else (),
        from_ms=recording.cuts.shown_from_ms,
        until_ms=recording.cuts.shown_until_ms or recording.duration_ms or 0,
    )
    return render_template(
        "chapters/index.html",
        recording=recording,
        player=whole_address(recording),
        chapters=chapters,
        proposals=_new(proposals, chapters),
        from_slides=bool(slides),
        most=MAX_TITLE,
        problem=problem,
        typed=request.form if problem else {},
    )


def _new(
    proposals: tuple[Proposal, ...], chapters: tuple[KeptChapter, ...]
) -> tuple[Proposal, ...]:
    """Leave out what is proposed where there is a chapter."""
    return tuple(
        proposal
        for proposal in proposals
        if all(abs(proposal.start_ms - chapter.start_ms) > _NEAR_MS for chapter in chapters)
    )


def _same_second(chapters: tuple[KeptChapter, ...], chapter_id: int, typed_ms: int) -> int:
    """Return the time a chapter has where the second typed is its own: fields show whole ones."""
    for chapter in chapters:
        if chapter.chapter_id == chapter_id and chapter.start_ms // 1000 == typed_ms / 1000:
            return chapter.start_ms
    return typed_ms


def _back(recording_id: int, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("chapters.index", recording_id=recording_id), 303)
