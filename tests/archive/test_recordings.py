from datetime import timedelta

import pytest
from sqlalchemy import text

from archive.database import Database
from archive.deposits import Description, deposit
from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import Jobs
from archive.models import Recording, StageRun, StageState, Status
from archive.permissions import LIBRARIAN, OPERATOR, VISITOR, Actor
from archive.pipeline import Stage
from archive.processing import try_again
from archive.publishing import Step, take_step
from archive.recordings import (
    count_recordings,
    get_recording,
    get_recordings,
    list_recordings,
)
from archive.storage import Blob
from tests.conftest import START

LIBRARIAN_ACTOR = Actor(account_id=7, roles=frozenset({LIBRARIAN}))


def _recording(database: Database, jobs: Jobs, number: int, *, publish: bool) -> int:
    with database.begin() as session:
        return deposit(
            session,
            jobs,
            blob=Blob(sha256=f"{number:064x}", size_bytes=1),
            file_name="a.mp4",
            description=Description(title=f"Session {number}"),
            depositor_id=None,
            publish=publish,
            now=START,
        ).recording_id


def _fail(database: Database, recording_id: int, stage: Stage, status: Status) -> None:
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = status
        session.add(
            StageRun(
                recording_id=recording_id,
                stage=stage,
                state=StageState.FAILED,
                runs=1,
                started_at=START,
                updated_at=START,
                problem="the disk was full",
            )
        )


def test_a_visitor_sees_published_recordings_only(database: Database, jobs: Jobs) -> None:
    draft = _recording(database, jobs, 1, publish=False)
    published = _recording(database, jobs, 2, publish=True)

    with database.read() as session:
        seen = list_recordings(session, actor=VISITOR, now=START)
        by_id = get_recordings(session, [draft, published], actor=VISITOR, now=START)
        with pytest.raises(NotFoundError):
            get_recording(session, draft, actor=VISITOR, now=START)
        assert [view.id for view in seen] == [published]
        assert set(by_id) == {published}
        assert count_recordings(session, actor=VISITOR, now=START) == 1


@pytest.mark.parametrize("actor", [LIBRARIAN_ACTOR, OPERATOR])
def test_accounts_and_the_operator_see_drafts(database: Database, jobs: Jobs, actor: Actor) -> None:
    draft = _recording(database, jobs, 1, publish=False)

    with database.read() as session:
        assert get_recording(session, draft, actor=actor, now=START).id == draft
        assert count_recordings(session, actor=actor, now=START) == 1


def test_a_draft_and_nothing_at_all_look_the_same_to_a_visitor(
    database: Database, jobs: Jobs
) -> None:
    draft = _recording(database, jobs, 1, publish=False)
    with database.read() as session:
        messages = []
        for recording_id in (draft, 999):
            with pytest.raises(NotFoundError) as caught:
                get_recording(session, recording_id, actor=VISITOR, now=START)
            messages.append(str(caught.value).replace(str(recording_id), "N"))

    assert messages[0] == messages[1]


def test_publishing_raises_the_version_and_enqueues_the_index(
    database: Database, jobs: Jobs
) -> None:
    draft = _recording(database, jobs, 1, publish=False)

    with database.begin() as session:
        take_step(session, jobs, draft, Step.PUBLISH, actor=LIBRARIAN_ACTOR, now=START)

    with database.read() as session:
        view = get_recording(session, draft, actor=VISITOR, now=START)
        queued = session.scalar(
            text("SELECT queue_name FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"index-{draft}-2"},
        )
    assert view.version == 2
    assert queued == "index"


def test_a_visitor_cannot_publish(database: Database, jobs: Jobs) -> None:
    draft = _recording(database, jobs, 1, publish=False)

    with database.begin() as session, pytest.raises(NotFoundError):
        take_step(session, jobs, draft, Step.PUBLISH, actor=VISITOR, now=START)


def test_a_failed_stage_is_told_and_can_be_tried_again(database: Database, jobs: Jobs) -> None:
    recording_id = _recording(database, jobs, 1, publish=True)
    _fail(database, recording_id, Stage.CAPTIONS, Status.READY)

    with database.begin() as session:
        view = get_recording(session, recording_id, actor=VISITOR, now=START)
        try_again(session, jobs, recording_id, actor=LIBRARIAN_ACTOR, now=START)
        queued = session.scalar(
            text("SELECT count(*) FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"process_recording-{recording_id}-2"},
        )

    assert [(s.stage, s.missing, s.problem) for s in view.shortcomings] == [
        (Stage.CAPTIONS, "there are no captions", "the disk was full")
    ]
    assert queued == 1


def test_a_failed_recording_waits_again_after_try_again(database: Database, jobs: Jobs) -> None:
    recording_id = _recording(database, jobs, 1, publish=True)
    _fail(database, recording_id, Stage.PROBE, Status.FAILED)

    with database.begin() as session:
        try_again(session, jobs, recording_id, actor=OPERATOR, now=START)
        assert session.get_one(Recording, recording_id).status is Status.WAITING


def test_there_is_nothing_to_try_again_when_nothing_failed(database: Database, jobs: Jobs) -> None:
    recording_id = _recording(database, jobs, 1, publish=True)

    with database.begin() as session, pytest.raises(InvalidInputError, match="nothing to try"):
        try_again(session, jobs, recording_id, actor=OPERATOR, now=START)


def test_a_rejected_file_is_not_shown_to_visitors_nor_published(
    database: Database, jobs: Jobs
) -> None:
    recording_id = _recording(database, jobs, 1, publish=True)
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.REJECTED

    with database.begin() as session:
        assert list_recordings(session, actor=VISITOR, now=START) == ()
        with pytest.raises(InvalidInputError, match="not kept"):
            take_step(session, jobs, recording_id, Step.WITHDRAW, actor=OPERATOR, now=START)


def test_a_rejected_file_is_told_of_for_a_week(database: Database, jobs: Jobs) -> None:
    recording_id = _recording(database, jobs, 1, publish=False)
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.REJECTED

    with database.read() as session:
        soon = list_recordings(session, actor=LIBRARIAN_ACTOR, now=START + timedelta(days=6))
        late = list_recordings(session, actor=LIBRARIAN_ACTOR, now=START + timedelta(days=8))
    assert [view.id for view in soon] == [recording_id]
    assert late == ()
