import pytest

from archive.slide_times import read_slide_times

HOUR_MS = 3_600_000


def test_times_are_read_and_empty_pages_are_passed_over() -> None:
    read = read_slide_times({1: "0:00", 2: " 12:05 ", 3: "", 4: "59:59"}, duration_ms=HOUR_MS)

    assert read.times_ms == {1: 0, 2: 725_000, 4: 3_599_000}
    assert not read.problems
    assert not read.out_of_order


@pytest.mark.parametrize("text", ["1:02:30", "1h2m30s", "62:30"])
def test_hours_may_be_written_in_several_ways(text: str) -> None:
    assert read_slide_times({1: text}, duration_ms=2 * HOUR_MS).times_ms == {1: 3_750_000}


@pytest.mark.parametrize("text", ["soon", "12", "12.5", "12:75", "1:75:10", "-1:00", "::"])
def test_what_is_no_clear_time_is_told_beside_its_page(text: str) -> None:
    read = read_slide_times({1: "0:01", 2: text}, duration_ms=HOUR_MS)

    assert set(read.problems) == {2}
    assert f"“{text}” is not a time" in read.problems[2]


def test_a_time_past_the_end_says_how_long_the_recording_is() -> None:
    read = read_slide_times({1: "0:59", 2: "1:00", 3: "2:00"}, duration_ms=60_000)

    assert set(read.problems) == {2, 3}
    assert "the recording is 1:00 long" in read.problems[2]


def test_without_a_length_no_time_is_past_the_end() -> None:
    assert not read_slide_times({1: "99:00"}, duration_ms=None).problems


@pytest.mark.parametrize("any_order", [False, True])
def test_two_pages_on_one_time_name_the_other(*, any_order: bool) -> None:
    read = read_slide_times(
        {1: "0:10", 2: "0:20", 3: "0:10"}, duration_ms=HOUR_MS, any_order=any_order
    )

    assert set(read.problems) == {3}
    assert "Page 1 has the same time, 0:10" in read.problems[3]
    assert not read.out_of_order


def test_a_page_before_the_one_before_it_is_asked_about() -> None:
    typed = {1: "0:10", 2: "5:00", 3: "4:00", 4: "6:00"}

    asked = read_slide_times(typed, duration_ms=HOUR_MS)
    meant = read_slide_times(typed, duration_ms=HOUR_MS, any_order=True)

    assert set(asked.problems) == {3}
    assert "4:00 is before page 2, which is at 5:00" in asked.problems[3]
    assert asked.out_of_order
    assert not meant.problems
    assert meant.times_ms == {1: 10_000, 2: 300_000, 3: 240_000, 4: 360_000}


def test_order_is_not_offered_as_meant_while_something_else_is_wrong() -> None:
    read = read_slide_times({1: "5:00", 2: "4:00", 3: "soon"}, duration_ms=HOUR_MS)

    assert set(read.problems) == {2, 3}
    assert not read.out_of_order
