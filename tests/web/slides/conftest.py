"""A recording of sound that is given a PDF, and the worker that reads it."""

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.models import Deck, SlideSource
from archive.slides import read_slides
from tests.pdfs import make_pdf
from tests.web.conftest import post, token
from tests.web.factories import Archivist, speak
from worker.parts import Parts
from worker.stages import decks

PDF = make_pdf("Severe malaria\nArtesunate first", "Questions", "Thank you")


@pytest.fixture
def worker(worker_parts: Parts) -> Parts:
    return worker_parts


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
