"""What a newcomer does: the demo becomes ready, a search, a click, and those words are heard.

The archive is started as `make run` starts it; the model, ffmpeg, index, site and browser
are the real ones. With FIRST_RUN_SCREENSHOTS set to a folder the pages are kept as pictures.
"""

import json
import os
import re
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT, RunningArchive, wait_until_ready
from tests.media import run_tool
from tests.weight import weigh

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]

_TOLERANCE_S = 0.5
_SAME_SOUND_S = 0.3
_PHONE, _DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SPEECH = ROOT / "tests" / "media" / "jfk.ogg"
_SPEECH_BEGINS_S, _ASK_NOT_S = 0.33, 3.27
"""Read off the waveform: the first sound of 0.05 and more; "ask" after a pause."""
_LISTEN = """async (video, latest) => {
  const context = new AudioContext(), analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  const soon = () => new Promise(done => setTimeout(done, 10));
  const loud = () => {
    analyser.getFloatTimeDomainData(samples);
    return samples.some(sample => Math.abs(sample) > 0.05);
  };
  const listen = async () => {
    video.pause();
    video.currentTime = 1;
    while (video.seeking || loud()) await soon();
    await video.play();
    for (let round = 0; round < 800; round++) {
      await soon();
      if (loud()) return video.currentTime;
    }
    return null;
  };
  context.createMediaElementSource(video).connect(analyser);
  await context.resume();
  let heard = await listen();
  for (let again = 0; again < 2 && heard > latest; again++) heard = await listen();
  return heard;
}"""
"""Plays from 1 s on; returns where the player stands when the first sound comes out of it.

A busy machine notices late; so what is heard after the time given is listened to again.
"""
PHRASES = json.loads((ROOT / "demo" / "demo.json").read_text())["phrases"]


@pytest.fixture(scope="module")
def ready_archive(archive: RunningArchive) -> RunningArchive:
    """The archive once its demo recording is transcribed."""
    wait_until_ready(archive, 1)
    return archive


def _keep(page: Page, name: str) -> None:
    if folder := os.environ.get("FIRST_RUN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def _position_s(page: Page) -> float:
    """Return where the player stands once it has the picture of that moment."""
    handle = page.wait_for_selector("video", state="attached")
    assert handle is not None
    for _ in range(300):
        state = handle.evaluate("v => [v.readyState, v.seeking, v.currentTime]")
        if state[0] >= 2 and not state[1] and state[2] > 0:
            return float(state[2])
        page.wait_for_timeout(100)
    raise AssertionError(f"the player did not get there: {state}")


def _captions_shown(page: Page) -> int:
    """Return how many captions are shown, once the browser has read the file of captions."""
    page.wait_for_function(
        "() => document.querySelector('video track').readyState === HTMLTrackElement.LOADED"
        " && document.querySelector('video').textTracks[0].activeCues.length > 0"
    )
    return int(page.locator("video").evaluate("v => v.textTracks[0].activeCues.length"))


def _search(page: Page, archive: RunningArchive, query: str) -> None:
    page.goto(archive.url)
    page.get_by_label("Search what was said").first.fill(query)
    page.get_by_label("Search what was said").first.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q="), wait_until="load")


def test_the_newcomer_watches_the_demo_become_ready(
    archive: RunningArchive, browser: Browser
) -> None:
    page = browser.new_page(viewport=_DESK)
    page.goto(archive.url)
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=15_000)
    _keep(page, "progress")

    wait_until_ready(archive, 1)

    # The page tells it by itself: it loads again when nothing is under way any more.
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=15_000)
    page.close()


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase["text"][:30])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("viewport", [_PHONE, _DESK], ids=["360", "1280"])
def test_a_phrase_leads_to_the_moment_it_is_spoken(
    ready_archive: RunningArchive,
    browser: Browser,
    viewport: dict[str, int],
    javascript: bool,  # noqa: FBT001 - a parameter of the test
    phrase: dict[str, object],
) -> None:
    context: BrowserContext = browser.new_context(viewport=viewport, java_script_enabled=javascript)
    page = context.new_page()

    _search(page, ready_archive, f'"{phrase["text"]}"')
    name = f"{viewport['width']}{'' if javascript else '-no-script'}"
    if phrase is PHRASES[0]:
        _keep(page, f"results-{name}")
    page.locator(".moment").first.click()

    expect(page).to_have_url(re.compile(r"/recordings/1\?t=[\d.]+"))
    spoken_s = int(str(phrase["start_ms"])) / 1000
    assert abs(_position_s(page) - spoken_s) <= _TOLERANCE_S
    assert _captions_shown(page) == 1, "one caption at a time"
    assert re.search(r"#t=[\d.]+$", page.locator("video").get_attribute("src") or "")
    if phrase is PHRASES[0]:
        _keep(page, f"watch-{name}")
    context.close()


