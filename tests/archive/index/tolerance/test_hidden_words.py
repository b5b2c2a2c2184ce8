"""What a visitor finds does not depend on what they may not see: not even on its words."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.index import EVERYTHING, PUBLIC, Audience, IndexDocument, ResultPage, SearchIndex
from archive.transcript import Segment
from tests.archive.index.conftest import make_document, speak

_SURE, _UNSURE = 0.95, 0.3
_TYPED = """
artesunate artesunte artisanate kickum kitgum la long we lilongwe haemolysis hemolysis hemolisis
tranexamic acid aid hypoxaemia hyposemia fever malaria malarya mal male maleness ten milligrams
co trimoxazole cotrimoxazole ring worm ringworm infection infections bilharzia bill heart zia
"""
_WORDS = _TYPED.split()
_MANY = "".join(f"mal{one}{other} " for one in "abcdefghi" for other in "abcdefghijklmnopqrs")
_QUERIES = (
    "artesunte", "artesunate", "kitgum", "lilongwe", "haemolysis", "tranexamic aid", "mal*",
    "title:ma*", "hypoxaemia fever", "malarya", "ring worm", "co-trimoxazole", "bilharzia",
    "bilharzya OR infection", "10 mg", "hemolisis -fever",
)  # fmt: skip


def _heard(text: str, confidence: float, start_ms: int = 0) -> Segment:
    heard = speak(text, start_ms)
    words = tuple(replace(word, confidence=confidence) for word in heard.words)
    return replace(heard, words=words)


def _search(documents: list[IndexDocument], query: str, audience: Audience) -> ResultPage:
    with TemporaryDirectory() as directory:
        index = SearchIndex(Path(directory))
        index.update(documents)
        return index.search(query, audience=audience, facets=True)


_texts = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)


@st.composite
def _documents(draw: st.DrawFn) -> list[IndexDocument]:
    return [
        make_document(
            number,
            _heard(draw(_texts), draw(st.sampled_from((_SURE, _UNSURE)))),
            title=draw(st.sampled_from(("", *_WORDS))),
            public=number == 1 or draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(2, 6)))
    ]


@given(documents=_documents(), query=st.sampled_from(_QUERIES))
@settings(max_examples=60, deadline=None)
def test_a_search_finds_the_same_with_drafts_and_without(
    documents: list[IndexDocument], query: str
) -> None:
    public = [document for document in documents if document.public]

    assert _search(documents, query, PUBLIC) == _search(public, query, PUBLIC)


@pytest.mark.parametrize(
    ("query", "heard", "draft"),
    [
        ("artesunte", "we give artesunate", {"title": "artesunte"}),
        ("artesunte", "we give artesunate", {"segments": [speak("artesunte " * 5)]}),
        ("kitgum", "the road to kickum", {"segments": [speak("kitgum " * 25)]}),
        ("kitgum", "the road to kickum", {"title": "kickum"}),
        ("lilongwe", "the road to la long we", {"segments": [speak("la long we " * 30)]}),
        ("tranexamic aid", "tranexamic acid", {"title": "tranexamic aid"}),
        ("mal*", "maleness", {"segments": [speak(_MANY * 2)]}),
        ("fever", "fever and a very long recording", {"segments": [speak("word " * 5_000)]}),
    ],
)  # fmt: skip
def test_no_word_of_a_draft_decides_what_a_visitor_finds(
    query: str, heard: str, draft: dict[str, object]
) -> None:
    public = [
        make_document(1, _heard(heard, _UNSURE)),
        make_document(2, speak("about something else and a fever")),
    ]
    drafts = [
        make_document(3, public=False, **({"segments": []} | draft)),
        make_document(4, speak("something else"), public=False),
    ]

    found = _search([*public, *drafts], query, PUBLIC)

    assert found.total
    assert found == _search(public, query, PUBLIC)


@pytest.mark.parametrize("query", _QUERIES)
def test_who_may_see_a_draft_has_its_words_taken_into_account(query: str) -> None:
    documents = [
        make_document(1, _heard(" ".join(_WORDS), _UNSURE)),
        make_document(2, speak("kitgum " * 25), title="artesunte", public=False),
        make_document(3, speak("fever"), public=False),
    ]
    some = [documents[0], replace(documents[1], public=True)]

    mine = _search(documents, query, Audience(also=frozenset([2])))
    everything = _search(documents, query, EVERYTHING)

    assert mine == _search(some, query, PUBLIC)
    assert everything == _search([replace(one, public=True) for one in documents], query, PUBLIC)


@pytest.mark.parametrize("query", ["artesunte", "kitgum"])
def test_what_a_replaced_version_said_decides_nothing_either(
    index: SearchIndex, make_document: Callable[..., IndexDocument], query: str
) -> None:
    kept = make_document(1, _heard("artesunate and kickum", _UNSURE))
    index.update([kept, make_document(2, "kitgum " * 25, title="artesunte")])
    index.search(query)
    index.update([make_document(2, "something else")])

    found = index.search(query, facets=True)

    assert [hit.recording_id for hit in found.hits] == [1]
    assert found == _search([kept, make_document(2, "something else")], query, PUBLIC)
