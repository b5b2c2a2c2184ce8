import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from archive.bin import KEPT_FOR, throw_away
from archive.database import Database
from archive.deposits import Description, deposit
from archive.errors import GoneError, NotFoundError
from archive.jobs import Jobs
from archive.models import SearchedOnce
from archive.permissions import OPERATOR, VISITOR
from archive.publishing import Step, take_step
from archive.recordings import get_recording
from archive.settings import Settings
from archive.storage import Storage
from archive.unanswered import note_unanswered
from tests.conftest import START, FakeClock
from worker.housekeeping import Housekeeping


def _house(settings: Settings, jobs: Jobs, clock: FakeClock) -> Housekeeping:
    """Build what a worker starts with: nothing is left of an earlier one."""
    return Housekeeping(
        database=Database(settings.database_url),
        storage=Storage(settings.files_dir),
        jobs=jobs,
        clock=clock,
    )


@pytest.fixture
def recording_id(database: Database, jobs: Jobs, storage: Storage) -> int:
    with database.begin() as session:
        return deposit(
            session,
            jobs,
            blob=storage.keep_bytes(b"a film"),
            file_name="a.mp4",
            description=Description(title="A film"),
            depositor_id=None,
            publish=False,
            now=START,
        ).recording_id


def test_what_was_scheduled_before_a_restart_is_published_after_it(
    settings: Settings, database: Database, jobs: Jobs, clock: FakeClock, recording_id: int
) -> None:
    with database.begin() as session:
        take_step(
            session,
            jobs,
            recording_id,
            Step.SCHEDULE,
            actor=OPERATOR,
            now=START,
            publish_at=START + timedelta(hours=2),
        )
    before = _house(settings, jobs, clock)
    assert before.publish() == ()
    before.database.close()
    clock.forward(days=3)  # no worker ran for days

    after = _house(settings, jobs, clock)
    done = after.publish()
    again = after.publish()

    assert (done, again) == ((recording_id,), ())
    with database.read() as session:
        assert get_recording(session, recording_id, actor=VISITOR, now=clock()).title == "A film"
    after.database.close()


def test_two_workers_publish_it_once(
    settings: Settings, database: Database, jobs: Jobs, clock: FakeClock, recording_id: int
) -> None:
    with database.begin() as session:
        take_step(
            session,
            jobs,
            recording_id,
            Step.SCHEDULE,
            actor=OPERATOR,
            now=START,
            publish_at=START + timedelta(hours=2),
        )
    clock.forward(hours=2)
    houses = [_house(settings, jobs, clock) for _ in range(2)]
    ready = threading.Barrier(2)
    done: list[tuple[int, ...]] = []

    def publish(house: Housekeeping) -> None:
        ready.wait()
        done.append(house.publish())

    threads = [threading.Thread(target=publish, args=[house]) for house in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [(), (recording_id,)]
    for house in houses:
        house.database.close()


def test_the_bin_is_emptied_and_its_bytes_go(
    settings: Settings,
    database: Database,
    jobs: Jobs,
    storage: Storage,
    clock: FakeClock,
    recording_id: int,
) -> None:
    with database.begin() as session:
        key = get_recording(session, recording_id, actor=OPERATOR, now=START).files[0].sha256
        throw_away(session, jobs, recording_id, actor=OPERATOR, now=START)
    then = (START - timedelta(days=1)).timestamp()
    os.utime(storage.path(key), (then, then))
    house = _house(settings, jobs, clock)

    with database.begin() as session:
        note_unanswered(session, "zebra", now=START)
    early = house.sweep()
    with database.read() as session:
        assert session.scalar(select(func.count(SearchedOnce.digest))) == 1
    clock.now = START + KEPT_FOR + timedelta(days=1)
    due = house.sweep()

    assert (early, due) == (((), 0), ((recording_id,), 1))
    with pytest.raises(NotFoundError):
        storage.path(key)
    with database.read() as session, pytest.raises(GoneError):
        get_recording(session, recording_id, actor=OPERATOR, now=clock())
    with database.read() as session:
        assert session.scalar(select(func.count(SearchedOnce.digest))) == 0
    house.database.close()
