"""The watch page: player, transcript, search inside, what an account may do."""

import pytest
from flask.testing import FlaskClient

from archive.models import Role, StageState, Status
from archive.notices import Notice
from archive.pipeline import Stage
from tests.web.conftest import post, read, unversioned
from tests.web.factories import Archivist, speak


@pytest.fixture
def rounds(archivist: Archivist) -> int:
    return archivist.recording(
        speak("Good morning. We see hypertension here.", start_ms=10_000),
        speak("Merci beaucoup.", start_ms=30_000, language="fr"),
        speak("The hypertension is back.", start_ms=60_000),
        title="Ward rounds",
    )


def test_the_player_starts_at_the_moment_without_a_script(
    visitor: FlaskClient, rounds: int
) -> None:
    player = read(visitor.get(f"/recordings/{rounds}?t=12.5")).select_one("video")

    assert unversioned(player["src"]) == f"/recordings/{rounds}/media#t=12.5"
    assert player["preload"] == "metadata"
    assert player.has_attr("controls")
    assert player.has_attr("playsinline")
    assert unversioned(player.track["src"]) == f"/recordings/{rounds}/transcript.vtt"
    assert (player.track["kind"], player.track["srclang"]) == ("captions", "en")
    assert player.track.has_attr("default")


@pytest.mark.parametrize(
    ("address", "fragment"),
    [
        ("?t=1m2s", "#t=62"),
        ("?t=5&end=7.25", "#t=5,7.25"),
        ("?t=5&end=4", "#t=5"),
        ("?t=rubbish", ""),
        ("?t=-3", ""),
        ("", ""),
    ],
)
def test_a_time_may_be_written_in_several_ways_and_a_bad_one_does_no_harm(
    visitor: FlaskClient, rounds: int, address: str, fragment: str
) -> None:
    player = read(visitor.get(f"/recordings/{rounds}{address}")).select_one("video")

    assert unversioned(player["src"]) == f"/recordings/{rounds}/media{fragment}"


def test_sound_gets_an_audio_player(archivist: Archivist, visitor: FlaskClient) -> None:
    recording_id = archivist.recording(speak("hello"), video=False, media_type="audio/mpeg")

    page = read(visitor.get(f"/recordings/{recording_id}"))

    assert unversioned(page.audio["src"]) == f"/recordings/{recording_id}/media"
    assert page.audio.track
    assert not page.video


def test_every_sentence_links_to_its_time_in_its_own_language(
    visitor: FlaskClient, rounds: int
) -> None:
    transcript = read(visitor.get(f"/recordings/{rounds}")).select_one(".transcript")

    paragraphs = transcript.select(".block p")
    sentences = transcript.select("p a")
    assert [a.text for a in sentences] == [
        "Good morning.", "We see hypertension here.", "Merci beaucoup.",
        "The hypertension is back.",
    ]  # fmt: skip
    assert sentences[1]["href"] == "?t=10.8#s1"
    assert [p["lang"] for p in paragraphs] == ["en", "fr", "en"]
    assert all(p["dir"] == "auto" for p in paragraphs)
    assert "Français" in transcript.select("h3")[1].text
    assert len({a["id"] for a in sentences}) == len(sentences)


def test_the_sentence_at_the_time_is_the_current_one(visitor: FlaskClient, rounds: int) -> None:
    current = read(visitor.get(f"/recordings/{rounds}?t=11.9")).select(
        ".transcript [aria-current=true]"
    )

    assert [a.text for a in current] == ["We see hypertension here."]


def test_searching_inside_marks_the_words_and_leads_from_match_to_match(
    visitor: FlaskClient, rounds: int
) -> None:
    page = read(visitor.get(f"/recordings/{rounds}?q=hypertension&t=11.6"))

    assert [mark.text for mark in page.select(".transcript mark")] == ["hypertension"] * 2
    assert page.select_one("#matches [role=status] b").text == "2"
    assert [a["href"] for a in page.select("#matches a.moment")] == [
        "?t=11.6&q=hypertension", "?t=60.4&q=hypertension",
    ]  # fmt: skip
    assert not page.select("[data-step=previous]")
    assert page.select_one("[data-step=next]")["href"] == "?t=60.4&q=hypertension"
    assert page.select_one(".transcript p a")["href"] == "?t=10&q=hypertension#s0"


