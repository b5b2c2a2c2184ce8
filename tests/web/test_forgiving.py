"""Results that were found by what stands there instead, and what librarians make of them."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.database import Database
from archive.glossary.terms import list_terms
from archive.permissions import OPERATOR
from archive.thesaurus.shipped import bring_labels
from tests.web.conftest import read, token
from tests.web.factories import MADE_AT, Archivist, speak


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


@pytest.mark.parametrize(
    ("said", "query", "told"),
    [
        ("Haemolysis was seen.", "hemolysis", "spelled Haemolysis"),
        ("Ten milligrams were given.", "10 mg", "written Ten milligrams"),
        ("Then we gave artesunate.", "artesunte", "found with artesunate"),
        ("Then we gave artisanate.", "artesunate", "heard as artisanate"),
        ("Les patients avec une HTA.", "hypertension", "called HTA"),
    ],
)
def test_every_moment_says_why_it_was_found(
    visitor: FlaskClient,
    archivist: Archivist,
    database: Database,
    said: str,
    query: str,
    told: str,
) -> None:
    bring_labels(database, now=MADE_AT)
    language = "fr" if said.startswith("Les") else "en"
    archivist.recording(speak(said, language=language), title="One")
    (card,) = _cards(visitor, query)

    assert " ".join(card.select_one(".instead").text.split()) == told


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"title": "Haemolysis"}, "Found in its title, spelled haemolysis."),
        ({"subjects": ("Haemolysis",)}, "Found in its subject, spelled haemolysis."),
        ({"speakers": ("Haemolysis",)}, "Found in its list of speakers, spelled haemolysis."),
        ({"collection": "Haemolysis"}, "Found in its collection, spelled haemolysis."),
        ({"title": "Hemolysis"}, "Found in its title."),
    ],
)
def test_what_is_found_beside_the_speech_says_so_too(
    visitor: FlaskClient, archivist: Archivist, about: dict[str, object], told: str
) -> None:
    archivist.recording(speak("Nothing of it."), **({"title": "One"} | about))
    (card,) = _cards(visitor, "hemolysis")

    assert told in " ".join(card.select_one(".more").text.split())


def _click(client: FlaskClient, form: Tag) -> TestResponse:
    fields = {field["name"]: field["value"] for field in form.select("input")}
    return client.post(form["action"], data=fields)


def _words(client: FlaskClient, recording_id: int) -> str:
    return client.get(f"/recordings/{recording_id}/transcript.txt").text


def test_a_librarian_corrects_the_transcript_in_one_click(
    librarian: FlaskClient, misheard: int
) -> None:
    (card,) = _cards(librarian, "artesunate")
    form = card.select_one(".instead form")

    answer = _click(librarian, form)

    assert form.button.bdi.text == "artesunate"
    assert answer.status_code == 303
    assert "we gave artesunate to the child" in _words(librarian, misheard)
    versions = read(librarian.get(f"/recordings/{misheard}/versions"))
    assert "artisanate → artesunate" in versions.text
    page = read(librarian.get(answer.location))
    back = page.find("a", string="Back to the results")
    assert back["href"] == "/search?q=artesunate"
    _click(librarian, page.select_one(".notice form[action$=undo]"))
    assert "we gave artisanate to the child" in _words(librarian, misheard)


def test_the_correction_is_what_was_meant_and_not_the_slip(
    librarian: FlaskClient, misheard: int
) -> None:
    (card,) = _cards(librarian, "artesunte")
    form = card.select_one(".instead form")

    _click(librarian, form)

    assert form.button.bdi.text == "artesunate"
    assert "put=artesunate" in card.select_one(".instead a")["href"]
    assert "we gave artesunate to the child" in _words(librarian, misheard)


@pytest.mark.parametrize(
    ("said", "query", "meant"),
    [
        ("Then we gave artisanate to the child.", "artesunat", "artesunate"),
        ("The child drank chlorhexadeen by mistake.", "chlorhexidin", "chlorhexidine"),
        ("Then we gave artisanate to the child.", "artesunate", "artesunate"),
    ],
)
def test_a_slip_is_mended_wherever_it_was_typed(
    librarian: FlaskClient, archivist: Archivist, said: str, query: str, meant: str
) -> None:
    archivist.recording(speak(said), title="One")
    (card,) = _cards(librarian, query)

    assert card.select_one(".instead form input[name=term]")["value"] == meant


@pytest.mark.usefixtures("misheard")
def test_another_click_tells_the_glossary(librarian: FlaskClient, database: Database) -> None:
    (card,) = _cards(librarian, "artesunate")
    page = read(librarian.get(_click(librarian, card.select_one(".instead form")).location))

    answer = _click(librarian, page.select_one(".notice form[action='/mishearings']"))

    assert answer.headers["Location"].startswith("/glossary?q=artesunate&since=")
    with database.read() as session:
        terms = list_terms(session, None, actor=OPERATOR).entries
    assert ("artesunate", True) in [
        (entry.draft.term, "artisanate" in entry.draft.sounds_like) for entry in terms
    ]
    page = read(librarian.get(answer.headers["Location"]))
    assert "also known as it was misheard" in page.text


def test_only_the_moment_is_corrected(librarian: FlaskClient, archivist: Archivist) -> None:
    recording_id = archivist.recording(
        speak("Then we gave artisanate to the child.", start_ms=10_000),
        speak("No artisanate was left.", start_ms=600_000),
        title="Malaria",
    )
    (card,) = _cards(librarian, "artesunate")

    _click(librarian, card.select(".instead form")[1])

    said = _words(librarian, recording_id)
    assert "we gave artisanate to the child" in said
    assert "No artesunate was left" in said


def test_what_was_changed_meanwhile_is_told_in_the_editor(
    librarian: FlaskClient, misheard: int
) -> None:
    (card,) = _cards(librarian, "artesunate")
    _click(librarian, card.select_one(".instead form"))

    answer = _click(librarian, card.select_one(".instead form"))

    assert answer.location.startswith(f"/recordings/{misheard}/edit?t=11.2")
    assert "changed meanwhile" in read(librarian.get(answer.location)).text


def test_the_watch_page_corrects_too(librarian: FlaskClient, misheard: int) -> None:
    page = read(librarian.get(f"/recordings/{misheard}?q=artesunate"))

    _click(librarian, page.select_one("#matches .instead form"))

    assert "we gave artesunate" in _words(librarian, misheard)


def test_a_visitor_may_not(visitor: FlaskClient, misheard: int) -> None:
    fields = {"csrf_token": token(visitor), "term": "artesunate", "heard": "artisanate"}

    assert visitor.post("/mishearings", data=fields).status_code in (302, 403)
    fields |= {"recording": str(misheard), "start": "10000", "end": "20000", "q": ""}
    assert visitor.post("/mishearings/correct", data=fields).status_code in (302, 403)
    assert "we gave artisanate" in _words(visitor, misheard)


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
        {"reason": "sound", "asked": "artesunate", "meant": "artesunate", "found": "artisanate"}
    ]
    slip = visitor.get("/api/v1/search?q=oxigen").json
    assert slip["meant"] == [{"query": "oxygen", "recordings": 1}]
    (instead, *_) = slip["recordings"][0]["moments"][0]["instead"]
    assert (instead["reason"], instead["meant"]) == ("typo", "Oxygen")  # as it stands there


def test_the_watch_page_marks_the_misheard_word(visitor: FlaskClient, misheard: int) -> None:
    page = read(visitor.get(f"/recordings/{misheard}?q=artesunate"))

    assert [mark.text.strip() for mark in page.select("#matches mark")] == ["artisanate"]
    assert page.select_one("#matches .instead").text.split() == ["heard", "as", "artisanate"]
