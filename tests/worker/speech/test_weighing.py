"""Known terms in place of what sounded like them; last with the real model."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from archive.glossary.soundalike import Near
from archive.glossary.values import Kind, Term
from archive.transcript import Segment
from tests.worker.speech.sounds import make_pcm
from worker.speech import find_model, load_model, plan_chunks
from worker.speech.hints import Hints
from worker.speech.rewriting import in_place_of, part_words, put_in
from worker.speech.weighing import regions, spellings
from worker.speech.words import HeardWord

DEMO = Path(__file__).parents[3] / "demo" / "demo.mp4"


def near(term: str, first: int, last: int, likeness: float = 0.8, kind: Kind = Kind.DRUG) -> Near:
    return Near(term=Term(term=term, kind=kind), first=first, last=last, likeness=likeness)


def heard(*texts: str) -> list[HeardWord]:
    return [
        HeardWord(text=text, start_s=float(at), end_s=at + 1.0, probability=0.5)
        for at, text in enumerate(texts)
    ]


def test_runs_that_share_words_are_weighed_together() -> None:
    found = list(regions([near("a", 0, 2), near("b", 1, 1), near("c", 2, 4), near("d", 5, 5)]))

    assert [(region.first, region.last, len(region.options)) for region in found] == [
        (0, 4, 3),
        (5, 5, 1),
    ]


def test_what_is_much_less_alike_than_another_term_is_not_weighed() -> None:
    best, other, longer = near("a", 1, 1, 0.97), near("b", 1, 1, 0.8), near("c", 1, 2, 0.8)

    [region] = regions([best, other, longer])

    assert region.options == (best, longer)


def test_the_words_of_a_term_share_the_time_of_what_they_replace() -> None:
    words = heard(" with", " Clotsavella", " and", " Imomini,", " last")
    found = near("Klebsiella pneumoniae", 1, 3)

    written = put_in(words, [(found, "Klebsiella pneumoniae")])

    assert [word.text for word in written] == [" with", " Klebsiella", " pneumoniae,", " last"]
    assert written[1].start_s == 1.0
    assert written[1].end_s == written[2].start_s == pytest.approx(1.0 + 3 * 10 / 21)
    assert written[2].end_s == 4.0


@pytest.mark.parametrize(
    ("written", "term", "right"),
    [
        (" septriaxone,", "ceftriaxone", " ceftriaxone,"),
        (" Septriaxone.", "ceftriaxone", " Ceftriaxone."),
        (' "kem ri"', "KEMRI", ' "KEMRI"'),
    ],
)
def test_punctuation_and_the_capital_of_a_sentence_stay(
    written: str, term: str, right: str
) -> None:
    assert in_place_of(written, term) == right


def test_a_spelling_that_the_model_may_know_better_is_weighed_too() -> None:
    assert spellings(Term(term="hypoxaemia", variants=("hypoxemia",))) == (
        "hypoxaemia",
        "hypoxemia",
    )
    assert spellings(Term(term="artemether-lumefantrine", variants=("AL", "Coartem"))) == (
        "artemether-lumefantrine",
    )


def test_a_term_is_parted_from_the_word_it_was_written_on_to() -> None:
    words = part_words(
        ["and", "whenceftriaxone,", "fails"], suggested=["ceftriaxone"], ordinary={"when", "and"}
    )

    assert words == ["and", "when", "ceftriaxone,", "fails"]


def test_a_longer_word_is_no_two_words() -> None:
    words = ["dihydroartemisinin", "ceftriaxone"]

    assert part_words(words, suggested=["artemisinin", "ceftriaxone"], ordinary={"when"}) == words


@pytest.mark.model
def test_the_speech_tells_which_term_was_said(tmp_path: Path) -> None:
    """Of the demo `base` writes "artisanate"; the saturation it speaks of is no maturation."""
    model = load_model(find_model("base", tmp_path), cpu_threads=2)
    pcm = make_pcm(tmp_path / "demo.pcm", DEMO)
    chunks = plan_chunks(pcm)
    hints = Hints(title="Maturation", terms=(Term(term="artesunate", kind=Kind.DRUG),))

    unprimed = spoken(model.transcribe_batch(pcm, chunks, language=None))
    primed = spoken(model.transcribe_batch(pcm, chunks, language=None, hints=hints))

    assert "artesunate" not in unprimed
    assert "first choice is artesunate by injection" in primed
    assert "aturation" in primed
    assert "maturation" not in primed.lower()


def spoken(segments: Iterable[Segment]) -> str:
    return " ".join(segment.text for segment in segments)
