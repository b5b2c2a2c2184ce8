import pytest

from archive.checking import set_checked
from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError
from archive.jobs import Jobs
from archive.models import Publication, Recording, Status, Transcript
from archive.permissions import OPERATOR, VISITOR
from archive.recordings import get_recording
from archive.subjects import read_subjects_typed, set_subjects, subjects_of
from tests.conftest import START


@pytest.fixture
def recording_ids(database: Database) -> tuple[int, int]:
    with database.begin() as session:
        recordings = [
            Recording(
                title=title,
                publication=Publication.PUBLISHED,
                status=Status.READY,
                original_name="a.mp4",
                created_at=START,
                updated_at=START,
            )
            for title in ("One", "Two")
        ]
        session.add_all(recordings)
        session.flush()
        return recordings[0].id, recordings[1].id


def _version(database: Database, recording_id: int) -> int:
    with database.read() as session:
        return session.get_one(Recording, recording_id).version


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("", ()),
        (" , ;\n", ()),
        ("Malaria", ("Malaria",)),
        ("Malaria, maternal  health;TB\nHIV", ("Malaria", "maternal health", "TB", "HIV")),
        ("ملاريا، سل", ("ملاريا", "سل")),
        ("疟疾，结核、艾滋病", ("疟疾", "结核", "艾滋病")),  # noqa: RUF001 - commas as typed
        ("Épidémie, epidemie, EPIDEMIE", ("Épidémie",)),
        ("…, !", ()),
    ],
)
def test_subjects_are_read_with_commas_between(text: str, subjects: tuple[str, ...]) -> None:
    assert read_subjects_typed(text) == subjects


@pytest.mark.parametrize("text", ["x" * 101, ",".join(f"s{n}" for n in range(21))])
def test_too_many_or_too_long_is_told(text: str) -> None:
    with pytest.raises(InvalidInputError, match="separate them with commas"):
        read_subjects_typed(text)


def test_subjects_replace_those_before_and_the_index_follows(
    database: Database, jobs: Jobs, recording_ids: tuple[int, int]
) -> None:
    first, _ = recording_ids
    with database.begin() as session:
        assert set_subjects(session, jobs, first, "b, a", actor=OPERATOR, now=START)
        assert set_subjects(session, jobs, first, "c, a", actor=OPERATOR, now=START)
    with database.begin() as session:
        again = set_subjects(session, jobs, first, "c,a", actor=OPERATOR, now=START)

    assert not again
    assert _version(database, first) == 3
    with database.read() as session:
        view = get_recording(session, first, actor=VISITOR, now=START)
    assert view.subjects == ("c", "a")


def test_one_subject_is_spelled_the_same_everywhere(
    database: Database, jobs: Jobs, recording_ids: tuple[int, int]
) -> None:
    first, second = recording_ids
    with database.begin() as session:
        set_subjects(session, jobs, first, "Maternal health", actor=OPERATOR, now=START)
        set_subjects(session, jobs, second, "maternal HEALTH, tb", actor=OPERATOR, now=START)

        assert subjects_of(session, second) == ("Maternal health", "tb")


def test_visitors_change_nothing(
    database: Database, jobs: Jobs, recording_ids: tuple[int, int]
) -> None:
    with database.begin() as session:
        with pytest.raises(NotAllowedError):
            set_subjects(session, jobs, recording_ids[0], "a", actor=VISITOR, now=START)
        with pytest.raises(NotAllowedError):
            set_checked(session, jobs, recording_ids[0], checked=True, actor=VISITOR, now=START)


def test_a_transcript_is_checked_until_there_is_a_newer_one(
    database: Database, jobs: Jobs, recording_ids: tuple[int, int]
) -> None:
    first, second = recording_ids

    def transcript(version: int) -> Transcript:
        return Transcript(
            recording_id=first,
            version=version,
            source="machine",
            model="base",
            complete=True,
            created_at=START,
        )

    def checked() -> bool:
        with database.read() as session:
            return get_recording(session, first, actor=VISITOR, now=START).checked

    with database.begin() as session:
        session.add(transcript(1))
    assert not checked()
    with database.begin() as session:
        set_checked(session, jobs, first, checked=True, actor=OPERATOR, now=START)
        set_checked(session, jobs, first, checked=True, actor=OPERATOR, now=START)
    assert checked()
    assert _version(database, first) == 2
    with database.begin() as session:
        session.add(transcript(2))
    assert not checked()
    with database.begin() as session, pytest.raises(InvalidInputError, match="no complete"):
        set_checked(session, jobs, second, checked=True, actor=OPERATOR, now=START)
