"""What a prompt changed is taken change by change."""

import pytest

from archive.glossary.values import Kind, Term
from worker.speech.hearings import heard_before, merge_hearings
from worker.speech.hints import Hints, ShownText
from worker.speech.vocabulary import Vocabulary
from worker.speech.words import HeardWord

GLOSSARY = (
    *(
        Term(term=name, kind=Kind.DRUG)
        for name in ("tafenoquine", "primaquine", "delamanid", "artesunate")
    ),
    *(Term(term=name, kind=Kind.DISEASE) for name in ("hypoxaemia", "hypothermia")),
    *(Term(term=name, kind=Kind.PLACE) for name in ("Lilongwe", "Machinga")),
)
SLIDE = "Inmazeb\nEbanga\nHypochlorite\nRwanda\nDr Nomvula Dlamini"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    slide = ShownText(start_ms=0, end_ms=30_000, text=SLIDE)
    return Vocabulary(Hints(terms=GLOSSARY, slides=(slide,)), lambda _: 2)


def merged(vocabulary: Vocabulary, unprimed: str, primed: str, *offered: str) -> str:
    words = merge_hearings(
        primed.split(),
        unprimed.split(),
        suggested=SLIDE.splitlines(),
        offered=offered,
        language="en",
        vocabulary=vocabulary,
    )
    return " ".join(words)


@pytest.mark.parametrize(
    ("unprimed", "primed", "right"),
    [
        (
            "two antibodies, and mizabana benga, and at Erro in Nigeria",
            "two antibodies, Inmazeb and Ebanga, and at Hypochlorite in Nigeria",
            "two antibodies, Inmazeb and Ebanga, and at Erro in Nigeria",
        ),
        ("from Rumpy, two weeks", "from Rwanda, two weeks", "from Rumpy, two weeks"),
        ("we went home and", "we went home, and", "we went home, and"),
    ],
)
def test_only_the_phrase_that_nobody_said_is_taken_back(
    vocabulary: Vocabulary, unprimed: str, primed: str, right: str
) -> None:
    assert merged(vocabulary, unprimed, primed) == right


def test_a_passage_that_is_gone_comes_back(vocabulary: Vocabulary) -> None:
    unprimed = "one two three four five six seven eight give artisunet early"

    assert (
        merged(vocabulary, unprimed, "one two give artesunate early")
        == "one two three four five six seven eight give artesunate early"
    )


def test_a_passage_that_was_added_goes(vocabulary: Vocabulary) -> None:
    assert merged(vocabulary, "thank you", "thank you for watching this webinar") == "thank you"


def test_hearings_of_different_parts_of_the_speech_are_not_mixed(vocabulary: Vocabulary) -> None:
    """Of the demo from 89 s: the first hearing ended early, the primed one began late."""
    unprimed = "Many of these children have a fever. What then?"
    primed = (
        "Test every child with fever for malaria because malaria and pneumonia can look the same. "
        "For severe malaria, the first choice is artesunate by injection and always check the "
        "blood sugar because low blood sugar is common in severe malaria."
    )

    assert merged(vocabulary, unprimed, primed) == unprimed


def test_an_offered_term_stays_where_nothing_else_is_as_much_alike(
    vocabulary: Vocabulary,
) -> None:
    assert (
        merged(vocabulary, "or take nikwine now", "or tafenoquine now", "tafenoquine")
        == "or tafenoquine now"
    )
    assert (
        merged(vocabulary, "with hyposemia and", "with hypothermia and", "hypothermia")
        == "with hyposemia and"
    )


def test_an_offered_name_must_be_much_alike(vocabulary: Vocabulary) -> None:
    assert merged(vocabulary, "at Machi had", "at Machinga had", "Machinga") == "at Machi had"


def test_a_name_of_a_slide_gives_way_to_a_term_that_is_more_alike(vocabulary: Vocabulary) -> None:
    assert vocabulary.is_beaten("Dr Nomvula Dlamini", ["delayment"], "en")
    assert not vocabulary.is_beaten("delamanid", ["delayment"], "en")


def words(*texts: str) -> list[HeardWord]:
    return [
        HeardWord(text=f" {text}", start_s=float(at), end_s=at + 1.0, probability=0.5)
        for at, text in enumerate(texts)
    ]


def test_what_the_first_hearing_wrote_may_be_a_term(vocabulary: Vocabulary) -> None:
    written = words("here", "in", "Llangui,", "and")

    found = list(heard_before(written, "here in La Longwee, and", vocabulary, "en"))

    assert ("Lilongwe", 2, 2) in [(one.term.term, one.first, one.last) for one in found]


def test_a_term_that_stands_there_is_not_asked_about(vocabulary: Vocabulary) -> None:
    written = words("so", "Artesunate", "is", "here")

    assert not list(heard_before(written, "so take nikwine is here", vocabulary, "en"))


def test_a_part_of_what_was_changed_is_no_part_of_what_stands_there(
    vocabulary: Vocabulary,
) -> None:
    written = words("because", "an", "acro-tizing", "inter-rock-lides", "begins")

    found = heard_before(written, "because nikwine takes the inter lides begins", vocabulary, "en")

    assert [one.term.term for one in found] == []
