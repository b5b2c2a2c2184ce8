"""Slides, checking, growing and slides by hand in a real Chromium; what the page weighs."""

from dataclasses import replace
from pathlib import Path

import cv2
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select, update

from archive.doubts import Doubt
from archive.index import SlideText
from archive.models import Role, StageState, Status, Transcript
from archive.pipeline import Stage
from archive.settings import Settings
from archive.transcripts import keep_batch
from benchmarks.slides import deck
from benchmarks.slides.drawing import draw_page, packed_font
from tests.pdfs import make_pdf
from tests.web.conftest import sign_in, unversioned
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look
from tests.weight import weigh
from worker.service import build_parts
from worker.slides.small import write_small
from worker.stages import decks

pytestmark = pytest.mark.browser

DOSE = "Give 2 mg of quinine now please."
ARABIC = "نعطي الأرتيسونات ٢٫٤ ملغ لكل كيلوغرام كل ١٢ ساعة. ثم نعيد القياس."  # noqa: RUF001 - its own comma


@pytest.fixture(scope="module")
def slide_pictures(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[bytes, bytes]]:
    """Slides full of words, full and small, as the worker makes them."""
    folder = tmp_path_factory.mktemp("slides")
    made = []
    for number, content in enumerate(deck.MALARIA[:6]):
        picture = folder / f"{number}.png"
        draw_page(content, packed_font).save(picture)
        small = write_small(picture, folder / f"{number}.webp")
        _, encoded = cv2.imencode(".jpg", cv2.imread(str(picture)))
        made.append((encoded.tobytes(), small.read_bytes()))
    return made


@pytest.fixture
def talk(archivist: Archivist, film: bytes, slide_pictures: list[tuple[bytes, bytes]]) -> int:
    """A minute with three languages, doubts, doses and forty slides, translated."""
    doubtful = speak("Something nobody could follow at all.", start_ms=24_000)
    slides = [
        SlideText(start_ms=number * 1_500, end_ms=None, text=f"Slide {number}\nQuinine\n20 mg/kg")
        for number in range(40)
    ]
    recording_id = archivist.recording(
        speak("Good morning to all of you."),
        speak(DOSE, start_ms=10_000),
        speak("La quinine reste le seul choix.", start_ms=17_000, language="fr"),
        replace(doubtful, doubts=frozenset({Doubt.UNSURE})),
        speak(ARABIC, start_ms=32_000, language="ar"),
        title="A talk with slides",
        media=film,
        duration_ms=60_000,
        slides=slides,
    )
    for number, slide in enumerate(slides):
        full, small = slide_pictures[number % len(slide_pictures)]
        # Different bytes each: the same picture twice would travel once.
        mark = bytes([number])
        at_ms = slide.start_ms
        archivist.file(recording_id, Role.SLIDE, full + mark, "image/jpeg", at_ms=at_ms)
        archivist.file(recording_id, Role.SLIDE_SMALL, small + mark, "image/webp", at_ms=at_ms)
    archivist.translate(recording_id, speak("Quinine is the only choice.", start_ms=17_000))
    return recording_id


def seek(page: Page, seconds: float) -> None:
    page.eval_on_selector("#player", "(player, s) => { player.currentTime = s }", seconds)


def test_the_strip_follows_the_player_and_leads_it(page: Page, site: str, talk: int) -> None:
    page.goto(f"{site}/recordings/{talk}")
    page.evaluate("window.sameDocument = true")
    current = page.locator("#slides [aria-current=true]")

    seek(page, 50.0)
    expect(current).to_have_attribute("data-ms", "49500")
    expect(current).to_be_in_viewport()
    page.locator("#slide-now summary").click()
    expect(page.locator("#slide-now img")).to_have_attribute(
        "src", f"{site}/recordings/{talk}/slides/49500.jpg"
    )
    expect(page.locator("[data-slide-text] p").first).to_have_text("Slide 33")
    page.locator("#slides a").nth(31).click()

    page.wait_for_function("() => document.querySelector('#player').currentTime < 48")
    expect(current).to_have_attribute("data-ms", "46500")
    expect(page.locator("[data-slide-text] p").first).to_have_text("Slide 31")
    assert page.evaluate("window.sameDocument") is True


def test_checking_a_sentence_plays_it_and_stops_at_its_end(
    page: Page, site: str, talk: int
) -> None:
    page.goto(f"{site}/recordings/{talk}")
    page.eval_on_selector("#player", "player => { player.muted = true }")

    page.locator("a.check").first.click()
    expect(page.locator("#transcript p [aria-current=true]")).to_have_text(DOSE)
    page.wait_for_function(
        "() => { const p = document.querySelector('#player');"
        " return p.paused && p.currentTime > 12 }",
        timeout=60_000,
    )

    end_s = 10.0 + len(DOSE.split()) * 0.4 - 0.05
    assert end_s <= page.eval_on_selector("#player", "player => player.currentTime") < end_s + 1.0
    assert page.locator("#transcript p [aria-current=true]").inner_text() == DOSE
    page.eval_on_selector("#player", "player => player.play()")
    page.wait_for_function(f"() => document.querySelector('#player').currentTime > {end_s + 1.5}")


