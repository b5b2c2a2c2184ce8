"""The bytes of a recording: ranges, conditions, types, transcript files."""

import json

import pytest
from flask.testing import FlaskClient

from archive.models import Role
from tests.web.conftest import read
from tests.web.factories import Archivist, speak

CONTENT = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 4


@pytest.fixture
def recording_id(archivist: Archivist) -> int:
    return archivist.recording(
        speak("Good <morning> all.", start_ms=1_000),
        speak("早上好", start_ms=20_000, language="zh"),
        media=CONTENT,
        file_name="../../etc/séance 1.mp4",
        stills_ms=(0, 5_000),
    )


@pytest.mark.parametrize(
    ("wanted", "content_range", "body"),
    [
        ("bytes=0-9", f"bytes 0-9/{len(CONTENT)}", CONTENT[:10]),
        ("bytes=100-", f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT)}", CONTENT[100:]),
        (
            "bytes=-50",
            f"bytes {len(CONTENT) - 50}-{len(CONTENT) - 1}/{len(CONTENT)}",
            CONTENT[-50:],
        ),
        ("bytes=1000-9999999", f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}", CONTENT[1000:]),
    ],
)
def test_a_range_is_answered_with_exactly_its_bytes(
    visitor: FlaskClient, recording_id: int, wanted: str, content_range: str, body: bytes
) -> None:
    with visitor.get(f"/recordings/{recording_id}/media", headers={"Range": wanted}) as answer:
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == content_range
        assert answer.data == body


def test_a_range_past_the_end_is_refused_with_the_length(
    visitor: FlaskClient, recording_id: int
) -> None:
    answer = visitor.get(
        f"/recordings/{recording_id}/media", headers={"Range": f"bytes={len(CONTENT)}-"}
    )

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_the_whole_file_says_that_ranges_are_taken(visitor: FlaskClient, recording_id: int) -> None:
    with visitor.get(f"/recordings/{recording_id}/media") as answer:
        assert answer.data == CONTENT
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Content-Type"] == "video/mp4"
        # Muted a minute from now, it must not be heard for another hour from a cache.
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert "Content-Encoding" not in answer.headers


def test_an_address_that_names_the_version_may_be_kept(
    visitor: FlaskClient, recording_id: int
) -> None:
    page = read(visitor.get(f"/recordings/{recording_id}"))
    address = page.select_one("#player")["src"]

    kept = visitor.head(address).headers["Cache-Control"]
    other = visitor.head(address[:-1]).headers["Cache-Control"]

    assert kept == "public, max-age=3600"
    assert other == "public, no-cache"


def test_what_did_not_change_is_not_sent_again(visitor: FlaskClient, recording_id: int) -> None:
    path = f"/recordings/{recording_id}/media"
    tag = visitor.head(path).headers["ETag"]

    same = visitor.get(path, headers={"If-None-Match": tag})
    with visitor.get(path, headers={"Range": "bytes=0-3", "If-Range": '"other"'}) as changed:
        assert (changed.status_code, changed.data) == (200, CONTENT)

    assert same.status_code == 304
    assert same.data == b""


def test_head_gives_length_and_type_and_no_bytes(visitor: FlaskClient, recording_id: int) -> None:
    answer = visitor.head(f"/recordings/{recording_id}/media")

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.data == b""


def test_the_rendition_is_played_and_the_master_downloaded_under_its_own_name(
    archivist: Archivist, visitor: FlaskClient, recording_id: int
) -> None:
    archivist.file(recording_id, Role.RENDITION, b"a rendition", "video/mp4")

    with visitor.get(f"/recordings/{recording_id}/media") as played:
        assert played.data == b"a rendition"
    with visitor.get(f"/recordings/{recording_id}/media?file=master") as saved:
        assert saved.data == CONTENT
        assert saved.headers["Content-Disposition"].startswith("attachment;")
        assert "s%C3%A9ance%201.mp4" in saved.headers["Content-Disposition"]
        assert "etc" not in saved.headers["Content-Disposition"]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_a_master_is_never_sent_as_something_a_browser_runs(
    archivist: Archivist, visitor: FlaskClient, media_type: str
) -> None:
    recording_id = archivist.recording(speak("hi"), media_type=media_type)

    answer = visitor.head(f"/recordings/{recording_id}/media")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_stills_are_sent_by_their_time(visitor: FlaskClient, recording_id: int) -> None:
    with visitor.get(f"/recordings/{recording_id}/stills/5000.jpg") as still:
        assert (still.status_code, still.headers["Content-Type"]) == (200, "image/jpeg")

    assert visitor.get(f"/recordings/{recording_id}/stills/77.jpg").status_code == 404
    assert visitor.get(f"/recordings/{recording_id}/poster.jpg").status_code == 404


def test_captions_are_made_from_the_transcript_where_no_file_is_kept(
    visitor: FlaskClient, recording_id: int
) -> None:
    vtt = visitor.get(f"/recordings/{recording_id}/transcript.vtt")
    srt = visitor.get(f"/recordings/{recording_id}/transcript.srt")

    assert vtt.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert vtt.text.startswith("WEBVTT")
    assert "&lt;morning&gt;" in vtt.text
    assert srt.headers["Content-Type"] == "application/x-subrip; charset=utf-8"
    assert "00:00:01,000 -->" in srt.text


def test_captions_come_from_the_kept_file_where_there_is_one(
    archivist: Archivist, visitor: FlaskClient, recording_id: int
) -> None:
    archivist.file(recording_id, Role.VTT, b"WEBVTT\n\nNOTE kept\n", "text/vtt")

    with visitor.get(f"/recordings/{recording_id}/transcript.vtt") as answer:
        assert "NOTE kept" in answer.text


def test_the_text_is_made_to_be_read(visitor: FlaskClient, recording_id: int) -> None:
    answer = visitor.get(f"/recordings/{recording_id}/transcript.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "[0:01] Good <morning> all." in answer.text
    assert "[0:20] 早上好" in answer.text
    assert f"http://127.0.0.1:8123/recordings/{recording_id}" in answer.text


def test_the_json_holds_segments_and_words_in_ms(visitor: FlaskClient, recording_id: int) -> None:
    told = json.loads(visitor.get(f"/recordings/{recording_id}/transcript.json").data)

    segment = told["segments"][0]
    assert told["recording"] == recording_id
    assert (segment["start_ms"], segment["language"]) == (1_000, "en")
    assert segment["words"][1] == {
        "start_ms": 1_400, "end_ms": 1_750, "text": " <morning>", "confidence": 0.9,
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["vtt", "srt", "txt", "json"])
def test_a_recording_without_transcript_has_no_such_file(
    archivist: Archivist, visitor: FlaskClient, ending: str
) -> None:
    recording_id = archivist.deposit()

    assert visitor.get(f"/recordings/{recording_id}/transcript.{ending}").status_code == 404
