"""What a reader is told of a machine's words: where they are from, doubtful, to be checked."""

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from archive.doubts import Doubt
from archive.glossary.terms import add_term
from archive.glossary.values import Draft, Kind
from archive.permissions import OPERATOR
from tests.web.conftest import read, unversioned
from tests.web.factories import MADE_AT, Archivist, speak

UNCHECKED = "Transcribed by machine (model whisper base). No one has checked it yet."


@pytest.fixture
def rounds(archivist: Archivist) -> int:
    with archivist.database.begin() as session:
        draft = Draft(term="artesunate", kind=Kind.DRUG)
        add_term(session, None, draft, actor=OPERATOR, now=MADE_AT)
    doubtful = speak("Something about cylinders.", start_ms=20_000)
    return archivist.recording(
        speak("Good morning. Give artesunate at 2.4 mg/kg, please.", start_ms=10_000),
        replace(doubtful, doubts=frozenset({Doubt.UNSURE, Doubt.FAST}), confidence=0.31),
        speak("In 2020 we saw COVID-19 in two patients.", start_ms=30_000),
    )


def test_a_dose_and_a_drug_are_marked_and_their_sentence_can_be_played_alone(
    visitor: FlaskClient, rounds: int
) -> None:
    transcript = read(visitor.get(f"/recordings/{rounds}")).select_one("#transcript")

    assert [mark.text for mark in transcript.select(".caution")] == ["artesunate", "2.4 mg/kg"]
    check = transcript.select_one("a.check")
    assert check.text == "check the audio"
    assert check["href"] == "?t=10.8&end=13.15#s1"
    assert check.find_previous_sibling("a").text == "Give artesunate at 2.4 mg/kg, please."
    assert len(transcript.select("a.check")) == 2


def test_the_link_plays_exactly_the_sentence_without_a_script(
    visitor: FlaskClient, rounds: int
) -> None:
    player = read(visitor.get(f"/recordings/{rounds}?t=10.8&end=13.15")).select_one("video")
    other = read(visitor.get(f"/recordings/{rounds}?t=10.8")).select_one("video")

    assert unversioned(player["src"]) == f"/recordings/{rounds}/media#t=10.8,13.15"
    assert player.has_attr("autoplay")
    assert not other.has_attr("autoplay")


def test_a_doubtful_sentence_is_marked_in_words_too_and_never_by_a_number(
    visitor: FlaskClient, rounds: int
) -> None:
    page = read(visitor.get(f"/recordings/{rounds}"))
    (doubt,) = page.select("#transcript p a.doubt")

    told = "more words than can be said in this time; the machine was not sure here"
    assert doubt["title"].casefold() == told
    assert doubt.select_one(".visually-hidden").text == f" ({told})"
    assert doubt.find_next_sibling("a")["class"] == ["check"]
    assert "31" not in page.select_one("#transcript").text
    assert page.select_one(".origin .doubt")


def test_a_transcript_without_anything_to_check_explains_no_marks(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("In 2020 we saw COVID-19 in two patients."))

    transcript = read(visitor.get(f"/recordings/{recording_id}")).select_one("#transcript")

    assert not transcript.select(".caution, .check, .doubt")
    assert [line.text for line in transcript.select(".origin")] == [UNCHECKED]


def test_words_searched_for_are_marked_inside_a_caution(visitor: FlaskClient, rounds: int) -> None:
    page = read(visitor.get(f"/recordings/{rounds}?q=artesunate"))

    assert page.select_one("#transcript .caution mark").text == "artesunate"
    assert page.select_one("a.check")["href"] == "?t=10.8&end=13.15&q=artesunate#s1"


def test_every_download_says_that_no_one_has_checked_it(visitor: FlaskClient, rounds: int) -> None:
    page = f"/recordings/{rounds}"

    text = visitor.get(f"{page}/transcript.txt").text
    vtt = visitor.get(f"{page}/transcript.vtt").text
    told = json.loads(visitor.get(f"{page}/transcript.json").data)

    assert UNCHECKED in text.splitlines()
    assert f"NOTE {UNCHECKED}" in vtt.split("\n\n")
    assert (told["checked"], told["note"]) == (False, UNCHECKED)
    assert [segment["doubts"] for segment in told["segments"]] == [[], ["fast", "unsure"], []]


def test_what_a_person_corrected_is_told_apart(archivist: Archivist, visitor: FlaskClient) -> None:
    recording_id = archivist.recording(replace(speak("Good morning."), edited=True))

    told = json.loads(visitor.get(f"/recordings/{recording_id}/transcript.json").data)

    assert "People have corrected parts of it" in told["note"]
    assert told["segments"][0]["edited"] is True
