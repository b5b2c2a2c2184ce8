"""Uploads by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), as a server.

Core, with creation, creation-with-upload, checksum, expiration and termination. Here the protocol
only: `archive.uploads` keeps the bytes and decides. A request is believed by its session and the
form token in `X-CSRFToken`, or by an API token.
"""

import base64
import binascii
import hashlib
import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.http import http_date

from archive.deposits import MAX_TITLE
from archive.errors import (
    ArchiveError,
    ChecksumError,
    DiskFullError,
    InvalidInputError,
    NotMediaError,
    TooLargeError,
    UploadBusyError,
    UploadGoneError,
    WrongOffsetError,
)
from archive.models import UploadState
from archive.permissions import Action, require
from archive.sniff import HEAD_BYTES
from archive.storage import format_bytes
from archive.uploads import (
    DRAFT_FIELDS,
    NewUpload,
    Partial,
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

logger = logging.getLogger(__name__)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256", "md5")
_OFFSET_TYPE = "application/offset+octet-stream"
_CHECKSUM_MISMATCH = 460
_WHOLE_NUMBER = re.compile(r"\d{1,18}")
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,64}")
"""ASCII without space and comma (Creation, Upload-Metadata)."""
_MAX_METADATA = 8_000
_IDLE_S = 60.0
"""After so long without a byte a request is over; what came is kept."""
_YIELD_AFTER_S = 2.0
"""And after so long when its sender has come back by another request."""
_PATIENCE_S = 4.0
_STATUS: Mapping[type[ArchiveError], int] = {
    WrongOffsetError: 409,
    UploadGoneError: 410,
    UploadBusyError: 423,
    ChecksumError: _CHECKSUM_MISMATCH,
}

blueprint = Blueprint("uploads", __name__, url_prefix="/api/v1/uploads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What the body of a request should hash to."""

    algorithm: str
    digest: bytes


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
        headers["Upload-Offset"] = str(_receive(parts, upload, 0))
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
            parts.partial_files.hold(upload_id, patience_s=_PATIENCE_S),
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
    reached = _receive(parts, upload, int(offset))
    with parts.database.begin() as session:
        expires_at = note_life(session, parts.settings, upload_id, now=parts.clock())
    headers = {"Upload-Offset": str(reached), "Upload-Expires": http_date(expires_at)}
    return Response(status=204, headers=headers)


def _terminate(upload_id: str) -> ResponseReturnValue:
    """Forget an upload and its bytes."""
    parts, actor = current_parts(), current_actor()
    with (
        suppress(UploadBusyError, UploadGoneError),
        parts.partial_files.hold(upload_id, patience_s=_PATIENCE_S),
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


def _receive(parts: Parts, upload: UploadView, offset: int) -> int:
    """Take in the body of this request; returns how many bytes are here then.

    Raises:
        WrongOffsetError: it is not what comes next.
        UploadBusyError: another request adds to the upload.
        ChecksumError: the body is not what was sent.
        DepositError: it cannot be taken.
    """
    if upload.state is UploadState.FINISHED:
        _check_offset(upload.length_bytes, offset)
        return upload.length_bytes
    checksum = read_checksum(request.headers.get("Upload-Checksum"))
    with parts.partial_files.hold(upload.id, patience_s=_PATIENCE_S) as partial:
        _check_offset(partial.offset, offset)
        body = IncomingBody.of(request)
        _check_body(parts, upload, offset, body)
        _take(partial, body, checksum)
        reached = partial.offset
        if reached == upload.length_bytes:
            parts.finisher.finish(upload.id, partial)
        elif offset < HEAD_BYTES:
            parts.finisher.look_at_head(upload.id, partial, whole=False)
    return reached


def _take(partial: Partial, body: IncomingBody, checksum: Checksum | None) -> None:
    """Write the body as it comes."""
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    if checksum:
        partial.begin_unchecked()
    heard_s = time.monotonic()
    try:
        while not body.is_over:
            piece = body.read()
            if piece is None:
                idle_s = time.monotonic() - heard_s
                if idle_s > _IDLE_S or (idle_s > _YIELD_AFTER_S and partial.is_wanted()):
                    break
                continue
            heard_s = time.monotonic()
            partial.write(piece)
            if digest is not None:
                digest.update(piece)
    finally:
        # Kept whatever happened: a link that drops, a disk that is full.
        partial.sync()
    if checksum and digest is not None:
        if not body.is_whole or digest.digest() != checksum.digest:
            partial.drop_unchecked()
            raise ChecksumError(
                "What arrived is not what was sent: the checksum differs. Send this part again."
            )
        partial.keep_checked()
    if not body.is_whole:
        logger.info("path=%s kept=%d and the sender went away", request.path, partial.offset)


def _check_body(parts: Parts, upload: UploadView, offset: int, body: IncomingBody) -> None:
    """Refuse a body that goes beyond the file, or beyond the disk."""
    rest = upload.length_bytes - offset
    if body.length is None:
        body.stop_after(rest)
    elif body.length > rest:
        raise TooLargeError(
            f"This part has {body.length} bytes, but only {rest} are missing of the file."
        )
    coming = body.length if body.length is not None else 0
    free_bytes = parts.storage.free_bytes
    if coming > free_bytes:
        raise DiskFullError(
            f"The archive's disk is full: {format_bytes(free_bytes)} are free. What arrived of the "
            "file is kept: ask the administrator to free some space, then resume."
        )


def _check_offset(here: int, offset: int) -> None:
    if here != offset:
        raise WrongOffsetError(
            f"{here} bytes of the file are here, not {offset}. Go on from where it is."
        )


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


def read_metadata(header: str) -> dict[str, str]:
    """Read `Upload-Metadata`: keys with values in base64, commas between. Pure.

    Raises:
        InvalidInputError: it cannot be read.
    """
    if len(header) > _MAX_METADATA:
        raise InvalidInputError(f"Upload-Metadata may have {_MAX_METADATA} characters.")
    found: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise InvalidInputError(
                "The keys of Upload-Metadata must be ASCII, without space and comma, each once."
            )
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as exc:
            raise InvalidInputError(
                f"The value of {key} in Upload-Metadata is not UTF-8 text in base64."
            ) from exc
    return found


def read_checksum(header: str | None) -> Checksum | None:
    """Read `Upload-Checksum`: an algorithm and a digest in base64. Pure.

    Raises:
        InvalidInputError: it cannot be read, or the algorithm is not one of ours.
    """
    if header is None:
        return None
    algorithm, _, digest = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidInputError(f"Upload-Checksum must be one of {', '.join(ALGORITHMS)}.")
    try:
        return Checksum(algorithm=algorithm, digest=base64.b64decode(digest, validate=True))
    except binascii.Error as exc:
        raise InvalidInputError("The digest of Upload-Checksum is not base64.") from exc


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
