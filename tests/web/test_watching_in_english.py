"""A recording in several languages, as spoken and in English."""

import json

import pytest
from bs4 import Tag
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive.models import Recording, Role, StageState, Status, Transcript, TranscriptKind
from archive.models.transcript import CAPTIONS, MACHINE
from archive.pipeline import Stage
from tests.web.conftest import post, read, unversioned
from tests.web.factories import Archivist, speak

ARABIC = "أعط الأرتيسونات فورا."


@pytest.fixture
def mixed(archivist: Archivist) -> int:
    return archivist.recording(
        speak(ARABIC + " ثم كرر القياس بعد يوم.", start_ms=1_000, language="ar"),
        speak("صباح الخير جميعا من الخرطوم اليوم.", start_ms=8_000, language="ar"),
        speak("Thank you for this.", start_ms=20_000),
    )


@pytest.fixture
def translated(archivist: Archivist, mixed: int) -> int:
    archivist.translate(mixed, speak("Give artesunate at once, 2 mg.", start_ms=1_000))
    return mixed


def tracks(visitor: FlaskClient, address: str) -> list[Tag]:
    return list(read(visitor.get(address)).select("video track"))


def test_each_paragraph_and_each_cue_is_in_its_own_language(
    visitor: FlaskClient, mixed: int
) -> None:
    page = read(visitor.get(f"/recordings/{mixed}"))
    vtt = visitor.get(f"/recordings/{mixed}/transcript.vtt").text

    paragraphs = page.select("#transcript .block p")
    assert [(p["lang"], p["dir"]) for p in paragraphs] == [
        ("ar", "auto"), ("ar", "auto"), ("en", "auto"),
    ]  # fmt: skip
    assert page.select_one("track")["srclang"] == "ar"
    assert "NOTE Language: ar" in vtt
    assert "<lang en>Thank you for this.</lang>" in vtt
    assert "<lang ar>" not in vtt
    assert ARABIC in vtt


def test_without_a_translation_there_is_one_track_and_no_choice(
    visitor: FlaskClient, mixed: int
) -> None:
    page = read(visitor.get(f"/recordings/{mixed}?lang=en"))

    assert len(page.select("track")) == 1
    assert not page.select(".choice")
    assert page.select_one("#transcript .block p")["lang"] == "ar"
    for ending in ("vtt", "srt", "txt", "json"):
        assert visitor.get(f"/recordings/{mixed}/translation.{ending}").status_code == 404


def test_a_translation_is_a_second_track_and_the_first_stays_the_default(
    visitor: FlaskClient, translated: int
) -> None:
    captions, subtitles = tracks(visitor, f"/recordings/{translated}")

    assert (captions["kind"], captions.has_attr("default")) == ("captions", True)
    assert (subtitles["kind"], subtitles["srclang"]) == ("subtitles", "en")
    assert subtitles["label"] == "English, by machine"
    assert unversioned(subtitles["src"]) == f"/recordings/{translated}/translation.vtt"
    assert not subtitles.has_attr("default")


@pytest.mark.parametrize(
    ("what", "label"),
    [
        ({"source": MACHINE}, "العربية (Arabic), by machine"),
        ({"in_review_by": "Lina"}, "العربية (Arabic), by machine"),
        ({"checked": True, "checked_by": "Lina"}, "العربية (Arabic)"),
        ({"source": CAPTIONS}, "العربية (Arabic)"),
    ],
)
def test_captions_are_said_to_be_by_machine_until_people_brought_or_checked_them(
    archivist: Archivist,
    visitor: FlaskClient,
    translated: int,
    what: dict[str, object],
    label: str,
) -> None:
    with archivist.database.begin() as session:
        session.execute(
            update(Transcript).where(Transcript.kind == TranscriptKind.SPEECH).values(what)
        )

    captions, subtitles = tracks(visitor, f"/recordings/{translated}")

    assert captions["label"] == label
    assert subtitles["label"] == "English, by machine", "nobody checks a translation"


