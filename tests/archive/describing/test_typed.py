from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.describing.typed import read_text, read_texts, write_text
from archive.describing.values import (
    Credit,
    Described,
    DescriptionError,
    Field,
    Identifier,
    Link,
)
from archive.errors import InvalidInputError
from archive.models import IdentifierKind, PersonRole

ORCID = "0000-0002-1825-0097"


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Field.TITLE, "  Malaria \n in pregnancy ", "Malaria in pregnancy"),
        (Field.DESCRIPTION, "one\r\n\r\ntwo ", "one\n\ntwo"),
        (Field.RECORDED_ON, "2020-04-16", date(2020, 4, 16)),
        (Field.RECORDED_ON, " ", None),
        (Field.PEOPLE, "Amina Diallo", (Credit(name="Amina Diallo"),)),
        (
            Field.PEOPLE,
            f"Li Wei | interpreter | 复旦大学 | https://orcid.org/{ORCID}\nLi Wei|Moderator",
            (
                Credit(
                    name="Li Wei",
                    role=PersonRole.INTERPRETER,
                    organisation="复旦大学",
                    orcid=ORCID,
                ),
                Credit(name="Li Wei", role=PersonRole.MODERATOR),
            ),
        ),
        (
            Field.PEOPLE,
            r"A \| B | speaker | C\\D",
            (Credit(name="A | B", organisation="C\\D"),),
        ),
        (Field.COLLECTIONS, "Rounds\n\nRounds\nClub | 2", ("Rounds", "Club | 2")),
        (Field.SUBJECTS, "Malaria\nmalária\nTB", ("Malaria", "TB")),
        (Field.LANGUAGES, "en, Swahili\nfr", ("en", "sw", "fr")),
        (Field.LICENCE, "cc by 4.0", "CC-BY-4.0"),
        (
            Field.LICENCE,
            "https://creativecommons.org/licenses/by-nc-sa/3.0/igo/",
            "CC-BY-NC-SA-3.0-IGO",
        ),
        (Field.LINKS, "www.who.int/malaria", (Link(url="https://www.who.int/malaria"),)),
        (
            Field.LINKS,
            "https://a.example/?x=1\\|2 | Slides",
            (Link(url="https://a.example/?x=1|2", label="Slides"),),
        ),
        (
            Field.IDENTIFIERS,
            "https://doi.org/10.1000/ABC.1\nisbn | 0-306-40615-2\nhandle|hdl:10665/331492\nGHL 7",
            (
                Identifier(kind=IdentifierKind.DOI, value="10.1000/abc.1"),
                Identifier(kind=IdentifierKind.ISBN, value="9780306406157"),
                Identifier(kind=IdentifierKind.HANDLE, value="10665/331492"),
                Identifier(kind=IdentifierKind.OTHER, value="GHL 7"),
            ),
        ),
    ],
)
def test_what_is_typed_is_brought_into_one_form_and_back(
    field: Field, text: str, value: object
) -> None:
    read = read_text(field, text)

    assert read == value
    assert read_text(field, write_text(read)) == value


@pytest.mark.parametrize(
    ("field", "text", "remedy"),
    [
        (Field.TITLE, " ", "give the recording a title"),
        (Field.TITLE, "x" * 301, "it may have 300"),
        (Field.RECORDED_ON, "16/04/2020", "it may be 2020-04-16"),
        (Field.RECORDED_ON, "03/04/2020", "2020-03-04 or 2020-04-03"),
        (Field.RECORDED_ON, "0202-04-16", "digit missing"),
        (Field.PEOPLE, "Amina | nurse", "the roles are presenter"),
        (Field.PEOPLE, "Amina | presenter | WHO | 0000-0002-1825-0098", "A digit"),
        (Field.PEOPLE, "Amina | presenter | WHO | 12", "16 digits"),
        (Field.PEOPLE, "a | presenter | b |  | more", "too many parts"),
        (Field.SUBJECTS, "!!!", "holds no word"),
        (Field.LANGUAGES, "Klingon", "such as"),
        (Field.LICENCE, "mine", "CC-BY-4.0"),
        (Field.LINKS, "javascript:alert(1)", "begins with https"),
        (Field.LINKS, "see the page", "begins with https"),
        (Field.IDENTIFIERS, "doi | 11.1/x", "looks like 10.1234/abc"),
        (Field.IDENTIFIERS, "isbn | 9780306406158", "one may be wrong"),
        (Field.IDENTIFIERS, "pmid | 1", "no kind of identifier"),
    ],
)
def test_what_cannot_be_taken_says_what_to_do(field: Field, text: str, remedy: str) -> None:
    with pytest.raises(InvalidInputError, match=remedy):
        read_text(field, text)


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    texts = {Field.TITLE: "", Field.RECORDED_ON: "soon", Field.RIGHTS: "ours"}

    with pytest.raises(DescriptionError) as caught:
        read_texts(texts, Described())

    assert set(caught.value.problems) == {Field.TITLE, Field.RECORDED_ON}
    assert "Day of the session:" in str(caught.value)


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5))
def test_names_of_any_characters_are_written_and_read_again(pairs: list[tuple[str, str]]) -> None:
    rows = [(f"N{name[:100]}", organisation[:100]) for name, organisation in pairs]
    text = "\n".join(
        " | ".join(
            part.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
            for part in (name, "presenter", organisation)
        )
        for name, organisation in rows
    )

    read = read_text(Field.PEOPLE, text)

    assert len(read) <= len(rows)
    assert read_text(Field.PEOPLE, write_text(read)) == read
