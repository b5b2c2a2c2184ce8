"""What is offered while one types: by the API, and in a real browser's combobox."""

import json

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from archive.database import Database
from archive.glossary.shipped import bring_shipped
from archive.models import GlossaryTerm
from archive.thesaurus.shipped import bring_labels
from tests.web.factories import MADE_AT, Archivist, speak


@pytest.fixture
def shelf(archivist: Archivist, database: Database) -> None:
    archivist.recording(
        speak("give artesunate for severe malaria"),
        title="Malaria in pregnancy",
        speakers=("Amina Okello",),
        subjects=("Malaria",),
        collection="Malaria rounds",
    )
    archivist.recording(
        speak("artemether was secret"),
        title="Malaria draft",
        subjects=("Malaise",),
        publish=False,
    )
    with database.begin() as session:
        session.add_all(
            GlossaryTerm(
                term=term,
                folded=term.casefold(),
                language="en",
                created_at=MADE_AT,
                updated_at=MADE_AT,
            )
            for term in ("Artesunate", "artemether", "severe malaria", "malathion")
        )


def _offered(client: FlaskClient, text: str) -> list[list[str]]:
    answer = client.get("/api/v1/suggest", query_string={"q": text})
    assert answer.status_code == 200
    assert len(answer.data) <= 1_500
    assert "max-age=60" in answer.headers["Cache-Control"]
    offered: list[list[str]] = answer.json["suggestions"]
    return offered


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("arte", [["term", "Artesunate"]]),
        (
            "mal",
            [
                ["subject", "Malaria", 'subject:"Malaria"'],
                ["collection", "Malaria rounds", 'in:"Malaria rounds"'],
                ["title", "Malaria in pregnancy", 'title:"Malaria in pregnancy"'],
            ],
        ),
        ("severe mal", [["term", "severe malaria"]]),
        ("pregnancy arte", [["term", "pregnancy Artesunate"]]),
        ("amina", [["speaker", "Amina Okello", 'speaker:"Amina Okello"']]),
        ("m", []),
        ("", []),
        ("%", []),
        ("_rte", []),
        ('"', []),
    ],
)
def test_names_and_terms_are_offered(
    visitor: FlaskClient, text: str, offered: list[list[str]]
) -> None:
    assert _offered(visitor, text) == offered


@pytest.mark.usefixtures("shelf")
def test_what_is_not_published_is_offered_to_accounts_only(librarian: FlaskClient) -> None:
    assert ["term", "artemether"] in _offered(librarian, "arte")
    assert "Malaise" in json.dumps(_offered(librarian, "mal"))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("mal", "malaria"),
        ("hyp", "hypertension"),
        ("hi", "HIV"),
        ("fe", "fever"),
        ("co", "covid"),
        ("treat hyp", "treat hypertension"),
    ],
)
def test_of_all_terms_that_come_with_the_archive_the_commonest_comes_first(
    archivist: Archivist, database: Database, visitor: FlaskClient, text: str, term: str
) -> None:
    bring_shipped(database, now=MADE_AT)
    bring_labels(database, now=MADE_AT)
    archivist.recording(speak("malaria hypertension HIV fever and covid 19 today"), title="One")
    archivist.recording(speak("malaria hypertension HIV fever and covid 19 again"), title="Two")
    archivist.recording(
        speak("hyperglycaemia hypothermia malabsorption cough congenital feet"), title="Three"
    )

    (kind, first, *_) = _offered(visitor, text)[0]

    assert kind == "term"
    assert first.casefold() == term.casefold()


def test_answers_stay_small_whatever_is_in_the_archive(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    for number in range(10):
        archivist.recording(
            speak("fever"),
            title=f"ضغط {number} " + "ارتفاع ضغط الدم أثناء الحمل " * 10,
            subjects=(f"ضغط {number} " + "الدم " * 15,),
        )

    offered = _offered(visitor, "ضغط")

    assert len(offered) >= 3
    assert {kind for kind, *_ in offered} <= {"subject", "title"}


@pytest.mark.browser
@pytest.mark.usefixtures("shelf")
def test_the_box_is_a_combobox_for_the_keyboard(page: Page, site: str) -> None:
    page.goto(site)
    box = page.get_by_role("combobox", name="Search what was said")
    box.click()
    box.type("mal")

    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert box.input_value() == "mal"
    box.type("a")
    expect(options).to_have_count(3)
    box.press("ArrowDown")
    box.press("Enter")

    page.wait_for_url("**/search?q=subject*")
    expect(page.locator("article.hit")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.usefixtures("shelf")
def test_a_click_chooses_and_typing_on_asks_once(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "suggest?" in one.url else None)
    page.goto(f"{site}/search?q=fever")
    box = page.get_by_role("combobox")
    box.fill("")
    box.type("amina", delay=20)

    page.get_by_role("option").filter(has_text="Amina Okello").click()

    page.wait_for_url("**speaker*")
    assert len(asked) == 1


@pytest.mark.browser
@pytest.mark.usefixtures("shelf")
def test_enter_searches_for_what_was_typed_when_nothing_is_chosen(page: Page, site: str) -> None:
    page.goto(site)
    box = page.get_by_role("combobox")
    box.type("artesunate")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("Enter")

    page.wait_for_url("**/search?q=artesunate")
