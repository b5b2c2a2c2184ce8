"""What sounds alike, what does not, and what is found in text."""

from collections.abc import Sequence

import pytest

from archive.glossary.soundalike import Near, SoundIndex, likeness, sound_key
from archive.glossary.values import Term

# Term and what a recognizer wrote, or writes elsewhere: heard, split, joined, respelt.
MISHEARD = [
    ("artesunate", "artisanate"),
    ("hypoxaemia", "hyposemia"),
    ("Lilongwe", "La Long We"),
    ("ceftriaxone", "sefty axon"),
    ("haemolysis", "hemolysis"),
    ("quinine", "queening"),
    ("oesophagus", "esofagus"),
    ("Kinshasa", "Kin Chasa"),
    ("schistosomiasis", "shisto so my asis"),
    ("tuberculosis", "too burke ulosis"),
    ("tachycardia", "tacky cardia"),
    ("Ouagadougou", "Wagadugu"),
    ("pneumonia", "new monia"),
    ("Bujumbura", "bush umbura"),
    ("bronchiolitis", "bronkiolitis"),
    ("eclampsia", "e clamsia"),
    ("oxygen concentrator", "oxigen konsentrator"),
]
DIFFERENT = [
    ("chloroquine", "chlorhexidine"),
    ("artesunate", "artist"),
    ("quinine", "machine"),
    ("malaria", "material"),
    ("Lilongwe", "belong"),
    ("sepsis", "success"),
    ("dexamethasone", "they examine"),
]


def _words(text: str) -> list[str]:
    return text.split()


def _near(term: str, text: str, language: str = "en") -> Sequence[Near]:
    return SoundIndex([Term(term=term)], language=language).near(text.split())


@pytest.mark.parametrize(("term", "heard"), MISHEARD)
def test_a_misheard_term_sounds_alike_and_is_found(term: str, heard: str) -> None:
    [near] = _near(term, f"we saw {heard} at the clinic")

    assert likeness(term, heard) >= 0.8
    assert near.term.term == term
    assert (near.first, near.last) == (2, 1 + len(heard.split()))


@pytest.mark.parametrize(("term", "other"), DIFFERENT)
def test_different_words_are_not_alike(term: str, other: str) -> None:
    assert likeness(term, other) < 0.8
    assert not _near(term, f"we saw {other} at the clinic")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("artesunate", "we gave Artesunate, at once"),
        ("malaria", "malarial fever and malarias"),
        ("haemolysis", "haemolytic anaemia"),
        ("oxygen concentrator", "two oxygen concentrators"),
        ("hypertension", "postural hypotension"),
        ("paludisme", "une fièvre paludéenne"),
        ("ORS", "or as we say"),
        ("Goma", "gamma rays, a gum"),
    ],
)
def test_the_term_its_forms_and_its_opposite_are_not_reported(term: str, text: str) -> None:
    assert not _near(term, text)


def test_a_run_does_not_reach_over_punctuation_or_numbers() -> None:
    assert not _near("ceftriaxone", "sefty. Axon")
    assert not _near("ceftriaxone", "sefty 5 axon")


def test_what_is_listed_as_heard_is_found_even_when_it_is_ordinary() -> None:
    index = SoundIndex([Term(term="ORS", sounds_like=("oh are yes",))])

    [near] = index.near(_words("give oh are yes early"))

    assert (near.term.term, near.first, near.last, near.likeness) == ("ORS", 1, 3, 1.0)


def test_another_term_that_is_written_is_left_alone() -> None:
    index = SoundIndex([Term(term="prednisone"), Term(term="prednisolone")])

    assert not index.near(_words("oral prednisolone for five days"))


def test_terms_of_other_languages_are_left_out() -> None:
    terms = [Term(term="paludisme", language="fr"), Term(term="artesunate")]

    assert not SoundIndex(terms, language="en").near(_words("un paloudisme"))
    assert SoundIndex(terms, language="fr").near(_words("un paloudisme"))


def test_of_equals_the_first_is_found() -> None:
    first, second = Term(term="Kisangani", of_collection=True), Term(term="Kissangani")

    [near] = SoundIndex([first, second]).near(_words("near Kisanganny now"))

    assert near.term is first


@pytest.mark.parametrize(
    ("one", "other"), [("haemolysis", "hemolysis"), ("La Long", "laLong"), ("phone", "fone")]
)
def test_spellings_of_one_sound_have_nearly_one_key(one: str, other: str) -> None:
    assert likeness(one, other) >= 0.95


def test_french_is_read_as_french() -> None:
    assert sound_key("chaud", "fr") == sound_key("show", "en") == "So"
    assert sound_key("quinine", "fr") == "kinin"


@pytest.mark.parametrize("text", ["", "...", "42", "አማርኛ", "ﻡalaria", "疟疾"])
def test_any_text_has_a_key_and_is_like_itself(text: str) -> None:
    assert likeness(text, text) == 1
    assert SoundIndex([Term(term="malaria")]).near([text, ""]) == ()


def test_an_empty_glossary_finds_nothing() -> None:
    assert SoundIndex([]).near(_words("a text of artisanate")) == ()
