"""Uploads by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), as a server.

Core, with creation, creation-with-upload, checksum, expiration and termination. Here the protocol
only: `archive.uploads` keeps the bytes and decides. A request is believed by its session and the
form token in `X-CSRFToken`, or by an API token.
"""

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.http import http_date

from archive.deposits import MAX_TITLE
from archive.errors import (
    ArchiveError,
    ChecksumError,
    InvalidInputError,
    NotMediaError,
    UploadBusyError,
    UploadGoneError,
    WrongOffsetError,
)
from archive.models import UploadState
from archive.permissions import Action, require
from archive.uploads import (
    DRAFT_FIELDS,
    NewUpload,
    UploadView,
    begin_upload,
    discard_upload,
    note_life,
    read_upload,
)
from web.actor import current_actor
from web.errors import status_of
from web.form_token import check_form_token
from web.incoming import IncomingBody
from web.parts import Parts, current_parts
from web.tus_headers import ALGORITHMS, read_checksum, read_metadata
from web.upload_bodies import PATIENCE_S, receive_bytes

logger = logging.getLogger(__name__)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
_OFFSET_TYPE = "application/offset+octet-stream"
_CHECKSUM_MISMATCH = 460
_WHOLE_NUMBER = re.compile(r"\d{1,18}")
_STATUS: Mapping[type[ArchiveError], int] = {
    WrongOffsetError: 409,
    UploadGoneError: 410,
    UploadBusyError: 423,
    ChecksumError: _CHECKSUM_MISMATCH,
}

blueprint = Blueprint("uploads", __name__, url_prefix="/api/v1/uploads")


@blueprint.route("", methods=["OPTIONS", "POST"], provide_automatic_options=False)
def collection() -> ResponseReturnValue:
    """Tell what this server can (OPTIONS), or open an upload (POST)."""
    match _method():
        case "OPTIONS":
            return _options()
        case "POST":
            return _answered(_create)
        case _:
            return _refusal("Uploads are opened by POST.", 405, {"Allow": "OPTIONS, POST"})


@blueprint.route(
    "/<upload_id>",
    methods=["OPTIONS", "HEAD", "PATCH", "DELETE", "POST", "GET", "PUT"],
    provide_automatic_options=False,
)
def resource(upload_id: str) -> ResponseReturnValue:
    """Tell how far an upload is (HEAD), add to it (PATCH), end it (DELETE).

    GET tells what became of it, as JSON.
    """
    match _method():
        case "OPTIONS":
            return _options()
        case "HEAD":
            return _answered(lambda: _tell_offset(upload_id))
        case "PATCH":
            return _answered(lambda: _append(upload_id))
        case "DELETE":
            return _answered(lambda: _terminate(upload_id))
        case "GET":
            return _describe(upload_id)
        case _:
            return _refusal(
                "An upload takes HEAD, PATCH, DELETE and GET.",
                405,
                {"Allow": "OPTIONS, HEAD, PATCH, DELETE, GET"},
            )


@blueprint.after_app_request
def say_version(response: Response) -> Response:
    """Say which protocol is spoken, on every answer under the address of uploads."""
    prefix = blueprint.url_prefix or ""
    if request.path == prefix or request.path.startswith(f"{prefix}/"):
        response.headers["Tus-Resumable"] = VERSION
        # How far an upload is must be asked each time (Core protocol, HEAD).
        response.headers["Cache-Control"] = "no-store"
    return response


def _method() -> str:
    """Return what is asked for: proxies that know no PATCH are told by a header."""
    return request.headers.get("X-HTTP-Method-Override", request.method).upper()


