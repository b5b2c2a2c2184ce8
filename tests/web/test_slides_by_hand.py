"""Slides given by hand: a PDF, its pages, their times; everything that can go wrong is told."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.index import SlideText
from archive.models import (
    Deck,
    DeckState,
    Recording,
    RecordingFile,
    Slide,
    SlideSource,
    StageState,
    StoredFile,
    Transcript,
)
from archive.models.transcript import CAPTIONS
from archive.pipeline import Stage
from archive.settings import Settings
from archive.slide_decks import MAX_DECK_BYTES, get_deck
from archive.slides import read_slides
from tests.pdfs import make_pdf
from tests.web.conftest import post, read, token, unversioned
from tests.web.factories import Archivist, speak
from worker.parts import Parts
from worker.service import build_parts
from worker.stages import decks

PDF = make_pdf("Severe malaria\nArtesunate first", "Questions", "Thank you")


@pytest.fixture
def worker(settings: Settings) -> Iterator[Parts]:
    parts = build_parts(settings)
    yield parts
    parts.jobs.close()
    parts.database.close()


@pytest.fixture
def talk(archivist: Archivist) -> int:
    return archivist.recording(
        speak("Good morning."), video=False, media_type="audio/mpeg", duration_ms=600_000
    )


def give(
    client: FlaskClient, recording_id: int, content: bytes = PDF, name: str = "talk.pdf"
) -> TestResponse:
    """Send the form with a file as a browser does: its fields first."""
    page = f"/recordings/{recording_id}"
    sent: dict[str, Any] = {
        "csrf_token": token(client, page), "file": (io.BytesIO(content), name),
    }  # fmt: skip
    return client.post(f"{page}/slides/pdf", data=sent)


@pytest.fixture
def with_pages(librarian: FlaskClient, worker: Parts, talk: int) -> int:
    """The talk with a PDF of three pages that the worker has read."""
    assert give(librarian, talk).status_code == 303
    work(worker, talk)
    return talk


def work(worker: Parts, recording_id: int) -> None:
    with worker.database.read() as session:
        deck_id = session.scalars(select(Deck.id)).one()
    decks.read(worker, recording_id, deck_id)


def save(client: FlaskClient, recording_id: int, *times: str, **fields: str) -> TestResponse:
    page = f"/recordings/{recording_id}/slides"
    typed = {f"time-{number}": text for number, text in enumerate(times, 1)}
    return post(client, page, page=page, **typed, **fields)


def shown(archivist: Archivist, recording_id: int) -> list[tuple[int, int | None, str]]:
    with archivist.database.read() as session:
        slides = read_slides(session, recording_id)
    assert all(slide.source is SlideSource.HAND for slide in slides)
    return [(slide.start_ms, slide.end_ms, slide.text) for slide in slides]


def typed_times(page: BeautifulSoup) -> list[str]:
    return [str(field["value"]) for field in page.select("input[name^=time-]")]


def test_the_watch_page_offers_it_to_who_may_edit(
    visitor: FlaskClient, librarian: FlaskClient, talk: int
) -> None:
    link = f"a[href='/recordings/{talk}/slides']"

    assert read(librarian.get(f"/recordings/{talk}")).select_one(link).text == "Add slides"
    assert not read(visitor.get(f"/recordings/{talk}")).select(link)


def test_a_pdf_is_taken_and_read_while_the_page_waits(
    librarian: FlaskClient, worker: Parts, talk: int
) -> None:
    page = f"/recordings/{talk}/slides"

    answer = give(librarian, talk, name="../../My talk.pdf")
    waiting = read(librarian.get(page))
    told = librarian.get(f"{page}/state").json
    work(worker, talk)
    ready = read(librarian.get(page))

    assert (answer.status_code, answer.location) == (303, page)
    assert waiting.select_one("[data-waiting][role=status] bdi").text == "My talk.pdf"
    assert told == {"state": "waiting"}
    assert librarian.get(f"{page}/state").json == {"state": "ready"}
    items = ready.select(".deck-pages > li")
    assert [item.img["src"] for item in items] == [
        f"{page}/pages/{number}-small.webp" for number in (1, 2, 3)
    ]
    assert items[0].select_one(".words").text == "Severe malaria\nArtesunate first"
    assert typed_times(ready) == ["", "", ""]
    assert unversioned(ready.audio["src"]) == f"/recordings/{talk}/media"
    small, full = librarian.get(items[0].img["src"]), librarian.get(items[0].a["href"])
    assert (small.mimetype, full.mimetype) == ("image/webp", "image/jpeg")
    assert len(small.data) < 3_000 < len(full.data)


def test_pages_with_times_become_slides_like_any_other(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, with_pages: int
) -> None:
    with archivist.database.read() as session:
        version = session.get_one(Recording, with_pages).version

    answer = save(librarian, with_pages, "0:00", "", "9:30")

    watch = f"/recordings/{with_pages}?slides=saved"
    assert (answer.status_code, answer.location) == (303, watch)
    assert shown(archivist, with_pages) == [
        (0, 570_000, "Severe malaria\nArtesunate first"), (570_000, 600_000, "Thank you"),
    ]  # fmt: skip
    page = read(visitor.get(f"/recordings/{with_pages}"))
    assert [a.time.text for a in page.select("#slides a")] == ["0:00", "9:30"]
    for image in page.select("#slides img"):
        assert visitor.get(image["src"]).mimetype == "image/webp"
    assert visitor.get(f"/recordings/{with_pages}/slides/570000.jpg").mimetype == "image/jpeg"
    assert typed_times(read(librarian.get(f"/recordings/{with_pages}/slides"))) == [
        "0:00", "", "9:30",
    ]  # fmt: skip
    with archivist.database.read() as session:
        assert session.get_one(Recording, with_pages).version == version + 1


OFFER = ".notice form[action$='/transcribe-again'] button"


def test_slides_that_came_after_the_transcript_offer_to_hear_it_with_their_words(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, with_pages: int
) -> None:
    page = save(librarian, with_pages, "0:00").location

    offered = read(librarian.get(page)).select(OFFER)
    answer = post(librarian, f"/recordings/{with_pages}/transcribe-again", page=page)
    with archivist.database.read() as session:
        attempt = session.get_one(Recording, with_pages).attempt

    assert [one.text for one in offered] == ["Transcribe again with the words of these slides"]
    assert (answer.status_code, attempt) == (303, 2)
    assert len(shown(archivist, with_pages)) == 1, "the slides stay, to be heard with"
    assert not read(visitor.get(page)).select(OFFER)
    assert not read(librarian.get(f"/recordings/{with_pages}")).select(OFFER), "only once"


@pytest.mark.parametrize("why", ["captions", "checked", "no transcript yet", "no words", "busy"])
def test_where_the_words_of_slides_would_change_nothing_it_is_not_offered(
    archivist: Archivist, librarian: FlaskClient, with_pages: int, why: str
) -> None:
    page = save(librarian, with_pages, "0:00").location
    with archivist.database.begin() as session:
        transcript = session.scalars(select(Transcript)).one()
        if why == "captions":
            transcript.source = CAPTIONS
        elif why == "checked":
            transcript.checked, transcript.checked_by = True, "Lina"
        elif why == "no transcript yet":
            transcript.complete = False
        elif why == "no words":
            session.scalars(select(Slide)).one().text = ""
    if why == "busy":
        archivist.stage(with_pages, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.4)

    assert not read(librarian.get(page)).select(OFFER)


def test_times_can_be_changed_and_taken_back(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, with_pages: int
) -> None:
    save(librarian, with_pages, "0:00", "1:00", "2:00")

    save(librarian, with_pages, "0:05", "1:00", "")
    changed = shown(archivist, with_pages)
    save(librarian, with_pages, "", "", "")

    assert [start_ms for start_ms, _, _ in changed] == [5_000, 60_000]
    assert shown(archivist, with_pages) == []
    assert visitor.get(f"/recordings/{with_pages}/slides/60000.jpg").status_code == 404
    assert not read(visitor.get(f"/recordings/{with_pages}")).select("#slides")


@pytest.mark.parametrize(
    ("times", "page", "words"),
    [
        (("0:00", "soon", "2:00"), 2, "“soon” is not a time"),
        (("0:00", "9:59", "10:00"), 3, "past the end: the recording is 10:00 long"),
        (("0:30", "2:00", "2:00"), 3, "Page 2 has the same time"),
        (("1:00", "0:30", ""), 2, "0:30 is before page 1"),
        (("0:00", "12", ""), 2, "write minutes and seconds as 12:05"),
    ],
)
def test_a_wrong_time_is_told_beside_its_page_and_nothing_typed_is_lost(
    archivist: Archivist, librarian: FlaskClient, with_pages: int, times: tuple[str, ...],
    page: int, words: str,
) -> None:  # fmt: skip
    answer = save(librarian, with_pages, *times)
    told = read(answer)

    assert answer.status_code == 400
    field = told.select_one(f"input[name=time-{page}]")
    assert field["aria-invalid"] == "true"
    assert words in told.select_one(f"#{field['aria-describedby']}").text
    assert words in told.select_one("[role=alert]").text
    assert typed_times(told) == list(times)
    assert len(told.select("[aria-invalid]")) == 1
    assert shown(archivist, with_pages) == []


def test_another_order_is_asked_about_and_taken_when_it_is_meant(
    archivist: Archivist, librarian: FlaskClient, with_pages: int
) -> None:
    asked = read(save(librarian, with_pages, "1:00", "0:30", "2:00"))
    taken = save(librarian, with_pages, "1:00", "0:30", "2:00", any_order="yes")

    assert asked.select_one("input[name=any_order]")["value"] == "yes"
    assert taken.status_code == 303
    assert [text for _, _, text in shown(archivist, with_pages)] == [
        "Questions", "Severe malaria\nArtesunate first", "Thank you",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04 word/ ", "slides.pptx", "slides.pptx is not a PDF. Save the slides as PDF"),
        (b"\xff\xd8\xff" + bytes(9_000), "photo.pdf", "photo.pdf is not a PDF"),
        (b"", "empty.pdf", "The file is empty"),
    ],
)
def test_what_is_no_pdf_is_told_at_once_and_not_kept(
    archivist: Archivist, librarian: FlaskClient, talk: int, content: bytes, name: str, words: str
) -> None:
    answer = give(librarian, talk, content, name)

    assert answer.status_code == 400
    assert words in read(answer).select_one("#pdf-error[role=alert]").text
    with archivist.database.read() as session:
        assert get_deck(session, talk) is None


def test_a_pdf_too_large_is_told_with_what_to_do(librarian: FlaskClient, talk: int) -> None:
    page = f"/recordings/{talk}/slides"
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token(librarian, page)}'
        '\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4'
    )

    answer = librarian.post(
        f"{page}/pdf",
        input_stream=io.BytesIO(head.encode()),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(MAX_DECK_BYTES + 10_000)},
    )

    assert answer.status_code == 400
    assert "larger than 100 MB" in read(answer).select_one("#pdf-error").text


def test_a_pdf_that_cannot_be_read_says_why_and_takes_another(
    archivist: Archivist, librarian: FlaskClient, worker: Parts, talk: int
) -> None:
    give(librarian, talk, make_pdf("Secret", locked=True), "locked.pdf")
    with worker.database.read() as session:
        deck_id = session.scalars(select(Deck.id)).one()
    decks.fail(worker, talk, deck_id, "The PDF asks for a password.")

    failed = read(librarian.get(f"/recordings/{talk}/slides"))
    give(librarian, talk)
    work(worker, talk)

    assert "locked.pdf could not be read. The PDF asks for a password." in re.sub(
        r"\s+", " ", failed.select_one(".notice.bad").text
    )
    assert failed.select_one("input[type=file]")
    with archivist.database.read() as session:
        deck = get_deck(session, talk)
    assert deck is not None
    assert (deck.name, deck.state) == ("talk.pdf", DeckState.READY)
    assert deck.deck_id > deck_id


def test_removing_it_takes_slides_and_bytes_away(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, with_pages: int
) -> None:
    save(librarian, with_pages, "0:00", "1:00", "2:00")
    page = f"/recordings/{with_pages}/slides"

    answer = post(librarian, f"{page}/remove", page=page)

    assert answer.status_code == 303
    assert shown(archivist, with_pages) == []
    assert visitor.get(f"{page}/0.jpg").status_code == 404
    with archivist.database.read() as session:
        files = session.scalars(select(StoredFile)).all()
        kept = {file.sha256 for file in files}
        assert session.scalars(select(RecordingFile.role)).all() == ["master"]
    stored = {path.name for path in archivist.storage._root.glob("??/??/*")}
    assert stored == kept
    assert len(kept) == 1


def test_another_pdf_takes_the_place_of_the_first(
    archivist: Archivist, librarian: FlaskClient, worker: Parts, with_pages: int
) -> None:
    save(librarian, with_pages, "0:00", "1:00", "2:00")

    give(librarian, with_pages, make_pdf("Only this"), "second.pdf")
    work(worker, with_pages)

    assert shown(archivist, with_pages) == []
    page = read(librarian.get(f"/recordings/{with_pages}/slides"))
    assert [words.text for words in page.select(".words")] == ["Only this"]


def test_the_same_pdf_may_be_given_again(
    librarian: FlaskClient, worker: Parts, with_pages: int
) -> None:
    assert give(librarian, with_pages).status_code == 303
    work(worker, with_pages)

    page = read(librarian.get(f"/recordings/{with_pages}/slides"))
    assert len(page.select(".deck-pages > li")) == 3


def test_a_recording_with_slides_of_its_own_takes_no_pdf(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(
        speak("hello"), slides=[SlideText(start_ms=0, end_ms=None, text="A")]
    )

    answer = give(librarian, recording_id)
    page = read(librarian.get(f"/recordings/{recording_id}/slides"))

    assert answer.status_code == 400
    assert "shows its slides itself" in page.select_one(".notice").text
    assert not page.select("input[type=file]")
    assert not read(librarian.get(f"/recordings/{recording_id}")).select("a[href$='/slides']")
    with archivist.database.read() as session:
        assert session.scalars(select(Slide.source)).all() == [SlideSource.VIDEO]


@pytest.mark.parametrize(
    "path",
    ["", "/state", "/pages/1.jpg", "/pages/1-small.webp"],
    ids=["page", "state", "full", "small"],
)
def test_a_visitor_sees_nothing_of_it(visitor: FlaskClient, with_pages: int, path: str) -> None:
    answer = visitor.get(f"/recordings/{with_pages}/slides{path}")

    assert answer.status_code == 302
    assert "/login" in answer.location


@pytest.mark.parametrize("action", ["", "/pdf", "/remove"])
def test_a_visitor_changes_nothing(
    archivist: Archivist, visitor: FlaskClient, with_pages: int, action: str
) -> None:
    fields = {"csrf_token": token(visitor), "time-1": "0:00", "file": (io.BytesIO(PDF), "a.pdf")}

    answer = visitor.post(f"/recordings/{with_pages}/slides{action}", data=fields)

    assert answer.status_code == 403
    assert shown(archivist, with_pages) == []


def test_a_form_from_elsewhere_is_refused(
    archivist: Archivist, librarian: FlaskClient, talk: int
) -> None:
    sent = {"csrf_token": "made up", "file": (io.BytesIO(PDF), "a.pdf")}

    answer = librarian.post(f"/recordings/{talk}/slides/pdf", data=sent)

    assert answer.status_code == 400
    with archivist.database.read() as session:
        assert get_deck(session, talk) is None
