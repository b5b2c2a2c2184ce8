"""Chapters: on the watch page, as a track, in downloads, changed by forms, proposed."""

import pytest
from flask.testing import FlaskClient

from archive.index import SlideText
from tests.web.conftest import post, read, token
from tests.web.factories import Archivist, speak


@pytest.fixture
def talk(archivist: Archivist) -> int:
    return archivist.recording(
        speak("Good morning to all."),
        speak("Now the treatment of malaria.", start_ms=600_000),
        speak("Are there questions?", start_ms=1_500_000),
        title="Rounds",
        duration_ms=1_800_000,
        slides=[
            SlideText(start_ms=5_000, end_ms=None, text="Severe malaria"),
            SlideText(start_ms=599_000, end_ms=None, text="2. Treatment\nArtesunate first"),
            SlideText(start_ms=1_200_000, end_ms=None, text="2. Treatment\nThen what"),
            SlideText(start_ms=1_499_000, end_ms=None, text="Questions?"),
        ],
    )


def page_of(recording_id: int) -> str:
    return f"/recordings/{recording_id}/chapters"


def add(client: FlaskClient, recording_id: int, at: str, title: str) -> int:
    return post(client, page_of(recording_id), at=at, title=title).status_code


def shown(client: FlaskClient, recording_id: int, query: str = "") -> list[tuple[str, str]]:
    page = read(client.get(f"/recordings/{recording_id}{query}"))
    return [(a["href"], a.span.text) for a in page.select("#chapters a")]


def test_a_chapter_is_added_shown_moved_renamed_and_deleted(
    librarian: FlaskClient, visitor: FlaskClient, talk: int
) -> None:
    assert add(librarian, talk, "10:00", " Treatment  of malaria ") == 303
    assert add(librarian, talk, "0:05", "Welcome") == 303
    assert shown(visitor, talk) == [("?t=5", "Welcome"), ("?t=600", "Treatment of malaria")]

    page = read(librarian.get(page_of(talk)))
    form = page.select("ol.rows form.chapter-form")[1]
    post(librarian, form["action"], page=page_of(talk), at="10:30", title="Treatment")
    assert shown(visitor, talk)[1] == ("?t=630", "Treatment")

    delete = form.select_one("button[formaction]")["formaction"]
    post(librarian, delete, page=page_of(talk))
    assert shown(visitor, talk) == [("?t=5", "Welcome")]


def test_the_chapter_of_the_moment_is_the_current_one(
    librarian: FlaskClient, visitor: FlaskClient, talk: int
) -> None:
    add(librarian, talk, "0", "One")
    add(librarian, talk, "10:00", "Two")

    page = read(visitor.get(f"/recordings/{talk}?t=700"))

    assert [a.span.text for a in page.select("#chapters [aria-current=true]")] == ["Two"]
    track = page.select_one("track[kind=chapters]")
    vtt = visitor.get(track["src"])
    assert vtt.mimetype == "text/vtt"
    assert vtt.text == (
        "WEBVTT\n\n00:00:00.000 --> 00:10:00.000\nOne\n\n00:10:00.000 --> 00:30:00.000\nTwo\n"
    )


def test_downloads_have_the_chapters(
    librarian: FlaskClient, visitor: FlaskClient, talk: int
) -> None:
    add(librarian, talk, "10:00", "Treatment <1>")

    text = visitor.get(f"/recordings/{talk}/transcript.txt").text
    json = visitor.get(f"/recordings/{talk}/transcript.json").get_json()
    vtt = visitor.get(f"/recordings/{talk}/chapters.vtt").text

    assert "== Treatment <1> (10:00)\n\n[10:00] Now the treatment" in text
    assert json["chapters"] == [
        {"start_ms": 600_000, "end_ms": 1_800_000, "title": "Treatment <1>"}
    ]
    assert "Treatment &lt;1&gt;" in vtt


@pytest.mark.parametrize(
    ("at", "title", "told"),
    [
        ("soon", "A", "“soon” is not a time"),
        ("", "A", "A time is missing"),
        ("1:00:00", "A", "after the end"),
        ("1:00", "  ", "needs a title"),
        ("1:00", "x" * 201, "201 characters"),
        ("2:00", "A", "There is a chapter at 2:00 already"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    librarian: FlaskClient, talk: int, at: str, title: str, told: str
) -> None:
    add(librarian, talk, "2:00", "Taken")

    answer = post(librarian, page_of(talk), at=at, title=title)

    assert answer.status_code == 400
    page = read(answer)
    assert told in page.select_one("[role=alert]").text
    assert page.select_one(".chapter-form input[name=at]")["value"] == at


def test_proposals_come_from_slides_and_are_taken_over_as_changed(
    librarian: FlaskClient, visitor: FlaskClient, talk: int
) -> None:
    page = read(librarian.get(page_of(talk)))
    proposed = [
        (box["value"], box.find_next("input", {"name": f"title-{box['value']}"})["value"])
        for box in page.select("input[name=chosen]")
    ]
    assert proposed[0][0] == "0"
    assert ("600000", "Treatment") in proposed

    answer = librarian.post(
        f"{page_of(talk)}/accept",
        data={
            "csrf_token": token(librarian, page_of(talk)),
            "chosen": ["0", "600000"],
            "title-0": "Welcome",
            "title-600000": "Treatment",
        },
    )

    assert answer.status_code == 303
    assert shown(visitor, talk) == [("?t=0", "Welcome"), ("?t=600", "Treatment")]
    again = read(librarian.get(page_of(talk)))
    assert "600000" not in [box["value"] for box in again.select("input[name=chosen]")]


def test_saving_a_row_as_it_is_moves_nothing(librarian: FlaskClient, talk: int) -> None:
    librarian.post(
        f"{page_of(talk)}/accept",
        data={
            "csrf_token": token(librarian, page_of(talk)),
            "chosen": ["600400"],
            "title-600400": "Treatment",
        },
    )
    form = read(librarian.get(page_of(talk))).select_one("ol.rows form.chapter-form")

    post(
        librarian,
        form["action"],
        page=page_of(talk),
        at=form.select_one("[name=at]")["value"],
        title="Treatment",
    )

    assert shown(librarian, talk) == [("?t=600.4", "Treatment")]


def test_readers_get_the_chapters_of_the_range_shown(
    librarian: FlaskClient, visitor: FlaskClient, talk: int
) -> None:
    for at, title in (("0", "Wait"), ("5:00", "One"), ("20:00", "After")):
        add(librarian, talk, at, title)
    privacy = f"/recordings/{talk}/privacy"
    post(librarian, f"{privacy}/range", page=privacy, **{"from": "6:00", "until": "19:00"})

    assert shown(visitor, talk) == [("?t=360", "One")]
    assert (
        "00:06:00.000 --> 00:19:00.000\nOne" in visitor.get(f"/recordings/{talk}/chapters.vtt").text
    )


def test_a_visitor_changes_no_chapters(visitor: FlaskClient, talk: int) -> None:
    page = visitor.get(page_of(talk))
    sent = visitor.post(
        page_of(talk), data={"csrf_token": token(visitor), "at": "1:00", "title": "A"}
    )

    assert {page.status_code, sent.status_code} <= {302, 401, 403}
    assert shown(visitor, talk) == []
