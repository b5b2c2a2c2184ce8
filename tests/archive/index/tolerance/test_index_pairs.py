"""A slip that makes another right word is told by the word beside it."""

from collections.abc import Callable

import pytest

from archive.index import IndexDocument, Reason, SearchIndex

Make = Callable[..., IndexDocument]


@pytest.fixture
def filled(index: SearchIndex, make_document: Make) -> SearchIndex:
    index.rebuild(
        [
            make_document(1, "we gave tranexamic acid at once and put on bubble cpap"),
            make_document(2, "first aid is taught in every bubble of the school"),
        ],
        reload=lambda _: (),
    )
    return index


@pytest.mark.parametrize(
    ("typed", "meant"), [("tranexamic aid", "tranexamic acid"), ("bubble clap", "bubble cpap")]
)
def test_the_pair_that_stands_side_by_side_was_meant(
    filled: SearchIndex, typed: str, meant: str
) -> None:
    page = filled.search(typed)

    hit = next(hit for hit in page.hits if hit.recording_id == 1)
    assert not hit.exact
    (instead,) = hit.moments[0].instead
    assert (instead.reason, instead.found) == (Reason.TYPO, meant)
    assert meant in [one.query for one in page.meant]


@pytest.mark.parametrize(
    "typed",
    [
        "first aid",
        "first acid",  # both ordinary: they stand side by side by chance
        "tranexamic bid",  # another first letter
        "tranexamic acids",  # an inflection, found as such
    ],
)
def test_other_pairs_are_left_as_they_are(filled: SearchIndex, typed: str) -> None:
    offered = [one for one in filled.search(typed).also if " " in one.label]

    assert [one for one in offered if one.reason is Reason.TYPO] == []


def test_a_pair_with_a_slip_is_listened_for_as_it_was_meant(
    index: SearchIndex, make_document: Make
) -> None:
    """`kept the maize in a drum` sounds like what was typed, not like what was meant."""
    index.rebuild(
        [
            make_document(1, "he had compartment syndrome by the evening"),
            make_document(2, "they kept the maize in a drum behind the house"),
        ],
        reload=lambda _: (),
    )

    assert [hit.recording_id for hit in index.search("compartmet syndrome").hits] == [1]
