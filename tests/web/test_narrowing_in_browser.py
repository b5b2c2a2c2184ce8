"""Pages of results in a real browser: both sizes, light and dark, checked by axe, Arabic too."""

from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, ViewportSize, expect

from archive.index import SlideText
from tests.web.conftest import sign_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser

PAGES = {
    "results": "/search?q=fever+ward",
    "results-narrowed": "/search?q=fever&subject=Malaria&year=2020&sort=newest",
    "results-arabic": "/search?q=%D8%B6%D8%BA%D8%B7+lang:ar",
    "results-none": "/search?q=fever+quetzalcoatlus+lang:fr&year=2021",
    "searches": "/searches",
}


@pytest.fixture
def shelf(archivist: Archivist) -> None:
    for number in range(4):
        archivist.recording(
            speak("We see fever in the ward every day, and fever comes back.", start_ms=10_000),
            speak("Merci, une fièvre commence sans signe.", start_ms=60_000, language="fr"),
            title=f"Ward rounds {number}: severe malaria in the district hospital",
            collection=("Ward rounds", "Journal club")[number % 2],
            recorded_on=date(2019 + number % 3, 5, 1),
            speakers=(f"Dr Speaker {number}",),
            subjects=("Malaria", ("Sepsis", "Maternal health")[number % 2]),
            slides=[SlideText(start_ms=40_000, end_ms=60_000, text="Fever\nWard protocol")],
        )
    archivist.recording(
        speak("ارتفاع ضغط الدم أثناء الحمل شائع", start_ms=5_000, language="ar"),
        title="ارتفاع ضغط الدم أثناء الحمل",
        subjects=("ضغط الدم",),
    )


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_of_results_have_no_barriers(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    size: ViewportSize,
    scheme: str,
) -> None:
    context = look(browser, size, scheme)
    page = context.new_page()
    found: list[str] = []
    page.goto(f"{site}/search?q=zebrafish")
    page.get_by_role("button", name="Leave it for the librarians").click()
    sign_in(page, site, app, archivist)
    for name, path in PAGES.items():
        page.goto(site + path)
        found += barriers(page, f"{name}-{scheme}")

    context.close()
    assert found == []


@pytest.mark.usefixtures("shelf")
def test_facets_are_a_fold_on_a_phone_and_a_column_on_a_desk(browser: Browser, site: str) -> None:
    for size, folded in ((PHONE, True), (DESK, False)):
        context = look(browser, size, "light")
        page = context.new_page()
        page.goto(f"{site}/search?q=fever")
        sepsis = page.get_by_role("link", name="Sepsis")

        assert sepsis.is_visible() is not folded
        if folded:
            page.get_by_text("Narrow these results").click()
        sepsis.click()

        expect(page.locator("article.hit")).to_have_count(2)
        expect(page.locator(".chips")).to_contain_text("subject: Sepsis")
        context.close()
