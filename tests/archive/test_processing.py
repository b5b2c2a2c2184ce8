import pytest
from sqlalchemy import select, text

from archive.database import Database
from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import REFINEMENT_WORKFLOW, Jobs, turn
from archive.models import Recording, StageRun, StageState, Status
from archive.permissions import LIBRARIAN, VISITOR, Actor
from archive.pipeline import Stage
from archive.processing import cancel, request_translation, transcribe_again
from archive.transcripts import begin_transcript, complete_transcript
from tests.conftest import START

SOMEONE = Actor(account_id=7, roles=frozenset({LIBRARIAN}))


def put(database: Database, recording_id: int, status: Status, **stages: StageState) -> None:
    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.status, recording.duration_ms = status, 60_000
        for stage, state in stages.items():
            session.add(
                StageRun(
                    recording_id=recording_id,
                    stage=stage,
                    state=state,
                    runs=1,
                    started_at=START,
                    updated_at=START,
                )
            )


def jobs_of(database: Database) -> list[str]:
    with database.read() as session:
        names = session.scalars(text("SELECT workflow_uuid FROM workflow_status ORDER BY 1"))
        return list(names)


def stages_of(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(StageRun.stage)))


def test_what_is_stopped_keeps_what_is_finished(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(
        database,
        recording_id,
        Status.PROCESSING,
        audio=StageState.DONE,
        transcription=StageState.RUNNING,
    )

    with database.begin() as session:
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    with database.read() as session:
        recording = session.get_one(Recording, recording_id)
    assert (recording.status, recording.attempt) == (Status.CANCELLED, 2)
    assert stages_of(database) == {"audio"}


def test_stopping_later_work_leaves_a_recording_ready(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.READY, refinement=StageState.RUNNING)

    with database.begin() as session:
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    with database.read() as session:
        assert session.get_one(Recording, recording_id).status is Status.READY


def test_there_is_nothing_to_stop_when_nothing_is_done(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.READY)

    with database.begin() as session, pytest.raises(InvalidInputError, match="nothing to stop"):
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)


def waiting_of(database: Database) -> dict[str, int]:
    """Return what waits in the queue of speech, and each one's turn."""
    with database.read() as session:
        rows = session.execute(
            text("SELECT workflow_uuid, priority FROM workflow_status WHERE queue_name = 'speech'")
        ).all()
    return {row.workflow_uuid: row.priority for row in rows}


