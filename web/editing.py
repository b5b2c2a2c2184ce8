"""The editor of transcripts: its page, its saves, its versions.

Every segment is also an ordinary form, so the page works without a script; with one it saves by
itself through `/api/v1/recordings/<id>/edits`. What two people change at once is told to both.
"""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.checking import set_review
from archive.editing import Conflict, Join, Operation, SegmentChange, Split, save
from archive.editing.opening import (
    OpenTranscript,
    open_transcript,
    read_news,
    speaker_names,
)
from archive.editing.restoring import read_version, restore
from archive.errors import InvalidInputError
from archive.language import language_choices
from archive.models.transcript import Review, new_uid
from archive.permissions import Action, require
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.speakers import add_speaker, read_names
from archive.transcript_versions import Cause, What, count_changed, list_versions
from archive.transcripts import shown_transcript
from web.actor import current_actor
from web.edit_answers import conflict_view, news_as_json, saved_as_json
from web.editor_page import (
    UNSPACED,
    make_differences,
    make_rows,
    read_halves,
)
from web.media import whole_address
from web.parts import current_parts

_LONGEST_UID = 16

blueprint = Blueprint("editing", __name__)


@blueprint.get("/recordings/<int:recording_id>/edit")
def edit(recording_id: int) -> ResponseReturnValue:
    """Show the editor; `?segment=` opens the form of one segment, for whoever has no script."""
    return _page(recording_id, opened=request.args.get("segment", ""))


@blueprint.post("/recordings/<int:recording_id>/edit/<uid>")
def save_segment(recording_id: int, uid: str) -> ResponseReturnValue:
    """Save the form of one segment: `action` is `save`, `next` or `join`.

    An empty line in the text divides it.
    """
    parts = current_parts()
    with parts.database.begin() as session:
        _editable(session, recording_id)
        opened = _open(session, recording_id)
        operations = _typed(session, opened, recording_id, uid)
        saved = save(session, parts.jobs, recording_id, operations, cause=_cause(What.EDITED))
    if saved.conflicts:
        return _page(recording_id, opened=uid, conflict=saved.conflicts[0]), 409
    flash("Saved." if saved.number else "Nothing was changed.")
    if request.form.get("action") == "next":
        uid = _next_uid(opened, uid) or uid
    address = url_for("editing.edit", recording_id=recording_id, segment=uid, _anchor=f"u-{uid}")
    return redirect(address, 303)


@blueprint.post("/recordings/<int:recording_id>/edit/review")
def review(recording_id: int) -> ResponseReturnValue:
    """Say how far people are with the transcript: `review` is `in review`, `checked`, `machine`."""
    parts = current_parts()
    try:
        wanted = Review(request.form.get("review", ""))
    except ValueError as exc:
        raise InvalidInputError("Choose “in review”, “checked” or “machine”.") from exc
    with parts.database.begin() as session:
        set_review(
            session, parts.jobs, recording_id, wanted, actor=current_actor(), now=parts.clock()
        )
    flash(
        {
            Review.IN_REVIEW: "You are checking this transcript; readers see that.",
            Review.CHECKED: "Checked. Readers and the search say so in a moment.",
            Review.MACHINE: "Given back: nobody is checking this transcript now.",
        }[wanted]
    )
    return redirect(url_for("editing.edit", recording_id=recording_id), 303)


@blueprint.post("/api/v1/recordings/<int:recording_id>/edits")
def save_edits(recording_id: int) -> ResponseReturnValue:
    """Save operations of an opened editor; 409 where somebody else was there first.

    `{"sitting": …, "operations": [{"op": "change", "uid", "revision", "text"?, "language"?,
    "speaker"?, "checked"?} | {"op": "split", "uid", "revision", "first", "second", "new"} |
    {"op": "join", "uid", "revision", "next", "next_revision"}]}`; a speaker is given by name.
    What could be saved is, whatever the status; the answer holds the segments as they are now.
    """
    parts = current_parts()
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("operations"), list):
        raise InvalidInputError('Send {"sitting": "…", "operations": […]} as JSON.')
    with parts.database.begin() as session:
        _editable(session, recording_id)
        operations = [_operation(session, recording_id, one) for one in sent["operations"]]
        cause = _cause(What.EDITED, sitting=str(sent.get("sitting", ""))[:32])
        saved = save(session, parts.jobs, recording_id, operations, cause=cause)
        names = read_names(session, recording_id)
    return jsonify(saved_as_json(saved, names)), 409 if saved.conflicts else 200


