"""The picture of a collection: a still of one of its recordings, or one that was uploaded.

Runs in the caller's transaction. A still is shown only to who may see its recording.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.collections import collection_row, note_change, shown_to
from archive.errors import InvalidInputError, NotFoundError
from archive.models import (
    Collection,
    Recording,
    RecordingCollection,
    RecordingFile,
    Role,
    StoredFile,
)
from archive.permissions import Action, Actor, require
from archive.storage import Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The picture of a collection."""

    sha256: str
    media_type: str


def choose_cover(
    session: Session,
    collection_id: int,
    *,
    recording_id: int | None,
    at_ms: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Show a still of one of its recordings as the cover; None: no cover.

    Raises:
        NotFoundError: there is no such collection.
        InvalidInputError: the recording is not in it, or has no such still.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    row = collection_row(session, collection_id)
    if recording_id is not None:
        there = session.scalar(
            select(RecordingFile.id)
            .join(
                RecordingCollection, RecordingCollection.recording_id == RecordingFile.recording_id
            )
            .where(
                RecordingCollection.collection_id == collection_id,
                RecordingFile.recording_id == recording_id,
                RecordingFile.role == Role.STILL,
                RecordingFile.at_ms == at_ms,
            )
        )
        if there is None:
            raise InvalidInputError("That picture is no still of a recording in this collection.")
    before = _cover_said(row)
    row.cover_file_id, row.cover_media_type = None, ""
    row.cover_recording_id, row.cover_at_ms = recording_id, at_ms
    session.flush()
    note_change(session, "covered", row.id, before, _cover_said(row), actor=actor, now=now)


def upload_cover(
    session: Session,
    collection_id: int,
    blob: Blob,
    media_type: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Show an uploaded picture, in the store already, as the cover.

    Raises:
        NotFoundError: there is no such collection.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    row = collection_row(session, collection_id)
    file = session.scalar(select(StoredFile).where(StoredFile.sha256 == blob.sha256))
    if file is None:
        file = StoredFile(sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=now)
        session.add(file)
        session.flush()
    before = _cover_said(row)
    row.cover_file_id, row.cover_media_type = file.id, media_type
    row.cover_recording_id = row.cover_at_ms = None
    session.flush()
    note_change(session, "covered", row.id, before, _cover_said(row), actor=actor, now=now)


def cover_of(session: Session, collection_id: int, *, actor: Actor) -> Cover:
    """Return the picture of a collection; a still only where its recording may be seen.

    Raises:
        NotFoundError: it has none to show.
    """
    row = collection_row(session, collection_id)
    if row.cover_file_id is not None:
        file = session.get_one(StoredFile, row.cover_file_id)
        return Cover(sha256=file.sha256, media_type=row.cover_media_type)
    found = session.execute(
        select(StoredFile.sha256, RecordingFile.media_type)
        .join(RecordingFile, RecordingFile.file_id == StoredFile.id)
        .join(Recording, Recording.id == RecordingFile.recording_id)
        .where(
            RecordingFile.recording_id == row.cover_recording_id,
            RecordingFile.role == Role.STILL,
            RecordingFile.at_ms == row.cover_at_ms,
            *shown_to(actor),
        )
    ).first()
    if found is None:
        raise NotFoundError("This collection has no picture.")
    return Cover(sha256=found.sha256, media_type=found.media_type)


def _cover_said(row: Collection) -> dict[str, object]:
    return {
        "file": row.cover_file_id,
        "recording": row.cover_recording_id,
        "at_ms": row.cover_at_ms,
    }
