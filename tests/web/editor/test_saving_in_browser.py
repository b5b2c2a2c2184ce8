"""What is typed into the editor is kept: two people at once, offline, closed tabs, late answers."""

import pytest
from playwright.sync_api import Page, Route, expect

from archive.database import Database
from archive.speakers import read_names
from archive.transcript_versions import list_versions
from tests.conftest import FakeClock
from tests.web.editor.conftest import STATE, await_saved, open_editor, segments

pytestmark = pytest.mark.browser


def test_two_librarians_edit_one_segment_and_both_are_told(
    lina: Page, kofi: Page, site: str, talk: int, database: Database
) -> None:
    for page in (lina, kofi):
        open_editor(page, site, talk)
        page.locator(".segments li").first.locator("p").click()
    lina.locator("#words").fill("We give artesunate at once.")
    await_saved(lina)

    # Kofi has not been told yet: he has begun to type on what he sees.
    kofi.locator("#words").fill("We give artesunate right away.")
    panel = kofi.locator(".conflict")
    expect(panel).to_contain_text("Lina changed this segment", timeout=15_000)
    expect(panel.locator("[data-theirs]")).to_have_text("We give artesunate at once.")
    expect(panel.locator("[data-mine]")).to_have_text("We give artesunate right away.")
    expect(panel.locator("del")).to_have_text("at once.")
    expect(panel.locator("ins")).to_have_text("right away.")
    assert segments(database, talk)[0].text == "We give artesunate at once."

    panel.get_by_role("button", name="Keep mine").click()
    await_saved(kofi)
    assert segments(database, talk)[0].text == "We give artesunate right away."
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
        open_editor(page, site, talk)
    lina.locator(".segments li > p").nth(0).click()
    kofi.locator(".segments li > p").nth(5).click()
    lina.locator("#words").fill("We give artesunate at once.")
    kofi.locator("#words").fill("listening to all of us.")
    await_saved(lina)
    await_saved(kofi)

    expect(lina.locator(".segments li > p").nth(5)).to_have_text(
        "listening to all of us.", timeout=15_000
    )
    expect(lina.locator(".conflict")).to_have_count(0)
    texts = [one.text for one in segments(database, talk)]
    assert (texts[0], texts[5]) == ("We give artesunate at once.", "listening to all of us.")


def test_what_was_typed_offline_in_a_closed_tab_is_put_back(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    open_editor(lina, site, talk)
    lina.locator(".segments li > p").first.click()
    lina.context.set_offline(True)
    lina.locator("#words").fill("We give artesunate at once.")
    expect(lina.locator(STATE)).to_contain_text("Offline: kept in this browser")
    context = lina.context
    lina.close()
    context.set_offline(False)
    assert segments(database, talk)[0].text == "We give artisan eight at once."

    again = context.new_page()
    open_editor(again, site, talk)
    expect(again.locator("#draft")).to_contain_text("1 change")
    again.get_by_role("button", name="Put them back").click()

    await_saved(again)
    assert segments(database, talk)[0].text == "We give artesunate at once."
    again.reload()
    again.wait_for_selector("#editor[data-ready]")
    expect(again.locator("#draft")).to_be_hidden()


def test_an_answer_to_a_key_is_not_wiped_by_a_save(lina: Page, site: str, talk: int) -> None:
    lina.clock.install()
    open_editor(lina, site, talk)
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
    await_saved(lina)


def test_who_leaves_in_midsentence_loses_nothing(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    open_editor(lina, site, talk)
    lina.locator(".segments li > p").first.click()
    lina.locator("#words").fill("We give artesunate at once.")

    lina.goto(f"{site}/review")
    open_editor(lina, site, talk)

    # It may arrive after the page was made; then it is news within some seconds.
    first = lina.locator(".segments li > p").first
    expect(first).to_have_text("We give artesunate at once.", timeout=15_000)
    expect(lina.locator("#draft")).to_be_hidden()
    assert segments(database, talk)[0].text == "We give artesunate at once."


def test_it_goes_on_by_itself_when_the_line_is_back(
    kofi: Page, site: str, talk: int, database: Database
) -> None:
    open_editor(kofi, site, talk)
    kofi.locator(".segments li > p").first.click()
    kofi.context.set_offline(True)
    kofi.keyboard.press("ControlOrMeta+a")
    kofi.keyboard.type("We give artesunate, at once.")
    for _ in range(len(" at once.")):
        kofi.keyboard.press("ArrowLeft")
    kofi.keyboard.press("Alt+Enter")
    expect(kofi.locator(STATE)).to_contain_text("Offline")

    kofi.context.set_offline(False)

    await_saved(kofi)
    assert [one.text for one in segments(database, talk)][:2] == [
        "We give artesunate,",
        "at once.",
    ]


def test_an_answer_that_comes_late_wipes_nothing_that_was_typed_meanwhile(
    lina: Page, site: str, talk: int, database: Database
) -> None:
    open_editor(lina, site, talk)
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

    await_saved(lina)
    expect(lina.locator("#who")).to_have_value("Dr Banda")
    first = segments(database, talk)[0]
    assert first.text == "We give artisan eight at once. Now. Again."
    with database.read() as session:
        assert read_names(session, talk)[first.speaker] == "Dr Banda"


def test_a_version_of_one_sitting_is_kept_however_often_it_saved(
    lina: Page, site: str, talk: int, database: Database, clock: FakeClock
) -> None:
    open_editor(lina, site, talk)
    lina.locator(".segments li > p").first.click()
    for text in ("We give.", "We give artesunate.", "We give artesunate at once."):
        clock.forward(minutes=1)
        lina.locator("#words").fill(text)
        lina.locator("#who").focus()
        await_saved(lina)

    with database.read() as session:
        assert len(list_versions(session, talk)) == 2