@blueprint.get("/api/v1/recordings/<int:recording_id>/edits")
def news(recording_id: int) -> ResponseReturnValue:
    """Tell an opened editor what others changed: `?transcript=&since=&sitting=`."""
    parts = current_parts()
    with parts.database.read() as session:
        _editable(session, recording_id)
        found = read_news(
            session,
            recording_id,
            transcript_id=request.args.get("transcript", 0, type=int),
            since=request.args.get("since", 0, type=int),
            sitting=request.args.get("sitting", ""),
        )
    return jsonify(news_as_json(found))


@blueprint.get("/recordings/<int:recording_id>/versions")
def versions(recording_id: int) -> ResponseReturnValue:
    """List the versions of a transcript, newest first."""
    parts = current_parts()
    with parts.database.read() as session:
        recording = _known(session, recording_id)
        found = list_versions(session, recording_id)
        counts = count_changed(session, found)
    return render_template(
        "editing/versions.html",
        recording=recording,
        versions=found,
        counts=counts,
        made=(What.MACHINE, What.IMPORTED),
    )


@blueprint.get("/recordings/<int:recording_id>/versions/<int:number>")
def version(recording_id: int, number: int) -> ResponseReturnValue:
    """Show what a version changed, word by word, and what restoring it would change."""
    parts = current_parts()
    with parts.database.read() as session:
        recording = _known(session, recording_id)
        view = read_version(session, recording_id, number)
        names = read_names(session, recording_id)
    return render_template(
        "editing/version.html",
        recording=recording,
        view=view,
        differences=make_differences(view.differences, names),
        since=make_differences(view.since, names),
        made=view.version.what in (What.MACHINE, What.IMPORTED),
    )


@blueprint.post("/recordings/<int:recording_id>/versions/<int:number>/restore")
def restore_version(recording_id: int, number: int) -> ResponseReturnValue:
    """Make an old version the newest again."""
    parts = current_parts()
    with parts.database.begin() as session:
        cause = _cause(What.RESTORED, note=f"version {number}")
        made = restore(session, parts.jobs, recording_id, number, cause=cause)
    flash(f"Restored: version {made} is as version {number} was. Captions and search follow.")
    return redirect(url_for("editing.versions", recording_id=recording_id), 303)


def _page(recording_id: int, *, opened: str, conflict: Conflict | None = None) -> str:
    parts = current_parts()
    with parts.database.read() as session:
        recording = _editable(session, recording_id)
        transcript = open_transcript(session, recording_id)
        names = sorted(set(transcript.names.values()) if transcript else ())
    rows = make_rows(transcript.segments, transcript.names) if transcript else ()
    bench = next((row for row in rows if row.uid == opened), None)
    return render_template(
        "editing/edit.html",
        recording=recording,
        transcript=transcript,
        rows=rows,
        opened=bench,
        conflict=conflict_view(conflict),
        names=names,
        languages=language_choices(),
        unspaced=UNSPACED,
        doubtful=sum(1 for row in rows if row.doubt and not row.checked),
        review=transcript.review if transcript else Review.MACHINE,
        player=whole_address(recording) if recording.media else None,
    )


def _editable(session: Session, recording_id: int) -> RecordingView:
    """Return a recording that this actor may change."""
    actor = current_actor()
    recording = get_recording(session, recording_id, actor=actor, now=current_parts().clock())
    require(actor, Action.EDIT, recording.subject)
    return recording


