"""The sizes pages are looked at in, and what is wrong with how a page is made."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)


def look(browser: Browser, size: ViewportSize, scheme: str) -> BrowserContext:
    """Open a browser of a size and a colour scheme, into whose pages a checker may be put."""
    return browser.new_context(
        viewport=size,
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )


def barriers(page: Page, name: str) -> list[str]:
    """Tell what axe says against a page, and whether it is too wide, mirrored too.

    With ARCHIVE_TEST_SHOTS a picture is kept in that folder, for people to look at.
    """
    if shots := os.environ.get("ARCHIVE_TEST_SHOTS"):
        width = page.evaluate("innerWidth")
        page.screenshot(
            path=Path(shots) / f"{name.strip('/').replace('/', '-')}-{width}.png", full_page=True
        )
    violations = Axe().run(page).response["violations"]
    found = [f"{name}: {one['id']} {one['nodes'][0]['html']}" for one in violations]
    for direction in ("rtl", "ltr"):
        page.evaluate("dir => document.documentElement.dir = dir", direction)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name}: scrolls sideways {direction}")
    return found
