"""The editor in a real Chromium: by keyboard alone, two people at once, offline, a closed tab."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from archive.database import Database
from archive.doubts import Doubt
from archive.editing import read_editable
from archive.permissions import LIBRARIAN
from archive.speakers import read_names
from archive.transcript import Segment
from archive.transcript_versions import list_versions
from tests.conftest import FakeClock
from tests.web.conftest import signed_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser

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


def _segments(database: Database, talk: int) -> tuple[Segment, ...]:
    with database.read() as session:
        return read_editable(session, talk)


def _open(page: Page, site: str, talk: int) -> None:
    page.goto(f"{site}/recordings/{talk}/edit")
    page.wait_for_selector("#editor[data-ready]")


def _saved(page: Page) -> None:
    expect(page.locator(STATE)).to_have_text(re.compile("^Saved at"), timeout=15_000)


def test_five_segments_are_corrected_by_keyboard_alone(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    _open(lina, site, talk)
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
    _saved(lina)
    after = _segments(database, talk)
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


def test_two_librarians_edit_one_segment_and_both_are_told(
    lina: Page, kofi: Page, site: str, talk: int, database: Database
) -> None:
    for page in (lina, kofi):
        _open(page, site, talk)
        page.locator(".segments li").first.locator("p").click()
    lina.locator("#words").fill("We give artesunate at once.")
    _saved(lina)

    # Kofi has not been told yet: he has begun to type on what he sees.
    kofi.locator("#words").fill("We give artesunate right away.")
    panel = kofi.locator(".conflict")
    expect(panel).to_contain_text("Lina changed this segment", timeout=15_000)
    expect(panel.locator("[data-theirs]")).to_have_text("We give artesunate at once.")
    expect(panel.locator("[data-mine]")).to_have_text("We give artesunate right away.")
    expect(panel.locator("del")).to_have_text("at once.")
    expect(panel.locator("ins")).to_have_text("right away.")
    assert _segments(database, talk)[0].text == "We give artesunate at once."

    panel.get_by_role("button", name="Keep mine").click()
    _saved(kofi)
    assert _segments(database, talk)[0].text == "We give artesunate right away."
    told = lina.locator(".told")
    expect(told).to_contain_text("Kofi changed this", timeout=15_000)
    expect(told.locator("del")).to_have_text("at once.")
    expect(lina.locator("#words")).to_have_value("We give artesunate right away.")
    with database.read() as session:
        assert [one.who for one in list_versions(session, talk)] == ["Kofi", "Lina", ""]


def test_edits_of_different_segments_meet_without_a_question(
    lina: Page, kofi: Page, site: str, talk: int, database: Database
) -> None:
    for page in (lina, kofi):
        _open(page, site, talk)
    lina.locator(".segments li > p").nth(0).click()
    kofi.locator(".segments li > p").nth(5).click()
    lina.locator("#words").fill("We give artesunate at once.")
    kofi.locator("#words").fill("listening to all of us.")
    _saved(lina)
    _saved(kofi)

    expect(lina.locator(".segments li > p").nth(5)).to_have_text(
        "listening to all of us.", timeout=15_000
    )
    expect(lina.locator(".conflict")).to_have_count(0)
    texts = [one.text for one in _segments(database, talk)]
    assert (texts[0], texts[5]) == ("We give artesunate at once.", "listening to all of us.")


def test_what_was_typed_offline_in_a_closed_tab_is_put_back(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    _open(lina, site, talk)
    lina.locator(".segments li > p").first.click()
    lina.context.set_offline(True)
    lina.locator("#words").fill("We give artesunate at once.")
    expect(lina.locator(STATE)).to_contain_text("Offline: kept in this browser")
    context = lina.context
    lina.close()
    context.set_offline(False)
    assert _segments(database, talk)[0].text == "We give artisan eight at once."

    again = context.new_page()
    _open(again, site, talk)
    expect(again.locator("#draft")).to_contain_text("1 change")
    again.get_by_role("button", name="Put them back").click()

    _saved(again)
    assert _segments(database, talk)[0].text == "We give artesunate at once."
    again.reload()
    again.wait_for_selector("#editor[data-ready]")
    expect(again.locator("#draft")).to_be_hidden()


def test_an_answer_to_a_key_is_not_wiped_by_a_save(lina: Page, site: str, talk: int) -> None:
    lina.clock.install()
    _open(lina, site, talk)
    lina.clock.pause_at(lina.evaluate("() => Date.now() + 1000"))
    lina.keyboard.press("Alt+ArrowDown")
    lina.keyboard.press("ControlOrMeta+Home")
    lina.keyboard.press("Alt+c")

    with lina.expect_response(lambda answer: answer.request.method == "POST"):
        lina.clock.run_for(1_000)
        lina.keyboard.press("Alt+Enter")
    lina.wait_for_function("() => document.querySelector('li.active').dataset.r > 0")
    told = lina.locator(STATE).inner_text()
    lina.clock.run_for(3_000)

    assert told == "Put the cursor between two words to split there."
    _saved(lina)


def test_who_leaves_in_midsentence_loses_nothing(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    _open(lina, site, talk)
    lina.locator(".segments li > p").first.click()
    lina.locator("#words").fill("We give artesunate at once.")

    lina.goto(f"{site}/review")
    _open(lina, site, talk)

    # It may arrive after the page was made; then it is news within some seconds.
    first = lina.locator(".segments li > p").first
    expect(first).to_have_text("We give artesunate at once.", timeout=15_000)
    expect(lina.locator("#draft")).to_be_hidden()
    assert _segments(database, talk)[0].text == "We give artesunate at once."


def test_the_language_is_changed_by_keyboard_and_the_words_keep_their_times(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    before = _segments(database, talk)[0]
    _open(lina, site, talk)

    lina.keyboard.press("Alt+ArrowDown")
    lina.keyboard.press("Alt+g")
    lina.keyboard.type("Portug")
    lina.keyboard.press("Tab")

    _saved(lina)
    after = _segments(database, talk)[0]
    assert (after.language, after.words) == ("pt", before.words)
    expect(lina.locator("#words")).to_have_attribute("lang", "pt")


def test_it_goes_on_by_itself_when_the_line_is_back(
    kofi: Page, site: str, talk: int, database: Database
) -> None:
    _open(kofi, site, talk)
    kofi.locator(".segments li > p").first.click()
    kofi.context.set_offline(True)
    kofi.keyboard.press("ControlOrMeta+a")
    kofi.keyboard.type("We give artesunate, at once.")
    for _ in range(len(" at once.")):
        kofi.keyboard.press("ArrowLeft")
    kofi.keyboard.press("Alt+Enter")
    expect(kofi.locator(STATE)).to_contain_text("Offline")

    kofi.context.set_offline(False)

    _saved(kofi)
    assert [one.text for one in _segments(database, talk)][:2] == [
        "We give artesunate,",
        "at once.",
    ]


def test_an_answer_that_comes_late_wipes_nothing_that_was_typed_meanwhile(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    _open(lina, site, talk)
    held: list[Route] = []
    lina.route(
        "**/edits",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
        times=1,
    )
    lina.keyboard.press("Alt+ArrowDown")
    with lina.expect_request("**/edits"):
        lina.keyboard.type(" Now.")
    lina.keyboard.press("Alt+w")
    lina.keyboard.type("Dr Ban")
    with lina.expect_response("**/edits"):
        held[0].continue_()
    lina.keyboard.type("da")
    lina.keyboard.press("Shift+Tab")
    lina.keyboard.type(" Again.")

    _saved(lina)
    expect(lina.locator("#who")).to_have_value("Dr Banda")
    first = _segments(database, talk)[0]
    assert first.text == "We give artisan eight at once. Now. Again."
    with database.read() as session:
        assert read_names(session, talk)[first.speaker] == "Dr Banda"


def test_undo_takes_back_step_by_step(lina: Page, site: str, talk: int, database: Database) -> None:
    before = [one.text for one in _segments(database, talk)]
    _open(lina, site, talk)
    keys = lina.keyboard
    keys.press("Alt+ArrowDown")
    keys.press("ControlOrMeta+a")
    keys.type("We give artesunate at once.")
    for _ in range(len(" at once.")):
        keys.press("ArrowLeft")
    keys.press("Alt+Enter")
    keys.press("Alt+ArrowDown")
    keys.press("Alt+j")
    _saved(lina)
    assert [one.text for one in _segments(database, talk)][:2] == [
        "We give artesunate",
        "at once.",
    ]

    for _ in range(3):
        keys.press("Alt+z")

    _saved(lina)
    expect(lina.locator(".segments > li")).to_have_count(len(before))
    assert [one.text for one in _segments(database, talk)] == before


def test_stopping_brings_the_words_just_said_to_the_bench_and_choosing_seeks(
    lina: Page, site: str, talk: int
) -> None:
    _open(lina, site, talk)
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
    _open(lina, site, talk)
    lina.get_by_label("Keyboard shortcuts").uncheck()
    lina.reload()
    lina.wait_for_selector("#editor[data-ready]")

    lina.keyboard.press("Alt+ArrowDown")

    expect(lina.locator(".bench")).to_have_count(0)
    lina.get_by_role("button", name="Next", exact=True).click()
    expect(lina.locator("#words")).to_have_value("We give artisan eight at once.")


def test_a_version_of_one_sitting_is_kept_however_often_it_saved(
    lina: Page, site: str, talk: int, database: Database, clock: FakeClock
) -> None:
    _open(lina, site, talk)
    lina.locator(".segments li > p").first.click()
    for text in ("We give.", "We give artesunate.", "We give artesunate at once."):
        clock.forward(minutes=1)
        lina.locator("#words").fill(text)
        lina.locator("#who").focus()
        _saved(lina)

    with database.read() as session:
        assert len(list_versions(session, talk)) == 2


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
        _saved(page)
        for name in ("versions", "versions/2", "versions/1"):
            page.goto(f"{site}/recordings/{talk}/{name}")
            found += barriers(page, f"{name}-{scheme}")
        page.goto(f"{site}/review?state=in+review")
        page.locator(".queue summary").first.click()
        found += barriers(page, f"review-{scheme}")
    assert found == []
