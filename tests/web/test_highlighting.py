"""Marked text is the text, whatever stands in it, in any script and direction."""

# Letters and signs of many scripts are what is tested.
# ruff: noqa: RUF001

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from web.wording import highlight

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&\"'/ abcéدمضغطሀለ高血\u0301\u064e\u200d\u202e\u2067"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=40,
)


@given(text=TEXTS, edges=st.lists(st.integers(0, 40), max_size=8))
def test_marks_hold_their_stretches_and_nothing_is_lost(text: str, edges: list[int]) -> None:
    inside = sorted({min(edge, len(text)) for edge in edges})
    marks = list(zip(inside[::2], inside[1::2], strict=False))

    page = BeautifulSoup(str(highlight(text, marks)), "html.parser")

    assert page.text == text
    assert [mark.text for mark in page.select("mark")] == [text[start:end] for start, end in marks]
    assert {tag.name for tag in page.find_all()} <= {"mark"}
