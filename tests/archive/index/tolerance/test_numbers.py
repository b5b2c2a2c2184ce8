"""Numbers in digits and in words."""

import pytest

from archive.index.tolerance.numbers import find_quantities, write_quantity


def _forms(text: str) -> set[str]:
    """Return every way the one number of a text is written, with the units' names once."""
    [quantity] = find_quantities(text.split())
    numbers, units = write_quantity(quantity)
    return {" ".join((*number, *units[:1])) for number in numbers}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("19", "nineteen"),
        ("19", "dix neuf"),
        ("nineteen", "dix neuf"),
        ("2 4 mg", "two point four mg"),
        ("2 4 mg", "deux virgule quatre mg"),
        ("2 4 mg", "2 point 4 mg"),
        ("2 4 mg", "2 virgule 4 mg"),
        ("2 4 mg", "2 virgula 4 mg"),
        ("two point four mg", "2 point 4 mg"),
        ("0 5", "zero point five"),
        ("71", "soixante et onze"),
        ("80", "quatre vingts"),
        ("97", "quatre vingt dix sept"),
        ("120", "one hundred and twenty"),
        ("120", "one hundred twenty"),
        ("200", "deux cents"),
        ("220", "deux cent vingt"),
        ("2024", "twenty twenty four"),
        ("2019", "two thousand and nineteen"),
    ],
)
def test_a_number_is_written_in_digits_and_in_words(one: str, other: str) -> None:
    assert other in _forms(one)
    assert one in _forms(other)


def test_units_go_by_any_of_their_names() -> None:
    [short] = find_quantities(["2", "4", "mg"])
    [long] = find_quantities(["two", "point", "four", "milligrams"])

    assert (short.whole, short.decimals, short.unit) == (2, "4", "mg")
    assert write_quantity(short) == write_quantity(long)
    assert {"mg", "milligrams", "milligrammes"} <= set(write_quantity(short)[1])


@pytest.mark.parametrize("text", ["fever", "123456", "and of the", "", "point", "mg"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert list(find_quantities(text.split())) == []


def test_several_numbers_are_found_each() -> None:
    found = list(find_quantities(["give", "5", "mg", "for", "nineteen", "days"]))

    assert [(one.first, one.last, one.whole, one.unit) for one in found] == [
        (1, 2, 5, "mg"),
        (4, 4, 19, ""),
    ]