def test_the_page_is_read_in_english_by_a_plain_link(visitor: FlaskClient, translated: int) -> None:
    spoken = read(visitor.get(f"/recordings/{translated}?t=2"))
    link = spoken.select(".choice a")[1]
    page = read(visitor.get(f"/recordings/{translated}{link['href'].partition('#')[0]}"))

    assert link["href"] == "?lang=en&t=2#transcript"
    assert [p.text.strip() for p in page.select("#transcript .block p")] == [
        "Give artesunate at once, 2 mg. check the audio", "Thank you for this.",
    ]  # fmt: skip
    assert all(p["lang"] == "en" for p in page.select("#transcript .block p"))
    assert page.select_one(".choice [aria-current=true]").text == "English"
    assert page.select_one(".origin").text.startswith("Translated into English by machine")
    assert page.select_one("#transcript .block p a")["href"] == "?t=1&lang=en#s0"
    assert [t.has_attr("default") for t in page.select("track")] == [False, True]


def test_the_search_marks_the_words_of_what_is_read(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    said = speak("La quinine le matin.", start_ms=1_000, language="fr")
    english = speak("Quinine in the morning.", start_ms=1_000)
    recording_id = archivist.recording(said, translation=[english])
    archivist.translate(recording_id, english)

    page = read(visitor.get(f"/recordings/{recording_id}?q=morning&lang=en"))

    assert [mark.text for mark in page.select("#transcript mark")] == ["morning."]
    assert page.select_one("form.inside input[name=lang]")["value"] == "en"
    assert page.select_one("#matches .track").text == "machine translation"


def test_the_translation_is_downloaded_with_what_was_said_in_english(
    archivist: Archivist, visitor: FlaskClient, translated: int
) -> None:
    address = f"/recordings/{translated}/translation"

    made = visitor.get(f"{address}.vtt").text
    text = visitor.get(f"{address}.txt").text
    told = json.loads(visitor.get(f"{address}.json").data)
    archivist.file(translated, Role.TRANSLATION_SRT, b"1\nkept\n", "application/x-subrip")

    assert "NOTE Translated into English by machine" in made
    assert "Give artesunate at once" in made
    assert "Thank you for this." in made
    assert "[0:20] Thank you for this." in text
    assert (told["translated"], told["language"], len(told["segments"])) == (True, "en", 2)
    assert visitor.get(f"{address}.srt").text == "1\nkept\n"
    links = [
        a["href"] for a in read(visitor.get(f"/recordings/{translated}")).select("a[download]")
    ]
    assert {f"{address}.{ending}" for ending in ("vtt", "srt", "txt", "json")} <= set(links)


def test_who_may_edit_asks_for_a_translation_once(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, mixed: int
) -> None:
    page = f"/recordings/{mixed}"

    offered = read(librarian.get(page)).select("form[action$='/translate'] button")
    answer = post(librarian, f"{page}/translate", page=page)
    after = read(librarian.get(page))
    with archivist.database.read() as session:
        wanted = session.scalar(select(Recording.translate).where(Recording.id == mixed))

    assert [button.text for button in offered] == ["Translate into English"]
    assert not read(visitor.get(page)).select("form[action$='/translate']")
    assert answer.status_code == 303
    assert wanted is True
    assert [b.text for b in after.select("form[action$='/translate'] button")] == ["Ask again"]
    assert "was asked for" in after.select_one(".tasks").text


@pytest.mark.parametrize("case", ["english only", "there", "under way", "still transcribed"])
def test_a_translation_is_not_offered_where_there_is_nothing_to_ask(
    archivist: Archivist, librarian: FlaskClient, case: str
) -> None:
    language = "en" if case == "english only" else "fr"
    said = speak("un deux trois quatre cinq six sept huit neuf dix onze", language=language)
    recording_id = archivist.recording(said)
    if case == "there":
        archivist.translate(recording_id, speak("one two three"))
    if case == "under way":
        archivist.stage(recording_id, Stage.TRANSLATION, StageState.RUNNING, fraction=0.5)
    if case == "still transcribed":
        archivist.status(recording_id, Status.PROCESSING)

    page = read(librarian.get(f"/recordings/{recording_id}"))

    assert not page.select("form[action$='/translate']")


def test_a_translation_that_failed_is_offered_again(
    archivist: Archivist, librarian: FlaskClient, mixed: int
) -> None:
    post(librarian, f"/recordings/{mixed}/translate", page=f"/recordings/{mixed}")
    archivist.stage(mixed, Stage.TRANSLATION, StageState.FAILED, problem="the model is gone")

    page = read(librarian.get(f"/recordings/{mixed}"))

    button = page.select_one("form[action$='/translate'] button")
    assert button.text == "Translate into English"
