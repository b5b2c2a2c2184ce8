import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text

from archive import unanswered
from archive.database import Database
from archive.errors import NotAllowedError, NotFoundError
from archive.index import Narrowing
from archive.models import AuditEntry, SearchedOnce, UnansweredQuery
from archive.permissions import OPERATOR, VISITOR
from archive.search import SearchPage
from archive.unanswered import (
    count_search,
    forget_old,
    forget_unanswered,
    list_unanswered,
    note_unanswered,
)
from tests.conftest import START


def _queries(database: Database) -> list[tuple[str, int, int]]:
    with database.read() as session:
        rows, _ = list_unanswered(session, actor=OPERATOR, limit=1_000)
    return [(row.query, row.searched, row.left) for row in rows]


DAY = timedelta(days=1)


def _everything_kept(database: Database) -> str:
    """All that is kept of searches, in one text."""
    with database.read() as session:
        tables = [session.execute(select(*UnansweredQuery.__table__.columns)).all()]
        tables.append(session.execute(select(*SearchedOnce.__table__.columns)).all())
        tables.append(session.execute(select(*AuditEntry.__table__.columns)).all())
    return str(tables).casefold()


def test_a_query_is_counted_once_however_it_is_typed(database: Database) -> None:
    with database.begin() as session:
        for query in ("Fièvre  jaune", "fievre JAUNE"):
            assert note_unanswered(session, query, now=START)
        assert note_unanswered(session, "fièvre, jaune!", now=START + DAY)
        assert note_unanswered(session, "高血压", now=START + DAY, left=True)

    assert _queries(database) == [("高血压", 0, 1), ("fièvre, jaune!", 3, 0)]


@pytest.mark.parametrize(
    "query", ["", "!?", "a@b.org", "07 12 34 56 78", "1234567", "1-2-3.4/5 6 7"]
)
def test_nothing_is_kept_of_what_may_be_somebodys(database: Database, query: str) -> None:
    with database.begin() as session:
        assert not note_unanswered(session, query, now=START, left=True)

    assert _queries(database) == []


def test_the_words_are_kept_from_the_second_day_on_or_when_left(database: Database) -> None:
    with database.begin() as session:
        for _ in range(3):
            note_unanswered(session, "Amina Okello HIV", now=START)
        note_unanswered(session, "zebra", now=START)
    first_day = _everything_kept(database)
    with database.begin() as session:
        note_unanswered(session, "zebra", now=START + DAY)
        note_unanswered(session, "okapi", now=START + DAY, left=True)

    assert "amina" not in first_day
    assert "zebra" not in first_day
    assert _queries(database) == [("okapi", 0, 1), ("zebra", 2, 0)]
    assert "amina" not in _everything_kept(database)


def test_a_query_that_was_counted_before_it_was_left_keeps_its_count(database: Database) -> None:
    with database.begin() as session:
        for _ in range(3):
            note_unanswered(session, "zebra", now=START)
        note_unanswered(session, "zebra", now=START, left=True)

    assert _queries(database) == [("zebra", 3, 1)]


def test_hashes_are_forgotten_after_a_month_and_words_after_a_year(database: Database) -> None:
    def forget_on(day: int) -> list[tuple[str, int, int]]:
        with database.begin() as session:
            forget_old(session, now=START + day * DAY)
        return _queries(database)

    with database.begin() as session:
        note_unanswered(session, "zebra", now=START)
        note_unanswered(session, "okapi", now=START, left=True)
    kept = forget_on(30)
    with database.begin() as session:
        hashes = session.scalar(select(func.count(SearchedOnce.digest)))
        forget_old(session, now=START + 31 * DAY)
        note_unanswered(session, "zebra", now=START + 31 * DAY)

    assert hashes == 1
    assert kept == forget_on(365) == [("okapi", 0, 1)]  # The zebra was searched for anew.
    assert forget_on(366) == []


def test_two_days_have_two_salts_and_one_day_has_one(database: Database) -> None:
    with database.begin() as session:
        for query in ("zebra", "okapi"):
            note_unanswered(session, query, now=START)
        note_unanswered(session, "quagga", now=START + DAY)
        salts = session.scalars(select(SearchedOnce.salt).order_by(SearchedOnce.on)).all()

    assert salts[0] == salts[1] != salts[2]


