"""Where a term may hide: words of which the recognizer was unsure."""

from collections.abc import Sequence

from worker.speech.spots import doubtful_spots, settled_words, unsure_words
from worker.speech.words import HeardWord

TERMS = {"sepsis", "alima"}
ORDINARY = {"we", "had", "our", "people", "there", "reacts", "on", "fails", "and", "have", "quarry"}
SURE = [("people", 0.9)] * 12
"""Enough besides, as in a chunk of 30 s."""


def words(*told: tuple[str, float]) -> list[HeardWord]:
    return [
        HeardWord(text=f" {text}", start_s=float(at), end_s=at + 1.0, probability=probability)
        for at, (text, probability) in enumerate([*told, *SURE])
    ]


def is_known(texts: Sequence[str]) -> bool:
    return any(text.strip(".,").lower() in TERMS for text in texts)


def spots(heard: list[HeardWord], *strange: int) -> list[str]:
    unsure = unsure_words(heard, strange)
    return [
        " ".join(heard[at].text.strip() for at in spot)
        for spot in doubtful_spots(heard, unsure, is_known, ORDINARY)
    ]


def test_unsure_neighbours_are_one_spot_even_with_a_sure_word_between() -> None:
    assert spots(words(("have", 0.22), ("a", 0.98), ("quarry", 0.49), ("and", 0.9))) == [
        "have a quarry"
    ]


def test_spots_far_apart_are_two() -> None:
    heard = words(("people", 0.1), ("we", 0.9), ("we", 0.9), ("quarry", 0.2))

    assert spots(heard) == ["people", "quarry"]


def test_short_words_and_ordinary_ones_hardly_unsure_hide_nothing() -> None:
    assert spots(words(("and", 0.1), ("we", 0.9), ("we", 0.9), ("people", 0.55))) == []


def test_a_word_that_is_none_may_hide_a_term_though_hardly_unsure() -> None:
    assert spots(words(("insectulopathy.", 0.66)), 0) == ["insectulopathy."]
    assert spots(words(("insectulopathy.", 0.66))) == []


def test_a_known_term_is_left_alone_unless_an_ordinary_word_beside_it_is_hardly_likely() -> None:
    assert spots(words(("ALIMA", 0.3), ("and", 0.1))) == []
    assert spots(words(("sepsis", 0.01), ("reacts", 0.18), ("on", 0.9))) == ["sepsis reacts"]


def test_speech_that_was_not_understood_at_all_has_no_spots() -> None:
    babble = [("galaxy", 0.2)] * 9

    assert spots(words(*babble)) == []
    assert spots(words(*babble[:7])) == []


def test_text_in_a_language_of_which_no_ordinary_words_are_known_has_no_spots() -> None:
    swahili = [("hospitali", 0.3)] + [
        (word, 0.9) for word in ["dawa", "ya", "watoto", "wote", "leo", "asubuhi"]
    ] * 3

    assert spots(words(*swahili), 0) == []
    assert spots(words(swahili[0]), 0) == ["hospitali"]


def test_a_term_is_settled_unless_it_is_most_improbable() -> None:
    assert settled_words(words(("ALIMA", 0.3), ("sepsis", 0.01)), is_known) == {0}
