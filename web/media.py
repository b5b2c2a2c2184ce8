"""The bytes of a recording: media with ranges, poster, stills, slides, transcript files.

Paths come from storage keys. A master is someone's file: it is sent as audio or video or as
bytes to save, never as anything a browser would run. All of it is as readers get it, without
what was cut out; only `?file=` names what has that too, for who may have it.
"""

from flask import Blueprint, Response, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue

from archive.captions import make_cues, write_srt, write_webvtt
from archive.captions.chapters import write_chapters
from archive.chapters import KeptChapter, read_chapters, within
from archive.errors import NotFoundError
from archive.models import Role
from archive.paragraphs import make_paragraphs
from archive.permissions import Action, may
from archive.privacy.reading import readable_slides
from archive.recording_views import FileView, RecordingView
from archive.recordings import get_recording
from archive.slide_pictures import slide_picture
from archive.translations import ENGLISH
from web.actor import anonymous_actor, current_actor
from web.exports import write_json, write_text
from web.parts import current_parts
from web.reading import Reading, read_readings

_PUBLIC_S = 3600
_VTT, _SRT = "text/vtt; charset=utf-8", "application/x-subrip; charset=utf-8"
_CAPTIONS = {
    Role.VTT: _VTT,
    Role.SRT: _SRT,
    Role.TRANSLATION_VTT: _VTT,
    Role.TRANSLATION_SRT: _SRT,
}
_TRANSLATED = (Role.TRANSLATION_VTT, Role.TRANSLATION_SRT)

blueprint = Blueprint("media", __name__, url_prefix="/recordings/<int:recording_id>")


@blueprint.get("/media")
def media(recording_id: int) -> ResponseReturnValue:
    """Send what a browser plays.

    `?file=master` sends the file as it was deposited, `?file=whole` plays it with what was cut
    out; where something was, both are for who may see all of the recording.
    """
    recording = _recording(recording_id)
    wanted = request.args.get("file", "")
    whole = wanted in ("master", "whole")
    if whole and recording.cuts and not _sees_all(recording):
        raise NotFoundError("The file as it was deposited is not for readers.")
    if wanted == "master":
        file = recording.file(Role.MASTER)
    else:
        file = recording.whole_file if whole else recording.playable_file
    if file is None and recording.muting:
        raise NotFoundError(
            "This recording cannot be played just now: what was hidden is being taken out of the "
            "file. Try again in a few minutes."
        )
    if file is None:
        raise NotFoundError("The file of this recording was not kept.")
    return _send(
        recording,
        file,
        media_type=_harmless(file.media_type),
        save_as=recording.original_name if wanted == "master" else None,
        versions=(file_version(file),),
        whole=whole and bool(recording.cuts),
    )


@blueprint.get("/poster.jpg")
def poster(recording_id: int) -> ResponseReturnValue:
    """Send the poster."""
    recording = _recording(recording_id)
    file = recording.file(Role.POSTER)
    if file is None:
        raise NotFoundError("This recording has no poster.")
    return _send(recording, file, media_type="image/jpeg")


@blueprint.get("/stills/<int:at_ms>.jpg")
def still(recording_id: int, at_ms: int) -> ResponseReturnValue:
    """Send a still image."""
    recording = _recording(recording_id)
    file = next((still for still in recording.stills if still.at_ms == at_ms), None)
    if file is None:
        raise NotFoundError(f"This recording has no still image at {at_ms} ms.")
    return _send(recording, file, media_type="image/jpeg")


@blueprint.get("/slides/<int:start_ms>.jpg")
def slide(recording_id: int, start_ms: int) -> ResponseReturnValue:
    """Send the picture of a slide."""
    return _slide(recording_id, start_ms, small=False)


@blueprint.get("/slides/<int:start_ms>-small.webp")
def small_slide(recording_id: int, start_ms: int) -> ResponseReturnValue:
    """Send the small picture of a slide."""
    return _slide(recording_id, start_ms, small=True)


@blueprint.get("/transcript.vtt")
def vtt(recording_id: int) -> ResponseReturnValue:
    """Send the captions as WebVTT."""
    return _captions(recording_id, Role.VTT)


@blueprint.get("/transcript.srt")
def srt(recording_id: int) -> ResponseReturnValue:
    """Send the captions as SubRip."""
    return _captions(recording_id, Role.SRT)


@blueprint.get("/chapters.vtt")
def chapters_vtt(recording_id: int) -> ResponseReturnValue:
    """Send the chapters as WebVTT, for `<track kind="chapters">`."""
    recording = _recording(recording_id)
    body = write_chapters(_chapters(recording), until_ms=recording.duration_ms)
    return _answer(recording, Response(body, content_type=_VTT))


@blueprint.get("/transcript.txt")
def text(recording_id: int) -> ResponseReturnValue:
    """Send the transcript to read."""
    return _text(recording_id, english=False)


@blueprint.get("/transcript.json")
def json(recording_id: int) -> ResponseReturnValue:
    """Send the transcript for programs."""
    return _json(recording_id, english=False)


@blueprint.get("/translation.vtt")
def translation_vtt(recording_id: int) -> ResponseReturnValue:
    """Send the English subtitles as WebVTT."""
    return _captions(recording_id, Role.TRANSLATION_VTT)


@blueprint.get("/translation.srt")
def translation_srt(recording_id: int) -> ResponseReturnValue:
    """Send the English subtitles as SubRip."""
    return _captions(recording_id, Role.TRANSLATION_SRT)


@blueprint.get("/translation.txt")
def translation_text(recording_id: int) -> ResponseReturnValue:
    """Send the English translation to read."""
    return _text(recording_id, english=True)


