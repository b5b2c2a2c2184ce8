import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from archive.bin import KEPT_FOR, delete_now, empty_due, list_bin, restore, throw_away
from archive.database import Database
from archive.deposits import Description, deposit
from archive.describing.values import Field
from archive.errors import GoneError, MovedError, NotAllowedError, NotFoundError
from archive.index import IndexDocument
from archive.jobs import Jobs
from archive.merging import merge, plan_merge
from archive.models import (
    Base,
    Publication,
    Recording,
    RecordingFile,
    Role,
    Status,
    StoredFile,
    Transcript,
)
from archive.orphans import LEFT_ALONE_FOR, orphans, remove_orphans
from archive.permissions import ADMINISTRATOR, LIBRARIAN, OPERATOR, VISITOR, Actor
from archive.publishing import Step, take_step
from archive.recordings import count_recordings, get_recording, list_recordings
from archive.storage import Storage
from archive.transcripts import begin_transcript
from tests.conftest import START
from worker.stages.documents import index_document

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))
ADA = Actor(account_id=1, name="Ada", roles=frozenset({ADMINISTRATOR}))
LATER = START + KEPT_FOR


def _make(database: Database, jobs: Jobs, storage: Storage, content: bytes, **said: object) -> int:
    with database.begin() as session:
        return deposit(
            session,
            jobs,
            blob=storage.keep_bytes(content),
            file_name="a.mp4",
            description=Description(**said),  # type: ignore[arg-type] # a test's
            depositor_id=None,
            publish=True,
            now=START,
        ).recording_id


def _share(database: Database, recording_id: int, other_id: int) -> None:
    """Give a recording the master of another as its rendition."""
    with database.begin() as session:
        file_id = session.scalars(
            select(RecordingFile.file_id).where(RecordingFile.recording_id == other_id)
        ).first()
        assert file_id is not None
        session.add(
            RecordingFile(
                recording_id=recording_id,
                file_id=file_id,
                role=Role.RENDITION,
                media_type="video/mp4",
            )
        )


def _age(storage: Storage, *keys: str) -> None:
    """Let files have been put into the store long ago."""
    then = (START - timedelta(days=1)).timestamp()
    for key in keys:
        os.utime(storage.path(key), (then, then))


def _keys(database: Database, recording_id: int) -> list[str]:
    with database.read() as session:
        return list(
            session.scalars(
                select(StoredFile.sha256)
                .join(RecordingFile)
                .where(RecordingFile.recording_id == recording_id)
                .order_by(RecordingFile.id)
            )
        )


def _document(database: Database, recording_id: int) -> IndexDocument | None:
    with database.read() as session:
        return index_document(session, recording_id)


