"""How alike sounds are: the many at once against one pair at a time, as the costs are defined."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.glossary.likeness import distances_within, encode, likenesses, weigh

KEYS = st.text(alphabet="aeioupbtdkgfvszmnlrhwSCJTNj*", max_size=12)


def _weight(sounds: str) -> float:
    return float(weigh(encode([sounds])).sum())


@cache
def _apart(one: str, other: str) -> float:
    """What it costs to change one sound to another, told by two keys that are else the same."""
    before = "o" * 8  # or likeness would end at 0 for sounds that are nothing like each other
    most = max(_weight(before + one), _weight(before + other))
    return (1 - float(likenesses(encode([before + one]), encode([before + other]))[0])) * most


def _distance(one: str, other: str, *, anywhere: bool = False) -> float:
    """Fill the table of edits cell by cell; `anywhere`: `one` is to be found in `other`."""
    row = [0.0 if anywhere else _weight(other[:end]) for end in range(len(other) + 1)]
    for sound in one:
        following = [row[0] + _weight(sound)]
        for place, against in enumerate(other):
            following.append(
                min(
                    row[place] + _apart(sound, against),
                    row[place + 1] + _weight(sound),
                    following[place] + _weight(against),
                )
            )
        row = following
    return min(row) if anywhere else row[-1]


@given(st.lists(st.tuples(KEYS, KEYS), min_size=1, max_size=4))
def test_many_pairs_at_once_are_as_alike_as_each_by_itself(pairs: list[tuple[str, str]]) -> None:
    first, second = zip(*pairs, strict=True)

    alike = likenesses(encode(first), encode(second))

    for found, one, other in zip(alike.tolist(), first, second, strict=True):
        most = max(_weight(one), _weight(other), 0.01)
        assert found == pytest.approx(max(1 - _distance(one, other) / most, 0), abs=1e-5)


@given(st.lists(KEYS, min_size=1, max_size=4), KEYS)
def test_a_part_costs_what_its_nearest_stretch_of_the_whole_does(
    parts: list[str], whole: str
) -> None:
    found = distances_within(encode(parts), encode([whole])[0])

    wanted = [_distance(part, whole, anywhere=True) for part in parts]
    assert found.tolist() == pytest.approx(wanted, abs=1e-5)


def test_costs_are_those_that_are_written_down() -> None:
    def alike(one: str, other: str) -> float:
        return float(likenesses(encode([one]), encode([other]))[0])

    assert alike("artesunat", "artesunat") == 1
    assert alike("pat", "bat") == pytest.approx(1 - 0.3 / 2.35)  # p and b are near each other
    assert alike("pat", "pa") == pytest.approx(1 - 1 / 2.35)  # a consonant dropped
    assert alike("pat", "pt") == pytest.approx(1 - 0.35 / 2.35)  # a vowel
    assert alike("pat", "kat") == pytest.approx(1 - 1.15 / 2.35, abs=0.3)
    assert alike("", "") == 1
    assert alike("", "t") == 0


def test_more_pairs_than_are_compared_at_once_and_keys_of_any_length() -> None:
    keys = ["malaria", "p" * 90, "pb" * 120, ""]
    many = keys * 700

    alike = likenesses(encode(many), encode(many[::-1]))

    once = likenesses(encode(keys), encode(keys[::-1]))
    assert alike.tolist() == once.tolist() * 700
    assert likenesses(encode(keys), encode(keys)).tolist() == [1] * 4
    assert likenesses(encode([])[:0], encode([])[:0]).shape == (0,)


def test_fillings_count_nothing() -> None:
    wide = np.pad(encode(["kolera"]), ((0, 0), (0, 9)))

    assert likenesses(wide, encode(["kolera"])).tolist() == [1]
    assert distances_within(wide, encode(["akoleran"])[0]).tolist() == [0]
