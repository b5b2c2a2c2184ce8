"""One worker among others: what it writes, whom it relieves, when it may begin."""

import os
import socket
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import ConfigurationError, DisplacedError, SupersededError
from archive.models import Collection
from archive.settings import Settings
from archive.workers import Sighting, check_in, forget, read_worker, read_workers
from tests.conftest import START, FakeClock
from worker.presence import GuardedDatabase, Presence, Rhythm, warn_of_neighbours

SOMEWHERE = Sighting(worker_id="worker-2", token="b", host="west", pid=22, seen_at=START)
AT_ONCE = Rhythm(beat_s=0.0, silent_after_s=0.0)
PATIENT = Rhythm(beat_s=0.01, silent_after_s=90.0)


@dataclass
class Holders:
    """Who has jobs under way, and who was relieved of them."""

    holding: set[str]
    relieved: set[str] = field(default_factory=set)

    def names(self) -> AbstractSet[str]:
        return self.holding

    def relieve(self, names: AbstractSet[str]) -> None:
        self.relieved |= names


@pytest.fixture
def guarded(settings: Settings, clock: FakeClock) -> GuardedDatabase:
    return GuardedDatabase(settings.database_url, worker_id="worker-1", clock=clock)


def test_every_transaction_of_a_worker_is_a_beat(
    guarded: GuardedDatabase, database: Database, clock: FakeClock
) -> None:
    guarded.check_in()
    clock.forward(seconds=7)

    with guarded.begin() as session:
        session.add(Collection(title="Kept", created_at=START))

    with database.read() as session:
        (here,) = read_workers(session)
        assert session.scalars(select(Collection.title)).all() == ["Kept"]
    assert (here.seen_at, here.pid) == (clock(), os.getpid())


def test_a_worker_that_was_forgotten_writes_nothing(
    guarded: GuardedDatabase, database: Database
) -> None:
    guarded.check_in()
    with database.begin() as session:
        (here,) = read_workers(session)
        forget(session, here)

    with pytest.raises(DisplacedError), guarded.begin() as session:
        session.add(Collection(title="Too late", created_at=START))

    with database.read() as session:
        assert session.scalars(select(Collection)).all() == []
    assert issubclass(DisplacedError, SupersededError), "so that its workflow ends quietly"


def test_a_worker_that_stops_is_gone_at_once(guarded: GuardedDatabase, database: Database) -> None:
    guarded.check_in()

    Presence(guarded, PATIENT).end()

    with database.read() as session:
        assert read_workers(session) == ()


def test_who_fell_silent_is_forgotten_and_relieved(
    guarded: GuardedDatabase, database: Database
) -> None:
    guarded.check_in()
    with database.begin() as session:
        check_in(session, SOMEWHERE)
    holders = Holders({"worker-1", "worker-2"})

    Presence(guarded, AT_ONCE).look_after(holders)

    assert holders.relieved == {"worker-2"}
    with database.read() as session:
        assert [one.worker_id for one in read_workers(session)] == ["worker-1"]


def test_who_beats_keeps_its_jobs_and_who_was_never_there_is_relieved(
    guarded: GuardedDatabase, database: Database
) -> None:
    guarded.check_in()
    with database.begin() as session:
        check_in(session, SOMEWHERE)
    holders = Holders({"worker-1", "worker-2", "gone-long-ago"})

    Presence(guarded, PATIENT).look_after(holders)

    assert holders.relieved == {"gone-long-ago"}


def test_a_worker_that_was_forgotten_relieves_nobody(guarded: GuardedDatabase) -> None:
    holders = Holders({"worker-2"})

    with pytest.raises(DisplacedError):
        Presence(guarded, PATIENT).look_after(holders)

    assert holders.relieved == set()


def test_a_name_whose_worker_does_not_beat_any_more_can_be_taken(
    guarded: GuardedDatabase, database: Database
) -> None:
    with database.begin() as session:
        check_in(session, replace(SOMEWHERE, worker_id="worker-1"))

    Presence(guarded, PATIENT).begin()

    with database.read() as session:
        taken = read_worker(session, "worker-1")
    assert taken is not None
    assert taken.token == guarded.token


def test_a_name_whose_worker_beats_is_refused(
    guarded: GuardedDatabase, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(SOMEWHERE, worker_id="worker-1")
    with database.begin() as session:
        check_in(session, other)
    presence = Presence(guarded, PATIENT)

    def beats_meanwhile(_timeout_s: float) -> bool:
        with database.begin() as session:
            check_in(session, replace(other, seen_at=START + timedelta(seconds=10)))
        return False

    monkeypatch.setattr(presence._stopped, "wait", beats_meanwhile)

    with pytest.raises(ConfigurationError, match="worker-1 runs already, on west as process 22"):
        presence.begin()


@pytest.mark.parametrize(
    ("neighbour", "threads", "told"),
    [
        ({}, None, True),
        ({}, "2", False),
        ({"host": "west"}, None, False),
        ({"pid": 2**22 + 1}, None, False),
        ({"worker_id": "worker-1"}, None, False),
    ],
    ids=["beside it", "threads given", "elsewhere", "dead", "itself"],
)
def test_a_worker_that_takes_all_cores_beside_another_says_what_to_set(
    settings: Settings,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    *,
    neighbour: dict[str, object],
    threads: str | None,
    told: bool,
) -> None:
    environ = {"ARCHIVE_DATA_DIR": str(settings.data_dir)}
    if threads:
        environ["ARCHIVE_CPU_THREADS"] = threads
    own = replace(Settings.from_env(environ), cpu_threads=8)
    here = replace(SOMEWHERE, host=socket.gethostname(), pid=os.getppid())
    with database.begin() as session:
        check_in(session, replace(here, **neighbour))  # type: ignore[arg-type] # a test's

    warn_of_neighbours(database, own)

    lines = [record.getMessage() for record in caplog.records]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * told
    assert all("worker-2" in line and "ARCHIVE_CPU_THREADS=4" in line for line in lines)
