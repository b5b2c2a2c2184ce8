"""Words that stand close together rank a recording above those where they are scattered."""

from collections.abc import Callable

import pytest

from archive.index import IndexDocument, SearchIndex, SlideText
from archive.index.proximity import _best_window

Make = Callable[..., IndexDocument]
Show = Callable[..., SlideText]
Find = Callable[..., list[int]]

FILLER = " ".join(f"filler{number % 50}" for number in range(200))


def _scattered(word: str, times: int) -> str:
    return " ".join(f"{word} {FILLER}" for _ in range(times))


@pytest.mark.parametrize("times", [1, 5, 30])
def test_close_together_is_above_scattered_however_often(
    index: SearchIndex, make_document: Make, find: Find, times: int
) -> None:
    scattered = f"{_scattered('magnesium', times)} {_scattered('eclampsia', times)}"
    close = f"{FILLER} magnesium for eclampsia {FILLER}"
    index.update([make_document(1, scattered), make_document(2, close)])

    assert find("magnesium eclampsia") == [2, 1]
    assert find("eclampsia magnesium") == [2, 1]


def test_more_different_words_together_come_first(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update(
        [
            make_document(1, f"oxygen {FILLER} sepsis and shock {FILLER} oxygen oxygen"),
            make_document(2, f"{FILLER} oxygen in sepsis with shock {FILLER}"),
            make_document(3, f"sepsis {FILLER} oxygen {FILLER} shock"),
        ]
    )

    assert find("oxygen sepsis shock") == [2, 1, 3]
    assert find("oxygen OR sepsis OR shock") == [2, 1, 3]


def test_the_nearer_of_two_close_ones_comes_first(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    between = " ".join(["and"] * 10)
    index.update(
        [
            make_document(1, f"{FILLER} cholera {between} camp {FILLER}"),
            make_document(2, f"{FILLER} cholera camp {between} {FILLER}"),
        ]
    )

    assert find("cholera camp") == [2, 1]


def test_neighbouring_slides_and_fields_are_not_close(
    index: SearchIndex, make_document: Make, show: Show, find: Find
) -> None:
    apart = [show(f"{FILLER} cholera", 0), show(f"camp {FILLER}", 60_000)]
    together = [show(f"{FILLER} cholera camp", 0), show(FILLER, 60_000)]
    index.update(
        [make_document(1, "hello", slides=apart), make_document(2, "hello", slides=together)]
    )

    assert find("cholera camp") == [2, 1]


@pytest.mark.parametrize(
    ("at", "leaves", "best", "times"),
    [
        ([5], [0], 0.0, 1),
        ([5, 6], [0, 0], 0.0, 1),
        ([5, 6], [0, 1], 3.0, 1),
        ([5, 23], [0, 1], 3 * (1 - 0.15 * 17 / 18), 1),
        ([5, 24], [0, 1], 0.0, 1),
        ([0, 10, 11], [0, 1, 2], 7 * (1 - 0.15 * 9 / 18), 1),
        ([0, 1, 30, 31], [0, 1, 1, 2], 6.0, 1),
        ([0, 1, 30, 31, 60, 61], [0, 1, 1, 0, 0, 1], 3.0, 3),
        ([0, 1, 2, 3, 4, 5], [0, 1, 1, 0, 0, 1], 3.0, 1),
    ],
)
def test_the_best_window_and_how_many_are_as_good(
    at: list[int], leaves: list[int], best: float, times: int
) -> None:
    assert _best_window(at, leaves, [1.0, 2.0, 4.0]) == (pytest.approx(best), times)


def test_words_that_stand_together_again_and_again_come_first(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    once = f"{FILLER} cholera camp {FILLER} cholera {FILLER} camp {FILLER} cholera {FILLER} camp"
    often = f"{FILLER} cholera camp {FILLER} cholera camp {FILLER} {FILLER} cholera camp {FILLER}"
    index.update([make_document(2, once), make_document(1, often)])

    assert find("cholera camp") == [1, 2]
