"""Depositing recordings: the page, and receiving the form of browsers without a script.

With one, the page sends files in pieces (`web.uploads`) and their descriptions beside
(`web.upload_texts`); then the form below is not used.
"""

import logging
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from archive.deposits import Deposited, Description, deposit, is_kept, read_description
from archive.errors import ArchiveError
from archive.models import Publication
from archive.permissions import Action, Actor, Subject, may, require
from archive.recordings import get_recording
from archive.storage import Incoming
from archive.uploads import check_room, list_uploads, may_publish_bytes
from web.actor import current_actor
from web.errors import status_of
from web.form_token import check_form_token
from web.language_fields import language_fields
from web.parts import Parts, current_parts
from web.upload import UploadForm, drain

CHUNK_BYTES = 2 * 1024**2
"""What the page sends in one request: behind a proxy that buffers, at most this is sent twice."""
_ACCEPTED = "audio/*,video/*,.mkv,.mka,.m4a,.ogg,.opus,.flac,.wma,.wmv,.avi,.ts,.mts"
_DRAIN_BYTES = 256 * 1024**2
_DRAIN_S = 15.0
logger = logging.getLogger(__name__)

blueprint = Blueprint("deposits", __name__)


@blueprint.get("/deposit")
def form() -> ResponseReturnValue:
    """Show the page, with what one has not finished; `?replaces=` a recording's file."""
    require(current_actor(), Action.DEPOSIT)
    replaced = request.args.get("replaces", type=int)
    return _form_page({}, error=None, replaces_id=replaced)


@blueprint.post("/deposit")
def receive() -> ResponseReturnValue:
    """Receive a recording and its description."""
    parts, actor = current_parts(), current_actor()
    # The archive's own limit holds, and says more; None would mean the site's.
    request.max_content_length = sys.maxsize
    with ExitStack() as stack:

        def begin(fields: Mapping[str, str], file_name: str, size_bytes: int | None) -> Incoming:
            check_form_token(fields.get("csrf_token"))
            _description(fields)
            most_bytes = parts.settings.max_upload_bytes
            if size_bytes:
                with parts.database.begin() as session:
                    check_room(
                        session,
                        parts.partial_files,
                        parts.storage,
                        parts.settings,
                        size_bytes=size_bytes,
                        actor=actor,
                        now=parts.clock(),
                    )
            return stack.enter_context(
                parts.storage.receive(
                    name=file_name, expected_bytes=size_bytes, max_bytes=most_bytes
                )
            )

        upload = UploadForm(
            request.stream,
            boundary=request.mimetype_params.get("boundary", ""),
            length_bytes=request.content_length,
            begin=begin,
        )
        try:
            require(actor, Action.DEPOSIT)
            incoming = upload.read()
            deposited = _keep(parts, actor, upload, incoming)
        except ArchiveError as exc:
            stack.close()
            return _refuse(upload.fields, exc)
    return _accept(deposited)


def _keep(parts: Parts, actor: Actor, upload: UploadForm, incoming: Incoming) -> Deposited:
    """Put the file into the store and write the recording; forget the file if that fails."""
    description = _description(upload.fields)
    blob = incoming.finish()

    def forget() -> None:
        with parts.database.read() as session:
            if not is_kept(session, blob.sha256):
                parts.storage.delete(blob.sha256)

    with ExitStack() as undo:
        undo.callback(forget)
        with parts.database.begin() as session:
            deposited = deposit(
                session,
                parts.jobs,
                blob=blob,
                file_name=upload.file_name,
                description=description,
                depositor_id=actor.account_id,
                publish=upload.fields.get("publish") == "yes"
                and may_publish_bytes(session, blob.sha256, actor),
                now=parts.clock(),
            )
        undo.pop_all()
    return deposited


def _accept(deposited: Deposited) -> ResponseReturnValue:
    address = url_for("recordings.watch", recording_id=deposited.recording_id)
    if deposited.existing:
        flash("This file is already in the archive: this is the recording it belongs to.")
    if _wants_json():
        return (
            jsonify(id=deposited.recording_id, url=address, existing=deposited.existing),
            200 if deposited.existing else 201,
        )
    return redirect(address, 303)


def _refuse(fields: Mapping[str, str], error: ArchiveError) -> ResponseReturnValue:
    """Say why, with what was typed still in the form."""
    try:
        drain(request.stream, most_bytes=_DRAIN_BYTES, most_s=_DRAIN_S)
    except ClientDisconnected:
        logger.info("path=%s the depositor went away", request.path)
    status = status_of(error)
    if _wants_json():
        return jsonify(error=str(error)), status
    if current_actor().account_id is None:
        raise error
    return _form_page(fields, error=str(error)), status


def _form_page(
    fields: Mapping[str, str], *, error: str | None, replaces_id: int | None = None
) -> str:
    parts, actor = current_parts(), current_actor()
    now = parts.clock()
    with parts.database.read() as session:
        replaced = None
        if replaces_id is not None:
            replaced = get_recording(session, replaces_id, actor=actor, now=now)
            require(actor, Action.EDIT, replaced.subject)
        unfinished = list_uploads(session, parts.partial_files, actor=actor, now=now)
    own = Subject(publication=Publication.DRAFT, depositor_id=actor.account_id)
    return render_template(
        "deposits/form.html",
        fields=fields,
        error=error,
        replaced=replaced,
        unfinished=[one for one in unfinished if one.replaces_id == replaces_id],
        may_publish=may(actor, Action.PUBLISH, own),
        accepted=_ACCEPTED,
        chunk_bytes=CHUNK_BYTES,
        max_bytes=parts.settings.max_upload_bytes,
        free_bytes=parts.storage.free_bytes,
        **language_fields(),
    )


def _description(fields: Mapping[str, str]) -> Description:
    """Read the description off a form."""
    texts = (
        "title",
        "recorded_on",
        "language",
        "description",
        "collection",
        "speakers",
        "subjects",
    )
    return read_description(
        **{name: fields.get(name, "") for name in texts},
        translate=fields.get("translate") == "yes",
    )


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
