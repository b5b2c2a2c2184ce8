"""What goes with an upload: its description as typed, its captions. JSON, for pages and commands.

GET  /api/v1/uploads/under-way        what one has not finished
PUT  /api/v1/uploads/ID/draft         fields by name, those that changed
PUT  /api/v1/uploads/ID/captions      a caption file, its name in `?name=`; empty: none
"""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from archive.captions.reading import decode_captions, read_captions
from archive.errors import InvalidInputError, TooLargeError
from archive.imported_captions import import_captions
from archive.models import Upload, UploadState
from archive.permissions import Action, require
from archive.uploads import (
    MAX_CAPTIONS_BYTES,
    describe_late,
    list_uploads,
    readable_description,
    save_draft,
    set_captions,
)
from web.actor import current_actor
from web.parts import current_parts
from web.uploads import check_sender, upload_as_json

blueprint = Blueprint("upload_texts", __name__, url_prefix="/api/v1/uploads")


@blueprint.get("/under-way")
def under_way() -> ResponseReturnValue:
    """List one's unfinished uploads: `{"uploads": […]}`, oldest first."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.DEPOSIT)
    with parts.database.read() as session:
        found = list_uploads(session, parts.partial_files, actor=actor, now=parts.clock())
    return jsonify(uploads=[upload_as_json(upload) for upload in found])


@blueprint.put("/<upload_id>/draft")
def draft(upload_id: str) -> ResponseReturnValue:
    """Keep what was typed; `problem` says of a field that cannot be used yet what it takes."""
    check_sender()
    parts, actor = current_parts(), current_actor()
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict) or not all(isinstance(text, str) for text in fields.values()):
        raise InvalidInputError("Send the fields as a JSON object of texts.")
    problem = None
    with parts.database.begin() as session:
        upload = save_draft(
            session, parts.settings, upload_id, fields, actor=actor, now=parts.clock()
        )
        whole = dict(upload.draft)
        became = _own_recording(upload)
    try:
        readable_description(whole, strict=True)
        if became is not None:
            with parts.database.begin() as session:
                describe_late(session, parts.jobs, became, fields, actor=actor, now=parts.clock())
    except InvalidInputError as exc:
        problem = str(exc)
    return jsonify(saved=True, problem=problem)


@blueprint.put("/<upload_id>/captions")
def captions(upload_id: str) -> ResponseReturnValue:
    """Take a caption file; one that has a fault is refused with its line."""
    check_sender()
    parts, actor = current_parts(), current_actor()
    request.max_content_length = MAX_CAPTIONS_BYTES
    if (request.content_length or 0) > MAX_CAPTIONS_BYTES:
        raise TooLargeError("A caption file may have 4 MB.")
    content = request.get_data(cache=False)
    name = request.args.get("name", "captions")
    text = decode_captions(content) if content else None
    read = read_captions(text, name=name) if text is not None else None
    with parts.database.begin() as session:
        upload = set_captions(session, upload_id, text=text, name=name, actor=actor)
        became = _own_recording(upload)
        if became is not None and read is not None:
            import_captions(
                session,
                parts.jobs,
                became,
                read,
                name=upload.captions_name,
                actor=actor,
                now=parts.clock(),
            )
    return jsonify(saved=True, cues=len(read.cues) if read else 0)


def _own_recording(upload: Upload) -> int | None:
    """Return what an upload became, where that is a recording of its own."""
    finished = upload.state is UploadState.FINISHED and not upload.existing
    return upload.recording_id if finished and upload.replaces_id is None else None