def test_what_is_deleted_is_nowhere_at_once_and_can_be_restored(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    recording_id = _make(database, jobs, storage, b"one", title="Kept words")

    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=LINA, now=START)

    with database.read() as session:
        with pytest.raises(GoneError):
            get_recording(session, recording_id, actor=VISITOR, now=START)
        with pytest.raises(GoneError) as told:
            get_recording(session, recording_id, actor=LINA, now=START)
        assert list_recordings(session, actor=LINA, now=START) == ()
        assert count_recordings(session, actor=LINA, now=START) == 0
        binned = list_bin(session, actor=LINA)
        version = session.get_one(Recording, recording_id).version
        queued = session.scalar(
            text("SELECT count(*) FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"index-{recording_id}-{version}"},
        )
    assert told.value.binned
    assert [(one.title, one.was, one.gone_at) for one in binned] == [
        ("Kept words", "published", LATER)
    ]
    assert queued == 1
    assert _document(database, recording_id) is None

    with database.begin() as session:
        assert restore(session, jobs, recording_id, actor=LINA, now=START) is Publication.PUBLISHED
    with database.read() as session:
        assert get_recording(session, recording_id, actor=VISITOR, now=START).title == "Kept words"
    assert _document(database, recording_id) is not None


def test_a_draft_that_was_deleted_never_was_for_readers(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    recording_id = _make(database, jobs, storage, b"one")
    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.publication, recording.first_published_at = Publication.DRAFT, None
        throw_away(session, jobs, recording_id, actor=LINA, now=START)

    with database.read() as session, pytest.raises(NotFoundError) as caught:
        get_recording(session, recording_id, actor=VISITOR, now=START)

    assert not isinstance(caught.value, GoneError)


def test_after_thirty_days_it_is_gone_with_the_bytes_nobody_else_uses(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    recording_id = _make(
        database, jobs, storage, b"own", title="T", speakers=("A",), collection="C", subjects=("S",)
    )
    other = _make(database, jobs, storage, b"other")
    _share(database, recording_id, other)
    with database.begin() as session:
        begin_transcript(session, recording_id, model="base", now=START)
    own, shared = _keys(database, recording_id)
    _age(storage, own, shared)
    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=LINA, now=START)

    with database.begin() as session:
        early = empty_due(session, jobs, now=LATER - timedelta(seconds=1))
    with database.begin() as session:
        due = empty_due(session, jobs, now=LATER)
    removed = remove_orphans(database, storage, now=LATER)

    assert (early, due, removed) == ((), (recording_id,), 1)
    with pytest.raises(NotFoundError):
        storage.path(own)
    assert storage.path(shared).is_file()
    with database.read() as session:
        husk = session.get_one(Recording, recording_id)
        assert (husk.publication, husk.title, husk.speakers) == (Publication.GONE, "", "")
        assert session.scalar(select(func.count()).select_from(Transcript)) == 0
        with pytest.raises(GoneError):
            get_recording(session, recording_id, actor=VISITOR, now=LATER)
        with pytest.raises(NotFoundError):
            restore(session, jobs, recording_id, actor=LINA, now=LATER)
        dangling = session.execute(text("PRAGMA foreign_key_check")).all()
        left = [
            table.name
            for table in Base.metadata.sorted_tables
            for key in table.foreign_keys
            if key.column is Recording.__table__.c.id
            and session.scalar(
                select(func.count()).select_from(table).where(key.parent == recording_id)
            )
        ]
    assert dangling == []
    assert left == []


def test_a_number_is_not_given_again(database: Database, jobs: Jobs, storage: Storage) -> None:
    recording_id = _make(database, jobs, storage, b"one")
    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=ADA, now=START)
        delete_now(session, jobs, recording_id, actor=ADA, now=START)

    assert _make(database, jobs, storage, b"two") > recording_id


def test_only_an_administrator_deletes_before_the_time(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    recording_id = _make(database, jobs, storage, b"one")

    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=LINA, now=START)
        with pytest.raises(NotAllowedError):
            delete_now(session, jobs, recording_id, actor=LINA, now=START)
        with pytest.raises(NotAllowedError):
            list_bin(session, actor=VISITOR)


def test_work_on_what_is_deleted_stops(database: Database, jobs: Jobs, storage: Storage) -> None:
    recording_id = _make(database, jobs, storage, b"one")
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.PROCESSING

    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=LINA, now=START)

    with database.read() as session:
        recording = session.get_one(Recording, recording_id)
    assert (recording.status, recording.attempt) == (Status.CANCELLED, 2)


