"""Another file takes the place of a recording's; its words and description stay.

The old file is kept beside it until the worker has found the new one to be media (a file that is
none must not cost the recording). Runs in the caller's transaction.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.audit import note
from archive.jobs import Jobs
from archive.models import (
    AuditEntry,
    Recording,
    RecordingFile,
    Role,
    StageRun,
    Status,
    StoredFile,
    Upload,
    UploadState,
)
from archive.permissions import Actor
from archive.recordings import editable_recording
from archive.storage import Blob

REPLACED = "replaced the file of"
"""What the audit log calls it."""


def replace_master(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    *,
    blob: Blob,
    file_name: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Put a file that is in the store in place of a recording's, and process it.

    Returns why that was not done, for the person who sent it; empty when it was.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
    """
    recording = editable_recording(session, recording_id, actor)
    stored = session.scalar(select(StoredFile).where(StoredFile.sha256 == blob.sha256))
    if stored is None:
        stored = StoredFile(sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=now)
        session.add(stored)
        session.flush()
    owner_id = session.scalar(
        select(RecordingFile.recording_id).where(
            RecordingFile.file_id == stored.id, RecordingFile.role == Role.MASTER
        )
    )
    if owner_id == recording_id:
        return "This is the file that the recording has already; nothing was changed."
    if owner_id is not None:
        return f"This file is that of recording {owner_id} already; nothing was changed."
    before = recording.original_name
    _set_aside(session, recording_id)
    session.add(
        RecordingFile(
            recording_id=recording_id,
            file_id=stored.id,
            role=Role.MASTER,
            media_type="application/octet-stream",
        )
    )
    begin_with_new_file(session, jobs, recording, file_name=file_name, now=now)
    note(
        session,
        actor=actor,
        action=REPLACED,
        kind="recording",
        object_id=recording_id,
        before={"file": before},
        after={"file": file_name, "sha256": blob.sha256},
        now=now,
    )
    return ""


def has_replaced(session: Session, recording_id: int) -> bool:
    """Tell whether the file a recording had before is still kept beside the present one."""
    return (
        session.scalar(
            select(RecordingFile.id).where(
                RecordingFile.recording_id == recording_id, RecordingFile.role == Role.REPLACED
            )
        )
        is not None
    )


def take_back(
    session: Session, jobs: Jobs, recording: Recording, *, problem: str, now: datetime
) -> None:
    """Give a recording the file back that it had; the one in its place is gone already.

    Whoever sent the other is told why on the page My recordings.
    """
    session.execute(
        update(RecordingFile)
        .where(RecordingFile.recording_id == recording.id, RecordingFile.role == Role.REPLACED)
        .values(role=Role.MASTER)
    )
    session.execute(
        update(Upload)
        .where(Upload.replaces_id == recording.id, Upload.state == UploadState.FINISHED)
        .values(
            state=UploadState.REFUSED,
            problem=f"{problem} The recording has the file back that it had before.",
            updated_at=now,
        )
    )
    before = session.scalars(
        select(AuditEntry.before)
        .where(
            AuditEntry.kind == "recording",
            AuditEntry.object_id == recording.id,
            AuditEntry.action == REPLACED,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    name = str((before or {}).get("file", recording.original_name))
    begin_with_new_file(session, jobs, recording, file_name=name, now=now)


def begin_with_new_file(
    session: Session, jobs: Jobs, recording: Recording, *, file_name: str, now: datetime
) -> None:
    """Process a recording whose master is another than before, from the first stage on."""
    session.execute(delete(StageRun).where(StageRun.recording_id == recording.id))
    recording.original_name = file_name
    recording.attempt += 1
    recording.status, recording.problem = Status.WAITING, None
    recording.updated_at = now
    session.flush()
    jobs.process(session, recording.id, recording.attempt)


def _set_aside(session: Session, recording_id: int) -> None:
    """Keep the old master beside, the first one if several were tried; renditions go."""
    files = session.scalars(
        select(RecordingFile).where(
            RecordingFile.recording_id == recording_id,
            RecordingFile.role.in_([Role.MASTER, Role.REPLACED, Role.RENDITION]),
        )
    ).all()
    has_aside = any(file.role is Role.REPLACED for file in files)
    for file in files:
        if file.role is Role.MASTER and not has_aside:
            file.role = Role.REPLACED
        elif file.role is not Role.REPLACED:
            session.delete(file)
    session.flush()
