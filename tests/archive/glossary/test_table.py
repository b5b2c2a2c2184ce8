"""CSV in and out: what is written reads back, and mistakes are named by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InvalidInputError
from archive.glossary.drafts import read_draft, split_spellings
from archive.glossary.table import COLUMNS, read_table, write_table
from archive.glossary.values import Draft, Kind
from archive.glossary.wording import fold_term

_TEXT = st.text(min_size=1, max_size=30).map(lambda text: f"a{text.replace('|', '')}")
_SPELLINGS = st.lists(_TEXT, max_size=3)


@st.composite
def _drafts(draw: st.DrawFn) -> Draft:
    return read_draft(
        term=draw(_TEXT),
        language=draw(st.sampled_from(["", "en", "fr", "zh"])),
        kind=draw(st.sampled_from(list(Kind))),
        variants=draw(_SPELLINGS),
        sounds_like=draw(_SPELLINGS),
        source=draw(st.one_of(st.just(""), _TEXT)),
    )


@given(st.lists(_drafts(), max_size=6, unique_by=lambda d: (d.language, fold_term(d.term))))
def test_what_is_written_reads_back_the_same(drafts: list[Draft]) -> None:
    table = read_table(write_table(drafts).encode())

    assert [row.draft for row in table.rows] == drafts
    assert table.refused == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_files_of_any_spreadsheet_are_read(encoding: str, delimiter: str, ending: str) -> None:
    lines = [("Term", "Sounds like"), ("méningite", "men in jeet | menin jit"), ("", "")]
    content = ending.join(delimiter.join(line) for line in lines).encode(encoding)

    [row] = read_table(content).rows

    assert row.draft == Draft(term="méningite", sounds_like=("men in jeet", "menin jit"))
    assert row.given == {"term", "sounds_like"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",en", "empty"),
        ("quinine,xx", "'xx' is not a language code"),
        ("quinine,en,tool", "'tool' is not a kind of term"),
        ("=1+1,en", "must begin with a letter"),
        ("quinine,en,drug,@x", "must begin with a letter"),
        ("quinine,en,drug,,,-x", "must begin with a letter"),
        (f"{'q' * 201},en", "201 characters; it may have 200"),
        ("quinine,en,drug,,,,more", "7 cells, but 6 columns"),
        ("Quinine,en\nQUININE,en", "line 2 already"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(line: str, why: str) -> None:
    content = f"{','.join(COLUMNS)}\n{line}\nartesunate,en\n".encode()

    table = read_table(content)

    [refusal] = table.refused
    assert refusal.line == 1 + len(line.split("\n"))
    assert why in refusal.why
    assert table.rows[-1].draft.term == "artesunate"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "first line must name the columns"),
        (b"name,language\nquinine,en\n", "first line must name the columns"),
        (b"term,colour\nquinine,red\n", "no column 'colour'"),
        (b"term,term\nquinine,red\n", "stands twice"),
        ("term\nm\u00e9ningite\n".encode("latin-1"), "Line 2 is not UTF-8"),
        (b'term\n"quinine\n', "quotation mark"),
        (b"term\n" + b"x" * 450_000, "Split it"),
    ],
)
def test_a_file_that_is_no_glossary_says_what_to_do(content: bytes, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        read_table(content)


def test_spellings_are_given_one_a_line_or_with_bars() -> None:
    assert split_spellings(" a  b |c\n\nd|") == ("a b", "c", "d")


def test_a_draft_is_brought_into_one_form() -> None:
    draft = read_draft(
        term=" Fie\u0300vre  jaune\t", language="FR", variants=["Fièvre jaune", "x", "x", ""]
    )

    assert draft == Draft(term="Fièvre jaune", language="fr", variants=("x",))
