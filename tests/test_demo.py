"""The committed demo is what the newcomer's page and the other tests take it to be."""

import json
import re
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from worker.media.tools import find_tools

DEMO = Path(__file__).parent.parent / "demo"
FILM = DEMO / "demo.mp4"


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return json.loads((DEMO / "demo.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return tomllib.loads((DEMO / "script.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def probed() -> dict[str, Any]:
    return _probe("-show_format", "-show_streams")


def test_the_film_is_small_and_two_to_three_minutes_long(probed: dict[str, Any]) -> None:
    assert FILM.stat().st_size <= 3_000_000
    assert 120 <= float(probed["format"]["duration"]) <= 180


def test_the_film_has_what_every_browser_plays(probed: dict[str, Any]) -> None:
    video, audio = probed["streams"]

    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (video["width"], video["height"]) == (1280, 720)
    assert (audio["codec_name"], audio["channels"]) == ("aac", 1)
    assert probed["format"]["tags"]["title"] == "The first hour with a very sick child"


def test_sound_and_picture_start_together_and_last_as_long_as_was_said(
    probed: dict[str, Any], facts: dict[str, Any]
) -> None:
    for stream in probed["streams"]:
        assert float(stream["start_time"]) == 0
        assert float(stream["duration"]) * 1000 == pytest.approx(facts["duration_ms"], abs=150)


def test_the_films_index_stands_before_its_data() -> None:
    boxes = _top_boxes(FILM.read_bytes())

    assert boxes.index("moov") < boxes.index("mdat")


def test_a_key_frame_comes_every_two_seconds() -> None:
    packets = _probe("-select_streams", "v", "-show_entries", "packet=pts_time,flags")["packets"]

    keys = [float(packet["pts_time"]) for packet in packets if "K" in packet["flags"]]

    assert keys[0] == 0
    assert max(after - before for before, after in pairwise(keys)) < 2.01


def test_the_facts_say_what_the_script_says(facts: dict[str, Any], script: dict[str, Any]) -> None:
    people = script["speakers"]

    assert facts["title"] == script["title"]
    assert facts["recorded_on"] == script["recorded_on"].isoformat()
    assert facts["description"] == script["description"].strip()
    assert facts["languages"] == script["languages"]
    assert facts["speakers"] == [person["name"] for person in people.values()]
    assert [(turn["speaker"], turn["language"], turn["text"]) for turn in facts["spoken"]] == [
        (people[turn["speaker"]]["name"], people[turn["speaker"]]["language"], turn["text"].strip())
        for turn in script["turns"]
    ]
    assert {phrase["text"] for phrase in facts["phrases"]} == set(script["phrases"])


def test_turns_and_sentences_follow_each_other_without_overlap(facts: dict[str, Any]) -> None:
    sentences = [part for turn in facts["spoken"] for part in turn["sentences"]]

    assert all(part["start_ms"] < part["end_ms"] for part in sentences)
    assert all(before["end_ms"] < after["start_ms"] for before, after in pairwise(sentences))
    assert sentences[-1]["end_ms"] < facts["duration_ms"]
    for turn in facts["spoken"]:
        assert turn["start_ms"] == turn["sentences"][0]["start_ms"]
        assert turn["end_ms"] == turn["sentences"][-1]["end_ms"]
        assert turn["text"] == " ".join(part["text"] for part in turn["sentences"])


def test_the_language_changes_and_changes_back(facts: dict[str, Any]) -> None:
    languages = [turn["language"] for turn in facts["spoken"]]

    changes = [languages[0]] + [after for before, after in pairwise(languages) if before != after]

    assert changes == ["en", "fr", "en"]


def test_each_slide_comes_just_before_the_turn_that_shows_it(
    facts: dict[str, Any], script: dict[str, Any]
) -> None:
    spoken = zip(script["turns"], facts["spoken"], strict=True)

    shown = [
        (script["slides"][turn["slide"]]["title"], heard["start_ms"])
        for turn, heard in spoken
        if "slide" in turn
    ]

    assert [slide["title"] for slide in facts["slides"]] == [title for title, _ in shown]
    assert facts["slides"][0]["start_ms"] == 0
    for slide, (_, start_ms) in list(zip(facts["slides"], shown, strict=True))[1:]:
        assert 0 < start_ms - slide["start_ms"] < 700


def test_each_phrase_is_heard_inside_the_sentence_that_says_it(facts: dict[str, Any]) -> None:
    sentences = [part for turn in facts["spoken"] for part in turn["sentences"]]

    for phrase in facts["phrases"]:
        (sentence,) = [part for part in sentences if phrase["text"] in _plain(part["text"])]
        assert sentence["start_ms"] <= phrase["start_ms"] < phrase["end_ms"]
        assert phrase["end_ms"] <= sentence["end_ms"] + 300
        if _plain(sentence["text"]).startswith(phrase["text"]):
            assert phrase["start_ms"] == sentence["start_ms"]


def test_every_speaker_says_a_phrase_and_one_stands_in_a_long_sentence(
    facts: dict[str, Any],
) -> None:
    saying = [
        (turn["speaker"], len(part["text"]))
        for turn in facts["spoken"]
        for part in turn["sentences"]
        for phrase in facts["phrases"]
        if phrase["text"] in _plain(part["text"])
    ]

    assert {speaker for speaker, _ in saying} == set(facts["speakers"])
    assert max(length for _, length in saying) > 2 * 42  # more than one caption holds


def _probe(*options: str) -> dict[str, Any]:
    command = [str(find_tools().ffprobe), "-v", "error", "-of", "json", *options, str(FILM)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)


def _top_boxes(data: bytes) -> list[str]:
    """Name the outermost boxes of an mp4, in order (ISO/IEC 14496-12, section 4.2)."""
    names: list[str] = []
    place = 0
    while place < len(data):
        names.append(data[place + 4 : place + 8].decode("ascii"))
        place += int.from_bytes(data[place : place + 4], "big")
    return names


def _plain(text: str) -> str:
    return re.sub(r"[^\w' ]", "", text.lower())