def test_a_search_without_a_time_begins_at_the_first_match(
    visitor: FlaskClient, rounds: int
) -> None:
    page = read(visitor.get(f"/recordings/{rounds}?q=hypertension"))

    assert page.video["src"].endswith("#t=11.6")


def test_words_nobody_says_are_told_so(visitor: FlaskClient, rounds: int) -> None:
    status = read(visitor.get(f"/recordings/{rounds}?q=zebra")).select_one("#matches [role=status]")

    assert "Nothing in this recording" in status.text


def test_what_was_said_is_never_markup(archivist: Archivist, visitor: FlaskClient) -> None:
    recording_id = archivist.recording(
        speak("Take <script>alert(1)</script> fever."),
        title="<b>bold</b>",
        description="<i>text</i>",
        file_name='"><script>.mp4',
    )

    page = read(visitor.get(f"/recordings/{recording_id}?q=fever"))

    assert page.h1.text == "<b>bold</b>"
    assert "<script>alert(1)</script>" in page.select_one(".transcript").text
    assert not [script for script in page.select("script") if not script.get("src")]


@pytest.mark.parametrize("path", ["", "?q=hello", "/media", "/transcript.vtt", "/transcript.srt",
                                  "/transcript.txt", "/transcript.json", "/poster.jpg",
                                  "/stills/0.jpg", "/media?file=master"])  # fmt: skip
def test_nothing_of_a_draft_leaks_to_a_visitor(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, path: str
) -> None:
    recording_id = archivist.recording(speak("hello dear"), publish=False, stills_ms=(0,))
    archivist.file(recording_id, Role.POSTER, b"\xff\xd8\xff poster", "image/jpeg")

    refused = visitor.get(f"/recordings/{recording_id}{path}")
    unknown = visitor.get(f"/recordings/9{recording_id}{path}")
    with librarian.get(f"/recordings/{recording_id}{path}") as allowed:
        assert allowed.status_code == 200
        assert "private" in allowed.headers["Cache-Control"]

    assert refused.status_code == unknown.status_code == 404
    assert "dear" not in refused.text


def test_a_draft_is_not_told_by_the_api(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("hello"), publish=False)

    assert visitor.get(f"/api/v1/recordings/{recording_id}").status_code == 404
    assert librarian.get(f"/api/v1/recordings/{recording_id}").json["publication"] == "draft"


def test_an_account_publishes_and_takes_back(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("hello"), publish=False)
    page = f"/recordings/{recording_id}"

    published = post(librarian, f"{page}/publish", page=page)
    seen = visitor.get(page).status_code
    told = read(librarian.get(page))
    taken_back = post(librarian, f"{page}/withdraw", page=page)

    assert (published.status_code, published.location) == (303, page)
    assert seen == 200
    assert "Published" in told.select_one(".notice.good[role=status]").text
    assert taken_back.status_code == 303
    assert visitor.get(page).status_code == 410


@pytest.mark.parametrize("action", ["publish", "withdraw", "delete", "submit", "try-again"])
def test_a_visitor_may_change_nothing(
    archivist: Archivist, visitor: FlaskClient, action: str
) -> None:
    recording_id = archivist.recording(speak("hello"))

    answer = post(visitor, f"/recordings/{recording_id}/{action}", page="/login")

    assert answer.status_code == 403
    assert not read(visitor.get(f"/recordings/{recording_id}")).select("main form[method=post]")


