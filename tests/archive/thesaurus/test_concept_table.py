"""CSV in and out: what is written reads back, and mistakes are named by line."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InvalidInputError
from archive.thesaurus.drafts import concept_of, read_label
from archive.thesaurus.labels import identity, order_of
from archive.thesaurus.table import COLUMNS, MAX_BYTES, read_table, write_table
from archive.thesaurus.values import Label

_TEXT = st.text(min_size=1, max_size=10).map(lambda text: f"a{text}")


@st.composite
def _labels(draw: st.DrawFn) -> Label:
    concept = draw(st.sampled_from(["asthma", "high-cholesterol", "hiv"]))
    return read_label(
        concept=concept,
        language=draw(st.sampled_from(["en", "fr", "am"])),
        term=draw(_TEXT),
        mesh={"asthma": "D001249", "hiv": ""}.get(concept, "D006937"),
        source=draw(st.one_of(st.just(""), _TEXT)),
    )


@given(st.lists(_labels(), max_size=8, unique_by=identity))
def test_what_is_written_reads_back_the_same(labels: list[Label]) -> None:
    labels.sort(key=order_of)

    table = read_table(write_table(labels).encode())

    assert table.refused == ()
    read = [row.label for row in table.rows]
    assert [(*identity(each), each.term, each.source) for each in read] == [
        (*identity(each), each.term, each.source) for each in labels
    ]
    for concept, group in groupby(read, key=lambda label: label.concept):
        meshes = {label.mesh for label in group} - {""}
        assert meshes == {label.mesh for label in labels if label.concept == concept} - {""}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("asthma,en,", "empty"),
        ("Asthma!,en,asthma", "no id of a concept"),
        ("asthma,xx,asthma", "language code"),
        ("asthma,en,=asthma", "must begin with a letter"),
        ("asthma,en," + "a " * 13, "13 words"),
        ("asthma,en,asthma,perhaps", "write yes"),
        ("asthma,en,asthma,,12", "MeSH heading"),
        ("asthma,en,asthma,,,-cmd", "source"),
        ("asthma,en,asthma,,,,,more", "8 cells"),
        ("asthma", "empty"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_with_the_reason(line: str, why: str) -> None:
    table = read_table(f"{','.join(COLUMNS)}\nhiv,en,HIV\n{line}\n".encode())

    assert [row.line for row in table.rows] == [2]
    assert [refusal.line for refusal in table.refused] == [3]
    assert why in table.refused[0].why


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("asthma,fr,Asthme,,,", "asthma,fr,asthme,,,"), "line 2"),
        (("asthma,en,asthma,yes,,", "asthma,en,wheeze,yes,,"), "preferred name"),
        (("asthma,en,asthma,,D001249,", "asthma,en,wheeze,,D000001,"), "MeSH id"),
    ],
)
def test_lines_that_contradict_each_other_are_refused(lines: tuple[str, str], why: str) -> None:
    table = read_table("\n".join((",".join(COLUMNS), *lines)).encode())

    assert [refusal.line for refusal in table.refused] == [3]
    assert why in table.refused[0].why


def test_a_file_without_the_needed_columns_is_refused_as_a_whole() -> None:
    with pytest.raises(InvalidInputError, match="“concept” and “language” and “term”"):
        read_table(b"term,language\nasthma,en\n")


@pytest.mark.parametrize(
    ("term", "concept"),
    [
        ("High blood pressure", "high-blood-pressure"),
        ("Crohn's disease", "crohns-disease"),
        ("Œdème aigu", "oedeme-aigu"),
        ("高血压", ""),
    ],
)
def test_an_id_is_made_of_a_name(term: str, concept: str) -> None:
    assert concept_of(term) == concept


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="larger than 960,000 bytes"):
        read_table(b"a" * (MAX_BYTES + 1))