def test_checking_works_without_scripts(browser: Browser, site: str, talk: int) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/recordings/{talk}")

    page.locator("a.check").first.click()

    source = page.locator("#player").get_attribute("src")
    assert unversioned(source) == f"/recordings/{talk}/media#t=10,12.75"
    session = context.new_cdp_session(page)
    told = {}
    for _ in range(80):
        told = session.send(
            "Runtime.evaluate",
            {
                "expression": "[document.querySelector('#player').currentTime,"
                " document.querySelector('#player').paused]",
                "returnByValue": True,
            },
        )["result"].get("value", [0, False])
        if told[0] >= 12.7 and told[1]:
            break
        page.wait_for_timeout(100)
    assert 12.7 <= told[0] <= 13.2
    assert told[1] is True
    context.close()


def test_the_transcript_grows_under_the_reader(
    page: Page, site: str, archivist: Archivist, film: bytes
) -> None:
    recording_id = archivist.recording(speak("Already here"), media=film, duration_ms=60_000)
    archivist.status(recording_id, Status.PROCESSING)
    archivist.stage(recording_id, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.2)
    with archivist.database.begin() as session:
        session.execute(update(Transcript).values(complete=False))
    page.goto(f"{site}/recordings/{recording_id}")
    page.evaluate("window.sameDocument = true")
    with archivist.database.begin() as session:
        transcript_id = session.scalars(select(Transcript.id)).one()
        keep_batch(
            session,
            transcript_id,
            1,
            [speak("and more.", start_ms=1_000), speak("Then this.", start_ms=30_000)],
        )

    blocks = page.locator("#blocks .block p")
    expect(blocks).to_have_text(["Already here and more.", "Then this."], timeout=15_000)
    page.locator("text=Then this.").click()

    page.wait_for_function("() => document.querySelector('#player').currentTime >= 30")
    expect(page.locator("#transcript p [aria-current=true]")).to_have_text("Then this.")
    assert page.evaluate("window.sameDocument") is True


def test_slides_by_hand_take_the_players_time(
    page: Page, site: str, app: Flask, archivist: Archivist, film: bytes, settings: Settings,
    tmp_path: Path,
) -> None:  # fmt: skip
    recording_id = archivist.recording(speak("Good morning."), media=film, duration_ms=60_000)
    sign_in(page, site, app, archivist)
    pdf = tmp_path / "talk.pdf"
    pdf.write_bytes(make_pdf("Severe malaria", "Questions"))

    page.goto(f"{site}/recordings/{recording_id}/slides")
    page.set_input_files("input[type=file]", pdf)
    page.click("text=Read its pages")
    expect(page.locator("[data-waiting]")).to_be_visible()
    worker = build_parts(settings)
    decks.read(worker, recording_id, 1)
    worker.jobs.close()
    worker.database.close()
    expect(page.locator(".deck-pages > li")).to_have_count(2, timeout=10_000)
    page.fill("[name=time-1]", "0:00")
    seek(page, 42.6)
    page.click("[data-take-time=time-2]")
    expect(page.locator("[name=time-2]")).to_have_value("0:42")
    page.click("text=Save the times")

    page.wait_for_url(f"**/recordings/{recording_id}?slides=saved")
    expect(page.locator("#slides time")).to_have_text(["0:00", "0:42"])


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_and_nothing_scrolls_sideways(
    browser: Browser, site: str, app: Flask, archivist: Archivist, talk: int,
    size: ViewportSize, scheme: str, settings: Settings,
) -> None:  # fmt: skip
    context = look(browser, size, scheme)
    page = context.new_page()
    sign_in(page, site, app, archivist)
    sound = archivist.recording(
        speak(ARABIC, language="ar"), title="محاضرة", video=False, media_type="audio/mpeg"
    )
    archivist.status(sound, Status.CANCELLED)
    worker = build_parts(settings)
    page.goto(f"{site}/recordings/{sound}/slides")
    page.set_input_files(
        "input[type=file]",
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": make_pdf("One", "Two")},
    )
    page.click("text=Read its pages")
    decks.read(worker, sound, 1)
    worker.jobs.close()
    worker.database.close()
    found: list[str] = []

    for path in (f"{talk}?t=30", f"{talk}?lang=en&q=quinine", f"{sound}"):
        page.goto(f"{site}/recordings/{path}")
        if page.locator("#slide-now").is_visible():
            page.locator("#slide-now summary").click()
        found += barriers(page, f"{path}-{scheme}")
    page.goto(f"{site}/recordings/{sound}/slides")
    page.fill("[name=time-1]", "soon")
    page.click("text=Save the times")
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    found += barriers(page, f"times-{scheme}")
    context.close()

    assert found == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_a_page_of_forty_slides_weighs_less_than_60_kb_without_media_and_words(
    browser: Browser, site: str, talk: int, size: ViewportSize
) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    # The link that is designed for; how far ahead a browser loads pictures depends on it.
    context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 150,
            "downloadThroughput": 50_000,
            "uploadThroughput": 50_000,
            "connectionType": "cellular3g",
        },
    )

    weights = weigh(page, f"{site}/recordings/{talk}?t=0")

    assert page.locator("#slides img").count() == 40
    assert weights.pop("Media", 0) >= 0
    assert weights["Image"] > 0
    assert sum(weights.values()) < 60_000, weights
    context.close()