def test_the_same_bytes_deposited_anew_are_a_recording_of_their_own(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    first = _make(database, jobs, storage, b"same")
    with database.begin() as session:
        throw_away(session, jobs, first, actor=ADA, now=START)

    second = _make(database, jobs, storage, b"same")
    with database.begin() as session:
        delete_now(session, jobs, first, actor=ADA, now=START)
    (key,) = _keys(database, second)
    _age(storage, key)

    assert second != first
    assert remove_orphans(database, storage, now=LATER) == 0
    assert storage.path(key).is_file()


def test_bytes_just_put_into_the_store_are_left_alone(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    recording_id = _make(database, jobs, storage, b"one")
    (key,) = _keys(database, recording_id)
    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=ADA, now=START)
        delete_now(session, jobs, recording_id, actor=ADA, now=START)
    written = START - timedelta(minutes=1)
    os.utime(storage.path(key), (written.timestamp(), written.timestamp()))

    soon = remove_orphans(database, storage, now=START)
    late = remove_orphans(database, storage, now=written + LEFT_ALONE_FOR)

    assert (soon, late) == (0, 1)


def test_killed_between_bytes_and_row_the_next_look_finishes(
    database: Database, jobs: Jobs, storage: Storage, tmp_path: Path
) -> None:
    recording_id = _make(database, jobs, storage, b"one")
    (key,) = _keys(database, recording_id)
    with database.begin() as session:
        throw_away(session, jobs, recording_id, actor=ADA, now=START)
        delete_now(session, jobs, recording_id, actor=ADA, now=START)
    _age(storage, key)

    class Killed(Storage):
        def delete(self, sha256: str) -> None:
            super().delete(sha256)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remove_orphans(database, Killed(storage._root), now=LATER)
    with database.read() as session:
        assert orphans(session) == (key,)

    assert remove_orphans(database, storage, now=LATER) == 1
    with database.read() as session:
        assert orphans(session) == ()
    assert tmp_path.is_dir()


def test_a_duplicate_leads_to_the_one_that_stays_which_takes_what_it_lacked(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    gone = _make(
        database,
        jobs,
        storage,
        b"a",
        title="Duplicate",
        collection="Club",
        subjects=("Malaria", "Fever"),
        description="Only here",
    )
    kept = _make(
        database, jobs, storage, b"b", title="The one", collection="Rounds", subjects=("malaria",)
    )
    (master,) = _keys(database, kept)

    with database.begin() as session:
        plan = plan_merge(session, gone, kept, actor=LINA)
        merge(
            session,
            jobs,
            gone,
            kept,
            take={Field.COLLECTIONS, Field.DESCRIPTION},
            actor=LINA,
            now=START,
        )

    assert dict(plan.offered) == {
        Field.DESCRIPTION: "Only here",
        Field.COLLECTIONS: "Club",
        Field.SUBJECTS: "Fever",
    }
    with database.read() as session:
        with pytest.raises(MovedError) as moved:
            get_recording(session, gone, actor=VISITOR, now=START)
        view = get_recording(session, kept, actor=VISITOR, now=START)
    assert moved.value.into_id == kept
    assert (view.title, view.description, view.subjects) == ("The one", "Only here", ("Malaria",))
    assert _keys(database, kept) == [master]
    document = _document(database, kept)
    assert document is not None
    assert document.collection == "Rounds\nClub"
    assert _document(database, gone) is None


def test_what_was_merged_before_leads_on(database: Database, jobs: Jobs, storage: Storage) -> None:
    first, second, third = (_make(database, jobs, storage, name) for name in (b"1", b"2", b"3"))

    with database.begin() as session:
        merge(session, jobs, first, second, take=(), actor=LINA, now=START)
        merge(session, jobs, second, third, take=(), actor=LINA, now=START)

    with database.read() as session, pytest.raises(MovedError) as moved:
        get_recording(session, first, actor=VISITOR, now=START)
    assert moved.value.into_id == third
    with database.begin() as session:
        restore(session, jobs, second, actor=LINA, now=START)
    with database.read() as session:
        assert get_recording(session, second, actor=VISITOR, now=START).id == second


def test_withdrawn_and_deleted_come_back_withdrawn(
    database: Database, jobs: Jobs, storage: Storage
) -> None:
    recording_id = _make(database, jobs, storage, b"one")
    with database.begin() as session:
        take_step(session, jobs, recording_id, Step.WITHDRAW, actor=OPERATOR, now=START)
        throw_away(session, jobs, recording_id, actor=OPERATOR, now=START)
        assert (
            restore(session, jobs, recording_id, actor=OPERATOR, now=START) is Publication.WITHDRAWN
        )
