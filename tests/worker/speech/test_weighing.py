"""Known terms in place of what sounded like them; last with the real model."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from archive.glossary.soundalike import Near
from archive.glossary.values import Kind, Term
from archive.transcript import Segment
from tests.worker.speech.sounds import make_pcm
from worker.speech import find_model, load_model, plan_chunks
from worker.speech.hints import Hints
from worker.speech.rewriting import in_place_of, part_words, put_in
from worker.speech.weighing import choose, regions, spellings
from worker.speech.words import HeardWord

DEMO = Path(__file__).parents[3] / "demo" / "demo.mp4"


def near(term: str, first: int, last: int, likeness: float = 0.8, kind: Kind = Kind.DRUG) -> Near:
    return Near(term=Term(term=term, kind=kind), first=first, last=last, likeness=likeness)


def heard(*texts: str) -> list[HeardWord]:
    return [
        HeardWord(text=text, start_s=float(at), end_s=at + 1.0, probability=0.5)
        for at, text in enumerate(texts)
    ]


def chosen(gains: Mapping[Near, float], *own: str) -> list[str]:
    return [one.term.term for one in choose(gains, own)]


def test_runs_that_share_words_are_weighed_together() -> None:
    found = list(regions([near("a", 0, 2), near("b", 1, 1), near("c", 2, 4), near("d", 5, 5)]))

    assert [(region.first, region.last, len(region.options)) for region in found] == [
        (0, 4, 3),
        (5, 5, 1),
    ]


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
