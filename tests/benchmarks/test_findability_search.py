"""What a person may type for a term, as the benchmark of search makes it up."""

import random

import pytest

from benchmarks.findability.material import Term
from benchmarks.findability.search_queries import Kind, make_queries, slip


def _typed(term: str) -> dict[Kind, str]:
    return {
        query.kind: query.typed
        for query in make_queries([Term(term=term, kind="drug")], lambda *_: None)
    }


@pytest.mark.parametrize(
    ("term", "british", "american"),
    [
        ("haemolysis", "haemolysis", "hemolysis"),
        ("postpartum hemorrhage", "postpartum haemorrhage", "postpartum hemorrhage"),
        ("magnesium sulphate", "magnesium sulphate", "magnesium sulfate"),
        ("hypoxaemia", "hypoxaemia", "hypoxemia"),
    ],
)
def test_a_term_is_typed_in_both_spellings(term: str, british: str, american: str) -> None:
    typed = _typed(term)

    assert (typed[Kind.BRITISH], typed[Kind.AMERICAN]) == (british, american)


def test_a_term_without_another_spelling_is_not_asked_for_twice() -> None:
    assert _typed("quinine").keys() == {Kind.RIGHT, Kind.TYPO}


@pytest.mark.parametrize("term", ["artesunate", "G6PD deficiency", "Médecins Sans Frontières"])
def test_a_slip_is_one_and_spares_first_letters_and_short_words(term: str) -> None:
    for seed in range(50):
        slipped = slip(term, random.Random(seed))
        assert slipped is not None
        assert slipped != term
        assert abs(len(slipped) - len(term)) <= 1
        assert [word[0] for word in slipped.split()] == [word[0] for word in term.split()]


def test_words_too_short_for_a_slip_have_none() -> None:
    assert slip("HIV AMR", random.Random(1)) is None


def test_the_same_term_slips_the_same_way_every_time() -> None:
    assert _typed("artesunate") == _typed("artesunate")
