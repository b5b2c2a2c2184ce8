"""The slides of a recording: found in its picture, kept with their words as they are found."""

from sqlalchemy import delete, select

from archive.models import Recording, RecordingFile, Role, Slide, SlideSource
from archive.models.stage import StageRun
from archive.pipeline import Stage
from worker.parts import Parts
from worker.slides import FoundSlide, find_slides, lines_to_json
from worker.slides.small import MEDIA_TYPE, write_small
from worker.stages.files import keep_file_at, kept_media_info, master_path
from worker.stages.report import stage_run


def slides(parts: Parts, recording_id: int) -> None:
    """Find the slides; begun again, it goes on at the last one that is kept."""
    with stage_run(parts.database, recording_id, Stage.SLIDES, parts.clock) as report:
        info = kept_media_info(parts, recording_id)
        if info.video is None or not parts.settings.slides:
            report.skip()
            return
        with parts.database.read() as session:
            from_ms = session.scalar(
                select(Slide.start_ms)
                .where(Slide.recording_id == recording_id, Slide.source == SlideSource.VIDEO)
                .order_by(Slide.start_ms.desc())
                .limit(1)
            )
        for slide in find_slides(
            master_path(parts, recording_id),
            parts.scratch(recording_id) / "slides",
            info=info,
            tools=parts.tools,
            reader=parts.reader,
            from_ms=from_ms or 0,
            on_progress=report.progress,
        ):
            _keep(parts, recording_id, slide)


def let_search_follow(parts: Parts, recording_id: int) -> None:
    """Let the search know the slides, where speech was quicker and is in it already."""
    with parts.database.begin() as session:
        indexed = session.scalar(
            select(StageRun.id).where(
                StageRun.recording_id == recording_id, StageRun.stage == Stage.INDEX
            )
        )
        if indexed is None:
            return  # The index stage will read them.
        recording = session.get_one(Recording, recording_id)
        recording.version += 1
        recording.updated_at = parts.clock()
        session.flush()
        parts.jobs.index(session, recording_id, recording.version)


def _keep(parts: Parts, recording_id: int, slide: FoundSlide) -> None:
    """Keep a slide in place of what was kept of it before."""
    small = write_small(slide.picture, slide.picture.with_name(f"{slide.picture.stem}-small.webp"))
    small_blob, blob = parts.storage.keep(small), parts.storage.keep(slide.picture)
    with parts.database.begin() as session:
        given = session.scalar(
            select(Slide.id).where(
                Slide.recording_id == recording_id,
                Slide.start_ms == slide.start_ms,
                Slide.source == SlideSource.HAND,
            )
        )
        if given is not None:
            return
        session.execute(
            delete(Slide).where(
                Slide.recording_id == recording_id, Slide.start_ms == slide.start_ms
            )
        )
        session.execute(
            delete(RecordingFile).where(
                RecordingFile.recording_id == recording_id,
                RecordingFile.role.in_([Role.SLIDE, Role.SLIDE_SMALL]),
                RecordingFile.at_ms == slide.start_ms,
            )
        )
        for role, kept, media_type in (
            (Role.SLIDE, blob, "image/jpeg"),
            (Role.SLIDE_SMALL, small_blob, MEDIA_TYPE),
        ):
            keep_file_at(
                session, recording_id, role, kept, media_type, slide.start_ms, parts.clock()
            )
        session.add(
            Slide(
                recording_id=recording_id,
                start_ms=slide.start_ms,
                end_ms=slide.end_ms,
                text=slide.text,
                lines=lines_to_json(slide.lines),
                source=SlideSource.VIDEO,
            )
        )
