"""The head of every page: a line on a phone, whoever is signed in, with a fold for the rest."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.web.conftest import sign_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_administrators_head_is_one_line_on_a_phone_and_opens_by_keyboard(
    browser: Browser, site: str, app: Flask, archivist: Archivist, scheme: str
) -> None:
    recording_id = archivist.recording(speak("هذا يوم جديد", language="ar"), title="محاضرة جديدة")
    context = look(browser, PHONE, scheme)
    page = context.new_page()
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/accounts")
    head, menu = page.locator(".site-head"), page.locator(".site-menu summary")
    links = page.get_by_role("navigation", name="Site").get_by_role("link")

    shut = (head.bounding_box() or {})["height"]
    seen = links.count()
    for _ in range(3):  # Past the skip link and the brand.
        page.keyboard.press("Tab")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")

    assert shut <= 64
    assert seen == 0
    expect(links).to_have_count(12)
    expect(page.locator(".site-menu [aria-current=page]")).to_have_text("Accounts")
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    # It moves the page down and lies over nothing.
    below = (page.locator("main").bounding_box() or {})["y"]
    assert below >= (links.last.bounding_box() or {})["y"] + 44
    small = links.evaluate_all(
        "all => all.filter(a => a.getBoundingClientRect().height < 44).length"
    )
    assert small == 0
    found = barriers(page, f"head-open-{scheme}")
    page.goto(f"{site}/recordings/{recording_id}")
    found += barriers(page, f"head-arabic-{scheme}")
    page.evaluate("document.documentElement.dir = 'rtl'")
    menu.click()
    found += barriers(page, f"head-rtl-{scheme}")
    page.set_viewport_size({"width": 240, "height": 500})
    assert page.evaluate("document.querySelector('.site-head').scrollWidth <= innerWidth")
    context.close()
    assert found == []


def test_on_a_desk_all_of_the_links_are_seen_and_no_fold(
    browser: Browser, site: str, app: Flask, archivist: Archivist
) -> None:
    context = look(browser, DESK, "light")
    page = context.new_page()
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/mine")

    expect(page.locator(".site-menu")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Site").get_by_role("link")).to_have_count(12)
    expect(page.locator(".site-head a[aria-current=page]:visible")).to_have_text("My recordings")
    # A line of its own begins where the page does: its words, 8 px inside of the link.
    brand, first = (
        (page.locator(one).first.bounding_box() or {})["x"]
        for one in (".brand", ".site-head nav a:visible")
    )
    assert abs(brand - (first + 8)) <= 1
    found = barriers(page, "head-desk")
    context.close()
    assert found == []
