"""Taking the bytes of a request into a partial file: at the right place, checked, as they come."""

import hashlib
import logging
import time

from flask import request

from archive.errors import (
    ChecksumError,
    DiskFullError,
    TooLargeError,
    WrongOffsetError,
)
from archive.models import UploadState
from archive.sniff import HEAD_BYTES
from archive.storage import format_bytes
from archive.uploads import (
    Partial,
    UploadView,
)
from web.incoming import IncomingBody
from web.parts import Parts
from web.tus_headers import Checksum, read_checksum

logger = logging.getLogger(__name__)

PATIENCE_S = 4.0
"""How long a request waits for another that has the file."""
_IDLE_S = 60.0
"""After so long without a byte a request is over; what came is kept."""
_YIELD_AFTER_S = 2.0
"""And after so long when its sender has come back by another request."""


def receive_bytes(parts: Parts, upload: UploadView, offset: int) -> int:
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
    with parts.partial_files.hold(upload.id, patience_s=PATIENCE_S) as partial:
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
