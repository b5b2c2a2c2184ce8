from collections.abc import Callable

import numpy as np
import pytest

from archive.index import IndexDocument, SlideText
from archive.index.packing import Packer
from archive.index.tokens import (
    FIELDS,
    SEPARATOR,
    TermHashes,
    Tokens,
    field_starts,
    hash_term,
    join_tokens,
)
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]


def _tokens(document: IndexDocument) -> Tokens:
    return Packer().pack(document).tokens


def _exact(*surfaces: str) -> list[TermHashes]:
    return [TermHashes((hash_term(surface),), exact=True) for surface in surfaces]


def test_a_phrase_crosses_segments_but_no_field(make_document: Make) -> None:
    tokens = _tokens(make_document(1, "severe acute", "malnutrition", title="a", collection="b"))

    # | a | b | | | | severe acute malnutrition |
    assert tokens.find(_exact("acute", "malnutrition")).tolist() == [9]
    assert tokens.find(_exact("a", "b")).tolist() == []
    assert tokens.find(_exact("b", "severe")).tolist() == []


def test_a_phrase_does_not_cross_from_one_document_into_the_next(make_document: Make) -> None:
    tokens = join_tokens([_tokens(make_document(1, "acute")), _tokens(make_document(2, title="b"))])

    assert tokens.find(_exact("acute", "b")).tolist() == []


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_phrase_is_found_from_any_of_its_words(make_document: Make, first: int) -> None:
    tokens = _tokens(make_document(1, "x x a b a b c a b x a b c"))

    assert tokens.find(_exact("a", "b", "c"), first).tolist() == [10, 16]


@pytest.mark.parametrize("first", [0, 1])
def test_a_phrase_is_not_found_past_the_ends(first: int) -> None:
    a, b = hash_term("a"), hash_term("b")
    hashes = np.array([b, a], np.uint32)

    assert Tokens(hashes, hashes).find(_exact("a", "b"), first).tolist() == []


def test_stems_are_found_in_every_language(make_document: Make, speak: Speak) -> None:
    tokens = _tokens(
        make_document(1, speak("infections", 0, "en"), speak("infectés infection", 400, "fr"))
    )
    stems = (hash_term("en:infect"), hash_term("fr:infect"))

    assert tokens.find([TermHashes(stems, exact=False)]).tolist() == [6, 7, 8]


def test_fields_begin_where_their_lengths_say(
    make_document: Make, speak: Callable[..., Segment], show: Callable[..., SlideText]
) -> None:
    packing = Packer().pack(
        make_document(
            1,
            "one two three",
            title="a b",
            collection="c",
            description="",
            speakers=["A. Otieno", "Bo"],
            subjects=["x", "y"],
            slides=[show("four five", 0), show("six", 9)],
            translation=[speak("seven")],
        )
    )
    lengths = np.array([[packing.counts[name].length for name in FIELDS]])

    (starts,) = field_starts(lengths).tolist()

    assert lengths.tolist() == [[2, 1, 0, 4, 3, 3, 4, 1]]
    assert starts == [1, 4, 6, 7, 12, 16, 20, 25, 27]
    assert starts[-1] == len(packing.tokens.surfaces)
    assert packing.tokens.surfaces[7:11].tolist() == [
        hash_term("a"), hash_term("otieno"), SEPARATOR, hash_term("bo"),
    ]  # fmt: skip
    assert packing.tokens.surfaces[12:15].tolist() == [hash_term("x"), SEPARATOR, hash_term("y")]
    assert packing.tokens.surfaces[16] == hash_term("one")
    assert packing.tokens.surfaces[20:26].tolist() == [
        hash_term("four"), hash_term("five"), SEPARATOR, hash_term("six"), SEPARATOR,
        hash_term("seven"),
    ]  # fmt: skip
