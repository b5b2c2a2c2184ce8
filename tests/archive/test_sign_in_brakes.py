"""What failed sign-ins cost, told by a clock that is moved by hand."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from archive.database import Database
from archive.errors import TooManyTriesError
from archive.models import SignInBrake
from archive.sign_in_brakes import BrakeKey, BrakeKind, address_key, give_back, take_try
from tests.conftest import START

ACCOUNT = BrakeKey(BrakeKind.ACCOUNT, "lina@example.org")
DEVICE = BrakeKey(BrakeKind.DEVICE, "lina@example.org phone")
ADDRESS = BrakeKey(BrakeKind.ADDRESS, "192.0.2.1")


def _try(database: Database, *keys: BrakeKey, at: datetime = START) -> bool:
    try:
        with database.begin() as session:
            take_try(session, keys, now=at)
    except TooManyTriesError:
        return False
    return True


def test_ten_tries_in_a_row_then_one_every_five_minutes(database: Database) -> None:
    in_a_row = [_try(database, ACCOUNT) for _ in range(12)]
    too_early = _try(database, ACCOUNT, at=START + timedelta(minutes=4, seconds=59))
    in_time = _try(database, ACCOUNT, at=START + timedelta(minutes=5))
    again = _try(database, ACCOUNT, at=START + timedelta(minutes=5))

    assert in_a_row == [True] * 10 + [False] * 2
    assert (too_early, in_time, again) == (False, True, False)


def test_a_refused_try_costs_nothing_and_says_how_long_to_wait(database: Database) -> None:
    for _ in range(10):
        _try(database, ACCOUNT)

    for _ in range(50):
        with (
            pytest.raises(TooManyTriesError, match="Wait 5 minutes") as refused,
            database.begin() as session,
        ):
            take_try(session, [ACCOUNT, ADDRESS], now=START + timedelta(seconds=30))

    assert refused.value.wait_s == 271
    assert _try(database, ADDRESS)


def test_what_was_right_gives_an_account_all_its_tries_back(database: Database) -> None:
    for _ in range(9):
        _try(database, ACCOUNT, ADDRESS)

    with database.begin() as session:
        take_try(session, [ACCOUNT, ADDRESS], now=START)
        give_back(session, [ACCOUNT, ADDRESS], now=START)

    assert [_try(database, ACCOUNT) for _ in range(11)] == [True] * 10 + [False]
    # The address has paid for the nine that failed: 50 at once less those, and no more.
    assert [_try(database, ADDRESS) for _ in range(42)] == [True] * 41 + [False]


def test_strangers_do_not_lock_out_a_device_that_is_known(database: Database) -> None:
    for hour in range(24):
        for _ in range(100):
            _try(database, ACCOUNT, at=START + timedelta(hours=hour))

    after = START + timedelta(hours=23)
    assert not _try(database, ACCOUNT, at=after)
    assert _try(database, DEVICE, at=after)


def test_a_day_of_guessing_comes_to_few_guesses(database: Database) -> None:
    minutes = (START + timedelta(minutes=minute) for minute in range(24 * 60))

    assert sum(_try(database, ACCOUNT, at=minute) for minute in minutes) <= 300


def test_many_at_once_count_as_many(database: Database) -> None:
    granted: list[bool] = []
    barrier = threading.Barrier(20)

    def guess() -> None:
        barrier.wait()
        granted.append(_try(database, ACCOUNT, ADDRESS))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(granted) == [False] * 10 + [True] * 10


def test_nothing_is_kept_of_what_is_forgiven_and_never_what_was_typed(database: Database) -> None:
    _try(database, ACCOUNT, ADDRESS)
    with database.read() as session:
        kept = session.scalars(select(SignInBrake.key_sha256)).all()
    _try(database, DEVICE, at=START + timedelta(hours=1))

    with database.read() as session:
        left = session.scalar(select(func.count(SignInBrake.key_sha256)))
    assert len(kept) == 2
    assert "lina" not in "".join(kept)
    assert left == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unknown", False),
    ],
)
def test_all_addresses_of_one_subscriber_share_a_bucket(one: str, other: str, alike: bool) -> None:  # noqa: FBT001
    assert (address_key(one) == address_key(other)) is alike
