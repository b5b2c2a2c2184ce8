"""The scoring of the findability benchmark, on words at made-up times."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.findability.material import (
    SESSIONS,
    SaidSentence,
    SaidWord,
    Session,
    ShownSlide,
    Term,
    Truth,
    read_session,
    read_truth,
    slide_text,
    write_truth,
)
from benchmarks.findability.score import (
    Reader,
    Said,
    Source,
    invented_in_text,
    invented_terms,
    judge_terms,
    recall,
    said_terms,
    unify_spellings,
)
from scripts.voices import split_sentences

ARTESUNATE = Term(term="artesunate", kind="drug")
SULPHATE = Term(term="magnesium sulphate", spellings=("magnesium sulfate",), kind="drug")
SEPTRIN = Term(term="co-trimoxazole", spellings=("cotrimoxazole",), kind="drug")
JINJA = Term(term="Jinja", kind="place", rare=True)


@dataclass(frozen=True)
class Heard:
    start_ms: int
    text: str


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def heard(text: str, *, every_ms: int = 500, begin_ms: int = 0) -> list[Heard]:
    return [
        Heard(start_ms=begin_ms + place * every_ms, text=f" {word}")
        for place, word in enumerate(text.split())
    ]


def truth(text: str, *, slides: tuple[ShownSlide, ...] = (), terms: tuple[Term, ...]) -> Truth:
    words = tuple(
        SaidWord(start_ms=word.start_ms, end_ms=word.start_ms + 400, text=word.text.strip())
        for word in heard(text)
    )
    sentence = SaidSentence(
        start_ms=0, end_ms=words[-1].end_ms, speaker="A", text=text, words=words
    )
    return Truth(
        name="made", made_from="", title="", speakers=("A",), duration_ms=words[-1].end_ms,
        sentences=(sentence,), slides=slides, terms=terms,
    )  # fmt: skip


def said(term: Term, *times: int) -> list[Said]:
    return [
        Said(term=term.term, start_ms=at, known=Source.NOWHERE, in_glossary=False) for at in times
    ]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        (ARTESUNATE, "give Artesunate, now", True),
        (ARTESUNATE, "give artisanate now", False),
        (ARTESUNATE, "give arte sunate now", False),
        (SULPHATE, "then magnesium sulfate slowly", True),
        (SULPHATE, "then magnesium, sulphate slowly", True),
        (SULPHATE, "then magnesium slowly", False),
        (SEPTRIN, "and co-trimoxazole.", True),
        (SEPTRIN, "and Cotrimoxazole.", True),
        (SEPTRIN, "and co trimoxazole.", True),
        (SEPTRIN, "and trimoxazole.", False),
        (Term(term="haemorrhage", kind="disease"), "a hemorrhage", True),
        (Term(term="G6PD", spellings=("G 6 PD",), kind=""), "thought about G6PD.", True),
        (Term(term="G6PD", spellings=("G 6 PD",), kind=""), "thought about G 6 PD.", True),
        (Term(term="Médecins Sans Frontières", kind=""), "of Medecins sans frontieres", True),
        (JINJA, "ginger", False),
    ],
)
def test_a_term_is_found_in_its_accepted_spellings_only(
    reader: Reader,
    term: Term,
    text: str,
    *,
    found: bool,
) -> None:
    places = reader.places(term.accepted, reader.tokens(heard(text), pieces=True))

    assert bool(places) is found


def test_pieces_of_a_word_are_read_together(reader: Reader) -> None:
    pieces = [Heard(0, " give"), Heard(400, " co"), Heard(600, "-trim"), Heard(800, "oxazole.")]

    places = reader.places(SEPTRIN.accepted, reader.tokens(pieces, pieces=True))

    assert places == [400]


@pytest.mark.parametrize(
    ("written_ms", "error"), [(14_900, 4_900), (5_000, -5_000), (15_001, None)]
)
def test_a_term_counts_within_five_seconds(
    reader: Reader, written_ms: int, error: int | None
) -> None:
    tokens = reader.tokens(heard("artesunate", begin_ms=written_ms))

    (judged,) = judge_terms(said(ARTESUNATE, 10_000), [ARTESUNATE], tokens, reader)

    assert judged.jump_error_ms == error


def test_one_written_word_does_not_answer_for_two_said_ones(reader: Reader) -> None:
    tokens = reader.tokens(heard("artesunate", begin_ms=3_000))

    judged = judge_terms(said(ARTESUNATE, 1_000, 3_100), [ARTESUNATE], tokens, reader)

    assert [one.jump_error_ms for one in judged] == [None, -100]
    assert recall(judged) == 0.5


def test_where_a_term_could_be_known_from_is_told(reader: Reader) -> None:
    slides = (
        ShownSlide(start_ms=0, end_ms=2_000, text="Treat at once\nArtesunate"),
        ShownSlide(start_ms=2_000, end_ms=9_000, text="Then what"),
    )
    film = truth(
        "give artesunate and then artesunate with cotrimoxazole at Jinja",
        slides=slides,
        terms=(ARTESUNATE, SEPTRIN, JINJA),
    )

    found = said_terms(film, [SEPTRIN], reader)

    assert [(one.term, one.start_ms, one.known, one.in_glossary) for one in found] == [
        ("artesunate", 500, Source.SLIDE, False),
        ("artesunate", 2_000, Source.OTHER_SLIDE, False),
        ("co-trimoxazole", 3_000, Source.GLOSSARY, True),
        ("Jinja", 4_000, Source.NOWHERE, False),
    ]


def test_a_term_inside_a_longer_one_is_not_said_there(reader: Reader) -> None:
    terms = (Term(term="eclampsia", kind="disease"), Term(term="pre-eclampsia", kind="disease"))
    film = truth("Pre-eclampsia is silent and eclampsia is not", terms=terms)

    found = said_terms(film, terms, reader)

    assert [(one.term, one.start_ms) for one in found] == [
        ("pre-eclampsia", 0),
        ("eclampsia", 2_000),
    ]


def test_a_possessive_is_its_name(reader: Reader) -> None:
    term = Term(term="Africa CDC", kind="institution")

    assert reader.has("when Africa's CDC sent us two people", term)
    assert not reader.has("when Africa sent us the CDC", term)


def test_a_prompted_term_that_nobody_said_there_is_invented(reader: Reader) -> None:
    spoken = reader.tokens(heard("my garden has ginger and artesunate"))
    written = reader.tokens(heard("my garden has Jinja and artesunate"), pieces=True)
    later = reader.tokens(heard("artesunate", begin_ms=60_000), pieces=True)

    found = invented_terms([ARTESUNATE, JINJA], [*written, *later], spoken, reader)

    assert [(one.term, one.start_ms) for one in found] == [("Jinja", 1_500), ("artesunate", 60_000)]


def test_an_accepted_spelling_of_what_was_said_is_not_invented(reader: Reader) -> None:
    spoken = reader.tokens(heard("some magnesium sulphate"))
    written = reader.tokens(heard("some magnesium sulfate"))

    assert invented_terms([SULPHATE], written, spoken, reader) == []


@pytest.mark.parametrize(
    ("term", "spoken", "written", "invented"),
    [
        ("adrenaline", "start noradrenaline now", "start an adrenaline now", False),
        ("haemoglobin", "it is haemoglobinuria", "it is hemoglobin urea", False),
        ("chest wall", "the chestwall", "the chest wall", False),
        ("pneumonia", "Klebsiella pneumoniae was", "Club seller pneumonia was", False),
        (
            "artemether-lumefantrine",
            "artemether and lumefantrine",
            "artemether-lumefantrine",
            False,
        ),
        ("artemether-lumefantrine", "artemether alone", "artemether-lumefantrine", True),
        ("WHO", "give the artesunate", "give the artist who made", False),
        ("WHO", "give the artesunate", "give the WHO made", True),
        ("Mali", "a normal illness", "a nor Mali illness", True),
        ("TB", "the outbreak", "the TB", True),
        ("adrenaline", "start now", "start adrenaline", True),
    ],
)
def test_a_part_of_what_was_said_is_not_invented(
    reader: Reader,
    term: str,
    spoken: str,
    written: str,
    *,
    invented: bool,
) -> None:
    found = invented_terms(
        [Term(term=term, kind="")],
        reader.tokens(heard(written)),
        reader.tokens(heard(spoken)),
        reader,
    )

    assert bool(found) is invented


def test_without_times_a_term_written_too_often_is_invented(reader: Reader) -> None:
    written = reader.tokens(heard("artesunate and Jinja and artesunate"))

    found = invented_in_text([ARTESUNATE, JINJA], written, "Artesunate, in Jinja.", reader)

    assert [(one.term, one.start_ms) for one in found] == [("artesunate", 2_000)]


def test_other_spellings_are_unified_before_word_errors_are_counted() -> None:
    assert unify_spellings("Magnesium Sulfate, cotrimoxazole", [SULPHATE, SEPTRIN]) == (
        "magnesium sulphate, co-trimoxazole"
    )


def test_the_truth_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    film = truth(
        "give cotrimoxazole",
        slides=(ShownSlide(start_ms=0, end_ms=9, text="é"),),
        terms=(SEPTRIN, JINJA),
    )

    write_truth(film, tmp_path / "made.json")

    assert read_truth(tmp_path / "made.json") == film


def sessions(*names: str) -> list[object]:
    return [pytest.param(read_session(SESSIONS / f"{name}.toml"), id=name) for name in names]


@pytest.mark.parametrize("session", sessions("malaria", "maternal", "outbreaks", "heart", "bites"))
def test_every_term_of_a_session_is_said_and_half_are_on_no_slide(
    reader: Reader, session: Session
) -> None:
    text = " ".join(turn.text for turn in session.script.turns)
    slides = "\n".join(slide_text(session.script, turn.slide) for turn in session.script.turns)

    assert [term.term for term in session.terms if not reader.has(text, term)] == []
    shown = [term for term in session.terms if reader.has(slides, term)]
    assert 0.35 < len(shown) / len(session.terms) <= 0.5
    rare = [term for term in session.terms if term.rare]
    assert 0.28 < len(rare) / len(session.terms) < 0.45
    assert len({term.term for term in session.terms}) == len(session.terms)


@pytest.mark.parametrize("session", sessions("elsewhere"))
def test_no_term_of_the_garden_talk_is_said_and_all_are_shown(
    reader: Reader, session: Session
) -> None:
    text = " ".join(turn.text for turn in session.script.turns)
    slides = "\n".join(slide_text(session.script, turn.slide) for turn in session.script.turns)

    assert [term.term for term in session.terms if reader.has(text, term)] == []
    assert [term.term for term in session.terms if not reader.has(slides, term)] == []


@pytest.mark.parametrize("session", sessions("malaria", "maternal", "outbreaks", "elsewhere"))
def test_what_the_voices_read_has_the_sentences_that_are_written(session: Session) -> None:
    pairs = zip(session.script.turns, session.spoken_script().turns, strict=True)

    counts = [(len(split_sentences(a.text)), len(split_sentences(b.text))) for a, b in pairs]

    assert [pair for pair in counts if pair[0] != pair[1]] == []
