"""The first stages: is the file what was deposited, and what is in it?"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.errors import MediaError
from archive.master_files import has_replaced, take_back
from archive.media_info import MediaInfo, read_media_info, write_media_info
from archive.models import Publication, Recording, RecordingFile, Role, StageRun, Status, StoredFile
from archive.notices import Notice, read_notices, write_notices
from archive.outgoing import tell_depositor
from archive.pipeline import Stage
from archive.storage import Blob
from archive.stored_files import forget_unused
from worker.media.probe import probe
from worker.parts import Parts
from worker.stages.report import stage_run


def fingerprint(parts: Parts, recording_id: int) -> None:
    """Check that the master's bytes are those that were deposited.

    Raises:
        MediaError: they are not.
    """
    with stage_run(parts.database, recording_id, Stage.FINGERPRINT, parts.clock) as report:
        sha256 = master_sha256(parts, recording_id)
        if not parts.storage.verify(sha256, report.progress):
            raise MediaError(
                f"The stored file of recording {recording_id} is damaged: its bytes are not those "
                "that were deposited. Check the disk, then deposit the file again."
            )


def look(parts: Parts, recording_id: int) -> None:
    """Find out what is in the master, and keep it.

    Raises:
        NotMediaError: it is not audio or video.
        MediaError: it cannot be read.
    """
    with stage_run(parts.database, recording_id, Stage.PROBE, parts.clock):
        with parts.database.read() as session:
            name = session.get_one(Recording, recording_id).original_name
        info = probe(master_path(parts, recording_id), parts.tools, name=name)
        with parts.database.begin() as session:
            recording = session.get_one(Recording, recording_id)
            recording.media_info = write_media_info(info)
            recording.duration_ms = info.duration_ms
            recording.has_video = info.video is not None
            recording.has_audio = info.audio is not None
            notices = set(read_notices(recording.notices)) - {Notice.TRUNCATED, Notice.NO_AUDIO}
            if info.truncated:
                notices.add(Notice.TRUNCATED)
            if info.audio is None:
                notices.add(Notice.NO_AUDIO)
            recording.notices = write_notices(notices)
            recording.updated_at = parts.clock()
            session.execute(
                update(RecordingFile)
                .where(
                    RecordingFile.recording_id == recording_id, RecordingFile.role == Role.MASTER
                )
                .values(media_type=info.media_type)
            )
            unused = drop_files(session, recording_id, Role.REPLACED)
        for sha256 in unused:
            parts.storage.delete(sha256)


def reject(parts: Parts, recording_id: int, problem: str) -> None:
    """Let go of a file that is not media: its bytes and row go, the reason stays.

    One that was to take the place of another goes alone: the recording has the other back.
    """
    with parts.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        if has_replaced(session, recording_id):
            unused = drop_files(session, recording_id, Role.MASTER)
            take_back(session, parts.jobs, recording, problem=problem, now=parts.clock())
        else:
            unused = _reject_whole(session, recording, problem, parts)
    for sha256 in unused:
        parts.storage.delete(sha256)


def _reject_whole(session: Session, recording: Recording, problem: str, parts: Parts) -> list[str]:
    """Note that a recording is none; returns the keys of files that nothing else uses."""
    recording.status, recording.problem = Status.REJECTED, problem
    # The reason is for who deposited it, not for readers.
    recording.publication, recording.published_at = Publication.DRAFT, None
    recording.updated_at = parts.clock()
    session.execute(delete(StageRun).where(StageRun.recording_id == recording.id))
    tell_depositor(session, parts.settings, recording, now=parts.clock())
    return drop_files(session, recording.id, *Role)


def keep_files(
    parts: Parts, recording_id: int, role: Role, files: list[tuple[Blob, str, int | None]]
) -> None:
    """Put derived files in a role in place of any the recording had there.

    Args:
        files: Each in the store already, with its media type and, for a still, its time in ms.
    """
    with parts.database.begin() as session:
        session.execute(
            delete(RecordingFile).where(
                RecordingFile.recording_id == recording_id, RecordingFile.role == role
            )
        )
        for blob, media_type, at_ms in files:
            keep_file_at(session, recording_id, role, blob, media_type, at_ms, parts.clock())


def let_go_of(parts: Parts, recording_id: int, *roles: Role) -> None:
    """Drop a recording's files in some roles; bytes that nothing else uses leave the store.

    For what may hold what readers must not get: what is merely old can stay.
    """
    with parts.database.begin() as session:
        unused = drop_files(session, recording_id, *roles)
    for sha256 in unused:
        parts.storage.delete(sha256)


def drop_files(session: Session, recording_id: int, *roles: Role) -> list[str]:
    """Drop files in the caller's transaction; returns the keys to delete after it."""
    ids = session.scalars(
        delete(RecordingFile)
        .where(RecordingFile.recording_id == recording_id, RecordingFile.role.in_(roles))
        .returning(RecordingFile.file_id)
    ).all()
    return forget_unused(session, ids)


def keep_file_at(
    session: Session,
    recording_id: int,
    role: Role,
    blob: Blob,
    media_type: str,
    at_ms: int | None,
    now: datetime,
) -> None:
    """Add a derived file that is in the store to a recording's; in the caller's transaction."""
    session.add(
        RecordingFile(
            recording_id=recording_id,
            file_id=file_row(session, blob, now),
            role=role,
            media_type=media_type,
            at_ms=at_ms,
        )
    )


def file_row(session: Session, blob: Blob, now: datetime) -> int:
    """Return the row's number of a file that is in the store; the row is made if need be."""
    file = session.scalar(select(StoredFile).where(StoredFile.sha256 == blob.sha256))
    if file is None:
        file = StoredFile(sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=now)
        session.add(file)
        session.flush()
    return file.id


def master_path(parts: Parts, recording_id: int) -> Path:
    """Return where the master lies."""
    return parts.storage.path(master_sha256(parts, recording_id))


def master_sha256(parts: Parts, recording_id: int) -> str:
    """Return the master's storage key."""
    with parts.database.read() as session:
        return session.scalars(
            select(StoredFile.sha256)
            .join(RecordingFile)
            .where(RecordingFile.recording_id == recording_id, RecordingFile.role == Role.MASTER)
        ).one()


def kept_media_info(parts: Parts, recording_id: int) -> MediaInfo:
    """Return what the probe found."""
    with parts.database.read() as session:
        stored = session.get_one(Recording, recording_id).media_info
    if stored is None:
        raise MediaError(f"recording {recording_id} was not probed; try it again")
    return read_media_info(stored)
