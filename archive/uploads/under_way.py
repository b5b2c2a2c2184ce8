"""Uploads as their owners see and change them: begun, described, discarded, swept.

The bytes are `archive.uploads.partial`'s; what becomes of a whole file is
`archive.uploads.finishing`'s. Everything here runs in the caller's transaction.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.deposits import display_name
from archive.errors import InvalidInputError, NotFoundError
from archive.models import Upload, UploadState
from archive.permissions import Action, Actor, require
from archive.recordings import editable_recording
from archive.settings import Settings
from archive.storage import Storage
from archive.uploads.partial import PartialFiles
from archive.uploads.room import check_room

DRAFT_FIELDS = MappingProxyType(
    {
        "title": 300,
        "recorded_on": 40,
        "language": 16,
        "collection": 200,
        "speakers": 5_000,
        "subjects": 2_000,
        "description": 20_000,
        "translate": 3,
        "publish": 3,
    }
)
"""What may be typed while bytes travel, with the most characters of each."""
MAX_CAPTIONS_BYTES = 4 * 1024**2
_KEPT_AFTER = timedelta(days=3)
"""How long it is told what became of an upload that has ended."""
_NOTED_EVERY = timedelta(minutes=10)
_MAX_FINGERPRINT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What a sender says of a file it is about to send."""

    length_bytes: int
    name: str
    """The sender's name for it; shown only."""
    fingerprint: str = ""
    """What tells the file from another; empty: not told."""
    sent_metadata: str = ""
    """To be given back as it came."""
    draft: Mapping[str, str] = field(default_factory=dict)
    """What is known of the description."""
    replaces_id: int | None = None
    """The recording whose file it is to replace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """An upload as its owner sees it."""

    id: str
    name: str
    length_bytes: int
    offset_bytes: int
    """How many bytes are here."""
    fingerprint: str
    sent_metadata: str
    draft: Mapping[str, str]
    captions_name: str
    """Of the caption file that goes with it; empty: none does."""
    replaces_id: int | None
    state: UploadState
    recording_id: int | None
    existing: bool
    sha256: str | None
    """Of all its bytes, once they are here."""
    problem: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @property
    def fraction(self) -> float:
        """How much of it is here, in [0, 1]."""
        return self.offset_bytes / self.length_bytes


def begin_upload(
    session: Session,
    files: PartialFiles,
    storage: Storage,
    settings: Settings,
    *,
    new: NewUpload,
    actor: Actor,
    now: datetime,
) -> UploadView:
    """Open an upload; one of the same file that has no bytes yet is given again.

    So a sender who did not get our answer does not leave an empty upload behind.

    Raises:
        NotAllowedError: the actor may not deposit, or not change that recording.
        DepositError: it cannot be taken; see `check_room`.
    """
    require(actor, Action.DEPOSIT)
    if new.replaces_id is not None:
        editable_recording(session, new.replaces_id, actor)
    known = _same_and_empty(session, files, new, actor, now)
    if known is not None and known.replaces_id == new.replaces_id:
        return _view(known, files)
    check_room(session, files, storage, settings, size_bytes=new.length_bytes, actor=actor, now=now)
    upload = Upload(
        id=secrets.token_urlsafe(18),
        owner_id=actor.account_id,
        length_bytes=new.length_bytes,
        name=display_name(new.name),
        fingerprint=new.fingerprint[:_MAX_FINGERPRINT],
        sent_metadata=new.sent_metadata,
        draft=_drafted(new.draft),
        replaces_id=new.replaces_id,
        state=UploadState.RECEIVING,
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=settings.upload_days),
    )
    session.add(upload)
    session.flush()
    files.create(upload.id)
    return _view(upload, files)


def read_upload(
    session: Session, files: PartialFiles, upload_id: str, *, actor: Actor
) -> UploadView:
    """Read one of one's own uploads.

    Raises:
        NotFoundError: there is none, or it is someone else's.
    """
    return _view(_own(session, upload_id, actor), files)


def list_uploads(
    session: Session, files: PartialFiles, *, actor: Actor, now: datetime
) -> tuple[UploadView, ...]:
    """List what one has not finished, oldest first."""
    rows = session.scalars(
        select(Upload)
        .where(
            Upload.owner_id == actor.account_id,
            Upload.state == UploadState.RECEIVING,
            Upload.expires_at > now,
        )
        .order_by(Upload.created_at, Upload.id)
    )
    return tuple(_view(row, files) for row in rows)


def list_refused(session: Session, files: PartialFiles, *, actor: Actor) -> tuple[UploadView, ...]:
    """List one's uploads that were refused lately, newest first, with why."""
    rows = session.scalars(
        select(Upload)
        .where(Upload.owner_id == actor.account_id, Upload.state == UploadState.REFUSED)
        .order_by(Upload.updated_at.desc())
        .limit(20)
    )
    return tuple(_view(row, files) for row in rows)


def note_life(session: Session, settings: Settings, upload_id: str, *, now: datetime) -> datetime:
    """Keep an upload from expiring because something came; returns when it will."""
    upload = session.get_one(Upload, upload_id)
    if upload.state is UploadState.RECEIVING and now - upload.updated_at > _NOTED_EVERY:
        upload.updated_at = now
        upload.expires_at = now + timedelta(days=settings.upload_days)
    return upload.expires_at


