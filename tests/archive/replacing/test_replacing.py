"""Correcting a term everywhere: in which places, with which times, undone as one."""

import pytest

from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError
from archive.index import SearchIndex
from archive.index.analysis import Stemmer
from archive.jobs import Jobs
from archive.models import AuditEntry, Publication, Recording
from archive.permissions import LIBRARIAN, UPLOADER, Actor
from archive.replacing.places import Places, find_places
from archive.replacing.replacing import (
    Replaced,
    list_replacements,
    replace_places,
    undo_replacement,
)
from archive.replacing.wording import Term
from archive.settings import Settings
from archive.storage import Storage
from archive.transcripts import current_transcript
from tests.conftest import START
from tests.web.factories import Archivist, speak

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))
TERM = Term("artisanate", Stemmer())


@pytest.fixture
def archivist(settings: Settings, database: Database, storage: Storage, jobs: Jobs) -> Archivist:
    return Archivist(
        database=database, storage=storage, index=SearchIndex(settings.index_dir), jobs=jobs
    )


@pytest.fixture
def two(archivist: Archivist) -> tuple[int, int]:
    """A published recording and a draft that both mishear a drug."""
    return (
        archivist.recording(
            speak("Give artisanate. Artisanate, then quinine."),
            speak("ARTISANATE again and artisanates.", start_ms=60_000),
            title="One",
            collection="Rounds",
        ),
        archivist.recording(speak("We have no artisanate here."), title="Two", publish=False),
    )


def look(database: Database, *, collection_id: int | None = None) -> Places:
    with database.read() as session:
        return find_places(session, TERM, collection_id=collection_id, actor=LINA)


def correct(database: Database, jobs: Jobs, places: Places, *forms: str) -> Replaced:
    with database.begin() as session:
        return replace_places(
            session, jobs, TERM, places.of(forms),
            {"artisanate": "artesunate", "artisanates": "artesunates"},
            collection_id=None, actor=LINA, now=START,
        )  # fmt: skip


def texts(database: Database, recording_id: int) -> list[str]:
    with database.read() as session:
        transcript = current_transcript(session, recording_id)
    assert transcript is not None
    return [segment.text for segment in transcript.segments]


def test_forms_and_places_are_found_in_all_recordings(
    database: Database, two: tuple[int, int]
) -> None:
    found = look(database)

    assert [(one.form, one.exact, one.places, one.recordings) for one in found.forms] == [
        ("artisanate", True, 4, 2),
        ("artisanates", False, 1, 1),
    ]
    assert {place.recording_id for place in found.places} == set(two)
    assert found.places[0].before == "We have no "


def test_a_collection_is_looked_through_alone(database: Database, two: tuple[int, int]) -> None:
    with database.read() as session:
        collection_id = session.get_one(Recording, two[0]).collection_id

    found = look(database, collection_id=collection_id)

    assert {place.recording_id for place in found.places} == {two[0]}


def test_chosen_places_are_corrected_in_their_case_and_other_words_keep_their_times(
    database: Database, jobs: Jobs, two: tuple[int, int]
) -> None:
    with database.read() as session:
        before = current_transcript(session, two[0])

    done = correct(database, jobs, look(database), "artisanate")

    assert (done.places, done.recordings, done.skipped) == (4, 2, 0)
    assert texts(database, two[0]) == [
        "Give artesunate. Artesunate, then quinine.",
        "ARTESUNATE again and artisanates.",
    ]
    assert texts(database, two[1]) == ["We have no artesunate here."]
    with database.read() as session:
        after = current_transcript(session, two[0])
    assert before is not None
    assert after is not None
    words = [
        [word for segment in one.segments for word in segment.words] for one in (before, after)
    ]
    for old, new in zip(*words, strict=True):
        # A corrected word is placed anew between its neighbours.
        slack_ms = 0 if new.text == old.text else 60
        assert abs(new.start_ms - old.start_ms) <= slack_ms
        assert abs(new.end_ms - old.end_ms) <= slack_ms


