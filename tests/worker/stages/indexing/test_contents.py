"""What the index holds against what it should."""

from archive.database import Database
from archive.index import IndexedState
from archive.models import Publication, Recording
from tests.worker.stages.indexing.rows import finish
from worker.stages.indexing import differing, expected_contents


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
    finish(database, recording_id)
    state = IndexedState(version=1, public=True)

    assert expected_contents(database) == {recording_id: state}
    assert differing(database, {recording_id: state}) == []
    assert differing(database, {}) == [recording_id]
    assert differing(database, {recording_id: state, 77: state}) == [77]
    assert differing(database, {recording_id: IndexedState(version=0, public=True)}) == [
        recording_id
    ]
