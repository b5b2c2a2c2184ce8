"""The glossary in a real Chromium at phone and desk size.

With ARCHIVE_TEST_SHOTS set to a folder the pages are kept as pictures.
"""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ViewportSize, expect

from archive.database import Database
from archive.glossary.shipped import offer_shipped
from archive.permissions import LIBRARIAN
from tests.conftest import START
from tests.web.conftest import signed_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

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


@pytest.mark.usefixtures("glossary")
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_a_librarian_keeps_the_glossary(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    tmp_path: Path,
    size: ViewportSize,
    scheme: str,
) -> None:
    context = look(browser, size, scheme)
    page = context.new_page()
    cookie = signed_in(app, archivist, "lina@example.org", LIBRARIAN, "Lina").get_cookie(
        "archive_session"
    )
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    found: list[str] = []

    page.goto(f"{site}/glossary")
    found += barriers(page, f"list-{scheme}")
    page.get_by_text("Add a term").click()
    page.get_by_text("Import or export").click()
    found += barriers(page, f"open-{scheme}")
    page.locator("#add [name=term]").fill("sombidoxin")
    page.locator("#add button").click()
    expect(page.get_by_text("seems to have misheard it")).to_be_visible()
    found += barriers(page, f"added-{scheme}")
    page.get_by_role("link", name="See which").click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    found += barriers(page, f"affected-{scheme}")
    page.get_by_role("button", name="Transcribe").click()
    expect(page.get_by_role("status").first).to_contain_text("1 recording is being transcribed")

    page.get_by_role("searchbox").fill("sombi")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Change sombidoxin").click()
    found += barriers(page, f"change-{scheme}")
    page.locator(".terms [name=term]").fill("sombidoxine")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove sombidoxine").click()
    found += barriers(page, f"removed-{scheme}")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("“sombidoxine” is in the glossary")).to_be_visible()

    file = tmp_path / "terms.csv"
    file.write_text("term,kind\nsombidoxine,drug\nartisunolol,drug\n", encoding="utf-8")
    page.get_by_text("Import or export").click()
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    found += barriers(page, f"import-{scheme}")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status").first).to_contain_text("1 term added, 1 changed")
    context.close()

    assert found == []
