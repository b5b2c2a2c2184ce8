"""Where a term that was removed stands, as a machine wrote it."""

import pytest

from archive.glossary.affected import _Eyes
from archive.glossary.values import Draft


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we were in Kitgum", ["Kitgum"]),
        ("Kitgum hospital is in Kitgum.", ["Kitgum", "Kitgum hospital", "Kitgum"]),
        ("Gulu", []),
    ],
)
def test_each_place_is_told_once_also_at_the_end(text: str, found: list[str]) -> None:
    eyes = _Eyes(Draft(term="kitgum", variants=("kitgum hospital",)))

    told = [written for written, _ in eyes.read(text, "en", frozenset())]

    assert sorted(told) == sorted(found)
