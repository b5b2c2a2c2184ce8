"""Slides given by hand as a PDF: taken, refused, replaced, removed; what goes wrong is told."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.index import SlideText
from archive.models import Deck, DeckState, RecordingFile, Slide, SlideSource, StoredFile
from archive.slide_decks import MAX_DECK_BYTES, get_deck
from tests.pdfs import make_pdf
from tests.web.conftest import post, read, token, unversioned
from tests.web.factories import Archivist, speak
from tests.web.slides.conftest import PDF, give, save, shown, typed_times, work
from worker.parts import Parts
from worker.stages import decks


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
