# ruff: noqa: RUF001 - text in many scripts
import pytest

from archive.punctuation import ends_clause, ends_sentence


@pytest.mark.parametrize(
    ("word", "following", "expected"),
    [
        (" hospital.", " The", True),
        (" hospital.", None, True),
        (" really?", " yes", True),
        (" Dr.", " Banda", False),
        (" 2.4", " milligrams", False),
        (" p.m.", " on", False),
        (' it."', " Then", True),
        (" hospital,", " the", False),
        ("治疗。", "请", True),
        ("أهلا؟", " نعم", True),
        ("ነው።", " ከዚያ", True),
        (" hospital", None, False),
        ("", None, False),
    ],
)
def test_a_sentence_ends(word: str, following: str | None, *, expected: bool) -> None:
    assert ends_sentence(word, following) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [(" fever,", True), ("热，", True), ("حمى،", True), (" fever", False), (" fever.", False)],
)
def test_a_clause_ends(word: str, *, expected: bool) -> None:
    assert ends_clause(word) is expected
