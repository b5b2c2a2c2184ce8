"""Spelling keys: what is one word spelled differently, and what is not."""

import pytest

from archive.index.tolerance.spelling import loose_key, sure_key


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemorrhage", "hemorrhage"),
        ("hypoxaemia", "hypoxemia"),
        ("oesophagus", "esophagus"),
        ("paediatrics", "pediatrics"),
        ("diarrhoea", "diarrhea"),
        ("sulphate", "sulfate"),
        ("organisation", "organization"),
        ("immunised", "immunized"),
        ("analyse", "analyze"),
        ("tumour", "tumor"),
        ("labouring", "laboring"),
        ("centre", "center"),
        ("litres", "liters"),
        ("programme", "program"),
        ("counselling", "counseling"),
        ("catalogue", "catalog"),
    ],
)
def test_british_and_american_spelling_are_one_word(british: str, american: str) -> None:
    assert sure_key(british) == sure_key(american)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("falciparum", "phalciparum"),
        ("azithromycin", "azitromicin"),
        ("hypertension", "hipertension"),
        ("rhesus", "resus"),
        ("kaposi", "caposi"),
        ("meningitis", "menningitis"),
        ("asphyxia", "asfixia"),
    ],
)
def test_spellings_that_people_confuse_are_one_word_loosely(one: str, other: str) -> None:
    assert sure_key(one) != sure_key(other)
    assert loose_key(one) == loose_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("for", "four"),
        ("hypotension", "hypertension"),
        ("quinine", "quinidine"),
        ("pour", "por"),
        ("cat", "kat"),
        ("ملاريا", "ماريا"),
    ],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert sure_key(one) != sure_key(other)
    assert loose_key(one) != loose_key(other)
