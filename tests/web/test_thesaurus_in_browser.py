"""The thesaurus in a real Chromium at phone and desk size.

With ARCHIVE_TEST_SHOTS set to a folder the pages are kept as pictures.
"""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ViewportSize, expect

from archive.database import Database
from archive.permissions import LIBRARIAN
from archive.thesaurus.shipped import bring_labels
from tests.conftest import START
from tests.web.conftest import signed_in
from tests.web.factories import Archivist
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_a_librarian_keeps_the_thesaurus(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    database: Database,
    tmp_path: Path,
    size: ViewportSize,
    scheme: str,
) -> None:
    bring_labels(database, now=START)
    context = look(browser, size, scheme)
    page = context.new_page()
    client = signed_in(app, archivist, "lina@example.org", LIBRARIAN, "Lina")
    cookie = client.get_cookie("archive_session")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    found: list[str] = []

    page.goto(f"{site}/thesaurus")
    found += barriers(page, f"concepts-{scheme}")
    page.get_by_text("Add a concept").click()
    page.get_by_text("Import or export").click()
    page.get_by_text("Languages and changes").click()
    found += barriers(page, f"concepts-open-{scheme}")
    page.get_by_role("searchbox").fill("ضغط الدم")
    page.get_by_role("button", name="Find", exact=True).click()
    found += barriers(page, f"concepts-found-{scheme}")
    page.get_by_role("link", name="hypertension", exact=True).click()
    found += barriers(page, f"concept-{scheme}")
    page.get_by_role("link", name="Change HTA").click()
    found += barriers(page, f"concept-change-{scheme}")
    page.locator(".terms [name=source]").fill("Lina, from the ward")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("changed here")).to_be_visible()
    page.get_by_role("button", name="Remove HTA").click()
    found += barriers(page, f"concept-removed-{scheme}")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("“HTA” is in the thesaurus")).to_be_visible()

    file = tmp_path / "names.csv"
    file.write_text(
        "concept,language,term\nhypertension,ha,hawan jini\nasthma,ha,asma\n", encoding="utf-8"
    )
    page.goto(f"{site}/thesaurus")
    page.get_by_text("Import or export").click()
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    found += barriers(page, f"concepts-import-{scheme}")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status").first).to_contain_text("2 names added")
    context.close()

    assert found == []
