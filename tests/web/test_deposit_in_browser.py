"""Depositing as a person does it, in a real Chromium: several files, pauses, reloads, mistakes."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import select

from archive.models import Account, Recording, Transcript, Upload
from tests.web.conftest import sign_in
from tests.web.factories import Archivist
from tests.web.looking import DESK, PHONE, barriers, look
from web import deposits

pytestmark = pytest.mark.browser

CHUNK = 64 * 1024
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ngozi>Fever and chills.\n"


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deposits, "CHUNK_BYTES", CHUNK)


@pytest.fixture
def files(tmp_path: Path, film: bytes) -> list[Path]:
    """Two recordings: different bytes, larger than a few chunks."""
    paths = [tmp_path / "ward rounds.mp4", tmp_path / "malaria.mp4"]
    for number, path in enumerate(paths):
        path.write_bytes(film + bytes([number]) * 300_000)
    return paths


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:  # noqa: ARG001 - closed before the site
    """A page whose link may be down: only its own scripts' errors count."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def deposit_page(page: Page, site: str, app: Flask, archivist: Archivist) -> Page:
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/deposit")
    return page


def card(page: Page, name: str) -> Locator:
    return page.locator(f'.upload[data-name="{name}"]')


def hold_back(page: Page, *, from_offset: int) -> None:
    """Let no bytes through from an offset on, as a link that is down."""

    def handle(route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", "0"))
        if route.request.method == "PATCH" and offset >= from_offset:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", handle)


def test_two_files_arrive_with_what_was_typed_before_and_after(
    deposit_page: Page, files: list[Path], archivist: Archivist
) -> None:
    page = deposit_page
    page.set_input_files("#files", files)
    first = card(page, "ward rounds.mp4")

    first.locator("[name=title]").fill("Ward rounds in Lilongwe")
    first.locator("[name=speakers]").fill("Dr Otieno, Ngozi")
    first.locator("[data-part=captions]").set_input_files(
        {"name": "rounds.vtt", "mimeType": "text/vtt", "buffer": VTT.encode()}
    )
    expect(first.locator("[data-part=captions-told]")).to_contain_text("1 captions")
    first.locator("[data-part=copy]").click()
    for name in ("ward rounds.mp4", "malaria.mp4"):
        expect(card(page, name).locator("[data-part=open]")).to_be_visible()
    second = card(page, "malaria.mp4")
    expect(second.locator("[name=speakers]")).to_have_value("Dr Otieno, Ngozi")
    second.locator("[name=title]").fill("Typed after it arrived")
    expect(second.locator("[data-part=saved]")).to_have_text("Saved")

    with archivist.database.read() as session:
        recordings = session.scalars(select(Recording).order_by(Recording.original_name)).all()
        assert [one.title for one in recordings] == [
            "Typed after it arrived",
            "Ward rounds in Lilongwe",
        ]
        assert {one.speakers for one in recordings} == {"Dr Otieno\nNgozi"}
        captions = session.scalars(select(Transcript)).one()
        assert captions.recording_id == recordings[1].id
        assert captions.source == "captions"
    first.locator("[data-part=open]").click()
    expect(page.locator("h1")).to_have_text("Ward rounds in Lilongwe")


def test_an_upload_goes_on_after_a_reload_when_the_same_file_is_picked_again(
    deposit_page: Page, files: list[Path], archivist: Archivist
) -> None:
    page = deposit_page
    hold_back(page, from_offset=2 * CHUNK)
    page.set_input_files("#files", files[0])
    mine = card(page, "ward rounds.mp4")
    expect(mine.locator("[data-part=status]")).to_contain_text("No connection")
    mine.locator("[name=title]").fill("A long title typed with care")
    expect(mine.locator("[data-part=saved]")).to_have_text("Saved")

    # In this order: the page that is left tries again and again by itself.
    page.reload()
    page.unroute("**/api/v1/uploads/*")

    expect(mine.locator("[data-part=status]")).to_contain_text("131 kB of")
    expect(mine.locator("[name=title]")).to_have_value("A long title typed with care")
    mine.locator("[data-part=again]").set_input_files(files[1])
    expect(mine.locator("[data-part=status]")).to_contain_text("This is another file")
    offsets: list[int] = []
    page.on(
        "request",
        lambda request: (
            offsets.append(int(request.headers["upload-offset"]))
            if request.method == "PATCH"
            else None
        ),
    )
    mine.locator("[data-part=again]").set_input_files(files[0])
    expect(mine.locator("[data-part=open]")).to_be_visible()
    assert min(offsets) == 2 * CHUNK
    with archivist.database.read() as session:
        assert session.scalars(select(Recording)).one().title == "A long title typed with care"


def test_what_was_typed_without_a_connection_outlives_the_page(
    deposit_page: Page, files: list[Path], archivist: Archivist
) -> None:
    page = deposit_page
    hold_back(page, from_offset=2 * CHUNK)
    page.set_input_files("#files", files[0])
    mine = card(page, "ward rounds.mp4")
    expect(mine.locator("[data-part=status]")).to_contain_text("No connection")
    page.route("**/draft", lambda route: route.abort("connectionreset"))
    mine.locator("[name=description]").fill("Typed in the dark")
    mine.locator("[name=translate]").check()
    expect(mine.locator("[data-part=saved]")).to_contain_text("Not saved yet")

    page.reload()

    expect(mine.locator("[name=description]")).to_have_value("Typed in the dark")
    expect(mine.locator("[name=translate]")).to_be_checked()
    expect(mine.locator("[data-part=saved]")).to_contain_text("Not saved yet")
    page.unroute("**/draft")
    page.unroute("**/api/v1/uploads/*")
    mine.locator("[data-part=again]").set_input_files(files[0])
    expect(mine.locator("[data-part=open]")).to_be_visible(timeout=60_000)
    expect(mine.locator("[data-part=saved]")).to_have_text("Saved", timeout=60_000)
    with archivist.database.read() as session:
        assert session.scalars(select(Recording)).one().description == "Typed in the dark"
    assert page.evaluate("Object.keys(localStorage)") == []


def test_an_upload_the_server_forgot_begins_anew_with_what_was_typed(
    deposit_page: Page, files: list[Path], archivist: Archivist
) -> None:
    page = deposit_page
    hold_back(page, from_offset=CHUNK)
    page.set_input_files("#files", files[0])
    mine = card(page, "ward rounds.mp4")
    mine.locator("[name=title]").fill("Typed once")
    mine.locator("[data-part=captions]").set_input_files(
        {"name": "rounds.vtt", "mimeType": "text/vtt", "buffer": VTT.encode()}
    )
    expect(mine.locator("[data-part=captions-told]")).to_contain_text("1 captions")
    expect(mine.locator("[data-part=saved]")).to_have_text("Saved")
    with archivist.database.begin() as session:
        session.delete(session.scalars(select(Upload)).one())

    page.unroute("**/api/v1/uploads/*")
    expect(mine.locator("[data-part=status]")).to_contain_text(
        "does not have this upload any more", timeout=60_000
    )
    mine.get_by_role("button", name="Resume").click()

    expect(mine.locator("[data-part=open]")).to_be_visible(timeout=60_000)
    expect(mine.locator("[data-part=captions-told]")).to_contain_text("1 captions")
    with archivist.database.read() as session:
        assert session.scalars(select(Recording)).one().title == "Typed once"
        assert session.scalars(select(Transcript)).one().source == "captions"


def test_who_was_signed_out_signs_in_elsewhere_and_resumes(
    deposit_page: Page, site: str, app: Flask, archivist: Archivist, files: list[Path]
) -> None:
    page = deposit_page
    hold_back(page, from_offset=CHUNK)
    page.set_input_files("#files", files[0])
    mine = card(page, "ward rounds.mp4")
    expect(mine.locator("[data-part=status]")).to_contain_text("No connection")
    page.context.clear_cookies()
    page.unroute("**/api/v1/uploads/*")
    expect(mine.locator("[data-part=status]")).to_contain_text(
        "in another tab, then press Resume", timeout=60_000
    )

    with archivist.database.read() as session:
        uniquifier = session.scalars(select(Account.fs_uniquifier)).one()
    anew = app.test_client()
    with anew.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = uniquifier, True
    signed = anew.get_cookie("archive_session")
    assert signed is not None
    page.context.add_cookies([{"name": signed.key, "value": signed.value, "url": site}])
    mine.get_by_role("button", name="Resume").click()

    expect(mine.locator("[data-part=open]")).to_be_visible(timeout=60_000)


def test_what_a_program_sends_is_gone_on_with_by_the_program(deposit_page: Page) -> None:
    page = deposit_page
    begun = page.evaluate(
        """async () => (await fetch("/api/v1/uploads", { method: "POST", headers: {
          "Tus-Resumable": "1.0.0", "Upload-Length": "900",
          "X-CSRFToken": document.getElementById("uploader").dataset.token,
          "Upload-Metadata": `filename ${btoa("talk.mp4")},fingerprint ${btoa("command-ab-900-1")}`,
        }})).status"""
    )

    page.reload()

    mine = card(page, "talk.mp4")
    assert begun == 201
    expect(mine.locator("[data-part=status]")).to_contain_text("start the same command again")
    expect(mine.locator("[data-part=again-label]")).to_be_hidden()
    expect(mine.get_by_role("button", name="Discard")).to_be_visible()


def test_an_upload_is_paused_resumed_and_discarded(
    deposit_page: Page, files: list[Path], archivist: Archivist
) -> None:
    page = deposit_page
    hold_back(page, from_offset=CHUNK)
    page.set_input_files("#files", files)
    mine, other = card(page, "ward rounds.mp4"), card(page, "malaria.mp4")
    expect(mine.locator("[data-part=status]")).to_contain_text("No connection")

    mine.get_by_role("button", name="Pause").click()
    expect(mine.locator("[data-part=status]")).to_contain_text("Paused")
    other.get_by_role("button", name="Discard").click()
    expect(other).to_have_count(0)
    page.unroute("**/api/v1/uploads/*")
    mine.get_by_role("button", name="Resume").click()

    expect(mine.locator("[data-part=open]")).to_be_visible()
    with archivist.database.read() as session:
        assert len(session.scalars(select(Recording)).all()) == 1
        assert len(session.scalars(select(Upload)).all()) == 1


def test_what_is_no_recording_is_told_at_its_first_bytes(
    deposit_page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "slides.pdf"
    path.write_bytes(b"%PDF-1.7 " + bytes(400_000))

    deposit_page.set_input_files("#files", path)

    status = card(deposit_page, "slides.pdf").locator("[data-part=status]")
    expect(status).to_contain_text("PDF")


def test_captions_with_a_fault_are_refused_with_their_line(
    deposit_page: Page, files: list[Path]
) -> None:
    deposit_page.set_input_files("#files", files[0])
    mine = card(deposit_page, "ward rounds.mp4")

    mine.locator("[data-part=captions]").set_input_files(
        {"name": "a.srt", "mimeType": "text/plain", "buffer": b"1\n00:00:09,000 --> soon\nhm\n"}
    )

    expect(mine.locator("[data-part=captions-told]")).to_contain_text(re.compile("Line 2 "))


def test_a_file_too_large_is_told_before_it_travels(deposit_page: Page, tmp_path: Path) -> None:
    page = deposit_page
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(5_000))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.eval_on_selector("#uploader", "one => { one.dataset.maxBytes = '4000' }")

    page.set_input_files("#files", path)

    expect(page.locator("#error")).to_contain_text("takes up to 4.0 kB")
    assert "POST" not in sent


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_the_page_can_be_used_by_everyone(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    files: list[Path],
    size: dict[str, int],
    scheme: str,
    tmp_path: Path,
) -> None:
    context = look(browser, size, scheme)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/deposit")
    hold_back(page, from_offset=CHUNK)
    arabic = tmp_path / "محاضرة عن الملاريا في الحمل الجزء الثاني.mp4"
    arabic.write_bytes(files[1].read_bytes())
    page.set_input_files("#files", [files[0], arabic])
    expect(card(page, arabic.name).locator("[data-part=status]")).to_contain_text("No connection")
    card(page, arabic.name).locator("[name=title]").fill("الملاريا في الحمل")
    page.locator("#uploader").evaluate("one => one.ownerDocument.body.scrollIntoView()")

    found = barriers(page, f"deposit-sending-{scheme}")
    small = page.eval_on_selector_all(
        ".upload button, .upload label.button, .chooser label",
        """all => all.filter(one => one.offsetParent && one.offsetHeight < 44)
        .map(one => one.outerHTML)""",
    )

    context.close()
    assert (found, small) == ([], [])


def test_without_a_script_the_form_takes_one_file(
    browser: Browser, site: str, app: Flask, archivist: Archivist, files: list[Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site, app, archivist)
    page.goto(f"{site}/deposit")

    page.fill("#deposit [name=title]", "Without a script")
    page.set_input_files("#deposit input[type=file]", files[0])
    page.click("#send")

    expect(page.locator("h1")).to_have_text("Without a script")
    context.close()


def test_the_library_we_serve_is_the_one_its_note_names() -> None:
    folder = Path(deposits.__file__).parent / "static" / "vendor" / "tus"

    told = (folder / "README.txt").read_text()

    assert hashlib.sha256((folder / "tus.min.js").read_bytes()).hexdigest() in told
    assert "MIT" in (folder / "LICENSE.txt").read_text()
