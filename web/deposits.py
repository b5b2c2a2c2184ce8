"""Depositing a recording: the form, and receiving what it sends.

Without a script the form is sent and answered as any other; the page's script sends the
same form and wants JSON, so that a failure keeps what was typed.
"""

import logging
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import ClientDisconnected
from wtforms import ValidationError

from archive.deposits import Deposited, Description, deposit, is_kept, read_description
from archive.errors import ArchiveError, InvalidInputError
from archive.language import ARCHIVE_LANGUAGES, language_choices
from archive.permissions import Action, Actor, require
from archive.storage import Incoming
from web.actor import current_actor
from web.errors import status_of
from web.parts import Parts, current_parts
from web.upload import UploadForm, drain

_DRAIN_BYTES = 256 * 1024**2
_DRAIN_S = 15.0
logger = logging.getLogger(__name__)

blueprint = Blueprint("deposits", __name__)


@blueprint.get("/deposit")
def form() -> ResponseReturnValue:
    """Show the form."""
    require(current_actor(), Action.DEPOSIT)
    return _form_page({}, error=None)


@blueprint.post("/deposit")
def receive() -> ResponseReturnValue:
    """Receive a recording and its description."""
    parts, actor = current_parts(), current_actor()
    # The archive's own limit holds, and says more; None would mean the site's.
    request.max_content_length = sys.maxsize
    with ExitStack() as stack:

        def begin(fields: Mapping[str, str], file_name: str, size_bytes: int | None) -> Incoming:
            _check_token(fields)
            _description(fields)
            most_bytes = parts.settings.max_upload_bytes
            parts.storage.check_room(size_bytes or 0, max_bytes=most_bytes)
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
                publish=upload.fields.get("publish") == "yes",
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


def _form_page(fields: Mapping[str, str], *, error: str | None) -> str:
    parts = current_parts()
    choices = language_choices()
    return render_template(
        "deposits/form.html",
        fields=fields,
        error=error,
        first_languages=choices[: len(ARCHIVE_LANGUAGES)],
        other_languages=choices[len(ARCHIVE_LANGUAGES) :],
        max_bytes=parts.settings.max_upload_bytes,
        free_bytes=parts.storage.free_bytes,
    )


def _check_token(fields: Mapping[str, str]) -> None:
    try:
        validate_csrf(fields.get("csrf_token"))
    except ValidationError as exc:
        raise InvalidInputError(
            "This form was not sent from this site, or you have signed in or out since it was "
            "opened. Load the page again and send it once more."
        ) from exc


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
