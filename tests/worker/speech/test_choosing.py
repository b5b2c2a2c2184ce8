"""Which of the terms that were weighed were said."""

from collections.abc import Mapping

from archive.glossary.soundalike import Near
from archive.glossary.values import Kind, Term
from worker.speech.choosing import choose


def near(term: str, first: int, last: int, likeness: float = 0.8, kind: Kind = Kind.DRUG) -> Near:
    return Near(term=Term(term=term, kind=kind), first=first, last=last, likeness=likeness)


def chosen(gains: Mapping[Near, float], *own: str) -> list[str]:
    return [one.term.term for one in choose(gains, own)]


def chosen_for(
    written: str, gains: Mapping[Near, float], *, own: str = "", heard_again: bool = False
) -> list[str]:
    """Choose where one word stands, which is none."""
    found = choose(gains, [own], strange={0}, written=[written], heard_again=heard_again)
    return [one.term.term for one in found]


def test_a_term_that_is_less_likely_than_what_is_written_was_not_said() -> None:
    assert chosen({near("artesunate", 3, 3): 2.0}) == ["artesunate"]
    assert chosen({near("artesunate", 3, 3): -2.0}) == []


def test_what_sounds_little_alike_must_be_much_more_likely() -> None:
    assert chosen({near("melaena", 3, 3, 0.66): 3.0}) == []
    assert chosen({near("amodiaquine", 3, 4, 0.70): 12.0}) == ["amodiaquine"]


def test_what_sounds_the_same_may_be_a_little_less_likely() -> None:
    assert chosen({near("ceftriaxone", 3, 3, 0.94): -1.5}) == ["ceftriaxone"]


def test_a_name_must_be_more_likely_unless_it_was_given_for_the_recording() -> None:
    place = near("Machinga", 3, 3, 0.87, Kind.PLACE)

    assert chosen({place: 0.5}) == []
    assert chosen({place: 0.5}, "Machinga") == ["Machinga"]


def test_of_two_terms_the_one_that_sounds_more_alike_is_preferred() -> None:
    zomba, zambia = near("Zomba", 3, 3, 0.95, Kind.PLACE), near("Zambia", 3, 3, 0.81, Kind.PLACE)

    assert chosen({zambia: 7.9, zomba: 3.6}) == ["Zomba"]


def test_a_short_term_must_be_more_likely() -> None:
    assert chosen({near("mpox", 3, 3, 0.74, Kind.DISEASE): 2.4}) == []
    assert chosen({near("mpox", 3, 3, 0.85, Kind.DISEASE): 6.0}) == ["mpox"]


def test_a_name_on_a_slide_that_another_term_beats_must_gain_more() -> None:
    own, beaten = ["Dlamini"], ["Dlamini"]

    assert choose({near("Dlamini", 3, 3, 0.70): 1.1}, own) != []
    assert choose({near("Dlamini", 3, 3, 0.70): 1.1}, own, beaten) == []


def test_terms_that_do_not_share_words_are_both_chosen_in_order() -> None:
    gains = {near("quinine", 7, 7): 5.0, near("artesunate", 3, 4): 1.0, near("oedema", 4, 4): 0.5}

    assert chosen(gains) == ["artesunate", "quinine"]


def test_a_word_that_is_none_is_sooner_taken_for_a_term() -> None:
    gains = {near("encephalopathy", 0, 0, 0.72): 2.0}

    assert chosen_for("insectulopathy.", gains) == ["encephalopathy"]
    assert chosen(gains) == []


def test_a_word_that_is_none_but_written_as_a_name_may_be_one() -> None:
    assert chosen_for("Madeleine", {near("melaena", 0, 0, 0.66): 1.5}) == []


def test_letters_tell_apart_what_sounds_equally_alike() -> None:
    gains = {
        near("hypothermia", 0, 0, 0.80, Kind.DISEASE): 1.6,
        near("hypoxemia", 0, 0, 0.83, Kind.DISEASE): -3.7,
    }

    assert chosen_for("hyposemia", gains) == ["hypoxemia"]


def test_what_the_model_wrote_when_it_was_told_needs_less() -> None:
    gains = {near("kernicterus", 0, 0, 0.66, Kind.DISEASE): -6.0}

    assert chosen_for("carnituruses", gains) == []
    assert chosen_for("carnituruses", gains, heard_again=True) == ["kernicterus"]


def test_a_name_the_model_wrote_when_it_was_told_must_still_gain() -> None:
    place = near("Machinga", 0, 0, 0.87, Kind.PLACE)

    assert chosen_for("Machinji", {place: -0.9}, heard_again=True) == []
    assert chosen_for(
        "Kikwi,", {near("Kikwit", 0, 0, 0.77, Kind.PLACE): 1.7}, heard_again=True
    ) == ["Kikwit"]


def test_what_is_on_the_slide_and_hardly_alike_must_be_heard_again() -> None:
    ervebo = near("Ervebo", 0, 0, 0.33, Kind.DRUG)

    assert chosen_for("evil", {ervebo: 2.2}, own="Ervebo") == []
    assert chosen_for("evil", {ervebo: 2.2}, own="Ervebo", heard_again=True) == ["Ervebo"]