def _options() -> Response:
    answer = Response(status=204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    answer.headers["Tus-Max-Size"] = str(current_parts().settings.max_upload_bytes)
    return answer


def _answered(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Do what is asked for, if the protocol's version is ours; turn errors into its statuses."""
    if request.headers.get("Tus-Resumable") != VERSION:
        return _refusal(
            f"This server speaks version {VERSION} of the tus protocol.",
            412,
            {"Tus-Version": VERSION},
        )
    try:
        check_sender()
        return act()
    except ArchiveError as exc:
        status = next(
            (_STATUS[kind] for kind in type(exc).__mro__ if kind in _STATUS), status_of(exc)
        )
        logger.info("path=%s method=%s status=%d %s", request.path, _method(), status, exc)
        # A sender that is at the wrong place (Chromium sends a request again by itself when its
        # connection drops) need not send the rest first, over a link that may be slow.
        misplaced = isinstance(exc, (WrongOffsetError, UploadBusyError))
        return _refusal(str(exc), status, drain=not misplaced)


def check_sender() -> None:
    """Refuse a request that another site had a signed-in browser send.

    Raises:
        NotAllowedError: it may not deposit at all.
        InvalidInputError: it has no form token of this session.
    """
    actor = current_actor()
    require(actor, Action.DEPOSIT)
    if actor.token_id is not None or _method() == "HEAD":
        return  # a browser sends no API token by itself; HEAD changes nothing
    check_form_token(
        request.headers.get("X-CSRFToken"),
        told="This upload was not sent from this site, or you have signed in or out since the page "
        "was opened. Load the page again; what arrived is kept.",
    )


def _create() -> ResponseReturnValue:
    """Open an upload, with the first bytes where some come along."""
    parts, actor = current_parts(), current_actor()
    if "Upload-Defer-Length" in request.headers or "Upload-Concat" in request.headers:
        raise InvalidInputError("Say the length at once, in Upload-Length; parts are not joined.")
    length = request.headers.get("Upload-Length", "")
    if not _WHOLE_NUMBER.fullmatch(length):
        raise InvalidInputError("Upload-Length must be the file's size in bytes.")
    carries = bool(request.content_length) or "chunked" in request.headers.get(
        "Transfer-Encoding", ""
    )
    if carries and request.mimetype != _OFFSET_TYPE:
        return _refusal(f"The body of an upload is {_OFFSET_TYPE}.", 415)
    sent = request.headers.get("Upload-Metadata", "")
    metadata = read_metadata(sent)
    with parts.database.begin() as session:
        upload = begin_upload(
            session,
            parts.partial_files,
            parts.storage,
            parts.settings,
            new=_new_upload(int(length), sent, metadata),
            actor=actor,
            now=parts.clock(),
        )
    headers = {
        "Location": url_for("uploads.resource", upload_id=upload.id, _external=True),
        "Upload-Expires": http_date(upload.expires_at),
    }
    if carries:
        headers["Upload-Offset"] = str(receive_bytes(parts, upload, 0))
    return Response(status=201, headers=headers)


def _new_upload(length: int, sent: str, metadata: Mapping[str, str]) -> NewUpload:
    replaces = metadata.get("replaces", "")
    if replaces and not _WHOLE_NUMBER.fullmatch(replaces):
        raise InvalidInputError("`replaces` must be a recording's number.")
    draft = {name: text for name, text in metadata.items() if name in DRAFT_FIELDS}
    if "title" in draft:
        draft["title"] = draft["title"][:MAX_TITLE]
    return NewUpload(
        length_bytes=length,
        name=metadata.get("filename") or metadata.get("name") or "",
        fingerprint=metadata.get("fingerprint", ""),
        sent_metadata=sent,
        draft=draft,
        replaces_id=int(replaces) if replaces else None,
    )


def _tell_offset(upload_id: str) -> ResponseReturnValue:
    """Tell how many bytes are here; whoever was adding some and went away is let go of first."""
    parts = current_parts()
    upload = _live(parts, upload_id)
    offset = upload.offset_bytes
    if upload.state is UploadState.RECEIVING and parts.partial_files.exists(upload_id):
        with (
            suppress(UploadBusyError),
            parts.partial_files.hold(upload_id, patience_s=PATIENCE_S),
        ):
            pass
        offset = parts.partial_files.kept_size(upload_id)
    if upload.state is UploadState.RECEIVING and offset == upload.length_bytes:
        _go_on(parts, upload_id)
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.length_bytes),
        "Upload-Expires": http_date(upload.expires_at),
    }
    if upload.sent_metadata:
        headers["Upload-Metadata"] = upload.sent_metadata
    return Response(status=200, headers=headers)


