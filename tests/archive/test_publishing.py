from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from archive import checklist
from archive.checklist import Item, Weight, look_over
from archive.database import Database
from archive.errors import GoneError, InvalidInputError, NotAllowedError, NotFoundError
from archive.jobs import Jobs
from archive.models import AuditEntry, Chapter, Publication, Recording
from archive.permissions import LIBRARIAN, OPERATOR, UPLOADER, VISITOR, Actor
from archive.publishing import SCHEDULE, Step, publish_due, read_time, standing_of, take_step
from archive.recordings import get_recording, get_recordings
from tests.conftest import START

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))
ULA = Actor(account_id=8, name="Ula", roles=frozenset({UPLOADER}))
STEPS = {
    # from: what a librarian, the uploader whose it is, and another uploader may do
    Publication.DRAFT: (
        {Step.SUBMIT, Step.PUBLISH, Step.SCHEDULE},
        {Step.SUBMIT},
        set(),
    ),
    Publication.REVIEW: (
        {Step.RETURN, Step.PUBLISH, Step.SCHEDULE},
        {Step.RETURN},
        set(),
    ),
    Publication.PUBLISHED: ({Step.WITHDRAW}, {Step.WITHDRAW}, set()),
    Publication.WITHDRAWN: ({Step.PUBLISH, Step.SCHEDULE}, set(), set()),
}


def _stand(database: Database, recording_id: int, publication: Publication) -> None:
    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.publication, recording.depositor_id = publication, None
        if publication in (Publication.PUBLISHED, Publication.WITHDRAWN):
            recording.first_published_at = START


@pytest.mark.parametrize("publication", list(STEPS))
@pytest.mark.parametrize("step", list(Step))
def test_each_step_is_taken_from_where_it_may_be_and_by_whom_it_may(
    database: Database, jobs: Jobs, recording_id: int, publication: Publication, step: Step
) -> None:
    _stand(database, recording_id, publication)

    with database.read() as session:
        standing = standing_of(session, recording_id, actor=LINA, now=START)
    with database.begin() as session:
        allowed = step in STEPS[publication][0]
        options = {"publish_at": START + timedelta(days=1)} if step is Step.SCHEDULE else {}
        if allowed:
            take_step(session, jobs, recording_id, step, actor=LINA, now=START, **options)  # type: ignore[arg-type] # a test's
        elif step is not Step.UNSCHEDULE:
            with pytest.raises(InvalidInputError, match=f"is {publication}"):
                take_step(session, jobs, recording_id, step, actor=LINA, now=START, **options)  # type: ignore[arg-type] # a test's

    assert (step in standing.steps) is allowed


@pytest.mark.parametrize("publication", list(STEPS))
def test_an_uploader_hands_in_and_takes_back_their_own_only(
    database: Database, jobs: Jobs, recording_id: int, publication: Publication
) -> None:
    _stand(database, recording_id, publication)
    with database.begin() as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, name, active, fs_uniquifier, "
                "created_at) VALUES (8, 'u@x', 'Ula', 1, 'u', '2026-01-01')"
            )
        )
        session.flush()
        session.get_one(Recording, recording_id).depositor_id = 8

    with database.read() as session:
        own = standing_of(session, recording_id, actor=ULA, now=START).steps
    with database.begin() as session:
        stranger = Actor(account_id=9, roles=frozenset({UPLOADER}))
        for step in Step:
            with pytest.raises((NotAllowedError, NotFoundError)):
                take_step(session, jobs, recording_id, step, actor=stranger, now=START)

    assert own == STEPS[publication][1]


