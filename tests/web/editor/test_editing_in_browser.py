"""The editor in a real Chromium: by keyboard alone, step by step back, with the player."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from archive.database import Database
from archive.speakers import read_names
from archive.transcript_versions import list_versions
from tests.web.editor.conftest import (
    ARABIC,
    STATE,
    await_saved,
    enter,
    open_editor,
    segments,
    talk_of,
)
from tests.web.factories import Archivist
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser


def test_five_segments_are_corrected_by_keyboard_alone(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    open_editor(lina, site, talk)
    keys = lina.keyboard

    keys.press("Alt+ArrowDown")
    keys.press("ControlOrMeta+a")
    keys.type("We give artesunate at once.")
    keys.press("Alt+w")
    keys.type("Dr Banda")
    keys.press("Tab")
    keys.press("Alt+n")
    keys.press("ControlOrMeta+Home")
    for _ in range(4):
        keys.press("ArrowRight")
    for _ in "haemolisis":
        keys.press("Shift+ArrowRight")
    keys.type("haemolysis")
    for _ in " comes later,":
        keys.press("ArrowRight")
    keys.press("Alt+Enter")
    keys.press("Alt+ArrowUp")
    keys.press("Alt+c")
    keys.press("Alt+ArrowDown")
    keys.press("Alt+c")
    keys.press("Alt+n")
    keys.press("ControlOrMeta+a")
    keys.insert_text("我们用青蒿琥酯治疗疟疾。")
    keys.press("Alt+c")
    keys.press("Alt+ArrowDown")
    keys.press("Alt+j")
    keys.press("Alt+n")
    expect(lina.locator("#why")).to_have_text(re.compile("silence"))
    keys.press("ControlOrMeta+a")
    keys.press("Delete")
    keys.press("Alt+c")
    keys.press("Alt+n")

    expect(lina.locator(STATE)).to_have_text("No place is in doubt any more.")
    keys.press("Alt+ArrowUp")
    await_saved(lina)
    after = segments(database, talk)
    assert [one.text for one in after] == [
        "We give artesunate at once.",
        "The haemolysis comes later,",
        "then we wait.",
        ARABIC,
        "我们用青蒿琥酯治疗疟疾。",
        "Thank you for listening to us.",
        "",
    ]
    assert [one.checked for one in after] == [False, True, True, False, True, False, True]
    assert after[0].words[-1].start_ms == 2_000 + 5 * 400
    with database.read() as session:
        assert read_names(session, talk)[after[0].speaker] == "Dr Banda"
        assert [one.who for one in list_versions(session, talk)] == ["Lina", ""]


def test_the_language_is_changed_by_keyboard_and_the_words_keep_their_times(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    before = segments(database, talk)[0]
    open_editor(lina, site, talk)

    lina.keyboard.press("Alt+ArrowDown")
    lina.keyboard.press("Alt+g")
    lina.keyboard.type("Portug")
    lina.keyboard.press("Tab")

    await_saved(lina)
    after = segments(database, talk)[0]
    assert (after.language, after.words) == ("pt", before.words)
    expect(lina.locator("#words")).to_have_attribute("lang", "pt")


def test_undo_takes_back_step_by_step(lina: Page, site: str, talk: int, database: Database) -> None:
    before = [one.text for one in segments(database, talk)]
    open_editor(lina, site, talk)
    keys = lina.keyboard
    keys.press("Alt+ArrowDown")
    keys.press("ControlOrMeta+a")
    keys.type("We give artesunate at once.")
    for _ in range(len(" at once.")):
        keys.press("ArrowLeft")
    keys.press("Alt+Enter")
    keys.press("Alt+ArrowDown")
    keys.press("Alt+j")
    await_saved(lina)
    assert [one.text for one in segments(database, talk)][:2] == [
        "We give artesunate",
        "at once.",
    ]

    for _ in range(3):
        keys.press("Alt+z")

    await_saved(lina)
    expect(lina.locator(".segments > li")).to_have_count(len(before))
    assert [one.text for one in segments(database, talk)] == before


def test_stopping_brings_the_words_just_said_to_the_bench_and_choosing_seeks(
    lina: Page, site: str, talk: int
) -> None:
    open_editor(lina, site, talk)
    lina.keyboard.press("Alt+p")
    lina.evaluate("document.getElementById('player').currentTime = 19")
    expect(lina.locator(".segments li[aria-current]")).to_contain_text("ساعة")

    lina.keyboard.press("Alt+p")

    expect(lina.locator("#words")).to_have_value(ARABIC)
    lina.keyboard.press("Alt+ArrowDown")
    lina.wait_for_function(
        "() => Math.abs(document.getElementById('player').currentTime - 28) < 0.3"
    )
    lina.keyboard.press("Alt+b")
    lina.wait_for_function(
        "() => Math.abs(document.getElementById('player').currentTime - 26) < 0.3"
    )
    lina.keyboard.press("Alt+,")
    expect(lina.locator("#speed")).to_have_text("0.75×")  # noqa: RUF001 - the sign is meant


def test_shortcuts_can_be_switched_off_for_good(lina: Page, site: str, talk: int) -> None:
    open_editor(lina, site, talk)
    lina.get_by_label("Keyboard shortcuts").uncheck()
    lina.reload()
    lina.wait_for_selector("#editor[data-ready]")

    lina.keyboard.press("Alt+ArrowDown")

    expect(lina.locator(".bench")).to_have_count(0)
    lina.get_by_role("button", name="Next", exact=True).click()
    expect(lina.locator("#words")).to_have_value("We give artisan eight at once.")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_the_pages_have_no_barriers(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    film: bytes,
    size: object,
    scheme: str,
) -> None:
    talk = talk_of(archivist, film)
    with look(browser, size, scheme) as context:
        enter(context, site, app, archivist, "Lina")
        page = context.new_page()
        page.goto(f"{site}/recordings/{talk}/edit")
        page.wait_for_selector("#editor[data-ready]")
        page.locator(".segments li > p").nth(2).click()
        found = barriers(page, f"edit-{scheme}")
        page.locator("#words").fill(ARABIC.replace("١٢", "٨"))
        page.get_by_label("Speaker").fill("Dr Salma")
        await_saved(page)
        for name in ("versions", "versions/2", "versions/1"):
            page.goto(f"{site}/recordings/{talk}/{name}")
            found += barriers(page, f"{name}-{scheme}")
        page.goto(f"{site}/review?state=in+review")
        page.locator(".queue summary").first.click()
        found += barriers(page, f"review-{scheme}")
    assert found == []