def test_playing_goes_on_from_the_moment(ready_archive: RunningArchive, browser: Browser) -> None:
    page = browser.new_page(viewport=_DESK)
    phrase = PHRASES[0]
    _search(page, ready_archive, f'"{phrase["text"]}"')
    page.locator(".moment").first.click()
    start_s = _position_s(page)

    page.locator("video").evaluate("v => { v.muted = true; return v.play(); }")
    page.wait_for_timeout(2500)

    assert page.locator("video").evaluate("v => v.currentTime") > start_s + 1
    lit = page.locator(".transcript [aria-current=true]")
    expect(lit).to_have_count(1)
    page.close()


@pytest.mark.parametrize("viewport", [_PHONE, _DESK], ids=["360", "1280"])
def test_pages_are_light(
    ready_archive: RunningArchive, browser: Browser, viewport: dict[str, int]
) -> None:
    context = browser.new_context(viewport=viewport)
    results = weigh(context.new_page(), f"{ready_archive.url}/search?q=oxygen")
    watch = weigh(context.new_page(), f"{ready_archive.url}/recordings/1?q=oxygen")
    context.close()

    print(f"over the wire: results {results}, watch page {watch}")  # noqa: T201 - for the record
    watch.pop("Media", None)
    watch.pop("TextTrack", None)
    assert sum(results.values()) <= 40_000
    assert sum(watch.values()) <= 60_000


def test_a_phrase_that_crosses_two_captions_leads_to_its_first_word(
    ready_archive: RunningArchive,
) -> None:
    """Every place of the demo where one caption ends and the next begins."""
    address = f"{ready_archive.url}/recordings/1/transcript"
    with urllib.request.urlopen(f"{address}.json", timeout=10) as answer:
        segments = json.load(answer)["segments"]
    with urllib.request.urlopen(f"{address}.vtt", timeout=10) as answer:
        blocks = answer.read().decode().split("\n\n")
    cues = [re.sub(r"<[^>]*>", "", block.split(" --> ")[1].partition("\n")[2]) for block in blocks
            if " --> " in block]  # fmt: skip
    words: list[tuple[str, int]] = []
    for word in (word for segment in segments for word in segment["words"]):
        if word["text"].startswith(" ") or not words:
            words.append((word["text"].strip(), word["start_ms"]))
        else:  # "French" and "-speaking" are one word on the page
            words[-1] = (words[-1][0] + word["text"], words[-1][1])
    assert [piece for cue in cues for piece in cue.split()] == [text for text, _ in words]

    crossed, at = 0, 0
    for cue in cues[:-1]:
        at += len(cue.split())
        phrase = " ".join(text for text, _ in words[at - 2 : at + 2])
        query = urllib.parse.quote(f'"{phrase}"')
        with urllib.request.urlopen(
            f"{ready_archive.url}/api/v1/search?q={query}", timeout=10
        ) as answer:
            found = json.load(answer)["recordings"]
        assert found, phrase
        starts = [moment["start_ms"] for moment in found[0]["moments"]]
        assert words[at - 2][1] in starts, phrase
        crossed += 1
    assert crossed > 20


def test_sound_that_starts_late_is_jumped_to_and_heard_where_it_is(
    ready_archive: RunningArchive, browser: Browser, tmp_path: Path
) -> None:
    """Three seconds of nothing, then speech: what comes out of the player is listened to."""
    late = tmp_path / "late.mp4"
    run_tool(
        "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=14", "-itsoffset", "3",
        "-i", SPEECH, "-map", "0:v", "-map", "1:a", "-pix_fmt", "yuv420p", "-c:a", "aac",
        "-movflags", "+faststart", late,
    )  # fmt: skip
    deposited = ready_archive.command("deposit", str(late), "--publish", "--wait", "--json")
    assert deposited.returncode == 0, deposited.stderr
    page = browser.new_page(viewport=_DESK)
    page.goto(json.loads(deposited.stdout)["url"] + "?q=%22ask+not%22")
    page.locator(".moment").first.click()

    assert abs(_position_s(page) - (_ASK_NOT_S + 3)) <= _TOLERANCE_S
    heard_s = page.locator("video").evaluate(_LISTEN, _SPEECH_BEGINS_S + 3 + _SAME_SOUND_S)
    page.close()
    assert heard_s == pytest.approx(_SPEECH_BEGINS_S + 3, abs=_SAME_SOUND_S)


def test_every_request_stays_on_this_host(ready_archive: RunningArchive, browser: Browser) -> None:
    page = browser.new_page(viewport=_DESK)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))

    _search(page, ready_archive, "oxygen")
    page.locator(".moment").first.click()
    _position_s(page)

    assert addresses
    assert [url for url in addresses if not url.startswith(ready_archive.url)] == []
    page.close()
