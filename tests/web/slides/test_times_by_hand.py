"""The pages of a PDF are given their times: then they are slides, heard and found like others."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import Recording, Slide, StageState, Transcript
from archive.models.transcript import CAPTIONS
from archive.pipeline import Stage
from tests.web.conftest import post, read
from tests.web.factories import Archivist
from tests.web.slides.conftest import save, shown, typed_times

OFFER = ".notice form[action$='/transcribe-again'] button"


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
