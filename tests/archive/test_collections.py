from datetime import date

import pytest
from sqlalchemy import text

from archive.collection_order import order_by_date, reorder
from archive.collections import (
    add_collection,
    change_collection,
    get_collection,
    list_collections,
    recordings_in,
    remove_collection,
    slug_of,
)
from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.jobs import Jobs
from archive.models import Publication, Recording
from archive.permissions import LIBRARIAN, VISITOR, Actor
from tests.archive.conftest import Deposit
from tests.conftest import START
from worker.stages.documents import index_document

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))


def _order(database: Database, actor: Actor = LINA) -> list[int]:
    with database.read() as session:
        return [one.id for one in recordings_in(session, 1, actor=actor, now=START)]


def _publish(database: Database, *ids: int) -> None:
    with database.begin() as session:
        for number in ids:
            session.get_one(Recording, number).publication = Publication.PUBLISHED


def test_recordings_stand_in_the_order_that_was_made(database: Database, make: Deposit) -> None:
    one, two, three = (make(collection="Course") for _ in range(3))

    with database.begin() as session:
        reorder(session, 1, three, "up", actor=LINA, now=START)
        assert _order(database) == [one, two, three]  # not before the transaction ends
        reorder(session, 1, one, "last", actor=LINA, now=START)

    assert _order(database) == [three, two, one]
    with database.begin() as session:
        reorder(session, 1, one, "first", actor=LINA, now=START)
        reorder(session, 1, one, "up", actor=LINA, now=START)
        reorder(session, 1, three, "down", actor=LINA, now=START)
    assert _order(database) == [one, two, three]
    with database.begin() as session:
        with pytest.raises(NotFoundError):
            reorder(session, 1, 99, "up", actor=LINA, now=START)
        with pytest.raises(InvalidInputError):
            reorder(session, 1, one, "sideways", actor=LINA, now=START)
        with pytest.raises(NotAllowedError):
            reorder(session, 1, one, "up", actor=VISITOR, now=START)


def test_they_can_be_ordered_by_the_day_of_the_session(database: Database, make: Deposit) -> None:
    late = make(collection="Course", recorded_on=date(2021, 1, 1))
    early = make(collection="Course", recorded_on=date(2020, 1, 1))

    with database.begin() as session:
        order_by_date(session, 1, actor=LINA, now=START)

    assert _order(database) == [early, late]


def test_readers_see_what_is_published_and_only_collections_that_show_something(
    database: Database, make: Deposit
) -> None:
    shown, hidden = make(collection="Course"), make(collection="Course")
    make(collection="Secret")
    _publish(database, shown)

    with database.read() as session:
        listed = list_collections(session, actor=VISITOR)
        with pytest.raises(NotFoundError):
            get_collection(session, "secret", actor=VISITOR)
        assert get_collection(session, "course", actor=VISITOR).id == 1
        assert get_collection(session, "1", actor=VISITOR).count == 1
        everything = [one.title for one in list_collections(session, actor=LINA)]
    assert [(one.title, one.count) for one in listed] == [("Course", 1)]
    assert everything == ["Course", "Secret"]
    assert _order(database, VISITOR) == [shown]
    assert hidden in _order(database)


def test_a_new_title_is_followed_by_the_search_and_the_old_address_stays(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    recording_id = make(collection="Course")

    with database.begin() as session:
        there = get_collection(session, "course", actor=LINA)
        saved = change_collection(
            session,
            jobs,
            1,
            title="Cours de 2020",
            slug=there.slug,
            description="Tout",
            edition=there.edition,
            actor=LINA,
            now=START,
        )

    assert saved.address == "/collections/course"
    with database.read() as session:
        document = index_document(session, recording_id)
        queued = session.scalar(
            text("SELECT count(*) FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"index-{recording_id}-2"},
        )
    assert document is not None
    assert document.collection == "Cours de 2020"
    assert queued == 1
    with database.begin() as session, pytest.raises(InvalidInputError, match="Somebody else"):
        change_collection(
            session,
            jobs,
            1,
            title="Mine",
            slug="",
            description="",
            edition=there.edition,
            actor=LINA,
            now=START,
        )


def test_titles_are_not_given_twice_whatever_their_case(database: Database, jobs: Jobs) -> None:
    with database.begin() as session:
        add_collection(session, title="Élan", description="", actor=LINA, now=START)
        with pytest.raises(InvalidInputError, match="“Élan” already"):
            add_collection(session, title="elan ", description="", actor=LINA, now=START)
        with pytest.raises(InvalidInputError, match="Title: write one"):
            add_collection(session, title=" ", description="", actor=LINA, now=START)
    assert jobs


def test_an_empty_collection_is_removed_and_no_other(database: Database, make: Deposit) -> None:
    recording_id = make(collection="Course")

    with database.begin() as session, pytest.raises(InvalidInputError, match="1 recording is in"):
        remove_collection(session, 1, actor=LINA, now=START)
    with database.begin() as session:
        session.get_one(Recording, recording_id).publication = Publication.BINNED
        assert remove_collection(session, 1, actor=LINA, now=START) == "Course"
    with database.read() as session:
        assert session.get_one(Recording, recording_id).collection_id is None
        assert list_collections(session, actor=LINA) == ()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ward rounds: Lilongwe", "ward-rounds-lilongwe"),
        ("جولات الأقسام", "جولات-الأقسام"),
        ("2020", "collection-2020"),
        ("!!!", ""),
        ("ＦＵＬＬ　width", "full-width"),  # noqa: RUF001
    ],
)
def test_addresses_are_made_of_words_of_any_script(title: str, slug: str) -> None:
    assert slug_of(title) == slug
