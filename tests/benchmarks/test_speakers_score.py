"""The scoring of the speakers benchmark, on turns made up."""

from pathlib import Path

import pytest

from archive.speaker_turns import Turn
from benchmarks.speakers.score import (
    SpokenWord,
    error_rate,
    map_voices,
    name_voices,
    read_rttm,
    right_words,
)


def turn(start_ms: int, end_ms: int, speaker: str) -> Turn:
    return Turn(start_ms=start_ms, end_ms=end_ms, speaker=speaker)


SAID = (turn(0, 4_000, "ann"), turn(4_000, 10_000, "bob"))
FOUND = (turn(0, 4_000, "1"), turn(4_000, 8_000, "2"), turn(8_000, 9_500, "3"))
"""Bob's last two seconds are another voice, which stops half a second early."""


def test_as_found_a_speaker_is_one_voice_and_the_rest_is_confused() -> None:
    names = map_voices(SAID, FOUND)

    rate = error_rate(SAID, FOUND, names, collar_ms=0)

    assert names == {"1": "ann", "2": "bob"}
    assert (rate.missed, rate.false_alarm, rate.confused) == pytest.approx((0.05, 0.0, 0.15))
    assert rate.all == pytest.approx(0.2)


def test_voices_that_are_given_one_name_are_right() -> None:
    names = name_voices(SAID, FOUND)

    rate = error_rate(SAID, FOUND, names, collar_ms=0)

    assert names == {"1": "ann", "2": "bob", "3": "bob"}
    assert rate.all == pytest.approx(0.05)


def test_the_best_pairs_count_even_where_one_voice_would_gain_from_another() -> None:
    said = (turn(0, 8_000, "ann"), turn(8_000, 11_000, "bob"))
    found = (turn(0, 3_000, "1"), turn(3_000, 8_000, "2"), turn(8_000, 10_900, "1"))

    assert map_voices(said, found) == {"1": "bob", "2": "ann"}


def test_a_collar_leaves_out_what_is_near_an_edge() -> None:
    late = (turn(200, 4_200, "1"), turn(4_200, 10_000, "2"))
    names = map_voices(SAID, late)

    assert error_rate(SAID, late, names, collar_ms=0).all == pytest.approx(0.04)
    assert error_rate(SAID, late, names, collar_ms=250).all == 0.0


def test_who_speaks_at_once_counts_each_and_speech_that_nobody_said_counts_too() -> None:
    said = (turn(0, 2_000, "ann"), turn(0, 2_000, "bob"))
    found = (turn(0, 3_000, "1"),)

    rate = error_rate(said, found, map_voices(said, found), collar_ms=0)

    assert (rate.missed, rate.false_alarm, rate.confused) == pytest.approx((0.5, 0.25, 0.0))


def test_a_word_is_right_under_who_speaks_most_of_it() -> None:
    words = [
        SpokenWord(start_ms=3_000, end_ms=3_400, speaker="1"),
        SpokenWord(start_ms=3_900, end_ms=4_300, speaker="1"),
        SpokenWord(start_ms=8_100, end_ms=8_300, speaker="3"),
        SpokenWord(start_ms=11_000, end_ms=11_300, speaker="2"),
        SpokenWord(start_ms=5_000, end_ms=5_300, speaker=""),
    ]

    assert right_words(SAID, words, map_voices(SAID, FOUND)) == 1
    assert right_words(SAID, words, name_voices(SAID, FOUND)) == 2


def test_an_rttm_is_read_in_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    path.write_text(
        "SPKR-INFO a 1 <NA> <NA> <NA> unknown bob <NA>\n"
        "SPEAKER a 1 4.000 1.25 <NA> <NA> bob <NA> <NA>\n"
        "SPEAKER a 1 0.5 0.430 <NA> <NA> ann <NA> <NA>\n"
    )

    assert read_rttm(path) == (turn(500, 930, "ann"), turn(4_000, 5_250, "bob"))
