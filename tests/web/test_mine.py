"""My recordings: what each waits for, what failed, what can be done; captions from a file."""

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from archive.models import Recording, StageState, Status, Transcript, Upload
from archive.permissions import UPLOADER
from archive.pipeline import Stage
from archive.transcripts import current_transcript
from tests.conftest import FakeClock
from tests.web.conftest import post, read, sign_in, signed_in, token
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look
from tests.web.sending import MP4
from tests.web.tus import Sender, metadata

SRT = "1\n00:00:00,200 --> 00:00:02,000\nFever and chills.\n"


@pytest.fixture
def uploader(app: Flask, archivist: Archivist) -> FlaskClient:
    return signed_in(app, archivist, "uma@example.org", UPLOADER, "Uma")


def own(archivist: Archivist, recording_id: int, account_id: int = 1) -> int:
    """Make a recording someone's."""
    with archivist.database.begin() as session:
        session.execute(
            update(Recording).where(Recording.id == recording_id).values(depositor_id=account_id)
        )
    return recording_id


def test_the_page_lists_ones_own_recordings_only_and_what_each_waits_for(
    uploader: FlaskClient, archivist: Archivist
) -> None:
    ready = own(archivist, archivist.recording(speak("fever"), title="Ready", publish=False))
    busy = own(archivist, archivist.deposit(title="Busy", publish=False, media=MP4 + b"1"))
    archivist.stage(busy, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.4)
    failed = own(archivist, archivist.deposit(title="Failed", publish=False, media=MP4 + b"2"))
    archivist.status(failed, Status.FAILED, "The sound cannot be read.")
    archivist.deposit(title="Someone else's", media=MP4 + b"3")

    page = read(uploader.get("/mine"))

    told = {item["id"]: item.text for item in page.select("#recordings + ol > li")}
    assert set(told) == {f"recording-{one}" for one in (ready, busy, failed)}
    assert "Ready to be watched" in told[f"recording-{ready}"]
    assert "Transcribing" in told[f"recording-{busy}"]
    assert "The sound cannot be read. The file is kept" in told[f"recording-{failed}"]
    assert page.select_one(f"#recording-{failed} form[action$='/try-again']")
    assert page.select_one(f"#recording-{failed} a[href='/deposit?replaces={failed}']")


def test_a_published_recording_can_be_withdrawn_but_not_changed_by_its_uploader(
    uploader: FlaskClient, archivist: Archivist
) -> None:
    published = own(archivist, archivist.recording(speak("fever"), publish=True))

    item = read(uploader.get("/mine")).select_one(f"#recording-{published}")

    assert item.select_one(f"a[href='/recordings/{published}/publishing']").text == "Withdraw"
    assert not item.select("a[href^='/deposit?replaces']")


def test_an_unfinished_upload_is_listed_and_can_be_discarded(
    uploader: FlaskClient, archivist: Archivist
) -> None:
    sender = Sender.of(uploader)
    path = sender.opened(len(MP4), upload_metadata=metadata(filename="محاضرة.mp4"))
    sender.patch(path, 0, MP4[:5000])

    page = read(uploader.get("/mine"))
    upload_id = path.rsplit("/", 1)[1]
    answer = post(uploader, f"/mine/uploads/{upload_id}/discard", page="/deposit")

    item = page.select_one(f"#upload-{upload_id}")
    assert "محاضرة.mp4" in item.text
    assert "5 kB of 10 kB are here" in item.text
    assert answer.location == "/mine"
    with archivist.database.read() as session:
        assert session.scalars(select(Upload)).all() == []


def test_a_refused_upload_says_why(uploader: FlaskClient) -> None:
    sender = Sender.of(uploader)
    content = b"%PDF-1.7 " + bytes(9000)
    sender.create(len(content), data=content, upload_metadata=metadata(filename="slides.pdf"))

    told = read(uploader.get("/mine")).select_one("#refused + ol").text

    assert "slides.pdf" in told
    assert "PDF" in told


def test_captions_from_a_file_become_the_transcript_with_times_as_heard(
    librarian: FlaskClient, archivist: Archivist
) -> None:
    recording_id = archivist.recording(speak("fever in chills", start_ms=400))

    answer = librarian.post(
        f"/recordings/{recording_id}/captions",
        data={
            "csrf_token": token(librarian, f"/recordings/{recording_id}"),
            "captions": (io.BytesIO(SRT.encode()), "a.srt"),
        },
    )

    assert answer.status_code == 303
    with archivist.database.read() as session:
        shown = current_transcript(session, recording_id)
        assert shown is not None
        assert (shown.source, shown.segments[0].text) == ("captions", "Fever and chills.")
        assert [word.start_ms for word in shown.segments[0].words] == [400, 750, 1200]
        versions = session.scalars(select(Transcript.version)).all()
        assert sorted(versions) == [1, 2]


def test_captions_with_a_fault_are_refused_with_their_line(
    librarian: FlaskClient, archivist: Archivist
) -> None:
    recording_id = archivist.recording(speak("fever"))

    answer = librarian.post(
        f"/recordings/{recording_id}/captions",
        data={
            "csrf_token": token(librarian, f"/recordings/{recording_id}"),
            "captions": (io.BytesIO(b"WEBVTT\n\n00:01.000 --> x\nhm\n"), "a.vtt"),
        },
    )

    assert answer.status_code == 400
    assert "Line 3" in read(answer).main.text


@pytest.mark.browser
def test_the_list_keeps_itself_current(
    page: Page, site: str, app: Flask, archivist: Archivist
) -> None:
    sign_in(page, site, app, archivist)
    busy = own(archivist, archivist.deposit(title="Busy", publish=False))
    archivist.stage(busy, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.4)
    page.goto(f"{site}/mine")
    item = page.locator(f"#recording-{busy}")
    expect(item).to_contain_text("Transcribing")

    archivist.finish_stage(busy, Stage.TRANSCRIPTION)
    archivist.status(busy, Status.READY)

    expect(item).to_contain_text("Ready to be watched", timeout=10_000)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_the_page_can_be_used_by_everyone(
    browser: Browser,
    site: str,
    app: Flask,
    archivist: Archivist,
    clock: FakeClock,
    size: dict[str, int],
    scheme: str,
) -> None:
    context = look(browser, size, scheme)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, site, app, archivist)
    for number, title in enumerate(["Ward rounds", "الملاريا في الحمل", "Neonatal sepsis " * 8]):
        recording_id = own(
            archivist,
            archivist.recording(
                speak("fever"),
                title=title,
                publish=number == 1,
                media=MP4 + bytes([number]),
                recorded_on=date(2024, 5, 14),
            ),
        )
        if number == 2:
            archivist.stage(
                recording_id, Stage.RENDITION, StageState.FAILED, problem="ffmpeg was stopped."
            )
    busy = own(archivist, archivist.deposit(title="Busy", publish=False, media=MP4 + b"busy"))
    archivist.stage(busy, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.4)
    with archivist.database.begin() as session:
        session.add(
            Upload(
                id="abcdefghijkl",
                owner_id=1,
                length_bytes=3_400_000_000,
                name="محاضرة عن الملاريا.mp4",
                state="receiving",
                created_at=clock.now,
                updated_at=clock.now,
                expires_at=clock.now.replace(day=9),
            )
        )
    page.goto(f"{site}/mine")

    found = barriers(page, f"mine-{scheme}")

    context.close()
    assert found == []
