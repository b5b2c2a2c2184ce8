"""Which places are heard again, what of the texts drawn there may be a term; and the real model."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.glossary.consonants import skeleton
from archive.glossary.phonetics import sound_key
from archive.glossary.soundalike import likeness
from archive.index.sounding import ALIKE, families_of, sound_of
from archive.transcript import Segment, Word
from tests.worker.speech.sounds import make_pcm
from worker.speech import find_model, load_model, plan_chunks
from worker.speech.pcm import open_pcm
from worker.speech.rereading import Place, doubtful_places, readings_of

DEMO = Path(__file__).parents[3] / "demo" / "demo.mp4"
ORDINARY = frozenset("i remember where the vials have been kick him or camp".split())  # noqa: SIM905


def say(text: str, *unsure: str, start_ms: int = 0, language: str = "en") -> Segment:
    words = tuple(
        Word(
            start_ms=start_ms + 400 * at,
            end_ms=start_ms + 400 * at + 300,
            text=f" {word}",
            confidence=0.3 if word in unsure else 0.99,
        )
        for at, word in enumerate(text.split())
    )
    return Segment(
        start_ms=start_ms,
        end_ms=words[-1].end_ms,
        text=text,
        language=language,
        confidence=0.9,
        words=words,
    )


def meant(place: Place) -> str:
    return "".join(word.text for word in place.words[place.first : place.last + 1]).strip()


KICKUM = say("I remember kickum where the vials have been", "kickum")


def test_a_place_is_heard_with_the_speech_around_it() -> None:
    before = say("Yes that is so.", start_ms=0)
    after = say(
        "I remember kickum where the vials have been standing there all day",
        "kickum",
        start_ms=1600,
    )

    (place,) = doubtful_places([before, after])

    assert meant(place) == "kickum"
    assert place.befores == (" Yes that is so. I remember", " Yes that is so. I")
    assert place.heard_ms[0] == 0
    assert place.words[-1].text == " there"
    assert place.start_ms == 2400


def test_silence_ends_a_place_and_what_is_heard_with_it() -> None:
    first, then = say("he went to ambala", "ambala"), say("kickum is far", "kickum", start_ms=9_000)

    places = list(doubtful_places([first, then]))

    assert [meant(place) for place in places] == ["ambala", "kickum"]
    assert [place.befores[0] for place in places] == [" he went to", ""]


@pytest.mark.parametrize(
    "segment",
    [
        replace(KICKUM, edited=True),
        replace(KICKUM, checked=True),
        say("nilikuwa kickum jana", "kickum", language="sw"),
        say("I remember where the vials have been"),
        say(" ".join(f"odd{n}" for n in range(9)), *(f"odd{n}" for n in range(9))),
    ],
    ids=["edited", "checked", "a language without a list", "sure", "not understood at all"],
)
def test_other_places_are_left_alone(segment: Segment) -> None:
    assert list(doubtful_places([segment])) == []


def test_an_ordinary_word_must_be_less_sure_than_a_strange_one_to_be_heard_again() -> None:
    words = KICKUM.words
    hardly = replace(
        KICKUM, words=(words[0], *(replace(word, confidence=0.7) for word in words[1:]))
    )

    assert [meant(place) for place in doubtful_places([hardly])] == ["kickum"]


def test_strange_words_that_stand_in_a_place_are_readings_of_what_is_written_there() -> None:
    (place,) = doubtful_places([KICKUM])

    (reading,) = readings_of(
        place,
        [
            " I remember kitgum where",
            " I remember KITGUM, where the",
            " I remember kick him where",
            " I remember kickum where",
            " I remember 99 where",
        ],
        ORDINARY,
    )

    assert (reading.start_ms, reading.end_ms, reading.written) == (800, 1100, "kickum")
    assert reading.texts == ("kitgum",)


def test_a_word_read_as_several_stands_for_that_word_whatever_is_read_of_the_next() -> None:
    (place,) = doubtful_places([KICKUM])

    readings = list(readings_of(place, [" I remember kit gum or the"], ORDINARY))

    found = {text: reading.written for reading in readings for text in reading.texts}
    assert found["kitgum"] == "kickum"


def test_of_many_words_read_otherwise_one_stands_for_the_word_it_sounds_like() -> None:
    """In the demo eight words of French were one place: a term was offered for all of them."""
    text = "le concentrateur d'oxygène s'arrête nous gardons donc toujours"
    (place,) = doubtful_places(
        [say(text, "concentrateur", "s'arrête", "gardons", "toujours", language="fr")]
    )

    readings = list(
        readings_of(
            place,
            [
                " le consentateur doxygen saet noux gardonse don touchour",
                " le concentrator d'oxygène sahethon gardon touzour",
            ],
            ORDINARY,
        )
    )

    found = {text: reading.written for reading in readings for text in reading.texts}
    assert found["consentateur"] == found["concentrator"] == "concentrateur"
    assert found["touchour"] == "toujours"
    assert all(len(reading.written) < 30 for reading in readings)


def test_what_is_read_elsewhere_is_no_reading() -> None:
    (place,) = doubtful_places([KICKUM])

    assert list(readings_of(place, [" I remember kickum where the zebulon"], ORDINARY)) == []


def test_too_few_consonants_sound_like_too_much() -> None:
    assert len(skeleton(sound_key("okumu"))) < 3
    (place,) = doubtful_places([KICKUM])
    assert list(readings_of(place, [" I remember okumu where"], ORDINARY)) == []


@pytest.mark.model
def test_the_model_draws_what_was_said_where_it_wrote_something_else(tmp_path: Path) -> None:
    """Of the demo `base` writes "artisanate" without a glossary, and says artesunate in draws."""
    model = load_model(find_model("base", tmp_path), cpu_threads=2)
    pcm = make_pcm(tmp_path / "demo.pcm", DEMO)
    segments = model.transcribe_batch(pcm, plan_chunks(pcm), language=None)
    places = [one for one in doubtful_places(segments) if "artisanate" in meant(one).casefold()]
    assert places, "the model is sure of what it wrote, or writes it right"

    readings = model.reread(pcm, places)

    texts = [text for reading in readings for text in reading.texts]
    families = families_of(sound_of("artesunate"))
    near = [text for text in texts if families_of(sound_of(text)) == families]
    assert any(likeness("artesunate", text) >= ALIKE for text in near)
    drawn = model._decoder.draw(
        open_pcm(pcm),
        *places[0].heard_ms,
        "en",
        befores=places[0].befores,
        count=3,
        most_tokens=8,
    )
    assert len(drawn) == 3 * len(places[0].befores)
    assert all(text.startswith(places[0].befores[-1]) for text in drawn)
