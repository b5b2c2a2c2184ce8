"""Whether there is room for an upload, looked at before its bytes travel.

Disk that was promised to uploads under way is not promised twice; what one account may hold
is a setting.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.errors import DiskFullError, InvalidInputError, QuotaError
from archive.models import Account, Recording, RecordingFile, Role, StoredFile, Upload, UploadState
from archive.permissions import Action, Actor, may
from archive.settings import Settings
from archive.storage import Storage, format_bytes
from archive.uploads.partial import PartialFiles

MOST_UNFINISHED = 100
"""Unfinished uploads of one account."""
_PROMISED_FOR = timedelta(days=1)
"""An upload that nothing came of for longer is not waited for; it may still go on."""


def check_room(
    session: Session,
    files: PartialFiles,
    storage: Storage,
    settings: Settings,
    *,
    size_bytes: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Refuse an upload that cannot be taken.

    Holds the account, so that of two uploads begun at once the later counts the other.

    Raises:
        InvalidInputError: the file is empty, or the account has too many unfinished uploads.
        TooLargeError: larger than any file may be.
        QuotaError: more than the account may hold.
        DiskFullError: larger than what is free and not promised.
    """
    if size_bytes == 0:
        raise InvalidInputError("The file is empty. Choose the recording itself.")
    storage.check_room(size_bytes, max_bytes=settings.max_upload_bytes)
    # Changes nothing: SQLite knows no row locks, and begins to wait for others as it writes.
    session.execute(
        update(Account).where(Account.id == actor.account_id).values(active=Account.active)
    )
    _check_quota(session, settings, size_bytes=size_bytes, actor=actor, now=now)
    promised_bytes = promised(session, files, now=now)
    free_bytes = max(storage.free_bytes - promised_bytes, 0)
    if size_bytes > free_bytes:
        raise DiskFullError(
            f"The archive's disk is too full: this file needs {format_bytes(size_bytes)}, "
            f"{format_bytes(free_bytes)} are free"
            + (f" and {format_bytes(promised_bytes)} promised to others" if promised_bytes else "")
            + ". Nothing was sent. Ask the administrator to free some space, then try again."
        )


def promised(session: Session, files: PartialFiles, *, now: datetime) -> int:
    """Return the bytes that uploads under way are still to bring."""
    rows = session.execute(
        select(Upload.id, Upload.length_bytes).where(
            Upload.state == UploadState.RECEIVING, Upload.updated_at > now - _PROMISED_FOR
        )
    ).all()
    return sum(max(row.length_bytes - files.size(row.id), 0) for row in rows)


def held_bytes(session: Session, account_id: int, *, now: datetime) -> int:
    """Return what an account holds: the masters it deposited and its unfinished uploads."""
    masters = session.scalar(
        select(func.sum(StoredFile.size_bytes))
        .join(RecordingFile, RecordingFile.file_id == StoredFile.id)
        .join(Recording, Recording.id == RecordingFile.recording_id)
        .where(Recording.depositor_id == account_id, RecordingFile.role == Role.MASTER)
    )
    under_way = session.scalar(
        select(func.sum(Upload.length_bytes)).where(
            Upload.owner_id == account_id,
            Upload.state == UploadState.RECEIVING,
            Upload.expires_at > now,
        )
    )
    return int(masters or 0) + int(under_way or 0)


def _check_quota(
    session: Session, settings: Settings, *, size_bytes: int, actor: Actor, now: datetime
) -> None:
    account_id = actor.account_id
    assert account_id is not None  # noqa: S101 - only accounts upload
    unfinished = session.scalar(
        select(func.count(Upload.id)).where(
            Upload.owner_id == account_id,
            Upload.state == UploadState.RECEIVING,
            Upload.expires_at > now,
        )
    )
    if (unfinished or 0) >= MOST_UNFINISHED:
        raise InvalidInputError(
            f"You have {MOST_UNFINISHED} unfinished uploads, the most there may be. Finish or "
            "discard some on the page My recordings."
        )
    quota_bytes = settings.upload_quota_bytes
    if not quota_bytes or may(actor, Action.CURATE):
        return
    held = held_bytes(session, account_id, now=now)
    if held + size_bytes > quota_bytes:
        raise QuotaError(
            f"This file is {format_bytes(size_bytes)}; your account may hold "
            f"{format_bytes(quota_bytes)} and holds {format_bytes(held)}. Nothing was sent. "
            "Discard unfinished uploads on the page My recordings, or ask a librarian."
        )