def _append(upload_id: str) -> ResponseReturnValue:
    """Add the body at the offset it was sent for."""
    parts = current_parts()
    if request.mimetype != _OFFSET_TYPE:
        return _refusal(f"The body of a PATCH is {_OFFSET_TYPE}.", 415)
    offset = request.headers.get("Upload-Offset", "")
    if not _WHOLE_NUMBER.fullmatch(offset):
        raise InvalidInputError("Upload-Offset must be how many bytes are here already.")
    upload = _live(parts, upload_id)
    reached = receive_bytes(parts, upload, int(offset))
    with parts.database.begin() as session:
        expires_at = note_life(session, parts.settings, upload_id, now=parts.clock())
    headers = {"Upload-Offset": str(reached), "Upload-Expires": http_date(expires_at)}
    return Response(status=204, headers=headers)


def _terminate(upload_id: str) -> ResponseReturnValue:
    """Forget an upload and its bytes."""
    parts, actor = current_parts(), current_actor()
    with (
        suppress(UploadBusyError, UploadGoneError),
        parts.partial_files.hold(upload_id, patience_s=PATIENCE_S),
    ):
        pass
    with parts.database.begin() as session:
        discard_upload(session, parts.partial_files, upload_id, actor=actor)
    return Response(status=204)


def _describe(upload_id: str) -> ResponseReturnValue:
    """Tell how an upload stands, as JSON."""
    parts = current_parts()
    with parts.database.read() as session:
        upload = read_upload(session, parts.partial_files, upload_id, actor=current_actor())
    return jsonify(upload_as_json(upload))


def upload_as_json(upload: UploadView) -> dict[str, object]:
    """Write an upload as pages and commands read it."""
    recording = (
        url_for("recordings.watch", recording_id=upload.recording_id)
        if upload.recording_id
        else None
    )
    return {
        "id": upload.id,
        "upload_url": url_for("uploads.resource", upload_id=upload.id),
        "name": upload.name,
        "length": upload.length_bytes,
        "offset": upload.offset_bytes,
        "fingerprint": upload.fingerprint,
        "draft": dict(upload.draft),
        "captions": upload.captions_name,
        "state": upload.state,
        "recording_id": upload.recording_id,
        "url": recording,
        "existing": upload.existing,
        "sha256": upload.sha256,
        "problem": upload.problem,
        "expires_at": upload.expires_at.isoformat(),
    }


def _live(parts: Parts, upload_id: str) -> UploadView:
    """Read an upload that can go on.

    Raises:
        NotFoundError: there is none of this account.
        UploadGoneError: it expired, or was refused.
    """
    with parts.database.read() as session:
        upload = read_upload(session, parts.partial_files, upload_id, actor=current_actor())
    if upload.state is UploadState.REFUSED:
        raise UploadGoneError(upload.problem or "What was sent is no recording.")
    if upload.expires_at <= parts.clock():
        raise UploadGoneError("This upload has expired; begin it anew.")
    return upload


def _go_on(parts: Parts, upload_id: str) -> None:
    """Finish what is whole and was not finished; another request may be at it."""
    with suppress(UploadBusyError, UploadGoneError, NotMediaError):
        parts.finisher.go_on(upload_id)


def _refusal(
    message: str, status: int, headers: Mapping[str, str] | None = None, *, drain: bool = True
) -> Response:
    if drain:
        IncomingBody.of(request).drain()
    answer = jsonify(error=message)
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer


__all__ = ["blueprint", "check_sender", "read_checksum", "read_metadata", "upload_as_json"]
