"""Slips of the finger: which words are near, and which slip is likelier."""

import pytest

from archive.index.tolerance.typos import near_words, slip_cost

WORDS = ["artesunate", "artemether", "fever", "fewer", "never", "oxygen", "goma", "goal", "hib"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("artesunte", "artesunate"),
        ("artseunate", "artesunate"),
        ("artesunaet", "artesunate"),
        ("arteesunatr", "artesunate"),
        ("oxigen", "oxygen"),
        ("goam", "goma"),
        ("fevver", "fever"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert near_words(typed, WORDS)[0].word == meant


@pytest.mark.parametrize("typed", ["hob", "xxgen", "artsn", "rtesunatexy", "fever", "19", "a1b2c"])
def test_short_words_and_many_slips_are_left_alone(typed: str) -> None:
    assert [one.word for one in near_words(typed, WORDS) if one.word != "fewer"] == []


def test_the_first_letter_is_seldom_wrong() -> None:
    assert [one.word for one in near_words("fver", ["fever", "over"])] == ["fever"]


@pytest.mark.parametrize(
    ("typed", "likelier", "other"),
    [("hlelp", "hellp", "hell"), ("goam", "goma", "goal"), ("malariq", "malaria", "malarik")],
)
def test_swapped_doubled_and_neighbouring_letters_are_likelier(
    typed: str, likelier: str, other: str
) -> None:
    assert slip_cost(typed, likelier) < slip_cost(typed, other)
