"""The slides of a film are kept with both pictures, once, also when they are looked for again."""

from pathlib import Path

import cv2
import pytest
from sqlalchemy import delete, select, text

from archive.database import Database
from archive.errors import NotFoundError
from archive.models import (
    Publication,
    Recording,
    RecordingFile,
    Role,
    Slide,
    SlideSource,
    Status,
    StoredFile,
)
from archive.orphans import LEFT_ALONE_FOR, remove_orphans
from archive.pipeline import Stage
from archive.slide_pictures import slide_picture
from archive.slides import read_slides
from tests.conftest import START
from tests.media import run_tool
from worker.parts import Parts
from worker.stages import files, slides
from worker.stages.report import stage_run

pytestmark = pytest.mark.slow

DEMO = Path(__file__).resolve().parents[3] / "demo" / "demo.mp4"


@pytest.fixture
def recording_id(database: Database, parts: Parts, tmp_path: Path) -> int:
    """The first 24 s of the demo, which show two slides."""
    film = tmp_path / "film.mp4"
    run_tool("-i", DEMO, "-t", "24", "-c", "copy", film)
    blob = parts.storage.keep(film)
    with database.begin() as session:
        stored = StoredFile(sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=START)
        recording = Recording(
            title="Demo", publication=Publication.DRAFT, status=Status.PROCESSING,
            original_name="demo.mp4", created_at=START, updated_at=START,
        )  # fmt: skip
        session.add_all([stored, recording])
        session.flush()
        session.add(
            RecordingFile(
                recording_id=recording.id,
                file_id=stored.id,
                role=Role.MASTER,
                media_type="video/mp4",
            )
        )
        recording_id = recording.id
    files.look(parts, recording_id)
    return recording_id


def pictures(parts: Parts, recording_id: int) -> list[tuple[str, int | None]]:
    with parts.database.read() as session:
        rows = session.scalars(
            select(RecordingFile)
            .where(
                RecordingFile.recording_id == recording_id,
                RecordingFile.role.in_([Role.SLIDE, Role.SLIDE_SMALL]),
            )
            .order_by(RecordingFile.at_ms, RecordingFile.role)
        )
        return [(row.role, row.at_ms) for row in rows]


def test_every_slide_has_a_full_and_a_small_picture(parts: Parts, recording_id: int) -> None:
    slides.slides(parts, recording_id)

    with parts.database.read() as session:
        found = session.scalars(select(Slide).order_by(Slide.start_ms)).all()
        files = [
            slide_picture(session, recording_id, slide.start_ms, small=small)
            for slide in found
            for small in (False, True)
        ]
    assert len(found) == 2
    assert all(slide.source is SlideSource.VIDEO for slide in found)
    assert "danger signs" in found[1].text
    assert [file.media_type for file in files if file] == ["image/jpeg", "image/webp"] * 2
    widths = [cv2.imread(str(parts.storage.path(file.sha256))).shape[1] for file in files if file]
    assert widths[1::2] == [160, 160]
    assert min(widths[::2]) > 160
    assert sum(file.size_bytes for file in files[1::2] if file) < 6_000


def test_looking_again_replaces_the_pictures(parts: Parts, recording_id: int) -> None:
    slides.slides(parts, recording_id)
    first = pictures(parts, recording_id)
    with parts.database.begin() as session:
        session.execute(delete(Slide))

    slides.slides(parts, recording_id)

    assert pictures(parts, recording_id) == first


def test_pictures_that_were_replaced_leave_the_store_in_time(
    parts: Parts, recording_id: int
) -> None:
    slides.slides(parts, recording_id)
    with parts.database.begin() as session:
        old = session.scalars(
            select(RecordingFile).where(RecordingFile.role == Role.SLIDE).limit(1)
        ).one()
        stale = parts.storage.keep_bytes(b"the picture before a cleaner one was there")
        row = StoredFile(sha256=stale.sha256, size_bytes=stale.size_bytes, created_at=START)
        session.add(row)
        session.flush()
        old.file_id = row.id
        session.execute(delete(Slide))

    slides.slides(parts, recording_id)
    remove_orphans(parts.database, parts.storage, now=parts.clock() + 2 * LEFT_ALONE_FOR)

    with pytest.raises(NotFoundError):
        parts.storage.path(stale.sha256)
    with parts.database.read() as session:
        shown = [
            slide_picture(session, recording_id, slide.start_ms)
            for slide in read_slides(session, recording_id)
        ]
    assert [parts.storage.path(file.sha256).suffix for file in shown if file] == ["", ""]


def index_jobs(parts: Parts) -> list[str]:
    with parts.database.read() as session:
        return list(
            session.scalars(
                text("SELECT workflow_uuid FROM workflow_status WHERE queue_name = 'index'")
            )
        )


def version(parts: Parts, recording_id: int) -> int:
    with parts.database.read() as session:
        return session.get_one(Recording, recording_id).version


def test_slides_that_are_found_after_a_recording_was_indexed_are_followed_by_the_search(
    parts: Parts, recording_id: int
) -> None:
    before = version(parts, recording_id)
    with stage_run(parts.database, recording_id, Stage.INDEX, parts.clock):
        pass

    slides.let_search_follow(parts, recording_id)

    assert version(parts, recording_id) == before + 1
    assert index_jobs(parts) == [f"index-{recording_id}-{before + 1}"]


def test_slides_that_are_found_before_are_left_to_the_index_stage(
    parts: Parts, recording_id: int
) -> None:
    before = version(parts, recording_id)

    slides.let_search_follow(parts, recording_id)

    assert version(parts, recording_id) == before
    assert index_jobs(parts) == []
