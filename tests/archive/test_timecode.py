import pytest

from archive.timecode import (
    format_clock,
    format_duration,
    format_seconds,
    format_srt,
    format_vtt,
    ms_from_seconds,
    parse_time,
)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("754", 754_000),
        ("12.5", 12_500),
        ("0", 0),
        ("npt:10", 10_000),
        ("0:12:34", 754_000),
        ("12:34.5", 754_500),
        ("1:02:03.5", 3_723_500),
        ("12m34s", 754_000),
        ("1h2m3.5s", 3_723_500),
        ("90m", 5_400_000),
        (" 7 ", 7_000),
        ("", None),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("1e99", None),
        ("abc", None),
        ("1:2:3:4", None),
        ("hms", None),
    ],
)
def test_parse_time_reads_what_addresses_hold(text: str, ms: int | None) -> None:
    assert parse_time(text) == ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0"), (12_500, "12.5"), (3_723_580, "3723.58"), (60_000, "60"), (1, "0.001")],
)
def test_format_seconds_is_as_short_as_can_be(ms: int, text: str) -> None:
    assert format_seconds(ms) == text
    assert parse_time(text) == ms


@pytest.mark.parametrize(
    ("ms", "text"), [(7_999, "0:07"), (2_467_000, "41:07"), (5_200_000, "1:26:40"), (-5, "0:00")]
)
def test_format_clock_reads_as_people_do(ms: int, text: str) -> None:
    assert format_clock(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (400, "0 s"),
        (48_000, "48 s"),
        (59_600, "1 min"),
        (120_000, "2 min"),
        (6_720_000, "1 h 52 min"),
        (7_200_000, "2 h"),
    ],
)
def test_format_duration_is_in_words(ms: int, text: str) -> None:
    assert format_duration(ms) == text


def test_caption_timestamps_keep_their_milliseconds() -> None:
    assert format_vtt(3_723_058) == "01:02:03.058"
    assert format_srt(3_723_058) == "01:02:03,058"
    assert format_vtt(360_000_000) == "100:00:00.000"


def test_seconds_are_rounded_not_cut() -> None:
    assert ms_from_seconds(1.9996) == 2_000