def test_what_has_not_begun_keeps_its_turn_when_something_else_is_stopped(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    plan = {"transcript_id": 4}
    put(database, recording_id, Status.READY, readings=StageState.RUNNING)
    put(database, recording_id, Status.READY, refinement=StageState.RUNNING)
    with database.begin() as session:
        jobs.speakers(session, recording_id, 1, priority=70)
        jobs.translation(session, recording_id, 1, version=2, priority=80)
        jobs.refinement(session, recording_id, 1, priority=90)
        jobs.speakers(session, recording_id, 11, priority=60)
        jobs.speakers(session, recording_id + 1, 1, priority=60)
    with database.begin() as session:
        of = f"refine_recording-{recording_id}-1"
        jobs.rest(session, REFINEMENT_WORKFLOW, recording_id, 1, batch=3, plan=plan, of=of)
    before = waiting_of(database)

    with database.begin() as session:
        stopped = cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    new = waiting_of(database)
    assert stopped == {Stage.READINGS, Stage.REFINEMENT}
    assert {name: new[name] for name in new.keys() - before.keys()} == {
        f"tell_speakers_apart-{recording_id}-2": 70,
        f"translate_recording-{recording_id}-2-v2": 80,
    }


def test_a_translation_that_a_person_asked_for_is_stopped_before_its_turn(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.READY)
    with database.begin() as session:
        session.get_one(Recording, recording_id).languages = "fr"
        request_translation(session, jobs, recording_id, actor=SOMEONE, now=START)
        jobs.readings(session, recording_id, 1, priority=90)
    before = waiting_of(database)

    with database.begin() as session:
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    new = waiting_of(database).keys() - before.keys()
    assert new == {f"reread_recording-{recording_id}-2"}


def test_what_is_stopped_while_it_is_transcribed_leaves_nothing(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.READY, transcription=StageState.RUNNING)
    with database.begin() as session:
        jobs.rendition(session, recording_id, 1)
    before = jobs_of(database)

    with database.begin() as session:
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    assert jobs_of(database) == before


@pytest.fixture
def transcribed(database: Database, recording_id: int) -> int:
    """A recording that has a transcript."""
    with database.begin() as session:
        session.get_one(Recording, recording_id).has_audio = True
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        complete_transcript(session, transcript_id)
    return recording_id


HEARD = dict.fromkeys(("transcription", "transcript"), StageState.DONE)


def readings_of(database: Database) -> dict[str, int]:
    """Return the jobs that listen again, and each one's turn."""
    return {name: at for name, at in waiting_of(database).items() if name.startswith("reread")}


@pytest.mark.parametrize(
    ("status", "stages"),
    [
        (Status.READY, HEARD | {"refinement": StageState.RUNNING}),
        (Status.READY, {"transcription": StageState.RUNNING}),
        (Status.READY, {"audio": StageState.RUNNING}),
        (Status.PROCESSING, {"transcription": StageState.RUNNING}),
        (Status.WAITING, {}),
    ],
    ids=["second pass", "again", "again, at its begin", "again after a stop", "waits for that"],
)
def test_the_transcript_that_stays_when_another_is_stopped_is_listened_to_again_when_there_is_time(
    database: Database, jobs: Jobs, transcribed: int, status: Status, stages: dict[str, StageState]
) -> None:
    put(database, transcribed, status, **stages)

    with database.begin() as session:
        cancel(session, jobs, transcribed, actor=SOMEONE, now=START)

    ((name, place),) = readings_of(database).items()
    assert name == f"reread_recording-{transcribed}-2"
    assert place > turn(START, work_s=1e8), "what anybody waits for is first"


@pytest.mark.parametrize(
    "stages",
    [
        {"transcription": StageState.RUNNING, "readings": StageState.DONE},
        HEARD | {"readings": StageState.RUNNING},
        HEARD | {"refinement": StageState.RUNNING, "readings": StageState.RUNNING},
        HEARD | {"speakers": StageState.RUNNING},
    ],
    ids=["it was before", "that is stopped", "that too", "something else is"],
)
def test_nobody_listens_again_where(
    database: Database, jobs: Jobs, transcribed: int, stages: dict[str, StageState]
) -> None:
    put(database, transcribed, Status.READY, **stages)

    with database.begin() as session:
        cancel(session, jobs, transcribed, actor=SOMEONE, now=START)

    assert readings_of(database) == {}


def test_nor_where_there_is_no_transcript_that_stays(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.PROCESSING, transcription=StageState.RUNNING)
    with database.begin() as session:
        session.get_one(Recording, recording_id).has_audio = True
        begin_transcript(session, recording_id, model="base", now=START)

    with database.begin() as session:
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    assert readings_of(database) == {}


def test_stopped_a_second_time_what_was_heard_again_is_still_known(
    database: Database, jobs: Jobs, transcribed: int
) -> None:
    put(database, transcribed, Status.READY, **HEARD, readings=StageState.DONE)

    for _ in range(2):
        with database.begin() as session:
            transcribe_again(session, jobs, transcribed, actor=SOMEONE, now=START)
        put(database, transcribed, Status.READY, transcription=StageState.RUNNING)
        with database.begin() as session:
            cancel(session, jobs, transcribed, actor=SOMEONE, now=START)

    assert stages_of(database) == {"readings"}
    assert readings_of(database) == {}


def test_what_is_muted_is_not_stopped(database: Database, jobs: Jobs, recording_id: int) -> None:
    put(database, recording_id, Status.READY, muting=StageState.RUNNING)

    with database.begin() as session, pytest.raises(InvalidInputError, match="nothing to stop"):
        cancel(session, jobs, recording_id, actor=SOMEONE, now=START)
    put(database, recording_id, Status.READY, readings=StageState.RUNNING)
    with database.begin() as session:
        stopped = cancel(session, jobs, recording_id, actor=SOMEONE, now=START)

    assert stopped == {Stage.READINGS}
    assert stages_of(database) == {"muting"}


@pytest.mark.parametrize("status", [Status.PROCESSING, Status.READY, Status.CANCELLED])
def test_a_recording_can_be_transcribed_again_at_any_moment(
    database: Database, jobs: Jobs, recording_id: int, status: Status
) -> None:
    put(
        database,
        recording_id,
        status,
        slides=StageState.DONE,
        transcription=StageState.RUNNING,
        captions=StageState.DONE,
    )

    with database.begin() as session:
        transcribe_again(session, jobs, recording_id, actor=SOMEONE, now=START)

    assert stages_of(database) == {"slides"}, "slides are not looked for again"
    assert f"process_recording-{recording_id}-2" in jobs_of(database)


def test_a_file_that_was_not_kept_is_not_transcribed_again(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.REJECTED)

    with database.begin() as session, pytest.raises(InvalidInputError, match="not kept"):
        transcribe_again(session, jobs, recording_id, actor=SOMEONE, now=START)


def test_a_translation_is_made_on_request_and_again(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    put(database, recording_id, Status.READY)
    with database.begin() as session:
        session.get_one(Recording, recording_id).languages = "fr en"

    for _ in range(2):
        with database.begin() as session:
            request_translation(session, jobs, recording_id, actor=SOMEONE, now=START)

    names = [name for name in jobs_of(database) if name.startswith("translate_recording")]
    assert names == [f"translate_recording-{recording_id}-1-v1"], "asked twice before it began"
    with database.read() as session:
        assert session.get_one(Recording, recording_id).translate


def test_english_needs_no_translation(database: Database, jobs: Jobs, recording_id: int) -> None:
    put(database, recording_id, Status.READY)
    with database.begin() as session:
        session.get_one(Recording, recording_id).languages = "en"

    with database.begin() as session, pytest.raises(InvalidInputError, match="nothing to transl"):
        request_translation(session, jobs, recording_id, actor=SOMEONE, now=START)


def test_a_visitor_may_ask_for_none_of_it(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    with database.begin() as session:
        with pytest.raises(NotFoundError):
            cancel(session, jobs, recording_id, actor=VISITOR, now=START)
        with pytest.raises(NotFoundError):
            transcribe_again(session, jobs, recording_id, actor=VISITOR, now=START)
        with pytest.raises(NotFoundError):
            request_translation(session, jobs, recording_id, actor=VISITOR, now=START)
        with pytest.raises(NotFoundError):
            cancel(session, jobs, 99, actor=SOMEONE, now=START)


def test_every_stage_that_is_put_by_name_exists() -> None:
    assert {"audio", "transcription", "captions", "slides", "refinement"} <= set(Stage)
