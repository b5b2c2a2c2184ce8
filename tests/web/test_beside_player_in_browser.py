"""Chapters, privacy and corrections in a real Chromium: times from the player, words drawn over."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from archive.index import SlideText
from archive.models import Role
from tests.web.conftest import sign_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser

ARABIC = "المريضة اسمها فاطمة وهي بخير الآن."


@pytest.fixture
def talk(archivist: Archivist, film: bytes) -> int:
    recording_id = archivist.recording(
        speak("We saw patient John Banda yesterday, with artisanate."),
        speak("His hospital number is 44821.", start_ms=10_000),
        speak(ARABIC, start_ms=20_000, language="ar"),
        speak("Artisanate was given to Mrs. Phiri.", start_ms=40_000),
        title="Rounds: a case of severe malaria",
        media=film,
        duration_ms=60_000,
        publish=False,
        slides=[SlideText(start_ms=0, end_ms=None, text="Severe malaria")],
    )
    archivist.file(recording_id, Role.SLIDE, b"\xff\xd8 slide", "image/jpeg", at_ms=0)
    return recording_id


@pytest.fixture
def signed(page: Page, site: str, app: Flask, archivist: Archivist) -> Page:
    sign_in(page, site, app, archivist)
    return page


def test_a_chapter_begins_at_the_players_time(signed: Page, site: str, talk: int) -> None:
    signed.goto(f"{site}/recordings/{talk}/chapters")
    signed.eval_on_selector("#player", "player => { player.currentTime = 12.4 }")

    signed.get_by_role("button", name="now").first.click()
    signed.get_by_label("Title").first.fill("The number")
    signed.keyboard.press("Enter")

    expect(signed.get_by_role("heading", name="1 chapter")).to_be_visible()
    expect(signed.locator("ol.rows input[name=at]").first).to_have_value("0:12")
    signed.goto(f"{site}/recordings/{talk}?t=30")
    current = signed.locator("#chapters [aria-current]")
    expect(current).to_have_text("0:12 The number")
    signed.locator("#chapters a").click()
    assert signed.eval_on_selector("#player", "player => player.currentTime") == pytest.approx(
        12, abs=1
    )


def test_words_are_chosen_by_drawing_over_them_and_the_keyboard(
    signed: Page, site: str, talk: int
) -> None:
    signed.goto(f"{site}/recordings/{talk}/privacy?t=0")
    words = signed.locator(".choose-words label")
    words.nth(2).scroll_into_view_if_needed()
    first, last = words.nth(2).bounding_box(), words.nth(4).bounding_box()
    assert first
    assert last
    signed.mouse.move(first["x"] + 3, first["y"] + first["height"] / 2)
    signed.mouse.down()
    signed.mouse.move(last["x"] + last["width"] - 3, last["y"] + last["height"] / 2, steps=6)
    signed.mouse.up()
    assert signed.locator(".choose-words :checked").count() == 3

    signed.locator(".choose-words input").nth(5).focus()
    signed.keyboard.press("Space")
    signed.get_by_role("button", name="Cut out the chosen words").press("Enter")

    expect(signed.locator(".choose-words .is-hidden")).to_have_count(4)
    expect(
        signed.get_by_text("Being muted").or_(signed.get_by_text("Waiting to be muted"))
    ).to_be_visible()


@pytest.mark.usefixtures("talk")
def test_a_place_that_would_be_corrected_is_played_where_it_stands(signed: Page, site: str) -> None:
    signed.goto(f"{site}/correct?term=artisanate&put=artesunate")
    signed.get_by_label("Correct at 0:40").uncheck()

    signed.get_by_role("link", name="Play 0:40").click()

    signed.wait_for_function("() => document.getElementById('player').currentTime > 40.2")
    expect(signed.get_by_label("The place that is played")).to_be_visible()
    expect(signed.get_by_label("Correct at 0:40")).not_to_be_checked()
    signed.wait_for_function("() => document.getElementById('player').paused")
    ended = signed.eval_on_selector("#player", "player => player.currentTime")
    assert ended == pytest.approx(42.35, abs=0.5)


def test_the_player_keeps_to_the_session(signed: Page, site: str, talk: int) -> None:
    signed.goto(f"{site}/recordings/{talk}/privacy")
    ends = signed.locator("form[action$=range]")
    ends.locator("[name=from]").fill("0:10")
    ends.locator("[name=until]").fill("0:30")
    ends.get_by_role("button", name="Save").click()

    signed.goto(f"{site}/recordings/{talk}")
    signed.wait_for_function("document.getElementById('player').currentTime >= 9.7")
    signed.eval_on_selector("#player", "player => { player.currentTime = 2 }")
    signed.wait_for_function("document.getElementById('player').currentTime >= 9.7")
    signed.eval_on_selector("#player", "player => { player.currentTime = 55 }")
    signed.wait_for_function("Math.abs(document.getElementById('player').currentTime - 30) < 0.5")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_have_no_barriers(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    talk: int,
    size: dict[str, int],
    scheme: str,
) -> None:
    context = look(browser, size, scheme)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, site, app, archivist)
    found: list[str] = []
    for path in (
        f"/recordings/{talk}/chapters", f"/recordings/{talk}/privacy?t=0",
        "/correct?term=artisanate&put=artesunate", f"/recordings/{talk}",
    ):  # fmt: skip
        page.goto(f"{site}{path}")
        found += barriers(page, f"{path.split('?')[0]}-{scheme}")
    context.close()
    assert found == []