def test_withdrawing_tells_readers_only_what_they_may_know(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    _stand(database, recording_id, Publication.PUBLISHED)

    with database.begin() as session:
        take_step(
            session,
            jobs,
            recording_id,
            Step.WITHDRAW,
            actor=LINA,
            now=START,
            reason="A patient was named.\r\nIt comes back.",
        )

    with database.read() as session:
        with pytest.raises(GoneError) as caught:
            get_recording(session, recording_id, actor=VISITOR, now=START)
        seen = get_recordings(session, [recording_id], actor=VISITOR, now=START)
        kept = get_recording(session, recording_id, actor=LINA, now=START)
        noted = session.scalars(select(AuditEntry)).one()
        version = session.get_one(Recording, recording_id).version
        queued = session.scalar(
            text("SELECT count(*) FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"index-{recording_id}-{version}"},
        )
    gone = caught.value
    assert (gone.title, gone.reason) == ("", "A patient was named.\nIt comes back.")
    assert gone.day == START.date()
    assert seen == {}
    assert kept.publication is Publication.WITHDRAWN
    assert (noted.action, noted.account_name) == ("withdrawn", "Lina")
    assert (noted.before["publication"], noted.after["publication"]) == ("published", "withdrawn")
    assert queued == 1


def test_the_title_is_told_where_the_librarian_allows_it(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    _stand(database, recording_id, Publication.PUBLISHED)

    with database.begin() as session:
        take_step(
            session, jobs, recording_id, Step.WITHDRAW, actor=LINA, now=START, show_title=True
        )

    with database.read() as session, pytest.raises(GoneError) as caught:
        get_recording(session, recording_id, actor=VISITOR, now=START)
    assert caught.value.title == "a"


def test_it_is_published_when_its_time_has_come_and_not_before(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    due = START + timedelta(hours=5)
    with database.begin() as session:
        take_step(session, jobs, recording_id, Step.SCHEDULE, actor=LINA, now=START, publish_at=due)

    with database.begin() as session:
        early = publish_due(session, jobs, now=due - timedelta(seconds=1))
    with database.begin() as session:
        on_time = publish_due(session, jobs, now=due)
    with database.begin() as session:
        again = publish_due(session, jobs, now=due + timedelta(hours=1))

    assert (early, on_time, again) == ((), (recording_id,), ())
    with database.read() as session:
        view = get_recording(session, recording_id, actor=VISITOR, now=due)
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert view.publish_at is None
    assert last is not None
    assert (last.action, last.account_name) == ("published", SCHEDULE.name)


def test_what_lacks_something_essential_waits_and_is_published_once_it_is_mended(
    database: Database, jobs: Jobs, recording_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = ["a date of birth"]

    def no_flags(_session: Session, _recording: Recording) -> Item:
        return Item(
            name="Privacy", weight=Weight.ESSENTIAL, fulfilled=not flags, told="1 flag is open."
        )

    monkeypatch.setattr(checklist, "CHECKS", (*checklist.CHECKS, no_flags))
    with database.begin() as session:
        session.get_one(Recording, recording_id).publish_at = START
        with pytest.raises(InvalidInputError, match="Privacy: 1 flag is open"):
            take_step(session, jobs, recording_id, Step.PUBLISH, actor=LINA, now=START)

    with database.begin() as session:
        waiting = publish_due(session, jobs, now=START)
        standing = standing_of(session, recording_id, actor=LINA, now=START)
    flags.clear()
    with database.begin() as session:
        mended = publish_due(session, jobs, now=START)

    assert waiting == ()
    assert standing.overdue
    assert [item.name for item in standing.in_the_way] == ["Privacy"]
    assert mended == (recording_id,)


@pytest.mark.parametrize(
    ("publish_at", "remedy"),
    [(None, "Say when"), (START, "has passed"), (START + timedelta(days=9999), "too far")],
)
def test_a_time_that_cannot_be_meant_is_refused(
    database: Database,
    jobs: Jobs,
    recording_id: int,
    publish_at: datetime | None,
    remedy: str,
) -> None:
    with database.begin() as session, pytest.raises(InvalidInputError, match=remedy):
        take_step(
            session,
            jobs,
            recording_id,
            Step.SCHEDULE,
            actor=LINA,
            now=START,
            publish_at=publish_at,
        )


def test_times_without_a_zone_are_utc() -> None:
    assert read_time("2026-03-05T14:30") == datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
    assert read_time("2026-03-05T14:30+03:00") == datetime(2026, 3, 5, 11, 30, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_time("soon")


def test_the_checklist_names_what_is_missing_and_where_it_is_mended(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        items = {item.name: item for item in look_over(session, recording)}
        recording.title = " "
        without_title = look_over(session, recording)

    assert items["Title"].fulfilled
    assert not items["Rights"].fulfilled
    assert items["Rights"].mend == f"/recordings/{recording_id}/describe#licence"
    blocking = [item.name for item in checklist.in_the_way(without_title)]
    assert "Title" in blocking
    assert OPERATOR.operator


def test_the_checklist_tells_of_patients_in_what_people_wrote(
    database: Database, recording_id: int
) -> None:
    def privacy() -> tuple[Item, ...]:
        return tuple(one for one in look_over(session, recording) if "Privacy" in one.name)

    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        quiet = privacy()
        recording.description = "The case of patient Mary Banda. Presented by Mrs. Phiri."
        recording.speakers = "Esther Phiri"
        session.add(
            Chapter(recording_id=recording_id, start_ms=0, title="Patient Juma, 3 years old")
        )
        loud = privacy()

    assert [one.name for one in quiet] == ["Privacy of patients"]
    written = loud[-1]
    assert written.weight is Weight.ADVISED
    assert not written.fulfilled
    assert written.told.startswith("Title, description or chapters say “Mary Banda”, “Juma”:")
    assert written.mend == f"/recordings/{recording_id}/describe#description"


def test_the_checklist_says_in_which_languages_names_are_not_looked_for(
    database: Database, recording_id: int
) -> None:
    def told() -> str:
        return next(one.told for one in look_over(session, recording) if "patients" in one.name)

    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.languages = "en zh am"
        looked_for = told()
        recording.languages = "en ha yo"
        some_not = told()

    assert looked_for.endswith("A machine finds some, not all.")
    assert some_not.endswith("Names in Hausa or Yoruba it does not look for: listen there.")
