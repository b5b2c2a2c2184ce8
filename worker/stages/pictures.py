"""Poster, stills and, where browsers need one, a rendition."""

import logging

from archive.models import Role
from archive.pipeline import Stage
from worker.media.poster import make_poster
from worker.media.rendition import make_rendition
from worker.media.stills import make_stills
from worker.parts import Parts
from worker.stages.files import keep_files, kept_media_info, master_path
from worker.stages.report import stage_run

logger = logging.getLogger(__name__)


def poster(parts: Parts, recording_id: int) -> None:
    """Make the poster of a recording that has a picture."""
    with stage_run(parts.database, recording_id, Stage.POSTER, parts.clock) as report:
        info = kept_media_info(parts, recording_id)
        if info.video is None:
            report.skip()
            return
        target = parts.scratch(recording_id) / "poster.jpg"
        make_poster(master_path(parts, recording_id), target, info=info, tools=parts.tools)
        blob = parts.storage.keep(target)
        keep_files(parts, recording_id, Role.POSTER, [(blob, "image/jpeg", None)])


def ask_for_rendition(parts: Parts, recording_id: int, attempt: int) -> None:
    """Enqueue the rendition where browsers need one; else note that they do not."""
    if kept_media_info(parts, recording_id).playable:
        with stage_run(parts.database, recording_id, Stage.RENDITION, parts.clock) as report:
            report.skip()
        return
    with parts.database.begin() as session:
        parts.jobs.rendition(session, recording_id, attempt)


def rendition(parts: Parts, recording_id: int) -> None:
    """Make what browsers can play and seek, when they cannot the master."""
    with stage_run(parts.database, recording_id, Stage.RENDITION, parts.clock) as report:
        info = kept_media_info(parts, recording_id)
        if info.playable:
            report.skip()
            return
        logger.info("recording=%s rendition because %s", recording_id, info.why_not_playable)
        target = parts.scratch(recording_id) / "rendition.mp4"
        make_rendition(
            master_path(parts, recording_id),
            target,
            info=info,
            tools=parts.tools,
            on_progress=report.progress,
        )
        media_type = "video/mp4" if info.video else "audio/mp4"
        blob = parts.storage.keep(target)
        keep_files(parts, recording_id, Role.RENDITION, [(blob, media_type, None)])


def stills(parts: Parts, recording_id: int) -> None:
    """Take small stills along the recording, to show beside moments."""
    with stage_run(parts.database, recording_id, Stage.STILLS, parts.clock) as report:
        info = kept_media_info(parts, recording_id)
        if info.video is None:
            report.skip()
            return
        folder = parts.scratch(recording_id) / "stills"
        taken = make_stills(master_path(parts, recording_id), folder, info=info, tools=parts.tools)
        keep_files(
            parts,
            recording_id,
            Role.STILL,
            [(parts.storage.keep(still.path), "image/jpeg", still.at_ms) for still in taken],
        )
