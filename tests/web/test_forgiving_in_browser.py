"""A librarian corrects what was misheard, from the results, in a real Chromium."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.web.conftest import sign_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser


@pytest.fixture
def heard(archivist: Archivist) -> int:
    return archivist.recording(
        speak("Then we gave artisanate to the child.", start_ms=10_000),
        speak("ثم أعطينا artisanate للطفل.", start_ms=20_000, language="ar"),
        title="Malaria, the first day",
    )


@pytest.mark.usefixtures("heard")
def test_one_click_corrects_and_another_takes_it_back(
    page: Page, site: str, app: Flask, archivist: Archivist
) -> None:
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/search?q=artesunate")

    # A form in a paragraph would end it, as only a browser tells.
    page.locator(".instead").get_by_role("button", name="It is artesunate").first.click()

    expect(page.get_by_text("is now “artesunate” in 2 places")).to_be_visible()
    page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("stands again in 1 recording")).to_be_visible()


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_it_stands_in_nobodys_way(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    size: ViewportSize,
    scheme: str,
) -> None:
    context = look(browser, size, scheme)
    page = context.new_page()
    sign_in(page, site, app, archivist)

    page.goto(f"{site}/search?q=artesunate")
    found = barriers(page, f"misheard-{scheme}")
    page.get_by_role("button", name="It is artesunate").first.click()
    found += barriers(page, f"corrected-{scheme}")

    context.close()
    assert found == []
