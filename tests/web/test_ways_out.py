"""Every way out of the archive, walked: what is hidden from readers is in none of them.

A new way out is a route; `test_every_route_that_reads_a_recording_is_walked` fails until it is
listed here.
"""

import ast
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.cuts import Leaves, add_cuts, set_range
from archive.index import SlideText
from archive.models import Role, StageState
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.privacy.values import Span
from tests.conftest import START
from tests.web.conftest import read
from tests.web.factories import Archivist, speak
from worker.parts import Parts
from worker.stages import captions, following, translation

SECRET = "Chimwemwe"
"""The patient's name; said at 62.4 s."""
BEFORE, AFTER = "Prelude", "Aftermath"
"""Words outside of the session."""
ON_SLIDE = "Zomba-4471"
NOT_TOLD = (SECRET, SECRET.lower(), BEFORE, BEFORE.lower(), AFTER, AFTER.lower(), ON_SLIDE)

WAYS = (
    "/recordings/{id}",
    "/recordings/{id}?t=62",
    "/recordings/{id}?q=patient",
    "/recordings/{id}?q=" + SECRET,
    "/recordings/{id}?lang=en",
    "/recordings/{id}/paragraphs",
    "/recordings/{id}/transcript.vtt",
    "/recordings/{id}/transcript.srt",
    "/recordings/{id}/transcript.txt",
    "/recordings/{id}/transcript.json",
    "/recordings/{id}/translation.vtt",
    "/recordings/{id}/translation.srt",
    "/recordings/{id}/translation.txt",
    "/recordings/{id}/translation.json",
    "/recordings/{id}/chapters.vtt",
    "/api/v1/recordings/{id}",
    "/search?q=patient",
    "/search?q=fever",
    "/api/v1/search?q=patient",
    "/api/v1/search?q=fever",
    "/api/v1/suggest?q=chim",
    "/api/v1/suggest?q=zomb",
    "/",
)
FINDING = (SECRET, f'"patient {SECRET}"', f"{SECRET.lower()}s", BEFORE, AFTER, ON_SLIDE)
"""Searched for; none may be found."""


@pytest.fixture
def parts(worker_parts: Parts) -> Parts:
    return worker_parts


@pytest.fixture
def session_id(archivist: Archivist) -> int:
    """A published session with a name in it, and a name on a slide, a translation and stills."""
    recording_id = archivist.recording(
        speak(f"{BEFORE} to all the patient talk.", start_ms=1_000),
        speak(f"We saw the patient with fever, and {SECRET} got better.", start_ms=60_000),
        speak(f"La patiente {SECRET} a de la fievre.", start_ms=80_000, language="fr"),
        speak(f"{AFTER} of the patient.", start_ms=110_000),
        title="Rounds",
        slides=[
            SlideText(start_ms=50_000, end_ms=70_000, text="A patient with fever"),
            SlideText(start_ms=70_000, end_ms=90_000, text=f"Patient file {ON_SLIDE}"),
        ],
        stills_ms=(5_000, 60_000, 75_000),
    )
    archivist.translate(
        recording_id,
        speak(f"The patient {SECRET} has a fever.", start_ms=80_000),
    )
    for at_ms in (50_000, 70_000):
        archivist.file(recording_id, Role.SLIDE, b"\xff\xd8%d" % at_ms, "image/jpeg", at_ms=at_ms)
    archivist.file(recording_id, Role.POSTER, b"\xff\xd8 poster", "image/jpeg")
    archivist.stage(recording_id, Stage.INDEX, StageState.DONE)
    return recording_id


def written_out(parts: Parts, recording_id: int) -> None:
    """Do what the worker does when it follows a change."""
    captions.write(parts, recording_id)
    translation.write_subtitles(parts, recording_id)
    following.follow(parts, recording_id)


