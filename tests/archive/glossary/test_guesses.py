"""What may have been said, however unlike: a few for each place."""

from archive.glossary.guesses import GuessIndex
from archive.glossary.values import Kind, Term


def term(name: str, *variants: str, kind: Kind = Kind.DISEASE) -> Term:
    return Term(term=name, variants=variants, kind=kind)


def guessed(index: GuessIndex, text: str, place: range, least: float = 0.6) -> list[str]:
    words = text.split()
    return [one.near.term.term for one in index.guess(words, place, set(place), least=least)]


def test_the_best_comes_first_and_each_term_once() -> None:
    index = GuessIndex(
        [term("encephalitis"), term("encephalopathy", "encephalopathies")], language="en"
    )

    assert guessed(index, "we call it insectulopathy.", range(3, 4)) == ["encephalopathy"]


def test_a_run_may_be_of_ordinary_words() -> None:
    index = GuessIndex([term("ceftriaxone", kind=Kind.DRUG)], language="en")
    words = ["when", "sepsis", "reacts", "on", "fails?"]

    [guess] = index.guess(words, range(1, 3), {1, 2}, least=0.6)

    assert (guess.near.first, guess.near.last) == (1, 3)


def test_a_run_has_a_word_that_is_unsure() -> None:
    index = GuessIndex([term("ceftriaxone", kind=Kind.DRUG)], language="en")

    assert index.guess(["sepsis", "reacts", "on"], range(2), set(), least=0.3) == []


def test_of_a_long_spot_a_long_run_is_compared() -> None:
    index = GuessIndex([term("artemether-lumefantrine", kind=Kind.DRUG)], language="en")
    text = "go on with Art and Mother Ruma fan treen, or"

    assert guessed(index, text, range(3, 9)) == ["artemether-lumefantrine"]


def test_another_form_of_an_ordinary_word_is_no_mishearing() -> None:
    index = GuessIndex([term("morbidity"), term("Marburg virus disease", "Marburg")], language="en")

    assert guessed(index, "help with morbid, and", range(2, 3)) == ["Marburg"]


def test_the_preferred_spelling_is_given_but_another_name_stays() -> None:
    index = GuessIndex([term("hypoxaemia", "hypoxemia")], language="en")

    assert guessed(index, "children with hyposemia", range(2, 3)) == ["hypoxaemia"]


def test_what_sounds_short_is_like_too_much() -> None:
    assert (
        guessed(GuessIndex([term("Fes", kind=Kind.PLACE)], language="en"), "face", range(1)) == []
    )


def test_acronyms_are_guessed_where_asked_for() -> None:
    cpap = [term("CPAP", kind=Kind.PROCEDURE)]
    text = "put on bubble seat pad."

    assert guessed(GuessIndex(cpap, language="en"), text, range(3, 5), 0.3) == []
    assert guessed(GuessIndex(cpap, language="en", acronyms=True), text, range(3, 5), 0.3) == [
        "CPAP"
    ]


def test_no_terms_no_guesses() -> None:
    assert guessed(GuessIndex([], language="en"), "anything said", range(2)) == []