def _known(session: Session, recording_id: int) -> RecordingView:
    """Return a recording whose history this actor may read."""
    actor = current_actor()
    recording = get_recording(session, recording_id, actor=actor, now=current_parts().clock())
    require(actor, Action.READ_HISTORY, recording.subject)
    return recording


def _open(session: Session, recording_id: int) -> OpenTranscript:
    opened = open_transcript(session, recording_id)
    if opened is None:
        raise InvalidInputError(f"Recording {recording_id} has no complete transcript yet.")
    return opened


def _cause(what: What, *, sitting: str = "", note: str = "") -> Cause:
    return Cause(
        what=what, actor=current_actor(), now=current_parts().clock(), sitting=sitting, note=note
    )


def _typed(
    session: Session, opened: OpenTranscript, recording_id: int, uid: str
) -> list[Operation]:
    """Read the form of a segment as operations."""
    form = request.form
    revision = form.get("revision", 0, type=int)
    if form.get("action") == "join":
        following = next(
            (one for one in opened.segments if one.uid == _next_uid(opened, uid)), None
        )
        if following is None:
            raise InvalidInputError("No segment follows this one, so it cannot be joined.")
        return [
            Join(
                uid=uid,
                revision=revision,
                next_uid=following.uid,
                next_revision=following.revision,
            )
        ]
    first, second = read_halves(form.get("text", ""))
    change = SegmentChange(
        uid=uid,
        revision=revision,
        text=None if second else first,
        language=form.get("language"),
        speaker=_speaker(session, recording_id, form.get("speaker")),
        checked=form.get("checked") == "yes",
    )
    if not second:
        return [change]
    split = Split(uid=uid, revision=revision, first=first, second=second, new_uid=new_uid())
    return [change, split]


def _operation(session: Session, recording_id: int, sent: object) -> Operation:
    """Read an operation of the page's script.

    Raises:
        InvalidInputError: it is none.
    """
    if not isinstance(sent, dict):
        raise InvalidInputError("An operation is an object.")
    try:
        uid, revision = _uid(sent["uid"]), int(sent["revision"])
        match sent["op"]:
            case "change":
                checked = sent.get("checked")
                return SegmentChange(
                    uid=uid,
                    revision=revision,
                    text=_text(sent.get("text")),
                    language=_text(sent.get("language")),
                    speaker=_speaker(session, recording_id, _text(sent.get("speaker"))),
                    checked=None if checked is None else bool(checked),
                )
            case "split":
                return Split(
                    uid=uid,
                    revision=revision,
                    first=str(sent["first"]),
                    second=str(sent["second"]),
                    new_uid=_uid(sent["new"]),
                )
            case "join":
                return Join(
                    uid=uid,
                    revision=revision,
                    next_uid=_uid(sent["next"]),
                    next_revision=int(sent["next_revision"]),
                )
    except (KeyError, TypeError, ValueError) as exc:
        raise InvalidInputError(f"This operation lacks or misspells something: {exc}.") from exc
    raise InvalidInputError("An operation is `change`, `split` or `join`.")


def _text(sent: object) -> str | None:
    return None if sent is None else str(sent)


def _uid(sent: object) -> str:
    uid = str(sent)
    if not uid.isalnum() or not uid.isascii() or len(uid) > _LONGEST_UID:
        raise ValueError(f"{uid[:20]} names no segment")
    return uid


def _speaker(session: Session, recording_id: int, typed: str | None) -> str | None:
    """Return the label of who was typed as speaker; of somebody new a new one."""
    if typed is None or not typed.strip():
        return None if typed is None else ""
    name = " ".join(typed.split())
    transcript = shown_transcript(session, recording_id)
    for label, shown in (speaker_names(session, transcript) if transcript else {}).items():
        if name.casefold() in (shown.casefold(), label.casefold()):
            return label
    return add_speaker(session, recording_id, name)


def _next_uid(opened: OpenTranscript, uid: str) -> str | None:
    uids = [segment.uid for segment in opened.segments]
    at = uids.index(uid) + 1 if uid in uids else len(uids)
    return uids[at] if at < len(uids) else None
