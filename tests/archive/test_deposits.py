from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from archive.database import Database
from archive.deposits import (
    Deposited,
    Description,
    deposit,
    display_name,
    read_description,
    title_from_name,
)
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import Publication, Recording, Status
from archive.storage import Blob
from tests.conftest import START

BLOB = Blob(sha256="ab" * 32, size_bytes=1234)


def _deposit(session: Session, jobs: Jobs, *, publish: bool = False, title: str = "") -> Deposited:
    return deposit(
        session,
        jobs,
        blob=BLOB,
        file_name="sepsis_update.mp4",
        description=Description(title=title),
        depositor_id=None,
        publish=publish,
        now=START,
    )


def _job_ids(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(
            connection.execute(
                text("SELECT workflow_uuid FROM workflow_status ORDER BY 1")
            ).scalars()
        )


def test_a_deposit_writes_the_recording_and_its_job_together(
    database: Database, jobs: Jobs
) -> None:
    with database.begin() as session:
        deposited = _deposit(session, jobs)

    with database.read() as session:
        recording = session.get_one(Recording, deposited.recording_id)
    assert recording.title == "sepsis update"
    assert recording.status is Status.WAITING
    assert recording.publication is Publication.DRAFT
    assert _job_ids(database) == [f"process_recording-{deposited.recording_id}-1"]


def test_a_deposit_rolled_back_leaves_no_job(database: Database, jobs: Jobs) -> None:
    with pytest.raises(RuntimeError), database.begin() as session:  # noqa: PT012 - the block is the test
        _deposit(session, jobs)
        raise RuntimeError

    assert _job_ids(database) == []
    with database.read() as session:
        assert session.scalar(select(func.count(Recording.id))) == 0


def test_the_same_bytes_lead_to_the_first_recording(database: Database, jobs: Jobs) -> None:
    with database.begin() as session:
        first = _deposit(session, jobs)
    with database.begin() as session:
        second = _deposit(session, jobs, title="Another name")

    assert not first.existing
    assert second == Deposited(recording_id=first.recording_id, existing=True)
    assert len(_job_ids(database)) == 1


def test_depositing_again_to_publish_publishes_the_first(database: Database, jobs: Jobs) -> None:
    with database.begin() as session:
        first = _deposit(session, jobs)
    with database.begin() as session:
        _deposit(session, jobs, publish=True)

    with database.read() as session:
        assert session.get_one(Recording, first.recording_id).publication is Publication.PUBLISHED
    assert f"index-{first.recording_id}-2" in _job_ids(database)


def test_a_description_is_checked_and_tidied() -> None:
    assert read_description(
        title="  Sepsis \n update ",
        recorded_on="2020-04-16",
        language="FR",
        description=" x ",
        collection=" Wuhan  sessions ",
    ) == Description(
        title="Sepsis update",
        recorded_on=date(2020, 4, 16),
        language="fr",
        description="x",
        collection="Wuhan sessions",
    )
    assert read_description(language="auto").language is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("recorded_on", "16/04/2020", "year-month-day"),
        ("recorded_on", "2020-02-30", "year-month-day"),
        ("language", "klingon", "language code"),
        ("title", "x" * 301, "300"),
        ("description", "x" * 20_001, "20000"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, value: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        read_description(**{field: value})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\talk.mp4", "talk.mp4"),
        ("محاضرة عن الإنتان.mp4", "محاضرة عن الإنتان.mp4"),
        ("a\x00b\u202etalk.mp4", "abtalk.mp4"),
        ("", "recording"),
        ("...", "..."),
        ("/", "recording"),
    ],
)
def test_a_file_name_is_made_fit_to_show(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_a_long_file_name_keeps_its_ending() -> None:
    shown = display_name("x" * 300 + ".mp4")

    assert len(shown) == 255
    assert shown.endswith("….mp4")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("sepsis_update-2020.mp4", "sepsis update-2020"),
        ("Dr. Banda", "Dr. Banda"),
        (".mp4", ".mp4"),
        ("محاضرة.webm", "محاضرة"),
        ("_.mp4", "Untitled recording"),
    ],
)
def test_a_title_is_made_from_the_name(name: str, title: str) -> None:
    assert title_from_name(name) == title
