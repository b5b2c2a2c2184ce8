"""The privacy page: deciding about what was found, choosing words, times, the range."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import Publication, Recording
from archive.privacy.checking import open_flags
from archive.settings import Settings
from tests.media import make_video, write_into
from tests.web.conftest import post, read, token
from tests.web.factories import Archivist, speak
from worker.service import build_parts
from worker.stages import files, muting


@pytest.fixture
def rounds(archivist: Archivist) -> int:
    return archivist.recording(
        speak("We saw patient John Banda yesterday."),
        speak("His hospital number is 44821.", start_ms=10_000),
        speak("Then Mrs. Phiri came.", start_ms=20_000),
        title="Rounds",
        publish=False,
    )


def page_of(recording_id: int) -> str:
    return f"/recordings/{recording_id}/privacy"


def send(client: FlaskClient, recording_id: int, what: str, **fields: object) -> TestResponse:
    page = page_of(recording_id)
    return client.post(f"{page}/{what}", data={"csrf_token": token(client, page), **fields})


def words_of(client: FlaskClient, recording_id: int) -> str:
    return client.get(f"/recordings/{recording_id}/transcript.txt").text


def open_in(archivist: Archivist, recording_id: int) -> int:
    with archivist.database.read() as session:
        return open_flags(session, recording_id)


def flags_on(client: FlaskClient, recording_id: int) -> dict[str, str]:
    """The names of flags by the words found."""
    page = read(client.get(page_of(recording_id)))
    return {
        one.select_one("mark").text: one.select_one("input[name=flag]")["value"]
        for one in page.select(".flags li")
        if one.select_one("input[name=flag]")
    }


def test_what_was_found_is_shown_with_its_sentence_and_a_link_that_plays_it(
    librarian: FlaskClient, rounds: int
) -> None:
    page = read(librarian.get(page_of(rounds)))

    first = page.select_one(".flags li")
    quote = " ".join(first.select_one(".quote").text.split())
    assert quote.startswith("We saw patient John Banda yesterday.")
    assert first.select_one("a.play")["data-ms"] == "0"
    assert "a name" in first.text
    assert [mark.text for mark in page.select(".flags mark")] == ["John Banda", "44821.", "Phiri"]


def test_each_decision_does_what_it_says(
    librarian: FlaskClient, archivist: Archivist, rounds: int
) -> None:
    flags = flags_on(librarian, rounds)

    send(librarian, rounds, "decide", one=f"both:{flags['John Banda']}")
    send(librarian, rounds, "decide", decision="hide", flag=[flags["44821."]])
    send(librarian, rounds, "decide", one=f"keep:{flags['Phiri']}")

    assert open_in(archivist, rounds) == 0
    text = words_of(librarian, rounds)
    assert "We saw patient […] yesterday." in text
    assert "His hospital number is […]." in text
    assert "Mrs. Phiri" in text
    kept = [row.text for row in read(librarian.get(page_of(rounds))).select("#cuts-title ~ ol li")]
    assert ["sound muted" in row for row in kept] == [True, False]


def test_a_cut_given_back_is_to_be_decided_again(
    librarian: FlaskClient, archivist: Archivist, rounds: int
) -> None:
    send(librarian, rounds, "decide", one=f"both:{flags_on(librarian, rounds)['John Banda']}")
    form = read(librarian.get(page_of(rounds))).select_one("form[action$=remove]")

    post(librarian, form["action"], page=page_of(rounds))

    assert open_in(archivist, rounds) == 3
    assert "John Banda" in words_of(librarian, rounds)


def test_open_flags_keep_a_recording_from_being_published(
    librarian: FlaskClient, archivist: Archivist, rounds: int
) -> None:
    def publication() -> Publication:
        with archivist.database.read() as session:
            return session.get_one(Recording, rounds).publication

    publish = f"/recordings/{rounds}/publish"
    page = f"/recordings/{rounds}/chapters"
    first = post(librarian, publish, page=page)
    before = publication()
    flags = flags_on(librarian, rounds)
    send(librarian, rounds, "decide", decision="keep", flag=list(flags.values()))
    post(librarian, publish, page=page)

    assert (first.status_code, before) != (303, Publication.PUBLISHED)
    assert before is Publication.DRAFT
    assert publication() is Publication.PUBLISHED


def test_chosen_words_are_hidden_a_run_as_one(librarian: FlaskClient, rounds: int) -> None:
    page = read(librarian.get(f"{page_of(rounds)}?t=0"))
    boxes = {
        label.text.strip(): label.input["value"] for label in page.select(".choose-words label")
    }

    answer = send(
        librarian, rounds, "cuts", word=[boxes["saw"], boxes["patient"], boxes["Then"]], words="yes"
    )

    assert answer.status_code == 303
    text = words_of(librarian, rounds)
    assert "We […] John Banda yesterday." in text
    assert "[…] Mrs. Phiri came." in text
    assert len(read(librarian.get(page_of(rounds))).select("#cuts-title ~ ol li")) == 2
    hidden = read(librarian.get(f"{page_of(rounds)}?t=0")).select(".choose-words .is-hidden")
    assert [label.input["value"] for label in hidden] == [
        boxes["saw"], boxes["patient"], boxes["Then"],
    ]  # fmt: skip


def test_a_stretch_is_muted_by_its_times(librarian: FlaskClient, rounds: int) -> None:
    send(librarian, rounds, "cuts", **{"from": "0:10.5", "until": "12.25", "sound": "yes"})

    row = read(librarian.get(page_of(rounds))).select_one("#cuts-title ~ ol li")
    assert row.select_one("a.play")["href"].endswith("#t=10.5,12.25")
    assert "44821" in words_of(librarian, rounds)
    assert read(librarian.get(f"/recordings/{rounds}")).select_one("#player") is None


@pytest.mark.parametrize(
    ("what", "fields", "told"),
    [
        ("cuts", {"words": "yes"}, "at least one word"),
        ("cuts", {"word": "0-350"}, "Choose what"),
        ("cuts", {"word": "rubbish", "words": "yes"}, "cannot be read"),
        ("cuts", {"from": "9", "until": "x", "sound": "yes"}, "“x” is not a time"),
        ("cuts", {"from": "9", "until": "5", "sound": "yes"}, "a start before its end"),
        ("range", {"from": "1:00", "until": "0:30"}, "has to end after"),
        ("decide", {"decision": "keep"}, "at least one"),
        ("decide", {"decision": "burn", "flag": "1"}, "Choose what to do"),
        ("decide", {"one": "keep:1-2-3"}, "decided or changed meanwhile"),
    ],
)
def test_what_cannot_be_is_told(
    librarian: FlaskClient, rounds: int, what: str, fields: dict[str, str], told: str
) -> None:
    answer = send(librarian, rounds, what, **fields)

    assert answer.status_code == 400
    assert told in read(answer).select_one("[role=alert]").text


def test_the_player_begins_and_ends_with_the_session(librarian: FlaskClient, rounds: int) -> None:
    send(librarian, rounds, "range", **{"from": "0:10", "until": "0:15"})

    def player(query: str = "") -> dict[str, str]:
        found = read(librarian.get(f"/recordings/{rounds}{query}")).select_one("#player")
        return {
            name: found.get(name, "").partition("#")[2] if name == "src" else found.get(name, "")
            for name in ("src", "data-from", "data-until", "data-start")
        }

    assert player() == {"src": "t=10,15", "data-from": "10", "data-until": "15", "data-start": ""}
    assert player("?t=12")["src"] == "t=12,15"
    assert player("?t=12&end=13")["src"] == "t=12,13"
    assert player("?t=2")["src"] == "t=10,15"
    assert "Mrs. Phiri" not in words_of(librarian, rounds)
    send(librarian, rounds, "range")
    assert "Mrs. Phiri" in words_of(librarian, rounds)


def test_a_visitor_sees_and_changes_nothing(visitor: FlaskClient, archivist: Archivist) -> None:
    recording_id = archivist.recording(speak("We saw patient John Banda."))

    page = visitor.get(page_of(recording_id))
    sent = visitor.post(
        f"{page_of(recording_id)}/cuts",
        data={"csrf_token": token(visitor), "word": "0-350", "words": "yes"},
    )

    assert {page.status_code, sent.status_code} <= {302, 401, 403}
    assert "John Banda" in words_of(visitor, recording_id)


def test_what_readers_download_holds_no_hidden_words_and_librarians_have_the_master(
    archivist: Archivist,
    librarian: FlaskClient,
    visitor: FlaskClient,
    settings: Settings,
    tmp_path: Path,
) -> None:
    plain = make_video(tmp_path / "plain.mp4", seconds=4)
    master = write_into(plain, tmp_path / "told.mp4", "Okello").read_bytes()
    recording_id = archivist.recording(
        speak("Patient Okello came."), media=master, file_name="told.mp4", duration_ms=4_000
    )
    parts = build_parts(settings)
    files.look(parts, recording_id)
    address = f"/recordings/{recording_id}/media"
    before = visitor.get(address)
    send(librarian, recording_id, "cuts", word=["400-750"], words="yes")
    waiting = [visitor.get(f"{address}{query}").status_code for query in ("", "?file=whole")]
    with parts.database.read() as session:
        version = session.get_one(Recording, recording_id).muting_version

    muting.mute(parts, recording_id, version)

    after = visitor.get(address)
    parts.jobs.close()
    parts.database.close()
    assert before.data == master
    assert waiting == [404, 404]
    assert after.status_code == 200
    assert len(after.data) > 10_000
    assert b"Okello" not in after.data
    assert visitor.get(f"{address}?file=master").status_code == 404
    assert librarian.get(f"{address}?file=master").data == master
    assert librarian.get(f"{address}?file=whole").data == master
