"""Related moments on the page of results: apart, said to be so, and only where they may be seen."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ViewportSize

from archive.meaning.keeping import keep_vectors
from archive.meaning.related import RelatedMoments
from archive.meaning.vectors import VectorStore
from archive.settings import Settings
from tests.archive.meaning.conftest import WordsAreMeaning
from tests.web.conftest import read
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look
from web.parts import Parts, current_parts, install_parts

ARABIC = "نعطي الأرتيسونات للطفل المصاب بالملاريا الوخيمة فورا في القسم"


@pytest.fixture
def meaning(app: Flask, archivist: Archivist, settings: Settings) -> VectorStore:
    """A site that looks for related moments among four sessions and a draft."""
    archivist.recording(
        speak("We give artesunate to the small child at once in the ward."), title="Severe malaria"
    )
    archivist.recording(speak(ARABIC, language="ar"), title="الملاريا الوخيمة عند الأطفال")
    archivist.recording(speak("After birth the midwife gives oxytocin to mothers."), title="Birth")
    archivist.recording(
        speak("A small child needs artesunate and never waits for the ward."),
        title="Secret",
        publish=False,
    )
    store, embedder = VectorStore(settings.meaning_dir), WordsAreMeaning()
    keep_vectors(archivist.database, store, embedder)
    with app.app_context():
        parts: Parts = current_parts()
    install_parts(app.extensions, replace(parts, related=RelatedMoments(store, embedder)))
    return store


def _related(client: FlaskClient, address: str) -> list[str]:
    page = read(client.get(address))
    return [each.small.bdi.text for each in page.select(".related .moment")]


@pytest.mark.usefixtures("meaning")
def test_related_moments_stand_beneath_what_the_words_found(visitor: FlaskClient) -> None:
    page = read(visitor.get('/search?q=midwife OR ("ward child small artesunate")'))

    assert [hit.h2.text.strip() for hit in page.select(".hit")] == ["Birth"]
    moment = page.select_one(".related .moment")
    assert moment["href"] == "/recordings/1?t=0"
    assert moment.small.bdi.text == "Severe malaria"
    assert "by meaning, not by the words" in page.select_one(".related").text
    assert page.select(".related .hit") == []


@pytest.mark.usefixtures("meaning")
def test_where_the_words_find_nothing_they_are_told_of_all_the_same(visitor: FlaskClient) -> None:
    page = read(visitor.get('/search?q="ward child small artesunate"'))

    assert "Nothing found" in page.text
    assert "1 moment near it in meaning" in page.text
    assert [each.small.bdi.text for each in page.select(".related .moment")] == ["Severe malaria"]


@pytest.mark.usefixtures("meaning")
def test_what_is_not_public_is_told_to_accounts_only(
    visitor: FlaskClient, librarian: FlaskClient
) -> None:
    address = '/search?q="ward child small artesunate"'

    assert "Secret" not in visitor.get(address).text
    assert "Secret" in _related(librarian, address)


@pytest.mark.usefixtures("meaning")
@pytest.mark.parametrize(
    "address",
    [
        '/search?q="ward child small artesunate"&page=2',
        '/search?q=midwife OR ("ward child small artesunate")&year=2024',
        "/search?q=zebra",
    ],
)
def test_nothing_is_told_on_further_pages_beside_narrowed_results_or_of_what_is_far(
    visitor: FlaskClient, address: str
) -> None:
    assert _related(visitor, address) == []


@pytest.mark.usefixtures("meaning")
@pytest.mark.parametrize(
    ("narrowed", "titles"),
    [("year=2024", ["Severe malaria"]), ("lang=en", ["Severe malaria"]), ("lang=ar", []),
     ("year=2019", [])],
)  # fmt: skip
def test_where_narrowed_words_find_nothing_what_is_near_within_is_told_of(
    visitor: FlaskClient, narrowed: str, titles: list[str]
) -> None:
    assert _related(visitor, f'/search?q="ward child small artesunate"&{narrowed}') == titles


@pytest.mark.usefixtures("meaning")
def test_recorded_words_keep_their_language_and_direction(visitor: FlaskClient) -> None:
    page = read(visitor.get('/search?q="للطفل الأرتيسونات"'))

    said = page.select_one(".related .said")
    assert (said["lang"], said["dir"], said.text) == ("ar", "auto", ARABIC)


@pytest.mark.usefixtures("meaning")
def test_programs_ask_for_them_by_themselves(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/related?q=artesunate small child")

    assert answer.json is not None
    (moment,) = answer.json["moments"]
    assert (moment["title"], moment["start_ms"]) == ("Severe malaria", 0)
    assert moment["url"].endswith("/recordings/1?t=0")


def test_it_is_off_by_default(visitor: FlaskClient, archivist: Archivist) -> None:
    archivist.recording(speak("We give artesunate to the child."))

    assert _related(visitor, "/search?q=artesunate") == []
    assert visitor.get("/api/v1/related?q=artesunate").status_code == 404


@pytest.mark.browser
@pytest.mark.usefixtures("meaning")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_they_are_shown_well(browser: Browser, site: str, size: ViewportSize, scheme: str) -> None:
    context = look(browser, size, scheme)
    page = context.new_page()
    page.goto(f'{site}/search?q=midwife OR ("ward child small artesunate")')
    found = barriers(page, f"related-{scheme}")
    page.goto(f'{site}/search?q="للطفل الأرتيسونات"')
    found += barriers(page, f"related-ar-{scheme}")
    context.close()

    assert found == []
