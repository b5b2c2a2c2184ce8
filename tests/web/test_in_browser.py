"""What the pages' scripts do, in a real Chromium on a real server, at phone and desk size."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from archive.index import SlideText
from archive.models import Role, StageState, Status
from archive.pipeline import Stage
from tests.web.conftest import sign_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look
from tests.weight import weigh
from worker.media.probe import probe
from worker.media.stills import make_stills
from worker.media.tools import find_tools

pytestmark = pytest.mark.browser

DEMO = Path(__file__).resolve().parents[2] / "demo" / "demo.mp4"


@pytest.fixture
def rounds(archivist: Archivist, film: bytes) -> int:
    recording_id = archivist.recording(
        *[speak(f"Sentence number {n} about fever.", start_ms=n * 3_000) for n in range(18)],
        title="Ward rounds",
        media=film,
        duration_ms=60_000,
        description="About the ward.",
    )
    archivist.file(recording_id, Role.STILL, b"\xff\xd8\xff", "image/jpeg", at_ms=0)
    return recording_id


def current_time(page: Page) -> float:
    return float(page.eval_on_selector("#player", "player => player.currentTime"))


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_a_result_opens_the_player_at_the_word(
    browser: Browser, site: str, rounds: int, size: ViewportSize, scripts: str
) -> None:
    context = browser.new_context(
        viewport=size,
        java_script_enabled=scripts == "with scripts",
    )
    page = context.new_page()

    page.goto(f"{site}/search?q=%22number+12%22")
    page.click("a.moment")
    page.wait_for_url(f"**/recordings/{rounds}?t=36.4&q=**")
    # Without scripts the page's own are off; the driver may still look.
    session = context.new_cdp_session(page)
    reached = False
    for _ in range(50):
        told = session.send(
            "Runtime.evaluate",
            {"expression": "document.querySelector('#player').currentTime", "returnByValue": True},
        )
        reached = abs(told["result"].get("value", 0) - 36.4) <= 0.5
        if reached:
            break
        page.wait_for_timeout(100)

    assert reached
    context.close()


def test_a_click_on_a_sentence_seeks_without_loading_anew(
    page: Page, site: str, rounds: int
) -> None:
    page.goto(f"{site}/recordings/{rounds}")
    page.evaluate("window.sameDocument = true")

    page.click("text=Sentence number 7")

    page.wait_for_function("document.querySelector('#player').currentTime >= 21")
    assert current_time(page) < 23
    assert page.evaluate("window.sameDocument") is True
    assert "t=21" in page.url
    expect(page.locator(".transcript [aria-current=true]")).to_contain_text("number 7")


def test_the_spoken_sentence_is_followed_until_the_reader_scrolls(
    page: Page, site: str, rounds: int
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/recordings/{rounds}")
    follow = page.locator("#follow")

    follow.click()
    page.eval_on_selector("#player", "player => { player.muted = true; player.currentTime = 49 }")
    spoken = page.locator(".transcript [aria-current=true]")
    expect(spoken).to_contain_text("number 16")
    expect(spoken).to_be_in_viewport()
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.mouse.move(180, 600)
    page.mouse.wheel(0, -400)

    expect(follow).to_have_attribute("aria-pressed", "false")


def test_next_goes_from_match_to_match(page: Page, site: str, rounds: int) -> None:
    page.goto(f"{site}/recordings/{rounds}?q=%22number+3%22+OR+%22number+9%22&t=9.4")

    page.click("text=next")

    page.wait_for_function("document.querySelector('#player').currentTime >= 27")
    assert current_time(page) < 30


def test_the_focused_sentence_is_never_under_the_player(page: Page, site: str, rounds: int) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/recordings/{rounds}")
    page.locator(".transcript p a").last.focus()

    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => {
              const stage = document.querySelector(".stage").getBoundingClientRect();
              const box = document.activeElement.getBoundingClientRect();
              return box.bottom <= stage.bottom;
            }"""
        )
        assert not hidden


