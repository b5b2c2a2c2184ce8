"""The watch page, and what an account may do with a recording."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.errors import SearchIndexError
from archive.index import Moment
from archive.models import Publication, Role
from archive.paragraphs import make_paragraphs
from archive.permissions import Action, may
from archive.processing import cancel, request_translation, transcribe_again, try_again
from archive.recordings import RecordingView, get_recording, set_publication
from archive.timecode import format_seconds, parse_time
from archive.transcripts import current_transcript
from web.actor import current_actor
from web.parts import current_parts
from web.result_cards import make_strip, watching_cost
from web.watch_page import make_blocks, make_matches

blueprint = Blueprint("recordings", __name__, url_prefix="/recordings")


@blueprint.get("/<int:recording_id>")
def watch(recording_id: int) -> ResponseReturnValue:
    """Show a recording: player, transcript, search inside it."""
    parts, actor = current_parts(), current_actor()
    query = " ".join(request.args.get("q", "").split())
    at_ms, end_ms = parse_time(request.args.get("t", "")), parse_time(request.args.get("end", ""))
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
        transcript = current_transcript(session, recording_id, partial=True)
    moments, matched, searchable = _find_inside(recording, query) if query else ((), (), True)
    if query and at_ms is None and moments:
        at_ms = moments[0].start_ms
    segments = transcript.segments if transcript else ()
    return render_template(
        "recordings/watch.html",
        recording=recording,
        transcript=transcript,
        blocks=make_blocks(
            make_paragraphs(segments),
            main_language=recording.language,
            at_ms=at_ms,
            query=query,
            matched=matched,
        ),
        query=query,
        searchable=searchable,
        matches=make_matches(moments, query=query, at_ms=at_ms),
        strip=make_strip([moment.start_ms for moment in moments], recording.duration_ms),
        at_ms=at_ms,
        player=_player(recording, at_ms, end_ms),
        cost=watching_cost(recording),
        picture=recording.media.video if recording.media else None,
        poster=recording.file(Role.POSTER) is not None,
        may_edit=may(actor, Action.EDIT, recording.subject),
        may_publish=may(actor, Action.PUBLISH, recording.subject),
    )


@blueprint.post("/<int:recording_id>/publish")
def publish(recording_id: int) -> ResponseReturnValue:
    """Let anyone see a recording."""
    with current_parts().database.begin() as session:
        _publish(session, recording_id, Publication.PUBLISHED)
    flash("Published: anyone can find and watch this recording now.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.post("/<int:recording_id>/unpublish")
def unpublish(recording_id: int) -> ResponseReturnValue:
    """Take a recording back from the public."""
    with current_parts().database.begin() as session:
        _publish(session, recording_id, Publication.DRAFT)
    flash("Taken back: only people with an account see this recording now.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.post("/<int:recording_id>/try-again")
def repeat(recording_id: int) -> ResponseReturnValue:
    """Run the steps that failed again."""
    parts = current_parts()
    with parts.database.begin() as session:
        try_again(session, parts.jobs, recording_id, actor=current_actor(), now=parts.clock())
    flash("Trying again. Steps that are done are not repeated.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.post("/<int:recording_id>/transcribe-again")
def transcribe_anew(recording_id: int) -> ResponseReturnValue:
    """Transcribe a recording anew."""
    parts = current_parts()
    with parts.database.begin() as session:
        transcribe_again(
            session, parts.jobs, recording_id, actor=current_actor(), now=parts.clock()
        )
    flash("Transcribing again. The transcript it has is shown until the new one is complete.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.post("/<int:recording_id>/cancel")
def stop(recording_id: int) -> ResponseReturnValue:
    """Stop the work on a recording."""
    parts = current_parts()
    with parts.database.begin() as session:
        cancel(session, recording_id, actor=current_actor(), now=parts.clock())
    flash("Stopped. What was finished is kept; “Transcribe again” goes on.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.post("/<int:recording_id>/translate")
def translate(recording_id: int) -> ResponseReturnValue:
    """Ask for an English translation."""
    parts = current_parts()
    with parts.database.begin() as session:
        request_translation(
            session, parts.jobs, recording_id, actor=current_actor(), now=parts.clock()
        )
    flash("Translating into English by machine; subtitles appear here when they are ready.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


def _publish(session: Session, recording_id: int, publication: Publication) -> None:
    parts = current_parts()
    set_publication(
        session,
        parts.jobs,
        recording_id,
        publication,
        actor=current_actor(),
        now=parts.clock(),
    )


def _find_inside(
    recording: RecordingView, query: str
) -> tuple[tuple[Moment, ...], tuple[tuple[int, int], ...], bool]:
    """Search inside a recording: its moments, the matching words, and whether it could be."""
    actor = current_actor()
    public_only = actor.account_id is None
    index = current_parts().index
    try:
        moments = index.moments(query, recording.id, public_only=public_only)
        matched = index.matched_words(query, recording.id, public_only=public_only)
    except SearchIndexError:
        return (), (), False
    return moments, matched, True


def _player(recording: RecordingView, at_ms: int | None, end_ms: int | None) -> str | None:
    """Return the address the player starts from; None when there is nothing to play yet.

    The moment is a Media Fragment (https://www.w3.org/TR/media-frags/), so the player seeks
    with no script.
    """
    if recording.media is None or recording.playable_file is None:
        return None
    address = url_for("media.media", recording_id=recording.id)
    if at_ms is None:
        return address
    end = f",{format_seconds(end_ms)}" if end_ms is not None and end_ms > at_ms else ""
    return f"{address}#t={format_seconds(at_ms)}{end}"
