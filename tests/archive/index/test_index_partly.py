"""Where too few recordings have all that was asked for, those with most of it come beneath."""

from collections.abc import Callable
from datetime import date

import pytest

from archive.index import EVERYTHING, FacetKind, IndexDocument, Narrowing, SearchIndex, Sort

Make = Callable[..., IndexDocument]


@pytest.fixture
def shelf(index: SearchIndex, make_document: Make) -> SearchIndex:
    said = {
        1: "tranexamic acid after birth",
        2: "tranexamic acid was given, acid and more acid",
        3: "acid rain",
        4: "birth again",
        5: "nothing of all this",
        6: "tranexamic acid stays a secret",
    }
    index.update(
        make_document(
            number,
            text,
            public=number != 6,
            recorded_on=date(2020 + number % 2, 1, 1),
            subjects=("Bleeding",) if number < 3 else (),
        )
        for number, text in said.items()
    )
    return index


def _partly(index: SearchIndex, query: str, **options: object) -> list[tuple[int, tuple[str, ...]]]:
    page = index.search(query, tolerant=False, **options)  # type: ignore[arg-type]
    return [(hit.recording_id, hit.lacks) for hit in page.partly]


def test_they_come_after_what_has_all_and_say_what_they_lack(shelf: SearchIndex) -> None:
    page = shelf.search("tranexamic acid birth", tolerant=False)

    assert ([hit.recording_id for hit in page.hits], page.total) == ([1], 1)
    assert [(hit.recording_id, hit.lacks) for hit in page.partly] == [(2, ("birth",))]
    assert page.partly[0].moments[0].marks


def test_a_word_that_is_nowhere_is_lacked_by_all(shelf: SearchIndex) -> None:
    page = shelf.search("tranexamic quetzalcoatlus", tolerant=False)

    assert page.total == 0
    assert [(hit.recording_id, hit.lacks) for hit in page.partly] == [
        (1, ("quetzalcoatlus",)),
        (2, ("quetzalcoatlus",)),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("quetzalcoatlus", []),
        ("tranexamic", []),
        ("tranexamic OR quetzalcoatlus", []),
        ("tranexamic quetzalcoatlus NOT birth", [2]),
        ("tranexamic quetzalcoatlus year:2021", [1]),
        ("year:2021 NOT birth", []),
        ('"tranexamic acid" quetzalcoatlus rain', [3]),
    ],
)
def test_filters_and_what_was_left_out_hold_for_them(
    shelf: SearchIndex, query: str, found: list[int]
) -> None:
    assert sorted(number for number, _ in _partly(shelf, query)) == found


def test_they_are_narrowed_like_the_rest_and_drafts_stay_away(shelf: SearchIndex) -> None:
    year = Narrowing(chosen={FacetKind.YEAR: ("2020",)})

    assert _partly(shelf, "tranexamic quetzalcoatlus", narrowing=year) == [(2, ("quetzalcoatlus",))]
    accounts = _partly(shelf, "tranexamic quetzalcoatlus", audience=EVERYTHING)
    assert sorted(number for number, _ in accounts) == [1, 2, 6]


def test_only_the_first_page_in_order_of_relevance_has_room_for_them(shelf: SearchIndex) -> None:
    assert _partly(shelf, "tranexamic quetzalcoatlus", page=2) == []
    assert _partly(shelf, "tranexamic quetzalcoatlus", sort=Sort.NEWEST) == []
    assert _partly(shelf, "tranexamic acid birth", page_size=1) == []


def test_parts_of_a_long_query_are_widened_as_far_as_the_whole(
    index: SearchIndex, make_document: Make
) -> None:
    """Each part by itself would be listened for as if it were the only one."""
    spoken = "tranexamic acid after birth needs oxytocin misoprostol ergometrine carboprost heat"
    index.update([make_document(1, f"{spoken} artisanate")])

    (hit,) = index.search(f"{spoken} artesunate zzyzx").partly
    (short,) = index.search("birth artesunate zzyzx").partly

    assert hit.lacks == ("artesunate", "zzyzx")
    assert short.lacks == ("zzyzx",)
