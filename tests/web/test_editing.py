"""Correcting a transcript without a script, its versions, and the queue of what to review."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.database import Database
from archive.doubts import Doubt
from archive.editing import read_editable
from archive.models import Recording
from archive.transcript import Segment
from tests.conftest import FakeClock
from tests.web.conftest import post, read, signed_in, token
from tests.web.factories import Archivist, speak


@pytest.fixture
def talk(archivist: Archivist) -> int:
    doubtful = replace(speak("Thank you.", start_ms=9_000), doubts=frozenset({Doubt.SILENCE}))
    return archivist.recording(
        speak("We give artisan eight at once."),
        speak("Then we wait for an hour.", start_ms=5_000),
        doubtful,
    )


@pytest.fixture
def kofi(app: Flask, archivist: Archivist) -> FlaskClient:
    return signed_in(app, archivist, "kofi@example.org", "librarian", "Kofi")


def _segments(database: Database, talk: int) -> tuple[Segment, ...]:
    with database.read() as session:
        return read_editable(session, talk)


def _fields(client: FlaskClient, talk: int, uid: str) -> dict[str, str]:
    """Read the form of a segment as a browser would send it."""
    form = read(client.get(f"/recordings/{talk}/edit?segment={uid}")).select_one(".segment-form")
    assert form is not None
    fields = {
        one["name"]: one.get("value", "") for one in form.select("input:not([type=checkbox])")
    }
    fields["text"] = form.select_one("textarea").text
    fields["language"] = form.select_one("option[selected]")["value"]
    if form.select_one("input[name=checked][checked]"):
        fields["checked"] = "yes"
    return fields


def _send(client: FlaskClient, talk: int, uid: str, **fields: str) -> int:
    return client.post(
        f"/recordings/{talk}/edit/{uid}", data=_fields(client, talk, uid) | fields
    ).status_code


def test_all_parts_of_the_script_are_asked_for_at_once(librarian: FlaskClient, talk: int) -> None:
    """Not one after another, as each names the next: a slow line takes its time for each."""
    head = read(librarian.get(f"/recordings/{talk}/edit")).head
    assert head is not None
    named = {str(one["href"]) for one in head.select("link[rel=modulepreload]")}
    parts: set[str] = set()
    new = {str(head.select_one("script[type=module]")["src"])}

    while new:
        body = "".join(librarian.get(address).text for address in new)
        new = {f"/static/{name}" for name in re.findall(r'from "\./(.+?)"', body)} - parts
        parts |= new

    assert parts == named
    assert len(parts) > 1


def test_a_segment_is_an_ordinary_form(
    librarian: FlaskClient, talk: int, database: Database
) -> None:
    first = _segments(database, talk)[0]

    status = _send(
        librarian,
        talk,
        first.uid,
        text="We give artesunate at once.",
        speaker="Dr Banda",
        checked="yes",
        action="save",
    )

    assert status == 303
    after = _segments(database, talk)[0]
    assert (after.text, after.checked, after.edited) == ("We give artesunate at once.", True, True)
    page = read(librarian.get(f"/recordings/{talk}"))
    assert page.select_one(".transcript .speaker").text == "Dr Banda"
    assert "artesunate" in page.select_one(".transcript").text


def test_an_empty_line_divides_and_join_puts_together(
    librarian: FlaskClient, talk: int, database: Database
) -> None:
    first = _segments(database, talk)[0]

    _send(librarian, talk, first.uid, text="We give\r\n\r\nartesunate at once.", action="save")
    divided = _segments(database, talk)
    _send(librarian, talk, first.uid, action="join")

    assert [one.text for one in divided[:2]] == ["We give", "artesunate at once."]
    assert _segments(database, talk)[0].text == "We give artesunate at once."


def test_saving_goes_on_to_the_next_segment(
    librarian: FlaskClient, talk: int, database: Database
) -> None:
    first, second, _ = _segments(database, talk)

    answer = librarian.post(
        f"/recordings/{talk}/edit/{first.uid}",
        data=_fields(librarian, talk, first.uid) | {"action": "next"},
    )

    assert answer.location.endswith(f"?segment={second.uid}#u-{second.uid}")


def test_who_is_second_is_shown_the_difference_and_loses_nothing(
    librarian: FlaskClient, kofi: FlaskClient, talk: int, database: Database
) -> None:
    first = _segments(database, talk)[0]
    seen = _fields(kofi, talk, first.uid)
    _send(librarian, talk, first.uid, text="We give artesunate at once.", action="save")

    answer = kofi.post(
        f"/recordings/{talk}/edit/{first.uid}",
        data=seen | {"text": "We give artesunate right away.", "action": "save"},
    )

    page = read(answer)
    assert answer.status_code == 409
    told = page.select_one(".conflict")
    assert "Lina changed this segment" in told.text
    assert [one.text.strip() for one in told.select("del")] == ["at once."]
    assert [one.text.strip() for one in told.select("ins")] == ["right away."]
    assert page.select_one(".segment-form textarea").text == "We give artesunate right away."
    assert _segments(database, talk)[0].text == "We give artesunate at once."
    fields = {one["name"]: one["value"] for one in page.select(".segment-form input[type=hidden]")}
    kofi.post(
        f"/recordings/{talk}/edit/{first.uid}",
        data=seen | fields | {"text": "We give artesunate right away.", "action": "save"},
    )
    assert _segments(database, talk)[0].text == "We give artesunate right away."


def test_versions_tell_who_changed_what_and_come_back(
    librarian: FlaskClient, kofi: FlaskClient, talk: int, database: Database, clock: FakeClock
) -> None:
    first, _, third = before = _segments(database, talk)
    _send(librarian, talk, first.uid, text="We give artesunate at once.", action="save")
    clock.forward(hours=1)
    _send(kofi, talk, third.uid, text="", action="save")

    versions = read(librarian.get(f"/recordings/{talk}/versions"))
    rows = [" ".join(one.text.split()) for one in versions.select(".versions li")]
    assert "Version 3" in rows[0]
    assert "corrected by Kofi" in rows[0]
    assert "1 segment" in rows[0]
    assert "corrected by Lina" in rows[1]
    assert "made by machine" in rows[2]
    second = read(librarian.get(f"/recordings/{talk}/versions/2"))
    change = second.select_one("h2 + .differences")
    assert change.select_one("del").text.strip() == "artisan eight"
    assert change.select_one("ins").text.strip() == "artesunate"

    restored = post(
        librarian, f"/recordings/{talk}/versions/1/restore", page=f"/recordings/{talk}/versions/1"
    )

    assert restored.status_code == 303
    assert _segments(database, talk) == before
    newest = read(librarian.get(f"/recordings/{talk}/versions")).select_one(".versions li")
    assert "restored by Lina" in " ".join(newest.text.split())


def test_the_history_of_a_recording_tells_of_its_transcript(
    librarian: FlaskClient, talk: int, database: Database
) -> None:
    _send(librarian, talk, _segments(database, talk)[0].uid, text="We give artesunate at once.")

    line = read(librarian.get(f"/recordings/{talk}/history")).select(".log .what")[0]

    assert line.text.split() == ["Lina", "corrected", "transcript"]
    assert line.a is not None
    assert line.a["href"] == f"/recordings/{talk}/versions"


def test_readers_see_how_far_the_checking_is(
    librarian: FlaskClient, visitor: FlaskClient, talk: int, database: Database
) -> None:
    def told() -> str:
        return " ".join(
            read(visitor.get(f"/recordings/{talk}")).select_one(".head .meta").text.split()
        )

    assert "not checked" in told()
    edit = f"/recordings/{talk}/edit"
    post(librarian, f"{edit}/review", page=edit, review="in review")
    assert "being checked" in told()
    with database.read() as session:
        version = session.get_one(Recording, talk).version
    post(librarian, f"{edit}/review", page=edit, review="checked")
    assert told().endswith("checked")
    assert "machine" not in told()
    assert "checked against the sound" in visitor.get(f"/recordings/{talk}/transcript.txt").text
    with database.read() as session:
        assert session.get_one(Recording, talk).version == version + 1, "search follows"
    assert post(librarian, f"{edit}/review", page=edit, review="nonsense").status_code == 400


@pytest.mark.usefixtures("talk")
def test_the_queue_is_ordered_by_doubt_and_names_the_places(
    librarian: FlaskClient, archivist: Archivist
) -> None:
    loops = [
        replace(speak("on and on", start_ms=ms), doubts=frozenset({Doubt.REPEATED}))
        for ms in (1_000, 5_000)
    ]
    worse = archivist.recording(*loops, title="Worse")
    clean = archivist.recording(speak("All is well."), title="Clean")

    page = read(librarian.get("/review"))

    titles = [one.text for one in page.select(".queue h2")]
    assert titles == ["Worse", "Malaria in pregnancy", "Clean"]
    assert "2 places in doubt" in page.select_one(".queue li").text
    places = [one["href"] for one in page.select(".queue li")[0].select(".places a")]
    assert places[0].startswith(f"/recordings/{worse}/edit?segment=")
    post(
        librarian,
        f"/recordings/{clean}/edit/review",
        page=f"/recordings/{clean}/edit",
        review="checked",
    )
    checked = read(librarian.get("/review?state=checked"))
    assert [one.text for one in checked.select(".queue h2")] == ["Clean"]
    assert "checked by Lina" in " ".join(checked.select_one(".queue li").text.split())


def test_a_checked_segment_is_in_doubt_no_more(
    librarian: FlaskClient, visitor: FlaskClient, talk: int, database: Database
) -> None:
    third = _segments(database, talk)[2]
    assert read(visitor.get(f"/recordings/{talk}")).select(".doubt")

    _send(librarian, talk, third.uid, checked="yes", action="save")

    assert not read(visitor.get(f"/recordings/{talk}")).select(".transcript a.doubt")
    page = read(librarian.get("/review?state=in+review"))
    assert "no doubts" in page.select_one(".queue li").text


@pytest.mark.parametrize(
    "path", ["edit", "versions", "versions/1", "/review", "/api/v1/recordings/{}/edits"]
)
def test_who_may_not_edit_sees_none_of_it(visitor: FlaskClient, talk: int, path: str) -> None:
    address = path.format(talk) if path.startswith("/") else f"/recordings/{talk}/{path}"

    answer = visitor.get(address)

    assert answer.status_code in (302, 403)
    assert "artisan" not in answer.text


def test_the_api_saves_and_tells_the_others(
    librarian: FlaskClient, kofi: FlaskClient, talk: int, database: Database
) -> None:
    first, second, _ = _segments(database, talk)
    address = f"/api/v1/recordings/{talk}/edits"
    page = read(kofi.get(f"/recordings/{talk}/edit")).select_one("#editor")

    def send(client: FlaskClient, sitting: str, *operations: dict[str, object]) -> object:
        return client.post(
            address,
            json={"sitting": sitting, "operations": operations},
            headers={"X-CSRFToken": token(client, f"/recordings/{talk}/edit")},
        )

    change = {"op": "change", "uid": first.uid, "revision": first.revision}
    saved = send(librarian, "l", change | {"text": "Ours.", "speaker": "Dr Banda"})
    assert saved.status_code == 200
    assert saved.json["segments"][0]["speaker"] == "Dr Banda"
    lost = send(kofi, "k", change | {"text": "Mine."}, {**change, "uid": second.uid, "text": "B."})

    assert lost.status_code == 409
    assert lost.json["conflicts"][0]["theirs"]["text"] == "Ours."
    assert lost.json["conflicts"][0]["who"] == "Lina"
    assert [one["text"] for one in lost.json["segments"]] == ["Ours.", "B."]
    asked = {"transcript": page["data-transcript"], "since": page["data-changes"]}
    news = kofi.get(address, query_string=asked | {"sitting": "k"}).json
    assert [(one["text"], one["by"]) for one in news["changed"]] == [("Ours.", "Lina")]
    news = librarian.get(address, query_string=asked | {"sitting": "l"}).json
    assert [(one["text"], one["by"]) for one in news["changed"]] == [("B.", "Kofi")]
    assert len(news["order"]) == 3


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"operations": "all"},
        {"operations": [{"op": "change"}]},
        {"operations": [{"op": "burn", "uid": "a", "revision": 0}]},
        {"operations": [{"op": "change", "uid": "../etc", "revision": 0}]},
        {"operations": ["change"]},
    ],
)
def test_nonsense_sent_to_the_api_is_refused(
    librarian: FlaskClient, talk: int, sent: object
) -> None:
    answer = librarian.post(
        f"/api/v1/recordings/{talk}/edits",
        json=sent,
        headers={"X-CSRFToken": token(librarian, f"/recordings/{talk}/edit")},
    )

    assert answer.status_code == 400
    assert answer.json["error"]


def test_a_save_without_the_forms_token_is_refused(librarian: FlaskClient, talk: int) -> None:
    answer = librarian.post(f"/api/v1/recordings/{talk}/edits", json={"operations": []})

    assert answer.status_code == 400


def test_a_recording_without_a_transcript_says_so(
    librarian: FlaskClient, archivist: Archivist
) -> None:
    silent = archivist.recording(with_transcript=False)

    page = read(librarian.get(f"/recordings/{silent}/edit"))

    assert "no transcript that could be corrected" in page.text
    assert not page.select("#segments")
