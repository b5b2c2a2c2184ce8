"""What readers play of a recording with cuts in its sound or picture.

Made from the master whenever the cuts change; until it is there readers get nothing to play.
What it replaces, with the sound in it, leaves the store.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.cuts import ask_for_muting
from archive.errors import SupersededError
from archive.models import Recording, RecordingFile, Role, StageRun
from archive.pipeline import Stage
from archive.privacy.media_cuts import MediaCuts, leaves_out, media_cuts_of, write_made_with
from archive.privacy.reading import read_cuts
from worker.media.muting import make_muted
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


def _make(
    parts: Parts, recording_id: int, version: int, wanted: MediaCuts, report: StageReport
) -> None:
    def go_on(fraction: float) -> None:
        _require_wanted(parts, recording_id, version)
        report.progress(fraction)

    master = master_sha256(parts, recording_id)
    # Not in the recording's own scratch folder, which the end of its pipeline clears.
    target = parts.settings.scratch_dir / f"muted-{recording_id}-{version}"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        media_type = make_muted(
            master_path(parts, recording_id),
            target,
            info=kept_media_info(parts, recording_id),
            muted=wanted.muted,
            unseen=wanted.unseen,
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
        unused = drop_files(session, recording_id, Role.MUTED, Role.RENDITION)
        keep_file_at(session, recording_id, Role.MUTED, blob, media_type, None, parts.clock())
        recording.muted_with = write_made_with(wanted, master)
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
        recording = session.get_one(Recording, recording_id)
        was_muted, recording.muted_with = recording.muted_with is not None, None
        has_rendition = session.scalar(
            select(RecordingFile.id).where(
                RecordingFile.recording_id == recording_id, RecordingFile.role == Role.RENDITION
            )
        )
    if was_muted and has_rendition is None and not kept_media_info(parts, recording_id).playable:
        rendition(parts, recording_id)


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