def test_what_is_missing_is_said_and_tried_again(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("hello"))
    archivist.stage(recording_id, Stage.CAPTIONS, StageState.FAILED, problem="the disk was full")
    page = f"/recordings/{recording_id}"

    to_visitor = read(visitor.get(page)).select_one(".notice.bad")
    to_account = read(librarian.get(page)).select_one(".notice.bad")
    again = post(librarian, f"{page}/try-again", page=page)

    assert "there are no captions" in to_visitor.text
    assert "the disk was full" not in to_visitor.text
    assert "the disk was full" in to_account.text
    assert to_account.select_one("form button").text == "Try again"
    assert again.status_code == 303


def test_trying_again_what_did_not_fail_is_explained(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("hello"))

    answer = post(
        librarian, f"/recordings/{recording_id}/try-again", page=f"/recordings/{recording_id}"
    )

    assert answer.status_code == 400
    assert "nothing to try again" in read(answer).main.text


@pytest.mark.parametrize("notice", list(Notice))
def test_notices_are_said(archivist: Archivist, visitor: FlaskClient, notice: Notice) -> None:
    recording_id = archivist.recording(notices=[notice])

    page = read(visitor.get(f"/recordings/{recording_id}"))

    assert page.select_one("p.notice").text == notice.text


def test_a_rejected_file_says_why_and_what_to_do(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.deposit(file_name="slides.pdf", publish=False)
    archivist.status(recording_id, Status.REJECTED, "slides.pdf is a document.")

    page = read(librarian.get(f"/recordings/{recording_id}"))

    assert "slides.pdf is a document." in page.select_one(".notice.bad").text
    assert page.select_one("main a.button")["href"] == "/deposit"
    assert not page.video


def test_a_failed_recording_says_why_and_offers_to_try_again(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.deposit()
    archivist.status(recording_id, Status.FAILED, "ffmpeg stopped.")
    archivist.stage(recording_id, Stage.PROBE, StageState.FAILED, problem="ffmpeg stopped.")

    notice = read(librarian.get(f"/recordings/{recording_id}")).select_one(".notice.bad")

    assert "ffmpeg stopped." in notice.text
    assert notice.select_one("form[action$='/try-again'] button")


def test_a_recording_that_is_transcribed_can_be_watched_meanwhile(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("Already here."))
    archivist.status(recording_id, Status.PROCESSING)
    archivist.stage(recording_id, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.4)

    page = read(visitor.get(f"/recordings/{recording_id}"))
    told = visitor.get(f"/api/v1/recordings/{recording_id}").json

    assert page.video
    assert (
        page.select_one("[data-progress]")["data-progress"] == f"/api/v1/recordings/{recording_id}"
    )
    assert "Already here." in page.select_one(".transcript").text
    assert told["progress"]["stage"] == "transcription"
    assert told["progress"]["stage_title"] == "Transcribing"
    assert 0 < told["progress"]["fraction"] < 1


def test_the_api_tells_of_a_recording_all_that_was_agreed(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("hello"), title="One")
    archivist.stage(recording_id, Stage.STILLS, StageState.FAILED, problem="no room")

    told = visitor.get(f"/api/v1/recordings/{recording_id}").json

    assert {"id", "title", "status", "publication", "duration_ms", "language", "url", "progress",
            "problem", "shortcomings"} <= set(told)  # fmt: skip
    assert told["url"] == f"http://127.0.0.1:8123/recordings/{recording_id}"
    assert told["shortcomings"] == [{"stage": "stills", "missing": Stage.STILLS.missing}]


def test_the_watch_page_weighs_less_than_60_kb_without_its_transcript(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"))
    packed = {"Accept-Encoding": "gzip"}

    total = len(visitor.get(f"/recordings/{recording_id}?q=fever&t=0", headers=packed).data)
    page = read(visitor.get(f"/recordings/{recording_id}?q=fever&t=0"))
    for tag in page.select("link, script"):
        with visitor.get(tag.get("href") or tag["src"], headers=packed) as answer:
            total += len(answer.data)

    assert total < 60_000