def save_draft(
    session: Session,
    settings: Settings,
    upload_id: str,
    fields: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> Upload:
    """Keep what was typed so far, as typed; fields that are not named stay.

    Raises:
        NotFoundError: there is no such upload of this account.
        InvalidInputError: a field is none of the description's, or too long.
    """
    upload = _own_held(session, upload_id, actor)
    upload.draft = {**upload.draft, **_drafted(fields)}
    upload.updated_at = now
    if upload.state is UploadState.RECEIVING:
        upload.expires_at = now + timedelta(days=settings.upload_days)
    return upload


def set_captions(
    session: Session, upload_id: str, *, text: str | None, name: str, actor: Actor
) -> Upload:
    """Let a caption file go with an upload, or none; it was read without a fault before."""
    upload = _own_held(session, upload_id, actor)
    upload.captions, upload.captions_name = text, display_name(name) if text else ""
    return upload


def discard_upload(session: Session, files: PartialFiles, upload_id: str, *, actor: Actor) -> None:
    """Forget an upload and its bytes; what it became stays.

    Raises:
        NotFoundError: there is no such upload of this account.
    """
    session.delete(_own(session, upload_id, actor))
    session.flush()
    files.drop(upload_id)


def sweep_uploads(session: Session, files: PartialFiles, *, now: datetime) -> int:
    """Forget expired uploads, and bytes that belong to none; returns how many were forgotten.

    A whole upload is told of for a day, so that a sender who lost our last answer learns what
    became of it.
    """
    swept = 0
    for upload in session.scalars(select(Upload).where(Upload.expires_at <= now)):
        complete = files.size(upload.id) == upload.length_bytes
        if upload.state is UploadState.RECEIVING and complete:
            continue  # the worker is to finish it
        session.delete(upload)
        files.drop(upload.id)
        swept += 1
    session.flush()
    known = set(session.scalars(select(Upload.id)))
    for upload_id in files.idle_ids() - known:
        files.drop(upload_id)
    return swept


def end_upload(
    upload: Upload,
    state: UploadState,
    *,
    now: datetime,
    recording_id: int | None = None,
    existing: bool = False,
    problem: str | None = None,
) -> None:
    """Note what became of an upload."""
    upload.state, upload.recording_id, upload.existing = state, recording_id, existing
    upload.problem = problem
    upload.updated_at, upload.expires_at = now, now + _KEPT_AFTER


def hold_upload(session: Session, upload_id: str) -> Upload | None:
    """Read an upload, and let nobody else change its row until the transaction ends.

    By an update that changes nothing: SQLite knows no row locks, and would begin to write, and
    so to wait for others, only after it has read. Else what is typed while a file is deposited
    would be in neither the deposit nor the recording.
    """
    session.execute(
        update(Upload)
        .where(Upload.id == upload_id)
        .values(existing=Upload.existing)
        .execution_options(synchronize_session=False)
    )
    return session.get(Upload, upload_id, populate_existing=True)


def _own_held(session: Session, upload_id: str, actor: Actor) -> Upload:
    hold_upload(session, upload_id)
    return _own(session, upload_id, actor)


def _own(session: Session, upload_id: str, actor: Actor) -> Upload:
    upload = session.get(Upload, upload_id)
    if upload is None or actor.account_id is None or upload.owner_id != actor.account_id:
        raise NotFoundError("There is no such upload of yours; it may have expired.")
    require(actor, Action.DEPOSIT)
    return upload


def _same_and_empty(
    session: Session, files: PartialFiles, new: NewUpload, actor: Actor, now: datetime
) -> Upload | None:
    if not new.fingerprint:
        return None
    rows = session.scalars(
        select(Upload).where(
            Upload.owner_id == actor.account_id,
            Upload.state == UploadState.RECEIVING,
            Upload.fingerprint == new.fingerprint[:_MAX_FINGERPRINT],
            Upload.length_bytes == new.length_bytes,
            Upload.expires_at > now,
        )
    )
    return next((row for row in rows if files.exists(row.id) and not files.size(row.id)), None)


def _drafted(fields: Mapping[str, str]) -> dict[str, str]:
    for name, text in fields.items():
        if name not in DRAFT_FIELDS:
            raise InvalidInputError(f"{name!r} is no field of a recording's description.")
        if len(text) > DRAFT_FIELDS[name]:
            raise InvalidInputError(
                f"The field {name} has {len(text)} characters; it may have {DRAFT_FIELDS[name]}."
            )
    return dict(fields)


def _view(upload: Upload, files: PartialFiles) -> UploadView:
    finished = upload.state is UploadState.FINISHED
    return UploadView(
        id=upload.id,
        name=upload.name,
        length_bytes=upload.length_bytes,
        offset_bytes=upload.length_bytes if finished else files.size(upload.id),
        fingerprint=upload.fingerprint,
        sent_metadata=upload.sent_metadata,
        draft=MappingProxyType(dict(upload.draft)),
        captions_name=upload.captions_name,
        replaces_id=upload.replaces_id,
        state=upload.state,
        recording_id=upload.recording_id,
        existing=upload.existing,
        sha256=upload.sha256,
        problem=upload.problem,
        created_at=upload.created_at,
        updated_at=upload.updated_at,
        expires_at=upload.expires_at,
    )
