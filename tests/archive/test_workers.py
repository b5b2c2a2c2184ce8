from dataclasses import replace

import pytest

from archive.database import Database
from archive.errors import DisplacedError
from archive.workers import (
    Sighting,
    Watch,
    beat,
    check_in,
    check_out,
    forget,
    read_worker,
    read_workers,
)
from tests.conftest import START, FakeClock

ONE = Sighting(worker_id="worker-1", token="a", host="east", pid=11, seen_at=START)
OTHER = Sighting(worker_id="worker-2", token="b", host="west", pid=22, seen_at=START)


def test_a_worker_that_beats_is_there(database: Database, clock: FakeClock) -> None:
    with database.begin() as session:
        check_in(session, ONE)
    clock.forward(seconds=10)

    with database.begin() as session:
        beat(session, worker_id="worker-1", token="a", now=clock())

    with database.read() as session:
        assert read_workers(session) == (replace(ONE, seen_at=clock()),)


def test_a_second_process_under_a_name_displaces_the_first(database: Database) -> None:
    with database.begin() as session:
        check_in(session, ONE)
        check_in(session, replace(ONE, token="c"))

    with database.begin() as session:
        beat(session, worker_id="worker-1", token="c", now=START)
        with pytest.raises(DisplacedError, match="worker-1"):
            beat(session, worker_id="worker-1", token="a", now=START)


def test_who_was_forgotten_cannot_beat(database: Database) -> None:
    with database.begin() as session:
        check_in(session, ONE)

    with database.begin() as session:
        assert forget(session, ONE)
        assert not forget(session, ONE)

    with database.begin() as session, pytest.raises(DisplacedError):
        beat(session, worker_id="worker-1", token="a", now=START)


def test_who_has_beaten_since_it_was_looked_at_is_not_forgotten(
    database: Database, clock: FakeClock
) -> None:
    with database.begin() as session:
        check_in(session, ONE)
        clock.forward(seconds=1)
        beat(session, worker_id="worker-1", token="a", now=clock())

    with database.begin() as session:
        assert not forget(session, ONE)
        assert read_worker(session, "worker-1") is not None


def test_checking_out_leaves_a_successor_alone(database: Database) -> None:
    with database.begin() as session:
        check_in(session, OTHER)

    with database.begin() as session:
        check_out(session, worker_id="worker-2", token="of one before")
        assert read_worker(session, "worker-2") == OTHER
        check_out(session, worker_id="worker-2", token="b")
        assert read_worker(session, "worker-2") is None


def test_a_worker_is_silent_when_it_has_not_beaten_for_the_time_given() -> None:
    watch = Watch(silent_after_s=90)
    beating = [replace(OTHER, seen_at=START.replace(minute=minute)) for minute in range(20)]

    looks = [watch.silent([ONE, beating[n]], now_s=n * 10.0) for n in range(10)]

    assert looks == [[]] * 9 + [[ONE]]


def test_a_clock_that_is_wrong_makes_nobody_silent() -> None:
    watch = Watch(silent_after_s=90)
    seen = [START.replace(year=1970, second=second) for second in range(20)]

    looks = [watch.silent([replace(ONE, seen_at=seen[n])], now_s=n * 10.0) for n in range(20)]

    assert looks == [[]] * 20


def test_after_a_pause_of_the_watcher_everyone_gets_the_full_time_again() -> None:
    watch = Watch(silent_after_s=90)
    watch.silent([ONE], now_s=0)
    watch.silent([ONE], now_s=10)

    woken = watch.silent([ONE], now_s=1_000)
    later = [watch.silent([ONE], now_s=1_000 + n * 10.0) for n in range(1, 10)]

    assert woken == []
    assert later == [[]] * 8 + [[ONE]]
