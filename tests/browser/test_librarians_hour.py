"""An hour of a librarian, from the invitation of an uploader to a recording that is withdrawn.

Everything is real: the archive as `make run` starts it, the model, ffmpeg, the index, three
browsers (an administrator's, an uploader's, a reader's). After each step a reader is asked what
they see of it. The steps lean on each other, so they are one test.
"""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import ROOT, RunningArchive
from tests.media import run_tool

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]

SPEECH = ROOT / "tests" / "media" / "jfk.ogg"
ROUNDS = ROOT / "tests" / "media" / "two-voices.ogg"
CAPTIONS = """WEBVTT

00:00:00.500 --> 00:00:03.000
<v Speaker 1>We begin the rounds with a chlid.

00:00:03.200 --> 00:00:06.500
<v Speaker 1>The patient Mary Banda came from Salima.

00:00:06.700 --> 00:00:10.000
<v Speaker 2>She was given artisan eight at once.

00:00:10.200 --> 00:00:13.500
<v Speaker 1>Then the oxigen was low for a day.

00:00:13.700 --> 00:00:17.000
<v Speaker 2>We give artisan eight early, and chek the sugar.

00:00:17.200 --> 00:00:20.500
<v Speaker 1>Thank you for lisening to us.
"""
CORRECTED = (
    "We begin the rounds with a child.",
    "She was given artesunate at once.",
    "Then the oxygen was low for a day.",
    "We give artesunate early, and check the sugar.",
    "Thank you for listening to us.",
)
MUTED_S = (17.2, 20.5)
PASSWORD = "a few words that are good"
_FOLLOWS_S = 60
"""The index follows within seconds; the machine may be busy."""