def test_progress_is_shown_live_and_ends_with_the_page_renewed(
    page: Page, site: str, archivist: Archivist
) -> None:
    recording_id = archivist.recording(speak("hello"), title="Coming")
    archivist.status(recording_id, Status.PROCESSING)
    archivist.stage(recording_id, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.2)
    page.goto(site)
    expect(page.locator("[data-stage]")).to_have_text("Transcribing")

    archivist.finish_stage(recording_id, Stage.TRANSCRIPTION)
    archivist.status(recording_id, Status.READY)

    expect(page.locator("[data-progress]")).to_have_count(0, timeout=10_000)
    expect(page.locator("#recent")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_barrier_that_a_checker_finds_and_do_not_scroll_sideways(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    rounds: int,
    size: ViewportSize,
    scheme: str,
) -> None:
    context = look(browser, size, scheme)
    page = context.new_page()
    archivist.recording(speak("هذا يوم جديد", language="ar"), title="محاضرة " * 30, publish=False)
    visited = ["/", "/search?q=fever", "/search?q=zebra", "/login", "/nowhere"]
    signed = ["/", f"/recordings/{rounds}?q=fever&t=9", "/recordings/2", "/deposit", "/accounts"]
    found: list[str] = []

    for paths in (visited, signed):
        for path in paths:
            page.goto(site + path)
            found += barriers(page, f"{path}-{scheme}")
        if paths is visited:
            sign_in(page, site, app, archivist)
    context.close()

    assert found == []


@pytest.fixture(scope="module")
def stills(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Stills as the worker takes them, of the slides of the demo recording."""
    tools = find_tools()
    info = probe(DEMO, tools)
    taken = make_stills(DEMO, tmp_path_factory.mktemp("stills") / "s", info=info, tools=tools)
    return [still.path.read_bytes() for still in taken]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_ten_hits_with_their_stills_weigh_less_than_40_kb(
    browser: Browser, site: str, archivist: Archivist, stills: list[bytes], size: ViewportSize
) -> None:
    said = "the fever came back on the third day and nobody had expected that at all"
    for number in range(10):
        recording_id = archivist.recording(
            *[speak(said, start_ms=part * 600_000) for part in range(8)],
            title=f"A session with quite a long title, number {number}",
            duration_ms=5_400_000,
        )
        for part in range(8):
            # Different bytes each: the same picture twice would travel once.
            still = stills[part % len(stills)] + bytes([number, part])
            archivist.file(recording_id, Role.STILL, still, "image/jpeg", at_ms=part * 600_000)
    context = browser.new_context(viewport=size)
    page = context.new_page()

    weights = weigh(page, f"{site}/search?q=fever")

    assert page.locator("article.hit").count() == 10
    assert page.locator("img.still").count() == 30
    assert weights["Image"] > 0
    assert sum(weights.values()) <= 40_000
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_ten_hits_with_slides_and_translations_weigh_less_than_40_kb(
    browser: Browser, site: str, archivist: Archivist, stills: list[bytes], size: ViewportSize
) -> None:
    said = "la fièvre revient au troisième jour et personne ne s'y attendait du tout"
    english = "the quinine came back on the third day and nobody had expected that at all"
    shown = "Quinine in severe malaria {}\n20 mg/kg loading dose over 4 hours\nthen 10 mg/kg"
    for number in range(10):
        recording_id = archivist.recording(
            *[speak(said, start_ms=part * 600_000, language="fr") for part in range(8)],
            title=f"A session with quite a long title, number {number}",
            duration_ms=5_400_000,
            slides=[
                SlideText(start_ms=part * 130_000, end_ms=None, text=shown.format(part))
                for part in range(40)
            ],
            translation=[speak(english, start_ms=part * 600_000) for part in range(8)],
        )
        for part in range(8):
            still = stills[part % len(stills)] + bytes([number, part, 1])
            archivist.file(recording_id, Role.STILL, still, "image/jpeg", at_ms=part * 600_000)
    context = browser.new_context(viewport=size)
    page = context.new_page()

    weights = weigh(page, f"{site}/search?q=quinine")

    assert page.locator("article.hit").count() == 10
    assert page.locator("img.still").count() == 30
    assert page.locator(".moment .track").count() == 30
    assert page.locator("svg.strip path.slides").count() == 10
    assert Axe().run(page).response["violations"] == []
    assert sum(weights.values()) <= 40_000
    context.close()
