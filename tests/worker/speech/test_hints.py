import re
from collections.abc import Sequence

import pytest

from archive.glossary.values import Kind, Term
from worker.speech.hints import Hints, ShownText, fit_prompts
from worker.speech.plan import Chunk
from worker.speech.vocabulary import Vocabulary

KNOWN_WELL = {"the", "patients", "treatment", "malaria", "hospital", "central", "of", "severe"}


def count_tokens(word: str) -> int:
    """Stand in for the tokenizer: a word is known well or it is not."""
    return 1 if word.strip().lower() in KNOWN_WELL else 3


def encode(text: str) -> Sequence[int]:
    """Stand in for the tokenizer: a token a word or mark."""
    return [sum(map(ord, part)) for part in re.findall(r"\w+|[^\w\s]", text)]


def chunk(start_ms: int = 0, end_ms: int = 30_000) -> Chunk:
    return Chunk(start_ms=start_ms, end_ms=end_ms)


def suggested(hints: Hints, said: str, at: Chunk | None = None) -> tuple[str, ...]:
    return Vocabulary(hints, count_tokens).suggest(at or chunk(), "en", said.split())


def test_a_word_of_the_slide_that_sounds_like_what_was_written_comes_first() -> None:
    slide = ShownText(start_ms=0, end_ms=9_000, text="Quinine, artesunate")
    hints = Hints(terms=(Term(term="ceftriaxone"),), slides=(slide,))

    phrases = suggested(hints, "we gave artisanate straight away and septriaxone")

    assert phrases == ("artesunate", "Quinine"), "the glossary's own terms are weighed, not told"


def alternatives(hints: Hints, written: str) -> list[str]:
    found = Vocabulary(hints, count_tokens).alternatives(written.split(), "en")
    return [near.term.term for near in found]


def test_terms_that_sound_like_what_was_written_may_have_been_said() -> None:
    hints = Hints(terms=(Term(term="artesunate"), Term(term="ceftriaxone"), Term(term="Kasai")))

    assert set(alternatives(hints, "we gave artisanate in the Casai")) == {"artesunate", "Kasai"}


def test_a_name_that_is_little_alike_must_be_given_for_the_recording() -> None:
    place = Term(term="Machakos", kind=Kind.PLACE)

    assert alternatives(Hints(terms=(place,)), "and numakakos too") == []
    assert "Machakos" in alternatives(Hints(title="Machakos", terms=(place,)), "and numakakos too")


def test_ordinary_words_may_be_a_name_of_the_recording_only() -> None:
    place = Term(term="Blantyre", kind=Kind.PLACE)

    assert alternatives(Hints(terms=(place,)), "a bland tire there") == []
    assert "Blantyre" in alternatives(Hints(title="Blantyre", terms=(place,)), "a bland tire there")


def test_rare_words_of_the_slide_being_shown_are_suggested() -> None:
    hints = Hints(
        slides=(
            ShownText(start_ms=0, end_ms=20_000, text="Treatment of the patients"),
            ShownText(start_ms=20_000, end_ms=60_000, text="Severe malaria: haemolysis"),
            ShownText(start_ms=600_000, end_ms=700_000, text="Eclampsia"),
        )
    )

    assert suggested(hints, "so this is what we do") == ("haemolysis",)


def test_a_slide_is_spoken_about_a_little_before_and_after_it_is_shown() -> None:
    hints = Hints(slides=(ShownText(start_ms=40_000, end_ms=50_000, text="haemolysis"),))

    shown = [
        bool(suggested(hints, "so", chunk(start, start + 5_000)))
        for start in (20_000, 33_000, 45_000, 65_000, 75_000)
    ]

    assert shown == [False, True, True, True, False]


def test_names_of_several_words_stay_together() -> None:
    hints = Hints(title="Malaria at Kamuzu Central Hospital", speakers=("Chimwemwe Phiri",))

    phrases = suggested(hints, "welcome")

    assert "Kamuzu Central Hospital" in phrases
    assert "Chimwemwe Phiri" in phrases


def test_a_slide_is_written_as_the_glossary_writes_it() -> None:
    hints = Hints(
        terms=(Term(term="artesunate"),),
        slides=(ShownText(start_ms=0, end_ms=9_000, text="ARTESUNATE 2.4 mg/kg"),),
    )

    assert suggested(hints, "so") == ("artesunate",)


def test_a_collections_terms_are_suggested_even_when_nothing_sounds_like_them() -> None:
    own = Term(term="Mzuzu", of_collection=True)
    hints = Hints(terms=(own, Term(term="Zomba"), Term(term="Boulogne", language="fr")))

    assert suggested(hints, "so") == ("Mzuzu",)


def test_terms_of_other_languages_are_left_out() -> None:
    hints = Hints(terms=(Term(term="artésunate", language="fr"),))

    assert suggested(hints, "we gave artisanate") == ()


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        ([["artesunate"], ["haemolysis", "quinine", "Lilongwe"]], 40),
        ([[], ["haemolysis"]], 40),
        ([["a", "b", "c", "d", "e", "f"], ["g"]], 5),
        ([[], []], 40),
    ],
)
def test_prompts_are_equally_long_and_not_longer_than_allowed(
    rows: list[list[str]], most: int
) -> None:
    prompts = fit_prompts(rows, encode=encode, filler="Webinar", most_tokens=most)

    assert len({len(prompt) for prompt in prompts}) == 1
    assert all(len(prompt) <= most for prompt in prompts)


def test_the_most_helpful_phrase_stands_nearest_the_speech() -> None:
    (prompt,) = fit_prompts([["first", "second"]], encode=encode, filler="x", most_tokens=9)

    assert prompt == encode("second, first.")


def test_a_phrase_that_does_not_fit_makes_room_for_a_shorter_one() -> None:
    (prompt,) = fit_prompts(
        [["one two three four five six", "short"]], encode=encode, filler="x", most_tokens=4
    )

    assert prompt == encode("short.")
