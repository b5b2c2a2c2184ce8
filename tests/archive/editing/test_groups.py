"""Changes across recordings that are undone as one."""

import pytest

from archive.database import Database
from archive.deposits import Description, deposit
from archive.editing import SegmentChange, apply_changes, read_editable, revert_group
from archive.errors import NotFoundError
from archive.jobs import Jobs
from archive.permissions import VISITOR
from archive.storage import Blob
from archive.transcript_versions import list_versions
from tests.archive.editing.conftest import KOFI, LINA, transcribe
from tests.conftest import START
from tests.web.factories import speak


@pytest.fixture
def talks(database: Database, jobs: Jobs, talk: int) -> tuple[int, int]:
    with database.begin() as session:
        other = deposit(
            session,
            jobs,
            blob=Blob(sha256="ab" * 32, size_bytes=1),
            file_name="b.mp4",
            description=Description(),
            depositor_id=None,
            publish=False,
            now=START,
        ).recording_id
    transcribe(database, other, [speak("More artisan eight.")])
    return talk, other


def _texts(database: Database, recording_id: int) -> list[str]:
    with database.read() as session:
        return [segment.text for segment in read_editable(session, recording_id)]


def _correct(database: Database, jobs: Jobs, talks: tuple[int, int]) -> None:
    with database.begin() as session:
        for recording_id in talks:
            segment = read_editable(session, recording_id)[0]
            text = segment.text.replace("artisan eight", "artesunate")
            change = SegmentChange(uid=segment.uid, revision=segment.revision, text=text)
            applied = apply_changes(
                session, jobs, recording_id, [change], actor=LINA, now=START, group="g1"
            )
            assert applied.changed == (segment.uid,)
            assert applied.skipped == ()


def test_a_group_is_taken_back_in_every_recording(
    database: Database, jobs: Jobs, talks: tuple[int, int]
) -> None:
    with database.read() as session:
        before = [read_editable(session, one) for one in talks]
    _correct(database, jobs, talks)
    assert _texts(database, talks[0])[0] == "We give artesunate at once."
    assert _texts(database, talks[1]) == ["More artesunate."]

    with database.begin() as session:
        reverted = revert_group(session, jobs, "g1", actor=KOFI, now=START)

    assert (reverted.recordings, reverted.segments, reverted.skipped) == (talks, 2, 0)
    with database.read() as session:
        assert [read_editable(session, one) for one in talks] == before
        versions = list_versions(session, talks[0])
        assert [(one.number, one.what, one.who, one.group) for one in versions] == [
            (3, "reverted", "Kofi", "g1"),
            (2, "replaced", "Lina", "g1"),
            (1, "machine", "", ""),
        ]


def test_what_was_changed_since_is_left_and_told(
    database: Database, jobs: Jobs, talks: tuple[int, int]
) -> None:
    _correct(database, jobs, talks)
    with database.begin() as session:
        segment = read_editable(session, talks[0])[0]
        change = SegmentChange(uid=segment.uid, revision=segment.revision, text="Give artesunate.")
        apply_changes(session, jobs, talks[0], [change], actor=KOFI, now=START)

    with database.begin() as session:
        reverted = revert_group(session, jobs, "g1", actor=LINA, now=START)
    with database.begin() as session:
        again = revert_group(session, jobs, "g1", actor=LINA, now=START)

    assert (reverted.recordings, reverted.segments, reverted.skipped) == (talks[1:], 1, 1)
    assert _texts(database, talks[0])[0] == "Give artesunate."
    assert (again.segments, again.skipped) == (0, 2)


def test_a_change_of_an_older_revision_is_skipped(
    database: Database, jobs: Jobs, talk: int
) -> None:
    with database.begin() as session:
        first, second, _ = read_editable(session, talk)
        seen = [
            SegmentChange(uid=one.uid, revision=one.revision, text=f"{one.text} Yes.")
            for one in (first, second)
        ]
        apply_changes(session, jobs, talk, seen[:1], actor=KOFI, now=START)

        applied = apply_changes(
            session,
            jobs,
            talk,
            [SegmentChange(uid=first.uid, revision=first.revision, text="No."), seen[1]],
            actor=LINA,
            now=START,
        )

    assert applied.changed == (second.uid,)
    assert applied.skipped == (first.uid,)
    assert _texts(database, talk)[:2] == [
        "We give artisan eight at once. Yes.",
        "Then we wait for an hour. Yes.",
    ]


def test_who_may_not_edit_changes_and_takes_back_nothing(
    database: Database, jobs: Jobs, talks: tuple[int, int]
) -> None:
    _correct(database, jobs, talks)

    with database.begin() as session:
        with pytest.raises(NotFoundError):
            apply_changes(session, jobs, talks[0], [], actor=VISITOR, now=START)
        with pytest.raises(NotFoundError):
            revert_group(session, jobs, "g1", actor=VISITOR, now=START)
        with pytest.raises(NotFoundError):
            revert_group(session, jobs, "", actor=LINA, now=START)
