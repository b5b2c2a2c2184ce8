from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from archive.models import Publication, Recording
from tests.conftest import START, FakeClock
from tests.web.conftest import post, read, sign_in, token
from tests.web.factories import Archivist, speak


def _act(client: FlaskClient, recording_id: int, step: str, **fields: str) -> int:
    page = f"/recordings/{recording_id}"
    answer = post(client, f"{page}/{step}", page=f"{page}/publishing", **fields)
    return answer.status_code


def _ways_in(recording_id: int) -> tuple[str, ...]:
    page = f"/recordings/{recording_id}"
    return (
        page,
        f"{page}?t=12",
        f"{page}/media",
        f"{page}/transcript.vtt",
        f"{page}/transcript.txt",
        f"{page}/transcript.json",
        f"{page}/stills/1000.jpg",
        f"/api/v1/recordings/{recording_id}",
    )


def test_a_withdrawn_recording_says_so_at_its_address_and_nothing_else_of_it_is_left(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(
        speak("chloroquine"), title="Secret title", collection="Rounds", stills_ms=(1_000,)
    )

    _act(librarian, recording_id, "withdraw", reason="A patient was named.\n<b>Sorry</b>")

    for address in _ways_in(recording_id):
        answer = visitor.get(address)
        assert answer.status_code == 410, address
        assert "Secret title" not in answer.text
    told = read(visitor.get(f"/recordings/{recording_id}"))
    assert "withdrawn" in told.select_one(".tombstone").text
    assert "2 March 2026" in told.select_one("time").text
    assert (
        told.select_one(".notice").get_text("\n", strip=True)
        == "A patient was named.\n<b>Sorry</b>"
    )
    found = read(visitor.get("/search?q=chloroquine"))
    assert not found.select(".hit")
    assert "Secret" not in visitor.get("/api/v1/suggest?q=secret").text
    assert visitor.get("/collections/rounds").status_code == 404
    assert "Secret title" not in visitor.get("/").text
    assert librarian.get(f"/recordings/{recording_id}").status_code == 200


def test_the_title_is_told_where_the_librarian_allows_it(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"), title="Known title")

    _act(librarian, recording_id, "withdraw", title="yes")

    assert read(visitor.get(f"/recordings/{recording_id}")).h1.text == "Known title"


def test_published_again_it_is_as_it_was(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"))
    _act(librarian, recording_id, "withdraw")

    assert _act(librarian, recording_id, "publish") == 303

    assert visitor.get(f"/recordings/{recording_id}").status_code == 200


def test_the_checklist_says_what_is_missing_and_where_to_mend_it(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"), publish=False, recorded_on=None)

    page = read(librarian.get(f"/recordings/{recording_id}/publishing"))

    lacking = {item.b.text: item.a["href"] for item in page.select(".checklist .lacking") if item.a}
    assert lacking["Rights"] == f"/recordings/{recording_id}/describe#licence"
    assert lacking["Day of the session"] == f"/recordings/{recording_id}/describe#recorded_on"
    for address in lacking.values():
        path, _, field = address.partition("#")
        assert not field or read(librarian.get(path)).select_one(f"#{field}"), address
    shown = read(librarian.get(f"/recordings/{recording_id}")).select_one(".standing")
    assert "rights" in shown.text
    assert shown.select_one(f'form[action="/recordings/{recording_id}/publish"]')


def test_it_is_announced_when_it_becomes_public(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"), publish=False)

    past = _act(librarian, recording_id, "schedule", publish_at="2026-03-01T00:00")
    done = _act(librarian, recording_id, "schedule", publish_at="2026-03-05T14:30")

    assert (past, done) == (400, 303)
    for page in (f"/recordings/{recording_id}", f"/recordings/{recording_id}/publishing"):
        assert "5 March 2026, 14:30 UTC" in read(librarian.get(page)).text
    assert visitor.get(f"/recordings/{recording_id}").status_code == 404
    _act(librarian, recording_id, "unschedule")
    assert "5 March" not in librarian.get(f"/recordings/{recording_id}").text


def test_a_duplicate_leads_to_the_one_that_stays_with_its_moments(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    gone = archivist.recording(speak("a"), title="Duplicate", subjects=("Fever",))
    kept = archivist.recording(speak("b"), title="The one")
    offered = read(librarian.get(f"/recordings/{gone}/merge?into=/recordings/{kept}"))
    assert [box["value"] for box in offered.select("[name=take]")] == ["subjects"]

    merged = post(
        librarian,
        f"/recordings/{gone}/merge",
        page=f"/recordings/{gone}/merge?into={kept}",
        into=str(kept),
        take="subjects",
    )

    assert merged.location == f"/recordings/{kept}"
    for address in _ways_in(gone):
        answer = visitor.get(address)
        assert answer.status_code == 301
        assert answer.location == address.replace(f"recordings/{gone}", f"recordings/{kept}")
    sent = post(librarian, f"/recordings/{gone}/publish", page=f"/recordings/{kept}")
    assert sent.status_code in (404, 410)  # not done to the other
    assert "Fever" in visitor.get(f"/recordings/{kept}").text
    bad = librarian.get(f"/recordings/{kept}/merge?into=nonsense")
    assert bad.status_code == 400
    assert "number of a recording" in bad.text


def test_the_bin_restores_and_an_administrator_deletes_for_good(
    archivist: Archivist,
    visitor: FlaskClient,
    librarian: FlaskClient,
    administrator: FlaskClient,
    clock: FakeClock,
) -> None:
    recording_id = archivist.recording(speak("a"), title="Binned")
    _act(librarian, recording_id, "delete")
    binned = read(librarian.get("/curate/bin"))
    assert "goes on 1 April 2026" in binned.select_one(".terms").text
    assert not binned.select(f'form[action="/curate/bin/{recording_id}/delete"]')
    for address in _ways_in(recording_id):
        assert visitor.get(address).status_code == 410
    assert "It lies in the bin" in librarian.get(f"/recordings/{recording_id}").text

    post(librarian, f"/curate/bin/{recording_id}/restore", page="/curate/bin")
    assert visitor.get(f"/recordings/{recording_id}").status_code == 200

    _act(librarian, recording_id, "delete")
    refused = post(librarian, f"/curate/bin/{recording_id}/delete", page="/curate/bin")
    done = post(administrator, f"/curate/bin/{recording_id}/delete", page="/curate/bin")
    assert (refused.status_code, done.status_code) == (403, 303)
    assert "The bin is empty" in librarian.get("/curate/bin").text
    assert visitor.get(f"/recordings/{recording_id}").status_code == 410
    with archivist.database.read() as session:
        assert session.get_one(Recording, recording_id).publication is Publication.GONE
    assert clock() == START


def test_programs_are_told_and_take_the_same_steps(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"), publish=False)
    address = f"/api/v1/recordings/{recording_id}/publication"
    headers = {"X-CSRFToken": token(librarian, f"/recordings/{recording_id}/publishing")}

    stood = librarian.get(address).json
    wrong = librarian.post(address, json={"step": "jump"}, headers=headers)
    done = librarian.post(address, json={"step": "publish"}, headers=headers)
    again = librarian.post(address, json={"step": "submit"}, headers=headers)

    assert (stood["publication"], stood["steps"]) == ("draft", ["publish", "schedule", "submit"])
    assert "Rights" in [one["name"] for one in stood["missing"]]
    assert (wrong.status_code, again.status_code) == (400, 400)
    assert done.json["publication"] == "published"
    assert visitor.get(f"/recordings/{recording_id}").status_code == 200


@pytest.mark.browser
def test_a_time_chosen_is_told_as_it_is_where_one_is(
    page: Page, site: str, archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"), publish=False)
    sign_in(page, site, librarian.application, archivist)
    page.goto(f"{site}/recordings/{recording_id}/publishing")

    page.get_by_label("Publish it by itself on").fill("2026-03-05T14:30")
    expect(page.locator("[data-local]")).to_contain_text("2026")
    page.get_by_role("button", name="Publish it then").click()

    expect(page.locator(".curating .notice")).to_contain_text("5 March 2026, 14:30 UTC")
    with archivist.database.read() as session:
        publish_at = session.get_one(Recording, recording_id).publish_at
    assert publish_at == START.replace(day=5, hour=14, minute=30) + timedelta(0)
