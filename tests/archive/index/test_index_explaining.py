"""Why nothing was found, part by part; and what someone who begins to type may mean."""

from collections.abc import Callable

import pytest

from archive.index import EVERYTHING, FacetKind, IndexDocument, Narrowing, SearchIndex
from archive.index.query import add_words, parse, take_apart, write

Make = Callable[..., IndexDocument]


@pytest.fixture
def shelf(index: SearchIndex, make_document: Make) -> SearchIndex:
    index.update(
        [
            make_document(
                1,
                "oxygen by mask",
                title="Oxygen therapy",
                speakers=("Amina Okello",),
                subjects=("Oxygen",),
                collection="Élan",
            ),
            make_document(2, "mask and gown", title="Protection", subjects=("Oxygen",)),
            make_document(3, "gown", title="Okello on gowns", subjects=("Protective gear",)),
            make_document(
                4,
                "zebra secret",
                title="Secret oxygen",
                speakers=("Okello Draft",),
                subjects=("Oxygen secrets",),
                public=False,
            ),
        ]
    )
    return index


def _told(index: SearchIndex, query: str, **options: object) -> list[tuple[object, ...]]:
    culprits = index.explain(query, **options)  # type: ignore[arg-type]
    return [(one.text or one.kind, one.alone, one.without, one.rest) for one in culprits]


def test_a_word_that_is_nowhere_is_the_first_to_blame(shelf: SearchIndex) -> None:
    assert _told(shelf, "mask quetzalcoatl oxygen") == [
        ("quetzalcoatl", 0, 2, "mask oxygen"),
        ("mask", 2, 0, "quetzalcoatl oxygen"),
        ("oxygen", 2, 0, "mask quetzalcoatl"),
    ]


def test_words_that_are_never_together_tell_what_each_costs(shelf: SearchIndex) -> None:
    assert _told(shelf, 'mask gown "oxygen by"') == [
        ("gown", 2, 1, 'mask "oxygen by"'),
        ("“oxygen by”", 1, 1, "mask gown"),
        ("mask", 2, 0, 'gown "oxygen by"'),
    ]


def test_filters_and_what_was_chosen_are_told_too(shelf: SearchIndex) -> None:
    narrowing = Narrowing(chosen={FacetKind.COLLECTION: ("Élan",)})

    assert _told(shelf, "gown lang:en", narrowing=narrowing) == [
        (FacetKind.COLLECTION, 1, 2, "gown lang:en"),
        ("gown", 2, 1, "lang:en"),
        ("spoken in English", 3, 0, "gown"),
    ]


def test_drafts_are_not_counted_in_what_is_told(shelf: SearchIndex) -> None:
    assert _told(shelf, "zebra") == [("zebra", 0, 3, "")]
    assert _told(shelf, "zebra", audience=EVERYTHING) == [("zebra", 1, 4, "")]


def test_an_index_that_is_not_there_explains_nothing(index: SearchIndex) -> None:
    assert index.explain("fever") == ()
    assert index.complete("fever") == ()
    assert index.occurring(["fever"]) == ()


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("ox", [("subject", "Oxygen"), ("title", "Oxygen therapy")]),
        ("OXY", [("subject", "Oxygen"), ("title", "Oxygen therapy")]),
        ("oke", [("speaker", "Amina Okello"), ("title", "Okello on gowns")]),
        ("amina ok", [("speaker", "Amina Okello")]),
        ("ela", [("collection", "Élan")]),
        ("prot", [("subject", "Protective gear"), ("title", "Protection")]),
        ("kello", []),
        ("secret", []),
        ("", []),
        ("!?", []),
    ],
)
def test_names_are_offered_by_the_beginnings_of_their_words(
    shelf: SearchIndex, text: str, offered: list[tuple[str, str]]
) -> None:
    assert [(one.kind, one.text) for one in shelf.complete(text)] == offered


def test_accounts_are_offered_drafts(shelf: SearchIndex) -> None:
    offered = {one.text for one in shelf.complete("oxygen", audience=EVERYTHING)}

    assert {"Oxygen secrets", "Secret oxygen"} <= offered
    assert offered.isdisjoint({one.text for one in shelf.complete("secret")})


def test_only_terms_that_occur_where_one_may_look_are_offered_those_of_most_first(
    shelf: SearchIndex,
) -> None:
    terms = ["zebra", "oxygen", "by mask", "mask by", "gowns"]

    assert shelf.occurring(terms) == ("oxygen", "gowns", "by mask")
    seen = shelf.occurring(terms, audience=EVERYTHING)
    assert seen == ("oxygen", "gowns", "zebra", "by mask")


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("", []),
        ("a", [("a", "")]),
        ("a b", [("a", "b"), ("b", "a")]),
        (
            'a (b OR "c d") lang:fr',
            [("a", '(b OR "c d") lang:fr'), ("b or “c d”", "a lang:fr"),
             ("spoken in French", 'a (b OR "c d")')],
        ),
        ("a OR b", [("a or b", "")]),
    ],
)  # fmt: skip
def test_a_query_is_taken_apart(query: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.text, part.rest) for part in take_apart(parse(query))] == parts


@pytest.mark.parametrize(
    ("query", "more", "together"),
    [
        ("a", "b", "a b"),
        ("a OR b", "c", "(a OR b) c"),
        ("a b", "b c", "a b c"),
        ("", "a", "a"),
        ("a", "", "a"),
    ],
)
def test_words_are_added_to_a_query(query: str, more: str, together: str) -> None:
    assert write(add_words(parse(query), parse(more))) == together
