"""Other names of the thesaurus on the page of results, in the API and inside a recording."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ViewportSize, expect

from archive.database import Database
from archive.thesaurus.shipped import bring_labels
from tests.conftest import START
from tests.web.conftest import read
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

SAID = {
    "en": "we treat hypertension with two drugs at the clinic",
    "fr": "les patients avec une HTA reviennent chaque mois",
    "pt": "a pressão alta é comum na consulta",
    "sw": "mgonjwa ana shinikizo la damu na anatumia dawa",
    "zh": "高血压患者需要定期检查",
    "ar": "يعاني المريض من ارتفاع ضغط الدم منذ سنوات",
    "am": "ታካሚው የደም ግፊት አለበት",
}


@pytest.fixture
def sessions(archivist: Archivist, database: Database) -> dict[str, int]:
    """A session in each of seven languages, by language."""
    bring_labels(database, now=START)
    return {
        language: archivist.recording(speak(text, language=language), title=f"Session {language}")
        for language, text in SAID.items()
    }


def _chips(page: BeautifulSoup) -> dict[str, Tag]:
    return {chip.bdi.text: chip for chip in page.select(".names .chip")}


def _titles(page: BeautifulSoup) -> list[str]:
    return [heading.text.strip().removeprefix("Session ") for heading in page.select(".hit h2")]


@pytest.mark.usefixtures("sessions")
def test_names_in_every_language_are_found_told_and_can_be_taken_away(
    visitor: FlaskClient,
) -> None:
    page = read(visitor.get("/search?q=hypertension"))
    chips = _chips(page)
    less = read(visitor.get(chips["HTA"].a["href"]))
    back = read(visitor.get(less.select_one(".names [aria-label^='Search HTA again']")["href"]))

    assert _titles(page)[0] == "en"
    assert sorted(_titles(page)) == sorted(SAID)
    assert chips["HTA"].bdi["lang"] == "fr"
    assert "français 1" in " ".join(chips["HTA"].text.split())
    assert "tensão alta" not in chips
    assert sorted(_titles(less)) == sorted(set(SAID) - {"fr"})
    assert "HTA" not in _chips(less)
    assert sorted(_titles(back)) == sorted(SAID)


@pytest.mark.usefixtures("sessions")
def test_only_the_words_typed_are_searched_where_that_is_wished(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=hypertension&without=fr:hta"))
    off = page.find("a", string="Search only the words typed")["href"]
    alone = read(visitor.get(off))
    on = alone.find("a", string="Search other names too")["href"]

    assert _titles(alone) == ["en"]
    assert _chips(alone) == {}
    assert sorted(_titles(read(visitor.get(on)))) == sorted(SAID)


@pytest.mark.usefixtures("sessions")
def test_the_names_of_several_things_are_folded_to_a_line_each(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=hypertension drug"))

    told = [" ".join(each.text.split()) for each in page.select(".names summary")]
    assert told[0] == "hypertension has 6 other names in 6 languages"
    assert told[1].startswith("drug has ")
    assert page.select(".names > .chips") == []


@pytest.mark.usefixtures("sessions")
def test_a_hit_says_by_which_name_it_was_found(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=hypertension"))

    hits = {hit.h2.text.strip(): hit for hit in page.select(".hit")}
    assert hits["Session sw"].mark.text == "shinikizo la damu"
    assert "called shinikizo la damu" in " ".join(hits["Session sw"].text.split())
    assert hits["Session en"].select(".instead") == []


def test_the_wish_goes_on_into_the_recording_and_through_pages(
    visitor: FlaskClient, archivist: Archivist, database: Database
) -> None:
    bring_labels(database, now=START)
    for number in range(12):
        archivist.recording(
            speak("a hipertensão e a pressão alta", language="pt"), title=f"Session {number}"
        )

    page = read(visitor.get("/search?q=hypertension&without=pt:pressão+alta"))
    link = page.select_one(".hit .moment")["href"]
    inside = read(visitor.get(link))

    assert "without=pt" in page.select_one("[rel=next]")["href"]
    assert "without=pt" in link
    assert [mark.text for mark in inside.select("mark")].count("pressão") == 0
    assert inside.select("mark")


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize(
    "query",
    [
        "q=hypertension&without=",
        "q=hypertension&without=fr",
        "q=hypertension&without=:&concepts=maybe",
        "q=hypertension&without=fr:" + "x" * 400,
        "q=hypertension&" + "&".join(f"without=fr:x{number}" for number in range(200)),
        "q=hypertension&without=%00:%ff",
    ],
)
def test_a_strange_address_is_read_as_well_as_it_can_be(visitor: FlaskClient, query: str) -> None:
    answer = visitor.get(f"/search?{query}")

    assert answer.status_code == 200
    assert sorted(_titles(read(answer))) == sorted(SAID)


@pytest.mark.usefixtures("sessions")
def test_the_api_tells_names_and_takes_them_away(visitor: FlaskClient) -> None:
    found = visitor.get("/api/v1/search?q=hypertension").json
    less = visitor.get("/api/v1/search?q=hypertension&without=fr:hta&without=sw:shinikizo+la+damu")
    alone = visitor.get("/api/v1/search?q=hypertension&concepts=off")

    assert found is not None
    assert less.json is not None
    assert alone.json is not None
    names = {one["name"]: one for one in found["other_names"]}
    assert names["HTA"] == {
        "asked": "hypertension",
        "name": "HTA",
        "language": "fr",
        "concept": "hypertension",
        "recordings": 1,
    }
    assert (found["total"], less.json["total"], alone.json["total"]) == (7, 5, 1)
    assert alone.json["other_names"] == []


def test_nothing_unpublished_is_told_by_other_names(
    visitor: FlaskClient, librarian: FlaskClient, archivist: Archivist, database: Database
) -> None:
    bring_labels(database, now=START)
    archivist.recording(speak("une HTA", language="fr"), publish=False)

    assert "HTA" not in visitor.get("/search?q=hypertension").text
    assert "HTA" in _chips(read(librarian.get("/search?q=hypertension")))


@pytest.mark.browser
@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_names_are_shown_well(
    browser: Browser, site: str, size: ViewportSize, scheme: str
) -> None:
    context = look(browser, size, scheme)
    page = context.new_page()
    page.goto(f"{site}/search?q=hypertension")
    found = barriers(page, f"names-{scheme}")
    page.goto(f"{site}/search?q=ارتفاع+ضغط+الدم+دواء")
    found += barriers(page, f"names-ar-{scheme}")
    page.goto(f"{site}/search?q=hypertension")
    page.get_by_role("link", name="Search without HTA").click()
    expect(page.get_by_role("link", name="Search HTA again")).to_be_visible()
    found += barriers(page, f"names-without-{scheme}")
    context.close()

    assert found == []
