"""What the index is given of a recording, and what follows when it cannot be read."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import SearchIndexError
from archive.index import IndexedState, SearchIndex, SlideText, Track
from archive.jobs import Jobs
from archive.models import (
    Publication,
    Recording,
    Slide,
    SlideSource,
    StageRun,
    StageState,
    Status,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
)
from archive.pipeline import Stage
from archive.settings import Settings
from archive.subjects import keep_subjects
from tests.conftest import START
from worker.parts import Parts
from worker.stages.indexing import (
    differing,
    expected_contents,
    follow,
    index_document,
    mend,
    rebuild,
    replace_damaged,
)

KEPT = Path(__file__).parents[2] / "archive" / "index" / "index-of-format-1.zip"


@pytest.fixture
def recording_id(database: Database) -> int:
    """A recording that is being transcribed."""
    with database.begin() as session:
        recording = Recording(
            title="Ward rounds",
            publication=Publication.PUBLISHED,
            status=Status.PROCESSING,
            original_name="rounds.mp4",
            detected_language="fr",
            duration_ms=600_000,
            created_at=START,
            updated_at=START,
        )
        session.add(recording)
        session.flush()
        return recording.id


def _transcribe(
    database: Database,
    recording_id: int,
    *texts: str,
    version: int = 1,
    kind: TranscriptKind = TranscriptKind.SPEECH,
    complete: bool = True,
) -> None:
    """Write a transcript; each text is a segment of one word of a second."""
    with database.begin() as session:
        session.add(
            Transcript(
                recording_id=recording_id,
                kind=kind,
                version=version,
                source="machine",
                model="whisper base",
                complete=complete,
                created_at=START,
                segments=[
                    TranscriptSegment(
                        batch=0,
                        start_ms=number * 1_000,
                        end_ms=number * 1_000 + 900,
                        text=text,
                        language="fr",
                        confidence=0.9,
                        words=[[number * 1_000, number * 1_000 + 900, 0.9, f" {text}"]],
                    )
                    for number, text in enumerate(texts)
                ],
            )
        )


def _texts(database: Database, recording_id: int) -> tuple[list[str], list[str]]:
    """What the index would hold of speech and translation."""
    with database.read() as session:
        document = index_document(session, recording_id)
    assert document is not None
    return [s.text for s in document.segments], [s.text for s in document.translation]


def _finish(database: Database, recording_id: int) -> None:
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.READY
        session.add(
            StageRun(
                recording_id=recording_id,
                stage=Stage.INDEX,
                state=StageState.DONE,
                runs=1,
                started_at=START,
                updated_at=START,
            )
        )


def test_the_first_paragraphs_are_there_while_the_rest_is_under_way(
    database: Database, recording_id: int
) -> None:
    assert _texts(database, recording_id) == ([], [])

    _transcribe(database, recording_id, "fièvre", "toux", complete=False)

    assert _texts(database, recording_id) == (["fièvre", "toux"], [])


def test_a_complete_version_stays_until_a_newer_one_is_complete(
    database: Database, recording_id: int
) -> None:
    _transcribe(database, recording_id, "old", version=1)
    _transcribe(database, recording_id, "new", version=2, complete=False)
    assert _texts(database, recording_id) == (["old"], [])

    _transcribe(database, recording_id, "newest", version=3)

    assert _texts(database, recording_id) == (["newest"], [])


def test_the_newest_complete_translation_is_apart_from_the_speech(
    database: Database, recording_id: int
) -> None:
    translation = TranscriptKind.TRANSLATION
    _transcribe(database, recording_id, "fièvre")
    _transcribe(database, recording_id, "heat", kind=translation, version=1)
    _transcribe(database, recording_id, "fever", kind=translation, version=2)
    _transcribe(database, recording_id, "half", kind=translation, version=3, complete=False)

    assert _texts(database, recording_id) == (["fièvre"], ["fever"])


def test_slides_come_with_the_time_they_are_shown(database: Database, recording_id: int) -> None:
    with database.begin() as session:
        for start_ms, end_ms, text in [
            (60_000, None, "Dose"),
            (0, 50_000, "A\nB"),
            (90_000, None, ""),
        ]:
            session.add(
                Slide(
                    recording_id=recording_id,
                    start_ms=start_ms,
                    end_ms=end_ms,
                    text=text,
                    source=SlideSource.VIDEO,
                )
            )

    with database.read() as session:
        document = index_document(session, recording_id)

    assert document is not None
    assert document.slides == (
        SlideText(start_ms=0, end_ms=50_000, text="A\nB"),
        SlideText(start_ms=60_000, end_ms=90_000, text="Dose"),
        SlideText(start_ms=90_000, end_ms=600_000, text=""),
    )


def test_all_three_are_found_in_an_index_built_from_the_database(
    settings: Settings, database: Database, recording_id: int
) -> None:
    _transcribe(database, recording_id, "bonjour", "fièvre")
    _transcribe(database, recording_id, "hello", "fever", kind=TranscriptKind.TRANSLATION)
    with database.begin() as session:
        session.add(
            Slide(
                recording_id=recording_id,
                start_ms=30_000,
                text="Artesunate",
                source=SlideSource.VIDEO,
            )
        )
    index = SearchIndex(settings.index_dir)

    rebuild(database, index, on_progress=lambda _done, _all: None)

    found = {
        query: [(m.track, m.start_ms) for m in index.search(query).hits[0].moments]
        for query in ("fièvre", "fever", "artesunate")
    }
    assert found == {
        "fièvre": [(Track.SPEECH, 1_000)],
        "fever": [(Track.TRANSLATION, 1_000)],
        "artesunate": [(Track.SLIDE, 30_000)],
    }


# What the index holds against what it should


def test_one_under_way_may_be_in_the_index_or_not(database: Database, recording_id: int) -> None:
    assert differing(database, {}) == []
    assert differing(database, {recording_id: IndexedState(version=1, public=True)}) == []


def test_one_under_way_that_is_a_draft_must_not_be_public_in_the_index(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        session.get_one(Recording, recording_id).publication = Publication.DRAFT

    assert differing(database, {recording_id: IndexedState(version=1, public=False)}) == []
    assert differing(database, {recording_id: IndexedState(version=1, public=True)}) == [
        recording_id
    ]


def test_one_that_is_done_must_be_in_the_index_as_it_is(
    database: Database, recording_id: int
) -> None:
    _finish(database, recording_id)
    state = IndexedState(version=1, public=True)

    assert expected_contents(database) == {recording_id: state}
    assert differing(database, {recording_id: state}) == []
    assert differing(database, {}) == [recording_id]
    assert differing(database, {recording_id: state, 77: state}) == [77]
    assert differing(database, {recording_id: IndexedState(version=0, public=True)}) == [
        recording_id
    ]


# At the start of a worker


def test_an_index_of_an_earlier_version_is_built_anew(
    settings: Settings, database: Database, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre")
    _finish(database, recording_id)
    shutil.unpack_archive(KEPT, settings.index_dir)
    index = SearchIndex(settings.index_dir)
    with pytest.raises(SearchIndexError):
        index.search("fièvre")

    mend(database, index)

    assert index.search("fièvre").total == 1
    assert differing(database, index.contents()) == []


def test_a_damaged_index_is_built_anew(
    settings: Settings, database: Database, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre")
    rebuild(database, SearchIndex(settings.index_dir), on_progress=lambda _done, _all: None)
    for path in settings.index_dir.rglob("*.bin"):
        path.write_bytes(b"damage")
    index = SearchIndex(settings.index_dir)

    mend(database, index)

    assert index.search("fièvre").total == 1


def test_an_index_that_can_be_read_is_left_alone(
    settings: Settings,
    database: Database,
    recording_id: int,  # noqa: ARG001 - is not in the index
) -> None:
    index = SearchIndex(settings.index_dir)
    rebuild(database, index, on_progress=lambda _done, _all: None)
    before = sorted(path.name for path in settings.index_dir.iterdir())

    mend(database, index)

    assert sorted(path.name for path in settings.index_dir.iterdir()) == before


def test_while_another_worker_builds_it_this_one_goes_on(
    settings: Settings, database: Database
) -> None:
    shutil.unpack_archive(KEPT, settings.index_dir)
    index = SearchIndex(settings.index_dir)

    with SearchIndex(settings.index_dir)._store.rebuild_lock():
        mend(database, index)

    with pytest.raises(SearchIndexError):
        index.contents()


def test_subjects_languages_and_whether_it_was_checked_come_along(
    database: Database, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre", "toux")
    with database.begin() as session:
        keep_subjects(session, recording_id, ["Malaria", "Children"])
        session.scalars(select(Transcript)).one().checked = True

    with database.read() as session:
        document = index_document(session, recording_id)

    assert document is not None
    assert (document.subjects, document.languages, document.checked) == (
        ("Malaria", "Children"),
        ("fr",),
        True,
    )


# Damage while a worker runs


@pytest.fixture
def parts(settings: Settings, database: Database, jobs: Jobs) -> Parts:
    """Those of a worker that only indexes."""
    return cast(
        "Parts",
        SimpleNamespace(
            database=database, index=SearchIndex(settings.index_dir), jobs=jobs, settings=settings
        ),
    )


def _damage(settings: Settings) -> None:
    for path in settings.index_dir.glob("gen-*/*"):
        path.write_bytes(b"damage")


def test_an_index_that_cannot_be_written_is_built_anew_with_the_change(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    _damage(settings)
    _transcribe(database, recording_id, "toux", version=2)

    follow(parts, recording_id)

    index = SearchIndex(settings.index_dir)
    assert (index.search("toux").total, index.search("fièvre").total) == (1, 0)


def test_a_damaged_index_is_replaced_once_however_often_it_is_told_of(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    damaged = parts.index.generation
    _damage(settings)

    replace_damaged(parts, damaged)
    replaced = parts.index.generation
    replace_damaged(parts, damaged)

    assert replaced != damaged
    assert parts.index.generation == replaced
    assert SearchIndex(settings.index_dir).search("fièvre").total == 1


def test_an_index_whose_name_cannot_be_read_is_replaced_too(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    (settings.index_dir / "current").write_bytes(b"\xff")

    assert parts.index.generation == ""
    replace_damaged(parts, "")

    assert SearchIndex(settings.index_dir).search("fièvre").total == 1


def test_a_change_during_the_rebuild_of_a_damaged_index_comes_with_it(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    _transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    _damage(settings)

    def change(done: int, _all: int) -> None:
        assert done == 1
        _transcribe(database, recording_id, "toux", version=2)
        follow(parts, recording_id)

    rebuild(database, parts.index, on_progress=change)

    assert SearchIndex(settings.index_dir).search("toux").total == 1