@blueprint.get("/translation.json")
def translation_json(recording_id: int) -> ResponseReturnValue:
    """Send the English translation for programs."""
    return _json(recording_id, english=True)


def _slide(recording_id: int, start_ms: int, *, small: bool) -> Response:
    recording = _recording(recording_id)
    with current_parts().database.read() as session:
        file = slide_picture(session, recording_id, start_ms, small=small)
        shown = not recording.cuts or any(
            slide.start_ms == start_ms for slide in readable_slides(session, recording_id)
        )
    if file is None or not (shown or _sees_all(recording)):
        raise NotFoundError(f"This recording has no slide at {start_ms} ms.")
    return _send(recording, file, media_type=file.media_type, whole=not shown)


def _text(recording_id: int, *, english: bool) -> Response:
    recording, reading = _recording(recording_id), _reading(recording_id, english=english)
    address = current_parts().settings.base_url + url_for(
        "recordings.watch", recording_id=recording_id
    )
    body = write_text(
        recording,
        make_paragraphs(reading.segments),
        address=address,
        origin=reading.origin,
        chapters=_chapters(recording),
    )
    return _answer(recording, Response(body, mimetype="text/plain"))


def _json(recording_id: int, *, english: bool) -> Response:
    recording, reading = _recording(recording_id), _reading(recording_id, english=english)
    return _answer(recording, jsonify(write_json(recording, reading, _chapters(recording))))


def _captions(recording_id: int, role: Role) -> Response:
    """Send a caption file as the worker kept it, else made now from the transcript."""
    recording = _recording(recording_id)
    file = recording.file(role)
    # Of one with hidden words a kept file may be older than what hides them.
    if file is not None and not recording.in_progress and not recording.cuts.in_words:
        return _send(
            recording, file, media_type=_CAPTIONS[role], versions=(str(recording.version),)
        )
    reading = _reading(recording_id, english=role in _TRANSLATED)
    cues = make_cues(reading.segments)
    body = (
        write_webvtt(cues, language=reading.language or "", note=reading.origin)
        if _CAPTIONS[role] == _VTT
        else write_srt(cues)
    )
    return _answer(recording, Response(body, content_type=_CAPTIONS[role]))


def _recording(recording_id: int) -> RecordingView:
    parts = current_parts()
    with parts.database.read() as session:
        return get_recording(session, recording_id, actor=current_actor(), now=parts.clock())


def _reading(recording_id: int, *, english: bool) -> Reading:
    with current_parts().database.read() as session:
        readings = read_readings(session, recording_id, language=ENGLISH if english else "")
    reading = readings.english if english else readings.spoken
    if reading is None:
        what = "English translation" if english else "transcript"
        raise NotFoundError(f"Recording {recording_id} has no {what} yet.")
    return reading


def _chapters(recording: RecordingView) -> tuple[KeptChapter, ...]:
    """Read the chapters that readers get."""
    with current_parts().database.read() as session:
        return within(read_chapters(session, recording.id), recording.cuts)


def _sees_all(recording: RecordingView) -> bool:
    return may(current_actor(), Action.READ_WHOLE, recording.subject)


def _send(
    recording: RecordingView,
    file: FileView,
    *,
    media_type: str,
    save_as: str | None = None,
    versions: tuple[str, ...] = (),
    whole: bool = False,
) -> Response:
    """Send a stored file: ranges, conditions and HEAD are Werkzeug's.

    Args:
        versions: Which `?v=` names these bytes; without any they may be kept for an hour.
        whole: It holds what readers must not get.
    """
    response = send_file(
        current_parts().storage.path(file.sha256),
        mimetype=media_type,
        as_attachment=save_as is not None,
        download_name=save_as,
        conditional=True,
        etag=file.sha256,
    )
    if whole:
        response.headers["Cache-Control"] = "private, no-store"
        return response
    return _keep_for(recording, response, versions=versions)


def _answer(recording: RecordingView, response: Response) -> Response:
    """Send what was made now, unless the browser has the same."""
    response.add_etag()
    _keep_for(recording, response, versions=(str(recording.version),))
    response.make_conditional(request)
    return response


def _keep_for(
    recording: RecordingView, response: Response, *, versions: tuple[str, ...]
) -> Response:
    """Say how long an answer keeps.

    Sound and words whose address names their version (`?v=`, as on pages) for an hour. Without
    that they are asked for again each time, and so are drafts and what still changes: what a
    librarian hides must not be heard or read for another hour from a cache on the way.
    """
    if not may(anonymous_actor(), Action.READ, recording.subject) or recording.in_progress:
        response.headers["Cache-Control"] = "private, no-cache"
    elif not versions or request.args.get("v") in versions:
        response.headers["Cache-Control"] = f"public, max-age={_PUBLIC_S}"
    else:
        response.headers["Cache-Control"] = "public, no-cache"
    return response


def whole_address(recording: RecordingView) -> str | None:
    """Return where someone who edits a recording plays all of it; None: nothing to play yet.

    Who may not see all of it plays what readers do.
    """
    if recording.cuts and _sees_all(recording):
        if recording.whole_file is None:
            return None
        return url_for("media.media", recording_id=recording.id, file="whole")
    file = recording.playable_file
    if file is None:
        return None
    return url_for("media.media", recording_id=recording.id, v=file_version(file))


def file_version(file: FileView) -> str:
    """Return what names the bytes of a file in its address."""
    return file.sha256[:12]


def _harmless(media_type: str) -> str:
    """Return the type to serve a media file as."""
    known = media_type.startswith(("audio/", "video/")) or media_type == "application/ogg"
    return media_type if known else "application/octet-stream"
