"""What readers play of a recording with cuts.

Made whenever the cuts change; until it is there readers get nothing to play. What it replaces,
with what was cut out in it, leaves the store. Where words alone are hidden, sound and picture are
copied, from the rendition if there is one: that stays, for who may hear all of it.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.cuts import ask_for_muting
from archive.errors import SupersededError
from archive.media_info import MediaInfo
from archive.models import Cut, Recording, RecordingFile, Role, StageRun, StageState, StoredFile
from archive.pipeline import Stage
from archive.privacy.media_cuts import MediaCuts, leaves_out, media_cuts_of, write_made_with
from archive.privacy.reading import read_cuts
from worker.media.muting import make_muted
from worker.media.probe import probe
from worker.parts import Parts
from worker.stages.files import (
    drop_files,
    keep_file_at,
    kept_media_info,
    let_go_of,
    master_path,
    master_sha256,
)
from worker.stages.pictures import rendition
from worker.stages.report import StageReport, stage_run


def mute(parts: Parts, recording_id: int, version: int) -> None:
    """Bring what readers play to what the cuts say.

    Args:
        version: The recording's when it was asked for; once it was asked for again this ends.

    Raises:
        SupersededError: it was asked for again, or the recording is gone.
        MediaError: ffmpeg failed.
        DiskFullError: the disk is full.
    """
    _require_wanted(parts, recording_id, version)
    with parts.database.read() as session:
        wanted = _wanted(session, recording_id)
    if not wanted:
        _give_back(parts, recording_id)
        return
    if wanted.keeps_media:
        _have_rendition(parts, recording_id)
    with stage_run(parts.database, recording_id, Stage.MUTING, parts.clock) as report:
        _make(parts, recording_id, version, wanted, report)


def ask_anew(parts: Parts, recording_id: int) -> None:
    """Have it made where the file that was just looked at is not the one that was muted."""
    master = master_sha256(parts, recording_id)
    with parts.database.begin() as session:
        wanted = _wanted(session, recording_id)
        recording = session.get_one(Recording, recording_id)
        if wanted and not leaves_out(recording.muted_with, wanted, master):
            ask_for_muting(session, parts.jobs, recording)


def ask_for_lacking(parts: Parts) -> tuple[int, ...]:
    """Have it made for recordings whose hidden words an older version left in the file.

    At a worker's start; what failed, or is under way, is left alone. Returns the ids.
    """
    with parts.database.begin() as session:
        lacking = [
            recording
            for recording in session.scalars(
                select(Recording).where(
                    Recording.id.in_(select(Cut.recording_id).where(Cut.hides_words)),
                    Recording.id.not_in(
                        select(StageRun.recording_id).where(
                            StageRun.stage == Stage.MUTING,
                            StageRun.state.in_([StageState.RUNNING, StageState.FAILED]),
                        )
                    ),
                )
            )
            if not (recording.muted_with or {}).get("wordless")
        ]
        for recording in lacking:
            ask_for_muting(session, parts.jobs, recording)
        return tuple(recording.id for recording in lacking)


def _make(
    parts: Parts, recording_id: int, version: int, wanted: MediaCuts, report: StageReport
) -> None:
    def go_on(fraction: float) -> None:
        _require_wanted(parts, recording_id, version)
        report.progress(fraction)

    master = master_sha256(parts, recording_id)
    made_with = write_made_with(wanted, master)
    if _is_made(parts, recording_id, made_with):
        return
    source, info = _source(parts, recording_id, wanted)
    # Not in the recording's own scratch folder, which the end of its pipeline clears.
    target = parts.settings.scratch_dir / f"muted-{recording_id}-{version}"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        media_type = make_muted(
            source,
            target,
            info=info,
            muted=wanted.muted,
            unseen=wanted.unseen,
            wordless=wanted.wordless,
            tools=parts.tools,
            on_progress=go_on,
        )
        _require_wanted(parts, recording_id, version)
        blob = parts.storage.keep(target)
    finally:
        target.unlink(missing_ok=True)
    with parts.database.begin() as session:
        # Cut again meanwhile, it leaves out too little and is not shown: `RecordingView` looks.
        recording = session.get_one(Recording, recording_id)
        roles = (Role.MUTED,) if wanted.keeps_media else (Role.MUTED, Role.RENDITION)
        unused = drop_files(session, recording_id, *roles)
        keep_file_at(session, recording_id, Role.MUTED, blob, media_type, None, parts.clock())
        recording.muted_with = made_with
    for sha256 in unused:
        if sha256 != blob.sha256:
            parts.storage.delete(sha256)


def _give_back(parts: Parts, recording_id: int) -> None:
    """Let go of the muted file of a recording that needs none, and have a rendition again."""
    let_go_of(parts, recording_id, Role.MUTED)
    with parts.database.begin() as session:
        session.execute(
            delete(StageRun).where(
                StageRun.recording_id == recording_id, StageRun.stage == Stage.MUTING
            )
        )
    _have_rendition(parts, recording_id)
    with parts.database.begin() as session:
        session.get_one(Recording, recording_id).muted_with = None


def _have_rendition(parts: Parts, recording_id: int) -> None:
    """Make a rendition again that left the store when the sound or the picture was cut."""
    with parts.database.read() as session:
        muted_with = session.get_one(Recording, recording_id).muted_with
    if muted_with is None or _rendition_sha256(parts, recording_id):
        return
    if not kept_media_info(parts, recording_id).playable:
        rendition(parts, recording_id)


def _is_made(parts: Parts, recording_id: int, made_with: dict[str, Any]) -> bool:
    """Tell whether it is there already: more words hidden leave it as it is."""
    with parts.database.read() as session:
        recording = session.get_one(Recording, recording_id)
        return recording.muted_with == made_with and any(
            file.role is Role.MUTED for file in recording.files
        )


def _source(parts: Parts, recording_id: int, wanted: MediaCuts) -> tuple[Path, MediaInfo]:
    """Return what it is made from, and what is in that."""
    sha256 = _rendition_sha256(parts, recording_id) if wanted.keeps_media else None
    if sha256 is None:
        return master_path(parts, recording_id), kept_media_info(parts, recording_id)
    path = parts.storage.path(sha256)
    return path, probe(path, parts.tools, name=f"the rendition of recording {recording_id}")


def _rendition_sha256(parts: Parts, recording_id: int) -> str | None:
    """Return the storage key of the rendition, if there is one."""
    with parts.database.read() as session:
        return session.scalar(
            select(StoredFile.sha256)
            .join(RecordingFile)
            .where(RecordingFile.recording_id == recording_id, RecordingFile.role == Role.RENDITION)
        )


def _wanted(session: Session, recording_id: int) -> MediaCuts:
    recording = session.get_one(Recording, recording_id)
    return media_cuts_of(
        read_cuts(session, recording_id),
        has_audio=bool(recording.has_audio),
        has_video=bool(recording.has_video),
    )


def _require_wanted(parts: Parts, recording_id: int, version: int) -> None:
    with parts.database.read() as session:
        recording = session.get(Recording, recording_id)
        if recording is None or recording.muting_version != version:
            raise SupersededError(
                f"recording {recording_id} was cut again after version {version}, or is gone"
            )
