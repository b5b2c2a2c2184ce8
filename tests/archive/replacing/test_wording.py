"""Whole words, inflections and case of what is corrected everywhere."""

import pytest

from archive.errors import InvalidInputError
from archive.index.analysis import Stemmer
from archive.replacing.wording import Term, inflect, keep_case


@pytest.fixture(scope="module")
def stemmer() -> Stemmer:
    return Stemmer()


@pytest.mark.parametrize(
    ("term", "language", "text", "found"),
    [
        ("artisanate", "en", "Give artisanate now.", [("artisanate", True)]),
        (
            "artisanate",
            "en",
            "Artisanate, ARTISANATE!",
            [("Artisanate", True), ("ARTISANATE", True)],
        ),
        ("art", "en", "Start the artesunate art.", [("art", True)]),
        ("infection", "en", "Infections spread.", [("Infections", False)]),
        ("therapy", "en", "Two therapies.", [("therapies", False)]),
        ("fievre", "fr", "La fièvre et les fièvres.", [("fièvre", True), ("fièvres", False)]),
        ("la long we", "en", "We went to La Long We.", [("La Long We", True)]),
        ("blood film", "en", "Blood films, blood and film.", [("Blood films", False)]),
        ("疟疾", "zh", "治疗疟疾。", [("疟疾", True)]),
        ("الملاريا", "ar", "علاج الملاريا", [("الملاريا", True)]),
        ("quinine", "en", "Nothing of it.", []),
        ("O2", "en", "SpO2 and O2.", [("O2", True)]),
    ],
)
def test_whole_words_and_their_inflections_are_found(
    stemmer: Stemmer, term: str, language: str, text: str, found: list[tuple[str, bool]]
) -> None:
    places = list(Term(term, stemmer).find(text, language))

    assert [(place.written, place.exact) for place in places] == found
    assert all(text[place.start : place.end] == place.written for place in places)


@pytest.mark.parametrize("term", ["", "  ", "...", "x" * 201])
def test_what_is_no_term_is_refused(stemmer: Stemmer, term: str) -> None:
    with pytest.raises(InvalidInputError):
        Term(term, stemmer)


@pytest.mark.parametrize(
    ("written", "term", "put", "becomes"),
    [
        ("artisanate", "artisanate", "artesunate", "artesunate"),
        ("Artisanate", "artisanate", "artesunate", "Artesunate"),
        ("ARTISANATE", "artisanate", "artesunate", "ARTESUNATE"),
        ("artisanate", "Artisanate", "Artesunate", "artesunate"),
        ("Artisanate", "Artisanate", "Artesunate", "Artesunate"),
        ("zomba", "zomba", "Zomba", "Zomba"),
        ("spo two", "spo two", "SpO2", "SpO2"),
        ("Spo two", "spo two", "SpO2", "SpO2"),
        ("ACT", "ACT", "act", "act"),
        ("疟疾", "疟疾", "瘧疾", "瘧疾"),
    ],
)
def test_case_is_kept(written: str, term: str, put: str, becomes: str) -> None:
    assert keep_case(written, term, put) == becomes


@pytest.mark.parametrize(
    ("form", "becomes"),
    [("artisanates", "artesunates"), ("artisanate", "artesunate"), ("artisans", "artesunate")],
)
def test_an_inflection_gets_the_same_ending(form: str, becomes: str) -> None:
    assert inflect(form, "artisanate", "artesunate") == becomes


@pytest.mark.parametrize(
    ("term", "first", "second", "language", "written"),
    [
        ("plasmodium falciparum", "It is Plasmodium ", "falciparum malaria.", "en",
         ["Plasmodium falciparum"]),
        ("plasmodium falciparum", "plasmodium.", " Falciparums here.", "en",
         ["plasmodium. Falciparums"]),
        ("plasmodium falciparum", "Plasmodium falciparum", "malaria", "en", []),
        ("plasmodium falciparum", "Malaria", "plasmodium falciparum", "en", []),
        ("plasmodium falciparum", "plasmodium here", "falciparum", "en", []),
        ("falciparum", "falci", "parum", "en", []),
        ("疟原虫", "这是疟原", "虫感染", "zh", ["疟原虫"]),
        ("plasmodium falciparum", "", "falciparum", "en", []),
    ],
)  # fmt: skip
def test_a_term_is_found_where_it_goes_over_two_segments(
    term: str, first: str, second: str, language: str, written: list[str]
) -> None:
    found = list(Term(term, Stemmer()).find_across(first, second, language))

    assert [one.written for one in found] == written
