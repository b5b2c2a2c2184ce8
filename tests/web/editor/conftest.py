"""A transcript with faults, and two librarians before its editor in a real Chromium."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from archive.database import Database
from archive.doubts import Doubt
from archive.editing import read_editable
from archive.permissions import LIBRARIAN
from archive.transcript import Segment
from tests.web.conftest import signed_in
from tests.web.factories import Archivist, speak

ARABIC = "نعطي الأرتيسونات كل ١٢ ساعة. ثم نعيد القياس."
STATE = "#state"


def talk_of(archivist: Archivist, film: bytes | None) -> int:
    """A minute with faults: misheard words, a missing break, silence taken for words."""
    doubtful = {"doubts": frozenset({Doubt.UNSURE})}
    return archivist.recording(
        speak("We give artisan eight at once.", start_ms=2_000),
        replace(speak("The haemolisis comes later, then we wait.", start_ms=10_000), **doubtful),
        speak(ARABIC, start_ms=18_000, language="ar"),
        replace(speak("我们用青蒿虎酯治疗疟疾。", start_ms=28_000, language="zh"), **doubtful),
        speak("Thank you for", start_ms=40_000),
        speak("listening to us.", start_ms=44_000),
        replace(speak("Thank you. Thank you.", start_ms=52_000), doubts=frozenset({Doubt.SILENCE})),
        title="Severe malaria",
        media=film,
        duration_ms=60_000,
    )


@pytest.fixture
def talk(archivist: Archivist, film: bytes) -> int:
    return talk_of(archivist, film)


def enter(
    context: BrowserContext, site: str, app: Flask, archivist: Archivist, name: str
) -> BrowserContext:
    """Give a browser the session of a librarian."""
    client = signed_in(app, archivist, f"{name.lower()}@example.org", LIBRARIAN, name)
    cookie = client.get_cookie("archive_session")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    return context


@pytest.fixture
def lina(page: Page, site: str, app: Flask, archivist: Archivist) -> Page:
    enter(page.context, site, app, archivist, "Lina")
    return page


@pytest.fixture
def kofi(browser: Browser, site: str, app: Flask, archivist: Archivist) -> Iterator[Page]:
    context = enter(browser.new_context(), site, app, archivist, "Kofi")
    yield context.new_page()
    context.close()


def segments(database: Database, talk: int) -> tuple[Segment, ...]:
    """Read what is kept."""
    with database.read() as session:
        return read_editable(session, talk)


def open_editor(page: Page, site: str, talk: int) -> None:
    """Open it, and wait until its script is ready."""
    page.goto(f"{site}/recordings/{talk}/edit")
    page.wait_for_selector("#editor[data-ready]")


def await_saved(page: Page) -> None:
    """Wait until the page tells that all is saved."""
    expect(page.locator(STATE)).to_have_text(re.compile("^Saved at"), timeout=15_000)