class Reader:
    """Someone without an account, who knows the addresses."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self._url + path, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def text(self, path: str) -> str:
        return self.get(path)[1].decode()

    def found(self, words: str) -> set[int]:
        """Return the recordings a search finds."""
        query = urllib.parse.quote(words)
        answer = json.loads(self.text(f"/api/v1/search?q={query}"))
        return {result["id"] for result in answer["recordings"]}


@pytest.fixture
def people(browser: Browser, archive: RunningArchive) -> Iterator[Callable[[], Page]]:
    """Give each person a browser of their own."""
    contexts: list[BrowserContext] = []

    def arrive() -> Page:
        context = browser.new_context(base_url=archive.url, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _FOLLOWS_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def _make_account(page: Page, link: str, email: str, name: str) -> None:
    page.goto(link)
    if page.get_by_label("Email address").is_editable():
        page.get_by_label("Email address").fill(email)
    page.get_by_label("Your name").fill(name)
    page.get_by_label(re.compile("^Password")).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Create and sign in").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def _become_administrator(page: Page, archive: RunningArchive) -> None:
    told = archive.command("admin-link")
    link = re.search(r"http\S+/setup/\S+", told.stdout + told.stderr)
    assert link is not None, told
    _make_account(page, urllib.parse.urlsplit(link[0]).path, "amina@example.org", "Amina")


def _card(page: Page, name: str) -> Locator:
    return page.locator(f'.upload[data-name="{name}"]')


def _deposit_two(page: Page, folder: Path) -> tuple[int, int]:
    """Deposit the rounds with captions, and the speech; returns both numbers."""
    files = []
    for source, name in ((ROUNDS, "ward rounds.ogg"), (SPEECH, "speech.ogg")):
        (folder / name).write_bytes(source.read_bytes())
        files.append(folder / name)
    page.goto("/deposit")
    page.set_input_files("#files", files)
    rounds, speech = _card(page, "ward rounds.ogg"), _card(page, "speech.ogg")
    rounds.locator("[name=title]").fill("Ward rounds in Salima")
    speech.locator("[name=title]").fill("A speech")
    rounds.locator("[data-part=captions]").set_input_files(
        {"name": "rounds.vtt", "mimeType": "text/vtt", "buffer": CAPTIONS.encode()}
    )
    numbers = []
    for card in (rounds, speech):
        expect(card.locator("[data-part=open]")).to_be_visible(timeout=60_000)
        expect(card.locator("[data-part=saved]")).to_have_text("Saved")
        href = card.locator("[data-part=open]").get_attribute("href")
        assert href is not None
        numbers.append(int(href.rpartition("/")[2]))
    return numbers[0], numbers[1]


def _wait_until_ready(page: Page, recording_id: int) -> None:
    def is_ready() -> bool:
        answer = page.request.get(f"/api/v1/recordings/{recording_id}").json()
        assert answer["status"] in ("waiting", "processing", "ready"), answer
        return bool(answer["status"] == "ready")

    deadline = time.monotonic() + 240
    while not is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def _correct_by_keyboard(page: Page, recording_id: int) -> None:
    """Correct five of six segments, and mark all but one as checked."""
    page.goto(f"/recordings/{recording_id}/edit")
    page.wait_for_selector("#editor[data-ready]")
    keys = page.keyboard
    for number, text in zip((0, 2, 3, 4, 5), CORRECTED, strict=True):
        for _ in range(1 if number in (0, 3, 4, 5) else 2):
            keys.press("Alt+ArrowDown")
        keys.press("ControlOrMeta+a")
        keys.insert_text(text)
        keys.press("Alt+c")
    expect(page.locator("#state")).to_have_text(re.compile("^Saved at"), timeout=20_000)
    for number, text in zip((0, 2, 3, 4), CORRECTED, strict=False):
        expect(page.locator(".segments li").nth(number)).to_contain_text(text)


def _loudest(sound: bytes, folder: Path, begin_s: float, end_s: float) -> float:
    """Return the largest sample between two times, of 1."""
    path = folder / "heard"
    path.write_bytes(sound)
    raw = folder / "heard.pcm"
    run_tool("-i", path, "-ac", "1", "-ar", "16000", "-f", "s16le", raw)
    samples = np.frombuffer(raw.read_bytes(), np.int16).astype(np.float64) / 2**15
    return float(np.abs(samples[int(begin_s * 16_000) : int(end_s * 16_000)]).max())


def test_a_librarians_hour(  # noqa: PLR0915 - steps that lean on each other
    archive: RunningArchive, people: Callable[[], Page], tmp_path: Path
) -> None:
    reader = Reader(archive.url)
    librarian, uploader = people(), people()
    _become_administrator(librarian, archive)

    # An uploader is invited, and deposits two files.
    librarian.goto("/accounts")
    if not librarian.get_by_label(re.compile("Uploader")).is_visible():
        librarian.get_by_text("Invite someone").click()
    librarian.get_by_label(re.compile("Uploader")).check()
    librarian.get_by_role("button", name="Make an invitation").click()
    link = librarian.get_by_label("One-time link").input_value()
    _make_account(uploader, urllib.parse.urlsplit(link).path, "ngozi@example.org", "Ngozi")
    rounds, speech = _deposit_two(uploader, tmp_path)
    for recording_id in (rounds, speech):
        _wait_until_ready(uploader, recording_id)
        assert reader.get(f"/recordings/{recording_id}")[0] == 404
    assert reader.found("artisan eight").isdisjoint({rounds, speech})
    uploader.goto(f"/recordings/{rounds}/publishing")
    uploader.get_by_role("button", name="Hand it to the librarians").click()
    assert reader.get(f"/recordings/{rounds}/media")[0] == 404

    # The librarian describes it.
    librarian.goto(f"/recordings/{rounds}/describe")
    librarian.get_by_label("Description").fill("Bedside teaching about severe malaria.")
    librarian.get_by_label("Day of the session").fill("2020-04-16")
    librarian.get_by_label("Licence").select_option(index=1)
    librarian.get_by_label("Collection 1").fill("Rounds")
    librarian.get_by_label("Subject 1").fill("Malaria")
    librarian.locator("#languages select").first.select_option("en")
    librarian.locator("form.describe").get_by_role("button", name="Save").last.click()
    expect(librarian.get_by_text("Bedside teaching about severe malaria.")).to_be_visible()

    # Five segments by keyboard alone; a speaker gets a name.
    _correct_by_keyboard(librarian, rounds)
    librarian.goto(f"/recordings/{rounds}?voices")
    librarian.get_by_label("Speaker 1").fill("Dr Grace Phiri")
    librarian.get_by_role("button", name="Save the names").click()
    expect(librarian.locator("#transcript")).to_contain_text("Dr Grace Phiri")

    # A term is corrected everywhere, and it is undone.
    librarian.goto("/correct?term=Americans&put=Malawians")
    librarian.get_by_role("button", name="Correct the chosen ones").click()
    librarian.goto(f"/recordings/{speech}")
    expect(librarian.locator("#transcript")).to_contain_text("Malawians")
    librarian.goto("/correct")
    librarian.get_by_role("button", name=re.compile("^Undo")).first.click()
    librarian.goto(f"/recordings/{speech}")
    expect(librarian.locator("#transcript")).to_contain_text("Americans")
    expect(librarian.locator("#transcript")).not_to_contain_text("Malawians")

    # The patient's name is hidden and muted, and so is the end by its times.
    librarian.goto(f"/recordings/{rounds}/publishing")
    expect(librarian.get_by_role("button", name="Publish it now")).to_be_disabled()
    librarian.goto(f"/recordings/{rounds}/privacy")
    librarian.get_by_role("button", name=re.compile("^Hide and mute.*Mary Banda")).click()
    librarian.get_by_text("Cut out a stretch by its times").click()
    librarian.get_by_label("From", exact=True).fill("0:17.2")
    librarian.get_by_label("To", exact=True).fill("0:20.5")
    librarian.get_by_role("button", name="Cut it out").click()
    expect(librarian.get_by_role("button", name=re.compile("^Give it back"))).to_have_count(2)

    # Chapters.
    for at, title in (("0:00", "The child"), ("0:10", "Oxygen")):
        librarian.goto(f"/recordings/{rounds}/chapters")
        form = librarian.locator("form.chapter-form").first
        form.get_by_label("Begins at").fill(at)
        form.get_by_label("Title").fill(title)
        form.get_by_role("button", name="Add", exact=True).click()
        expect(librarian.locator(f'input[value="{title}"]')).to_be_visible()

    # Published: a reader gets what was made of it, and nothing that was cut out.
    assert reader.get(f"/recordings/{rounds}")[0] == 404
    librarian.goto(f"/recordings/{rounds}/publishing")
    librarian.get_by_role("button", name="Publish it now").click()
    _until(lambda: rounds in reader.found("artesunate"), "the search follows")
    _until(lambda: reader.get(f"/recordings/{rounds}/media")[0] == 200, "the sound is muted")
    page = reader.text(f"/recordings/{rounds}")
    for there in (*CORRECTED[:4], "Dr Grace Phiri", "The child", "Oxygen", "Bedside teaching"):
        assert there in re.sub(r"<[^>]+>", "", page), there
    ways_out = (
        "transcript.vtt",
        "transcript.srt",
        "transcript.txt",
        "transcript.json",
        "paragraphs",
    )
    for words in ("Mary", "Banda", "listening"):
        assert words not in page
        for way in ways_out:
            assert words not in reader.text(f"/recordings/{rounds}/{way}"), way
        assert rounds not in reader.found(f'"{words}"')
    assert "Oxygen" in reader.text(f"/recordings/{rounds}/chapters.vtt")
    sound = reader.get(f"/recordings/{rounds}/media")[1]
    assert _loudest(sound, tmp_path, MUTED_S[0] + 0.1, MUTED_S[1] - 0.1) < 0.001
    assert _loudest(sound, tmp_path, 7, 10) > 0.05
    whole = librarian.request.get(f"/recordings/{rounds}/media?file=master").body()
    assert whole == ROUNDS.read_bytes()
    watching = people()
    watching.goto(f"/recordings/{rounds}?t=10")
    expect(watching.get_by_role("link", name=re.compile("Oxygen"))).to_be_visible()

    # Withdrawn: its address says so, and nothing else does.
    librarian.goto(f"/recordings/{rounds}/publishing")
    librarian.get_by_label(re.compile("^Why")).fill("The hospital asked for it.")
    librarian.get_by_role("button", name="Withdraw it").click()
    status, told = reader.get(f"/recordings/{rounds}")
    assert status == 410
    assert "The hospital asked for it." in told.decode()
    assert "Ward rounds" not in told.decode()
    assert reader.get(f"/recordings/{rounds}/media")[0] in (404, 410)
    assert reader.get(f"/recordings/{rounds}/transcript.vtt")[0] in (404, 410)
    _until(lambda: rounds not in reader.found("artesunate"), "the search follows")
    uploader.goto(f"/recordings/{rounds}")
    expect(uploader.locator("h1")).to_have_text("Ward rounds in Salima")
