from datetime import UTC, datetime, timedelta

from archive.jobs import turn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: float, *, work_s: float, later: bool = False) -> int:
    return turn(NOW + timedelta(minutes=minutes), work_s=work_s, later=later)


def test_of_two_deposited_at_once_the_shorter_comes_first() -> None:
    assert at(0, work_s=20) < at(0, work_s=600)


def test_a_short_one_passes_a_long_one_that_has_not_waited_long() -> None:
    assert at(10, work_s=20) < at(0, work_s=600)


def test_nobody_is_passed_for_ever() -> None:
    assert at(0, work_s=600) < at(21, work_s=20)


def test_what_can_wait_comes_after_all_that_cannot_and_in_its_own_order() -> None:
    a_week = 7 * 24 * 60

    assert at(a_week, work_s=7_200) < at(0, work_s=1, later=True)
    assert at(0, work_s=1, later=True) < at(5, work_s=1, later=True)


def test_a_turn_fits_what_the_queue_takes() -> None:
    late = datetime(2040, 1, 1, tzinfo=UTC)

    assert turn(NOW, work_s=0) >= 1
    assert turn(late, work_s=100_000, later=True) < 2**31