def hide(archivist: Archivist, recording_id: int) -> None:
    """Hide the name said, the slide, and what lies outside of the session."""
    said = Span(start_ms=60_000 + 7 * 400, end_ms=60_000 + 8 * 400 - 50)
    in_french = Span(start_ms=80_800, end_ms=81_150)
    with archivist.database.begin() as session:
        for spans, leaves in (
            ([said, in_french], Leaves(words=True, sound=True)),
            ([Span(start_ms=72_000, end_ms=73_000)], Leaves(picture=True)),
        ):
            add_cuts(
                session, archivist.jobs, recording_id, spans, leaves, spoken=True,
                actor=OPERATOR, now=START,
            )  # fmt: skip
        set_range(
            session, archivist.jobs, recording_id, from_ms=30_000, until_ms=105_000,
            actor=OPERATOR, now=START,
        )  # fmt: skip


def told(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code in (200, 404), path
    return answer.text


def assert_hidden(client: FlaskClient, recording_id: int) -> None:
    for way in WAYS:
        path = way.format(id=recording_id)
        text = told(client, path)
        # What was typed is said again; nothing else may hold it.
        asked = path.partition("?q=")[2]
        leaked = [word for word in NOT_TOLD if word in text and word not in (asked, asked.lower())]
        assert leaked == [], path
    for query in FINDING:
        found = client.get("/api/v1/search", query_string={"q": query}).get_json()
        assert [one["moments"] for one in found["recordings"]] in ([], [[]]), query
        inside = read(client.get(f"/recordings/{recording_id}", query_string={"q": query}))
        assert not inside.select("#matches a.moment"), query
        assert not inside.select(".transcript mark"), query


def test_before_anything_is_hidden_every_way_tells_it(
    parts: Parts, visitor: FlaskClient, session_id: int
) -> None:
    written_out(parts, session_id)

    everything = "".join(told(visitor, way.format(id=session_id)) for way in WAYS)

    assert all(word in everything for word in (SECRET, BEFORE, AFTER, ON_SLIDE))


@pytest.mark.parametrize("followed", [False, True], ids=["at once", "when the worker has followed"])
def test_what_is_hidden_is_in_no_way_out(
    parts: Parts,
    archivist: Archivist,
    visitor: FlaskClient,
    session_id: int,
    followed: bool,  # noqa: FBT001 - two cases
) -> None:
    written_out(parts, session_id)
    hide(archivist, session_id)

    if followed:
        written_out(parts, session_id)

    assert_hidden(visitor, session_id)


def test_the_rest_is_still_read_and_found(
    parts: Parts, archivist: Archivist, visitor: FlaskClient, session_id: int
) -> None:
    hide(archivist, session_id)
    written_out(parts, session_id)

    found = visitor.get("/api/v1/search?q=fever").get_json()
    words = visitor.get(f"/recordings/{session_id}/transcript.txt").text

    assert found["recordings"][0]["moments"][0]["start_ms"] >= 50_000
    assert "We saw the patient with fever, and […] got better." in words
    assert "La patiente […] a de la fievre." in words
    assert "[…]" in visitor.get(f"/recordings/{session_id}/translation.txt").text


def test_librarians_search_and_read_the_same(
    parts: Parts, archivist: Archivist, librarian: FlaskClient, session_id: int
) -> None:
    """Only the privacy page, the editor and the history show what is hidden."""
    hide(archivist, session_id)
    written_out(parts, session_id)

    assert_hidden(librarian, session_id)
    assert SECRET in told(librarian, f"/recordings/{session_id}/privacy?t=62")


def test_pictures_that_are_hidden_are_not_sent(
    archivist: Archivist, visitor: FlaskClient, session_id: int
) -> None:
    hide(archivist, session_id)

    page = f"/recordings/{session_id}"
    sent = {
        path: visitor.get(f"{page}/{path}").status_code
        for path in (
            "slides/50000.jpg", "slides/70000.jpg", "slides/70000-small.webp",
            "stills/5000.jpg", "stills/60000.jpg", "poster.jpg",
        )
    }  # fmt: skip

    assert sent == {
        "slides/50000.jpg": 200, "slides/70000.jpg": 404, "slides/70000-small.webp": 404,
        "stills/5000.jpg": 404, "stills/60000.jpg": 200, "poster.jpg": 404,
    }  # fmt: skip


def test_the_file_with_the_sound_is_for_who_may_see_all(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, session_id: int
) -> None:
    page = f"/recordings/{session_id}"
    assert visitor.get(f"{page}/media?file=master").status_code == 200
    hide(archivist, session_id)

    refused = [visitor.get(f"{page}/media{query}") for query in ("", "?file=master", "?file=whole")]
    given = [librarian.get(f"{page}/media?file={name}") for name in ("master", "whole")]

    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert [answer.status_code for answer in given] == [200, 200]
    assert {answer.headers["Cache-Control"] for answer in given} == {"private, no-store"}
    watch = read(visitor.get(page))
    assert watch.select_one("#player") is None
    assert "cannot be played just now" in watch.text
    assert not watch.select("a[href*='file=master']")


def test_hidden_words_do_not_come_back_from_a_cache(
    archivist: Archivist, visitor: FlaskClient, session_id: int
) -> None:
    path = f"/recordings/{session_id}/transcript.vtt"
    before = visitor.get(path)
    hide(archivist, session_id)

    after = visitor.get(path, headers={"If-None-Match": before.headers["ETag"]})
    same = visitor.get(path, headers={"If-None-Match": after.headers["ETag"]})

    assert before.headers["Cache-Control"] == "public, no-cache"
    assert (after.status_code, same.status_code) == (200, 304)
    assert SECRET not in after.text


def test_a_kept_caption_file_with_the_words_is_not_in_the_store_any_more(
    parts: Parts, archivist: Archivist, session_id: int
) -> None:
    written_out(parts, session_id)
    hide(archivist, session_id)

    written_out(parts, session_id)

    kept = [path for path in parts.settings.files_dir.rglob("*") if path.is_file()]
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []


def test_a_picture_cut_waits_like_a_muted_sound(
    archivist: Archivist, visitor: FlaskClient, session_id: int
) -> None:
    with archivist.database.begin() as session:
        add_cuts(
            session, archivist.jobs, session_id, [Span(start_ms=0, end_ms=10)],
            Leaves(picture=True), actor=OPERATOR, now=START,
        )  # fmt: skip

    assert visitor.get(f"/recordings/{session_id}/media").status_code == 404


def test_every_route_that_reads_a_recording_is_walked(app: Flask) -> None:
    walked = {way.partition("?")[0].format(id=1) for way in WAYS}
    pictures = {"/media", "/poster.jpg", "/stills/", "/slides/"}
    for_editors = {
        "/edits", "/privacy", "/chapters", "/slides", "/edit", "/versions", "/describe",
        "/publishing", "/publication",
        "/merge", "/history",
    }  # fmt: skip

    missing = []
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<int:recording_id>", "1")
        if "recording_id" not in rule.arguments or "GET" not in (rule.methods or ()):
            continue
        rest = path.removeprefix("/api/v1").removeprefix("/recordings/1")
        if path in walked or any(rest.startswith(one) for one in pictures):
            continue
        if any(rest == one or rest.startswith(f"{one}/") for one in for_editors):
            continue
        missing.append(path)
    assert missing == []


WHOLE = {
    "archive/editing", "archive/privacy", "archive/transcripts.py", "archive/replacing",
    "archive/imported_captions.py", "web/privacy.py", "web/editing.py", "web/editor_page.py",
    "worker/stages/speech.py", "worker/stages/speakers.py", "worker/stages/translation.py",
}  # fmt: skip
"""What may read a transcript with all that is in it: editors, the check, the machines."""


def test_only_editors_and_machines_read_transcripts_whole() -> None:
    root = Path(__file__).resolve().parents[2]
    readers = []
    for package in ("archive", "web", "worker"):
        for path in (root / package).rglob("*.py"):
            name = path.relative_to(root).as_posix()
            if any(name == one or name.startswith(f"{one}/") for one in WHOLE):
                continue
            names = {
                alias.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
            if "current_transcript" in names:
                readers.append(name)
    assert readers == []