def test_it_is_undone_as_one_and_only_once(
    database: Database, jobs: Jobs, two: tuple[int, int]
) -> None:
    before = [texts(database, recording_id) for recording_id in two]
    done = correct(database, jobs, look(database), "artisanate", "artisanates")

    with database.begin() as session:
        undone = undo_replacement(session, jobs, done.replacement_id, actor=LINA, now=START)

    assert (undone.recordings, undone.skipped) == (2, 0)
    assert [texts(database, recording_id) for recording_id in two] == before
    with database.read() as session:
        (kept,) = list_replacements(session, actor=LINA)
    assert kept.undone_at == START
    with pytest.raises(InvalidInputError, match="already"), database.begin() as session:
        undo_replacement(session, jobs, done.replacement_id, actor=LINA, now=START)


def test_what_somebody_changed_since_stays_and_is_told(
    database: Database, jobs: Jobs, two: tuple[int, int]
) -> None:
    seen = look(database)
    correct(database, jobs, look(database), "artisanates")  # another librarian, meanwhile

    done = correct(database, jobs, seen, "artisanate")

    assert (done.places, done.skipped) == (3, 1)
    assert texts(database, two[0])[1] == "ARTISANATE again and artesunates."


def test_every_recording_gets_a_new_version_for_the_index(
    database: Database, jobs: Jobs, two: tuple[int, int]
) -> None:
    correct(database, jobs, look(database), "artisanate")

    with database.read() as session:
        versions = [session.get_one(Recording, recording_id).version for recording_id in two]
        entry = session.query(AuditEntry).filter_by(action="corrected everywhere").one()
    assert versions == [2, 2]
    assert entry.after == {"written": "artesunate", "places": 4, "recordings": 2}


@pytest.mark.parametrize("puts", [{"artisanate": ""}, {"artisanate": " "}, {}])
def test_nothing_is_put_in_place_of_a_word_by_mistake(
    database: Database, jobs: Jobs, two: tuple[int, int], puts: dict[str, str]
) -> None:
    places = look(database).of(["artisanate"])

    with pytest.raises(InvalidInputError, match="Type what"), database.begin() as session:
        replace_places(session, jobs, TERM, places, puts, collection_id=None, actor=LINA, now=START)

    assert "artisanate" in texts(database, two[1])[0]


def test_what_lies_in_the_bin_is_left_alone(database: Database, two: tuple[int, int]) -> None:
    with database.begin() as session:
        session.get_one(Recording, two[0]).publication = Publication.BINNED

    assert {place.recording_id for place in look(database).places} == {two[1]}


def test_only_who_looks_after_the_archive_may(database: Database) -> None:
    uploader = Actor(account_id=8, roles=frozenset({UPLOADER}))

    with pytest.raises(NotAllowedError), database.read() as session:
        find_places(session, TERM, collection_id=None, actor=uploader)


def test_what_goes_over_two_segments_is_shown_and_not_corrected(
    archivist: Archivist, database: Database
) -> None:
    one = archivist.recording(
        speak("We saw Plasmodium"),
        speak("falciparum again.", start_ms=5_000),
        speak("Plasmodium", start_ms=9_000),
        title="One",
    )
    archivist.recording(speak("falciparum, of another recording."), title="Two")
    term = Term("plasmodium falciparum", Stemmer())

    with database.read() as session:
        found = find_places(session, term, collection_id=None, actor=LINA)
        transcript = current_transcript(session, one)

    assert found.places == ()
    assert found.titles == {one: "One"}
    (place,) = found.across
    assert transcript is not None
    assert (place.recording_id, place.uid) == (one, transcript.segments[0].uid)
    assert (place.before, place.written, place.after) == (
        "We saw ", "Plasmodium falciparum", " again.",
    )  # fmt: skip
    assert (place.start_ms, place.end_ms) == (0, transcript.segments[1].end_ms)
