"""What the index is given of a recording: speech, translation, slides, what is said of it."""

from sqlalchemy import select

from archive.database import Database
from archive.index import SearchIndex, SlideText, Track
from archive.models import Slide, SlideSource, Transcript, TranscriptKind
from archive.settings import Settings
from archive.subjects import keep_subjects
from tests.worker.stages.indexing.rows import transcribe
from worker.stages.indexing import index_document, rebuild


def _texts(database: Database, recording_id: int) -> tuple[list[str], list[str]]:
    """What the index would hold of speech and translation."""
    with database.read() as session:
        document = index_document(session, recording_id)
    assert document is not None
    return [s.text for s in document.segments], [s.text for s in document.translation]


def test_the_first_paragraphs_are_there_while_the_rest_is_under_way(
    database: Database, recording_id: int
) -> None:
    assert _texts(database, recording_id) == ([], [])

    transcribe(database, recording_id, "fièvre", "toux", complete=False)

    assert _texts(database, recording_id) == (["fièvre", "toux"], [])


def test_a_complete_version_stays_until_a_newer_one_is_complete(
    database: Database, recording_id: int
) -> None:
    transcribe(database, recording_id, "old", version=1)
    transcribe(database, recording_id, "new", version=2, complete=False)
    assert _texts(database, recording_id) == (["old"], [])

    transcribe(database, recording_id, "newest", version=3)

    assert _texts(database, recording_id) == (["newest"], [])


def test_the_newest_complete_translation_is_apart_from_the_speech(
    database: Database, recording_id: int
) -> None:
    translation = TranscriptKind.TRANSLATION
    transcribe(database, recording_id, "fièvre")
    transcribe(database, recording_id, "heat", kind=translation, version=1)
    transcribe(database, recording_id, "fever", kind=translation, version=2)
    transcribe(database, recording_id, "half", kind=translation, version=3, complete=False)

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
    transcribe(database, recording_id, "bonjour", "fièvre")
    transcribe(database, recording_id, "hello", "fever", kind=TranscriptKind.TRANSLATION)
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


def test_subjects_languages_and_whether_it_was_checked_come_along(
    database: Database, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre", "toux")
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
