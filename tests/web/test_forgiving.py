"""Results that were found by what stands there instead, and what librarians make of them."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from archive.database import Database
from archive.glossary.terms import list_terms
from archive.permissions import OPERATOR
from tests.web.conftest import read, token
from tests.web.factories import Archivist, speak


@pytest.fixture
def misheard(archivist: Archivist) -> int:
    archivist.recording(speak("Oxygen and oxygen again."), title="Oxygen")
    return archivist.recording(
        speak("Then we gave artisanate to the child.", start_ms=10_000), title="Malaria"
    )


def _cards(client: FlaskClient, query: str) -> list[BeautifulSoup]:
    return read(client.get("/search", query_string={"q": query})).select("article.hit")


def test_a_moment_found_by_its_sound_says_how_it_was_heard(
    visitor: FlaskClient, misheard: int
) -> None:
    (card,) = _cards(visitor, "artesunate")

    moment = card.select_one("a.moment")
    assert moment.mark.text == "artisanate"
    assert moment["href"].startswith(f"/recordings/{misheard}?t=11.2")
    assert card.select_one(".instead").text.split() == ["heard", "as", "artisanate"]
    assert card.select_one(".instead form") is None


@pytest.mark.usefixtures("misheard")
def test_what_was_found_as_typed_says_nothing(visitor: FlaskClient) -> None:
    (card,) = _cards(visitor, "child")

    assert card.select(".instead") == []


@pytest.mark.usefixtures("misheard")
def test_a_librarian_makes_it_a_mishearing_in_one_click(
    librarian: FlaskClient, database: Database
) -> None:
    (card,) = _cards(librarian, "artesunate")
    form = card.select_one(".instead form")
    fields = {field["name"]: field["value"] for field in form.select("input")}

    answer = librarian.post(form["action"], data=fields)

    assert form.button.text == "It is artesunate"
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/glossary?q=artesunate&since=")
    with database.read() as session:
        terms = list_terms(session, None, actor=OPERATOR).entries
    assert ("artesunate", True) in [
        (entry.draft.term, "artisanate" in entry.draft.sounds_like) for entry in terms
    ]
    page = read(librarian.get(answer.headers["Location"]))
    assert "also known as it was misheard" in page.text


def test_a_visitor_may_not(visitor: FlaskClient) -> None:
    fields = {"csrf_token": token(visitor), "term": "artesunate", "heard": "artisanate"}

    assert visitor.post("/mishearings", data=fields).status_code in (302, 403)


@pytest.mark.usefixtures("misheard")
def test_a_slip_is_mended_and_asked_back(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=oxigen&sort=newest"))

    link = page.select_one(".meant a")
    assert " ".join(page.select_one(".meant").text.split()) == "Did you mean oxygen 1 recording?"
    assert link["href"] == "/search?q=oxygen&sort=newest"
    assert page.select_one("article.hit .instead").text.split() == ["found", "with", "oxygen"]


@pytest.mark.usefixtures("misheard")
def test_the_api_tells_it_too(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/search?q=artesunate").json

    (recording,) = answer["recordings"]
    assert recording["moments"][0]["instead"] == [
        {"reason": "sound", "asked": "artesunate", "found": "artisanate"}
    ]
    assert visitor.get("/api/v1/search?q=oxigen").json["meant"] == [
        {"query": "oxygen", "recordings": 1}
    ]


def test_the_watch_page_marks_the_misheard_word(visitor: FlaskClient, misheard: int) -> None:
    page = read(visitor.get(f"/recordings/{misheard}?q=artesunate"))

    assert [mark.text.strip() for mark in page.select("#matches mark")] == ["artisanate"]
    assert page.select_one("#matches .instead").text.split() == ["heard", "as", "artisanate"]
