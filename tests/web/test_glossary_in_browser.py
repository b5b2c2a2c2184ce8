"""The glossary in a real Chromium at phone and desk size.

With GLOSSARY_SCREENSHOTS set to a folder the pages are kept as pictures.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from archive.database import Database
from archive.glossary.shipped import offer_shipped
from archive.permissions import LIBRARIAN
from tests.conftest import START
from tests.web.conftest import signed_in
from tests.web.factories import Archivist, speak

pytestmark = pytest.mark.browser


@pytest.fixture
def glossary(archivist: Archivist, database: Database) -> None:
    """The shipped terms, a collection, and a recording that misheard one."""
    with database.begin() as session:
        offer_shipped(session, now=START)
    archivist.recording(
        speak("Then we gave zombidoxine to the child in the ward."),
        title="Severe malaria in children",
        collection="Ward rounds",
    )


def _check(page: Page, found: list[str], name: str) -> None:
    """Note what axe and the width of a page, mirrored too, say against it."""
    if folder := os.environ.get("GLOSSARY_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")
    violations = Axe().run(page).response["violations"]
    found += [f"{name}: {one['id']} {one['nodes'][0]['html']}" for one in violations]
    for direction in ("rtl", "ltr"):
        page.evaluate("dir => document.documentElement.dir = dir", direction)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name}: scrolls sideways {direction}")


@pytest.mark.usefixtures("glossary")
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_librarian_keeps_the_glossary(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    cookie = signed_in(app, archivist, "lina@example.org", LIBRARIAN, "Lina").get_cookie(
        "archive_session"
    )
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    found: list[str] = []

    page.goto(f"{site}/glossary")
    _check(page, found, f"list-{width}-{scheme}")
    page.get_by_text("Add a term").click()
    page.get_by_text("Import or export").click()
    _check(page, found, f"open-{width}-{scheme}")
    page.locator("#add [name=term]").fill("sombidoxin")
    page.locator("#add button").click()
    expect(page.get_by_text("seems to have misheard it")).to_be_visible()
    _check(page, found, f"added-{width}-{scheme}")
    page.get_by_role("link", name="See which").click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    _check(page, found, f"affected-{width}-{scheme}")
    page.get_by_role("button", name="Transcribe").click()
    expect(page.get_by_role("status").first).to_contain_text("1 recording is being transcribed")

    page.get_by_role("searchbox").fill("sombi")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Change sombidoxin").click()
    _check(page, found, f"change-{width}-{scheme}")
    page.locator(".terms [name=term]").fill("sombidoxine")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove sombidoxine").click()
    _check(page, found, f"removed-{width}-{scheme}")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("“sombidoxine” is in the glossary")).to_be_visible()

    file = tmp_path / "terms.csv"
    file.write_text("term,kind\nsombidoxine,drug\nartisunolol,drug\n", encoding="utf-8")
    page.get_by_text("Import or export").click()
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    _check(page, found, f"import-{width}-{scheme}")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status").first).to_contain_text("1 term added, 1 changed")
    context.close()

    assert found == []
