import pytest

from archive.glossary.soundalike import SoundIndex
from archive.glossary.values import Kind, Term
from worker.speech.corrections import correct, part_words

TERMS = (
    Term(term="ceftriaxone", kind=Kind.DRUG),
    Term(term="artesunate", kind=Kind.DRUG),
    Term(term="hypoxaemia", kind=Kind.DISEASE, variants=("hypoxemia",)),
    Term(term="Machinga", kind=Kind.PLACE),
)


def corrected(text: str, *, suggested: tuple[str, ...] = (), own: tuple[str, ...] = ()) -> str:
    words = text.split()
    near = SoundIndex(TERMS).near(words, least=0.75)
    ordinary = {"an", "and", "artisan"}
    return correct(words, near, suggested=suggested, own=own, ordinary=ordinary).text


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("give the septriaxone in the same minute", "give the ceftriaxone in the same minute"),
        ("Septriaxone, and then fluids.", "Ceftriaxone, and then fluids."),
        ("we gave ceftriaxone", "we gave ceftriaxone"),
        ("we went to the market", "we went to the market"),
        ("an artisan and still has", "an artisan and still has"),
    ],
)
def test_what_sounds_nearly_the_same_is_written_as_the_term(written: str, right: str) -> None:
    assert corrected(written) == right


def test_a_little_less_is_enough_where_the_first_hearing_sounded_like_the_term_too() -> None:
    text = "seven children with hypozemia"

    assert corrected(text) == text
    assert corrected(text, suggested=("hypoxaemia",)) == "seven children with hypoxaemia"


def test_a_name_is_taken_only_from_what_was_given_for_the_recording() -> None:
    text = "our friends at Machinji had seven"

    assert corrected(text) == text
    assert corrected(text, own=("Machinga",)) == "our friends at Machinga had seven"


def test_a_term_is_parted_from_the_word_it_was_written_on_to() -> None:
    words = part_words(
        ["and", "whenceftriaxone,", "fails"], suggested=["ceftriaxone"], ordinary={"when", "and"}
    )

    assert words == ["and", "when", "ceftriaxone,", "fails"]


def test_a_longer_word_is_no_two_words() -> None:
    words = ["dihydroartemisinin", "ceftriaxone"]

    assert part_words(words, suggested=["artemisinin", "ceftriaxone"], ordinary={"when"}) == words