def test_hashes_do_not_grow_without_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "MOST_KEPT", 100)
    with database.begin() as session:
        for number in range(120):
            note_unanswered(session, f"word {number}", now=START)
        kept = session.scalar(select(func.count(SearchedOnce.digest)))

    assert kept is not None
    assert 50 <= kept <= 100


@pytest.mark.parametrize(
    "query",
    [
        "speaker:okello",
        "fever speaker:okello",
        "-speaker:okello hiv",
        'a OR speaker:"amina okello"',
    ],
)
def test_who_is_to_have_said_it_is_not_kept_even_when_left(database: Database, query: str) -> None:
    with database.begin() as session:
        assert not note_unanswered(session, query, now=START, left=True)
        assert not note_unanswered(session, query, now=START)

    assert "okello" not in _everything_kept(database)
    assert _queries(database) == []


def test_taking_one_off_the_list_does_not_copy_its_words(database: Database) -> None:
    with database.begin() as session:
        note_unanswered(session, "Amina Okello", now=START, left=True)
        row_id = session.scalars(select(UnansweredQuery.id)).one()
        forget_unanswered(session, row_id, actor=OPERATOR, now=START)

    kept = _everything_kept(database)
    assert "took off the list" in kept
    assert "okello" not in kept


def test_years_and_doses_are_kept(database: Database) -> None:
    with database.begin() as session:
        assert note_unanswered(session, "covid 2020-2022 2.4 mg", now=START, left=True)

    assert len(_queries(database)) == 1


def test_the_least_is_forgotten_when_there_are_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "MOST_KEPT", 100)
    with database.begin() as session:
        for number in range(3):
            note_unanswered(session, "often", now=START + number * DAY)
        note_unanswered(session, "left", now=START, left=True)
        for number in range(300):
            for after in (number, number + 1):
                note_unanswered(session, f"word {number}", now=START + after * DAY)
        kept = session.scalar(select(func.count(UnansweredQuery.id)))

    queries = [query for query, _, _ in _queries(database)]
    assert kept is not None
    assert 50 <= kept <= 101
    assert queries[:2] == ["left", "often"]
    assert "word 299" in queries
    assert "word 0" not in queries


def test_only_those_who_may_see_and_shorten_the_list(database: Database) -> None:
    with database.begin() as session:
        note_unanswered(session, "zebra", now=START, left=True)
        row_id = session.scalars(select(UnansweredQuery.id)).one()
        with pytest.raises(NotAllowedError):
            list_unanswered(session, actor=VISITOR)
        with pytest.raises(NotAllowedError):
            forget_unanswered(session, row_id, actor=VISITOR, now=START)
        assert forget_unanswered(session, row_id, actor=OPERATOR, now=START) == "zebra"
        session.flush()
        with pytest.raises(NotFoundError):
            forget_unanswered(session, row_id, actor=OPERATOR, now=START)


def _found_nothing(query: str) -> SearchPage:
    return SearchPage(query=query, understood="", total=0, page=1, pages=1, results=())


def test_searches_made_at_once_are_all_counted(database: Database) -> None:
    def search(day: int) -> None:
        with database.begin() as session:
            note_unanswered(session, "zebra", now=START + day * DAY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(search, [0] * 8))
        list(pool.map(search, [1] * 8))

    assert _queries(database) == [("zebra", 16, 0)]
    assert _everything_kept(database).count("zebra") == 2, "as typed, and folded"


def test_a_search_does_not_wait_for_who_writes_long_and_others_do_after_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    begun = time.monotonic()
    with database.begin() as session:
        session.execute(delete(SearchedOnce))
        count_search(database, _found_nothing("zebra"), Narrowing(), now=START)
    took_s = time.monotonic() - begun
    with database.read() as first, database.read() as second:
        waits = [one.scalar(text("PRAGMA busy_timeout")) for one in (first, second)]

    assert took_s < 5, "the database itself waits for 30 seconds"
    assert "was not counted" in caplog.text
    assert waits == [30_000, 30_000]
