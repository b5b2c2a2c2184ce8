"""What the index is given of a recording: speech, translation, slides, what is said of it."""

from sqlalchemy import select, update

from archive.captions.reading import read_captions
from archive.database import Database
from archive.editing import SegmentChange, read_editable, save
from archive.imported_captions import import_captions
from archive.index import SearchIndex, SlideText, Track
from archive.jobs import Jobs
from archive.models import Slide, SlideSource, Transcript, TranscriptKind, TranscriptSegment
from archive.permissions import OPERATOR
from archive.settings import Settings
from archive.subjects import keep_subjects
from archive.transcript_versions import Cause, What
from tests.conftest import START
from tests.worker.stages.indexing.rows import transcribe
from worker.stages.documents import index_document
from worker.stages.indexing import rebuild


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


_HEARD = "The clinic at la long we was full"


def _lilongwe(database: Database, settings: Settings) -> int:
    """How many recordings the city is found in, in an index built anew."""
    index = SearchIndex(settings.index_dir)
    rebuild(database, index, on_progress=lambda _done, _all: None)
    return index.search("Lilongwe").total


def _import(database: Database, jobs: Jobs, recording_id: int) -> None:
    vtt = f"WEBVTT\n\n00:00.000 --> 00:03.000\n{_HEARD}.\n\n00:03.000 --> 00:05.000\nToday.\n"
    with database.begin() as session:
        captions = read_captions(vtt)
        import_captions(
            session, jobs, recording_id, captions, name="a.vtt", actor=OPERATOR, now=START
        )


def test_imported_captions_may_be_misheard_until_somebody_here_changes_or_checks_them(
    database: Database, settings: Settings, jobs: Jobs, recording_id: int
) -> None:
    _import(database, jobs, recording_id)
    as_imported = _lilongwe(database, settings)
    with database.begin() as session:
        session.execute(update(TranscriptSegment).values(checked=True))
    cues_checked = _lilongwe(database, settings)
    with database.begin() as session:
        session.execute(update(TranscriptSegment).values(checked=False))
        session.execute(update(Transcript).values(checked=True))
    all_checked = _lilongwe(database, settings)

    assert (as_imported, cues_checked, all_checked) == (1, 0, 0)


def test_an_imported_cue_that_was_changed_here_is_as_it_was_written(
    database: Database, settings: Settings, jobs: Jobs, recording_id: int
) -> None:
    _import(database, jobs, recording_id)

    cause = Cause(what=What.EDITED, actor=OPERATOR, now=START, sitting="one")
    with database.begin() as session:
        segment = read_editable(session, recording_id)[0]
        change = SegmentChange(
            uid=segment.uid, revision=segment.revision, text=f"{_HEARD} yesterday."
        )
        save(session, jobs, recording_id, [change], cause=cause)

    assert _lilongwe(database, settings) == 0
