from datetime import timedelta

import pytest
from sqlalchemy import func, select

from archive import unanswered
from archive.database import Database
from archive.errors import NotAllowedError, NotFoundError
from archive.models import UnansweredQuery
from archive.permissions import OPERATOR, VISITOR
from archive.unanswered import forget_unanswered, list_unanswered, note_unanswered
from tests.conftest import START


def _queries(database: Database) -> list[tuple[str, int, int]]:
    with database.read() as session:
        rows, _ = list_unanswered(session, actor=OPERATOR, limit=1_000)
    return [(row.query, row.searched, row.left) for row in rows]


def test_a_query_is_counted_once_however_it_is_typed(database: Database) -> None:
    with database.begin() as session:
        for query in ("Fièvre  jaune", "fievre JAUNE", "fièvre, jaune!"):
            assert note_unanswered(session, query, now=START)
        assert note_unanswered(session, "高血压", now=START + timedelta(days=1), left=True)

    assert _queries(database) == [("高血压", 0, 1), ("fièvre, jaune!", 3, 0)]


@pytest.mark.parametrize(
    "query", ["", "!?", "a@b.org", "07 12 34 56 78", "1234567", "1-2-3.4/5 6 7"]
)
def test_nothing_is_kept_of_what_may_be_somebodys(database: Database, query: str) -> None:
    with database.begin() as session:
        assert not note_unanswered(session, query, now=START, left=True)

    assert _queries(database) == []


def test_years_and_doses_are_kept(database: Database) -> None:
    with database.begin() as session:
        assert note_unanswered(session, "covid 2020-2022 2.4 mg", now=START)

    assert len(_queries(database)) == 1


def test_the_least_is_forgotten_when_there_are_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "MOST_KEPT", 100)
    with database.begin() as session:
        for _ in range(2):
            note_unanswered(session, "often", now=START)
        note_unanswered(session, "left", now=START, left=True)
        for number in range(300):
            note_unanswered(session, f"word {number}", now=START + timedelta(days=number))
        kept = session.scalar(select(func.count(UnansweredQuery.id)))

    queries = [query for query, _, _ in _queries(database)]
    assert kept is not None
    assert 50 <= kept <= 101
    assert queries[:2] == ["left", "often"]
    assert "word 299" in queries
    assert "word 0" not in queries


def test_only_those_who_may_see_and_shorten_the_list(database: Database) -> None:
    with database.begin() as session:
        note_unanswered(session, "zebra", now=START)
        row_id = session.scalars(select(UnansweredQuery.id)).one()
        with pytest.raises(NotAllowedError):
            list_unanswered(session, actor=VISITOR)
        with pytest.raises(NotAllowedError):
            forget_unanswered(session, row_id, actor=VISITOR, now=START)
        assert forget_unanswered(session, row_id, actor=OPERATOR, now=START) == "zebra"
        session.flush()
        with pytest.raises(NotFoundError):
            forget_unanswered(session, row_id, actor=OPERATOR, now=START)
