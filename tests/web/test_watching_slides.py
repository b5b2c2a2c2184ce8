"""The strip of slides under the player, and the slide of the moment in full."""

import pytest
from flask.testing import FlaskClient

from archive.index import SlideText
from archive.models import Role
from tests.web.conftest import read
from tests.web.factories import Archivist, speak

FULL, SMALL = b"\xff\xd8\xff full", b"RIFF small"


@pytest.fixture
def session_with_slides(archivist: Archivist) -> int:
    recording_id = archivist.recording(
        speak("Good morning."),
        slides=[
            SlideText(start_ms=5_000, end_ms=30_000, text="Danger signs\nConvulsions <3"),
            SlideText(start_ms=40_500, end_ms=None, text="الملاريا الشديدة"),
            SlideText(start_ms=90_000, end_ms=None, text=""),
        ],
    )
    for start_ms in (5_000, 40_500):
        archivist.file(recording_id, Role.SLIDE, FULL, "image/jpeg", at_ms=start_ms)
    archivist.file(recording_id, Role.SLIDE_SMALL, SMALL, "image/webp", at_ms=5_000)
    return recording_id


def test_every_slide_is_a_small_lazy_picture_that_leads_to_its_time(
    visitor: FlaskClient, session_with_slides: int
) -> None:
    page = read(visitor.get(f"/recordings/{session_with_slides}"))

    links = page.select("#slides a")
    images = page.select("#slides img")
    assert [a["href"] for a in links] == ["?t=5", "?t=40.5", "?t=90"]
    assert [a.time.text for a in links] == ["0:05", "0:40", "1:30"]
    assert all(image["loading"] == "lazy" for image in images)
    assert images[0]["src"] == f"/recordings/{session_with_slides}/slides/5000-small.webp"
    assert images[0]["alt"] == "Danger signs\nConvulsions <3"
    assert images[2]["alt"] == "a slide on which no words were read"
    assert [a.get("data-until") for a in links] == ["30000", "90000", "120000"]


@pytest.mark.parametrize(
    ("address", "current"), [("", []), ("?t=4.9", []), ("?t=5", ["?t=5"]), ("?t=29", ["?t=5"]),
                             ("?t=35", []), ("?t=95", ["?t=90"])],
)  # fmt: skip
def test_the_slide_shown_at_the_time_is_the_current_one(
    visitor: FlaskClient, session_with_slides: int, address: str, current: list[str]
) -> None:
    page = read(visitor.get(f"/recordings/{session_with_slides}{address}"))

    assert [a["href"] for a in page.select("#slides [aria-current=true]")] == current
    assert page.select_one("#slide-now").has_attr("hidden") is not bool(current)


def test_the_slide_of_the_moment_can_be_read_and_seen_in_full(
    visitor: FlaskClient, session_with_slides: int
) -> None:
    now = read(visitor.get(f"/recordings/{session_with_slides}?t=41")).select_one("#slide-now")

    full = f"/recordings/{session_with_slides}/slides/40500.jpg"
    assert now.select_one("summary time").text == "0:40"
    assert now.select_one("a[href]")["href"] == now.img["src"] == full
    assert now.img["loading"] == "lazy"
    assert not now.has_attr("open")
    assert [p.text for p in now.select("[data-slide-text] p[dir=auto]")] == ["الملاريا الشديدة"]


def test_a_slide_on_which_nothing_was_read_says_which_letters_can_be(
    visitor: FlaskClient, session_with_slides: int
) -> None:
    page = read(visitor.get(f"/recordings/{session_with_slides}?t=95"))

    text = page.select_one("#slide-now [data-slide-text]")
    assert "Latin and Chinese letters can be read, others such as Arabic and Amharic" in text.text
    assert text["data-slide-text"] == text.p.text  # for the script, at another slide


def test_the_search_stays_in_the_links_of_slides(
    visitor: FlaskClient, session_with_slides: int
) -> None:
    page = read(visitor.get(f"/recordings/{session_with_slides}?q=danger+signs"))

    assert page.select_one("#slides a")["href"] == "?t=5&q=danger%20signs"
    assert page.select_one("#matches .track").text == "on a slide"
    assert page.select_one("#matches svg.strip.rows path.slides")


def test_a_recording_without_slides_has_no_strip(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("Good morning."), stills_ms=(0,))

    page = read(visitor.get(f"/recordings/{recording_id}"))

    assert not page.select("#slides, #slide-now")
    assert page.select_one(".stills-fold")


def test_pictures_are_sent_small_and_full_and_full_where_there_is_no_small_one(
    visitor: FlaskClient, session_with_slides: int
) -> None:
    path = f"/recordings/{session_with_slides}/slides"

    small, full = visitor.get(f"{path}/5000-small.webp"), visitor.get(f"{path}/5000.jpg")
    stand_in = visitor.get(f"{path}/40500-small.webp")

    assert (small.data, small.mimetype) == (SMALL, "image/webp")
    assert (full.data, full.mimetype) == (FULL, "image/jpeg")
    assert (stand_in.data, stand_in.mimetype) == (FULL, "image/jpeg")
    assert visitor.get(f"{path}/6000.jpg").status_code == 404


@pytest.mark.parametrize("name", ["5000.jpg", "5000-small.webp"])
def test_slides_of_a_draft_do_not_leak(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, name: str
) -> None:
    recording_id = archivist.recording(
        speak("hello"), publish=False, slides=[SlideText(start_ms=5_000, end_ms=None, text="A")]
    )
    archivist.file(recording_id, Role.SLIDE, FULL, "image/jpeg", at_ms=5_000)

    assert visitor.get(f"/recordings/{recording_id}/slides/{name}").status_code == 404
    assert librarian.get(f"/recordings/{recording_id}/slides/{name}").status_code == 200
