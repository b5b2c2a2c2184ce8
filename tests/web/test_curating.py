import csv
import io

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from archive.describing.reading import read_described
from archive.describing.values import Credit, Described
from archive.models import Collection
from tests.web.conftest import post, read, sign_in, token
from tests.web.factories import Archivist, speak
from web.csv_exchange import pack
from worker.stages.documents import index_document

_PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def _described(archivist: Archivist, recording_id: int) -> Described:
    with archivist.database.read() as session:
        return read_described(session, [recording_id])[recording_id]


def _change(client: FlaskClient, **fields: object):  # noqa: ANN202 - a test's
    return client.post(
        "/curate/change",
        data={"csrf_token": token(client, "/curate"), **fields},
    )


def _send(client: FlaskClient, file: bytes, **fields: str):  # noqa: ANN202 - a test's
    data: dict[str, object] = {"csrf_token": token(client, "/curate"), **fields}
    if not fields:
        data["file"] = FileStorage(io.BytesIO(file), "recordings.csv")
    # In memory: the client would leave the file of a large body open.
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/curate/import", data=body, content_type=kind)


def test_chosen_recordings_are_changed_after_a_preview(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    one = archivist.recording(speak("a"), title="One", subjects=("Fever",))
    two = archivist.recording(speak("b"), title="Two")
    other = archivist.recording(speak("c"), title="Other")
    asked = read(_change(librarian, recording=[str(one), str(two)]))
    assert asked.h1.text == "Change 2 recordings"
    edits = {"field": ["subjects"], "operation": ["add"], "value": ["Malaria\r\nTriage"]}
    ids = asked.select_one("[name=ids]")["value"]

    shown = read(_change(librarian, ids=ids, preview="yes", **edits))

    assert "Fever" in shown.select(".changes li")[0].text
    assert _described(archivist, one).subjects == ("Fever",)
    deed = shown.select_one("form:has([name=confirmed])")
    assert [box.text.strip() for box in deed.select("[name=value]")] == ["Malaria\r\nTriage"]
    done = _change(
        librarian, ids=ids, confirmed=deed.select_one("[name=confirmed]")["value"], **edits
    )
    assert done.status_code == 303
    assert "2 recordings changed" in librarian.get(done.location).text
    assert _described(archivist, one).subjects == ("Fever", "Malaria", "Triage")
    assert _described(archivist, two).subjects == ("Malaria", "Triage")
    assert _described(archivist, other).subjects == ()


def test_what_was_not_seen_is_not_done(archivist: Archivist, librarian: FlaskClient) -> None:
    one = archivist.recording(speak("a"), title="One")
    edits = {"field": ["rights"], "operation": ["set"], "value": ["Ours"]}
    shown = read(_change(librarian, ids=str(one), preview="yes", **edits))
    confirmed = shown.select_one("[name=confirmed]")["value"]
    page = f"/recordings/{one}/subjects"
    post(librarian, page, page=f"/recordings/{one}", subjects="Fever")

    again = _change(librarian, ids=str(one), confirmed=confirmed, **edits)

    assert again.status_code == 200
    assert "Somebody changed some of these" in again.text
    assert _described(archivist, one).rights == ""


def test_all_that_the_list_found_can_be_chosen(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    for number in range(3):
        archivist.recording(speak("a"), title=f"Malaria {number}")
    archivist.recording(speak("b"), title="Cholera")

    answer = librarian.post(
        "/curate/change?q=malaria", data={"csrf_token": token(librarian, "/curate"), "all": "yes"}
    )

    assert read(answer).h1.text == "Change 3 recordings"
    assert _change(librarian).status_code == 400


def test_metadata_goes_out_and_in_by_the_page(archivist: Archivist, librarian: FlaskClient) -> None:
    one = archivist.recording(
        speak("a"), title="=One", speakers=("أمينة",), description="Two\n\nlines", collection="R"
    )
    two = archivist.recording(speak("b"), title="Two")
    out = librarian.get("/curate/export")
    assert out.mimetype == "text/csv"
    assert out.data.startswith(b"\xef\xbb\xbf")

    same = _send(librarian, out.data)
    rows = list(csv.DictReader(io.StringIO(out.data.decode("utf-8-sig"), newline="")))
    changed = out.data.replace(b",Two,", b",Renamed,")
    look = read(_send(librarian, changed))

    assert "nothing to import" in same.text
    assert rows[0]["title"] == "'=One"
    assert [d.text for d in look.select(".changes del")] == ["Two"]
    content = look.select_one("[name=packed]")["value"]
    done = _send(librarian, b"", confirmed="yes", packed=content)
    assert done.status_code == 303
    assert _described(archivist, two).title == "Renamed"
    assert _described(archivist, one).description == "Two\n\nlines"


def test_a_file_larger_than_a_form_is_taken_and_a_refused_line_named(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    ids = [archivist.recording(speak("a"), title=f"One {n}") for n in range(80)]
    words = "Knowledge. " * 1_700
    lines = "".join(f"{number},{words}\n" for number in ids)
    good = f"id,description\n{lines}".encode()
    assert len(good) > 1_400_000

    look = read(_send(librarian, good))
    content = look.select_one("[name=packed]")["value"]
    done = _send(librarian, b"", confirmed="yes", packed=content)
    bad = _send(librarian, good + f"{ids[0]},again\n".encode())

    assert done.status_code == 303
    assert _described(archivist, ids[-1]).description == words.strip()
    assert bad.status_code == 400
    assert "Line 82" in read(bad).select_one("[role=alert]").text


def test_a_file_is_not_taken_without_the_forms_token(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("a"), title="One")
    content = f"id,title\n{recording_id},Renamed\n"

    answer = librarian.post(
        "/curate/import",
        data={"confirmed": "yes", "packed": pack(content.encode())},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 400
    assert _described(archivist, recording_id).title == "One"


def test_people_are_merged_on_the_page(archivist: Archivist, librarian: FlaskClient) -> None:
    one = archivist.recording(speak("a"), title="One", speakers=("Amina Diallo",))
    archivist.recording(speak("b"), title="Two", speakers=("Diallo Amina",))
    listed = read(librarian.get("/curate/people?q=diallo"))
    links = {a.text: a["href"] for a in listed.select(".terms a")}
    page = read(librarian.get(links["Amina Diallo"]))
    form = page.select_one(".terms form")

    done = post(
        librarian,
        form["action"],
        page=links["Amina Diallo"],
        into=form.select_one("[name=into]")["value"],
    )

    kept = read(librarian.get(done.location))
    assert kept.select_one("[name=aliases]").text.strip() == "Diallo Amina"
    assert len(kept.select(".plain-list li")) == 2
    assert _described(archivist, one).people == (Credit(name="Amina Diallo"),)
    wrong = post(librarian, links["Amina Diallo"], page=links["Amina Diallo"], orcid="12")
    assert wrong.status_code == 400
    assert "The name is empty" in wrong.text or "16 digits" in wrong.text


def test_a_collection_is_made_filled_ordered_covered_and_shown(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    post(librarian, "/collections", title="Été 2020", description="Cours\n\nd'été")
    one = archivist.recording(speak("a"), title="One", collection="été 2020", stills_ms=(1_000,))
    two = archivist.recording(speak("b"), title="Two", collection="Été 2020")
    page = "/collections/1/edit"

    post(librarian, "/collections/1/order", page=page, recording=str(two), step="up")
    post(librarian, "/collections/1/cover", page=page, recording=str(one), at_ms="1000")

    moved = visitor.get("/collections/1")
    assert moved.status_code == 301
    shown = read(visitor.get(moved.location))
    assert shown.h1.text == "Été 2020"
    assert [a.text for a in shown.select(".card-title a")] == ["Two", "One"]
    assert visitor.get("/collections/1/cover").mimetype == "image/jpeg"
    assert read(visitor.get("/collections")).select_one(".card-title a").text == "Été 2020"
    wrong = post(librarian, "/collections/1/cover", page=page, recording=str(two), at_ms="5")
    assert wrong.status_code == 400


def test_a_cover_is_a_picture_and_nothing_else(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    archivist.recording(speak("a"), collection="Rounds")

    def upload(content: bytes):  # noqa: ANN202 - a test's
        return librarian.post(
            "/collections/1/cover",
            data={
                "csrf_token": token(librarian, "/collections/1/edit"),
                "file": (io.BytesIO(content), "cover.png"),
            },
            content_type="multipart/form-data",
        )

    assert upload(b"<svg onload=alert(1)>").status_code == 400
    assert upload(_PNG).status_code == 303
    shown = visitor.get("/collections/1/cover")
    assert (shown.mimetype, shown.data) == ("image/png", _PNG)
    post(librarian, "/collections/1/cover", page="/collections/1/edit")
    assert visitor.get("/collections/1/cover").status_code == 404


def test_a_cover_of_what_is_not_published_is_not_shown(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    hidden = archivist.recording(
        speak("a"), title="Hidden", collection="Rounds", stills_ms=(1_000,), publish=False
    )
    archivist.recording(speak("b"), title="Shown", collection="Rounds")
    post(
        librarian,
        "/collections/1/cover",
        page="/collections/1/edit",
        recording=str(hidden),
        at_ms="1000",
    )

    assert visitor.get("/collections/rounds").status_code == 200
    assert visitor.get("/collections/1/cover").status_code == 404
    assert "Hidden" not in visitor.get("/collections/rounds").text


def test_a_recording_is_found_in_each_of_its_collections(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"), title="One", collection="Ward rounds")
    edits = {"field": ["collections"], "operation": ["add"], "value": ["Journal club"]}
    shown = read(_change(librarian, ids=str(recording_id), preview="yes", **edits))
    _change(
        librarian,
        ids=str(recording_id),
        confirmed=shown.select_one("[name=confirmed]")["value"],
        **edits,
    )
    with archivist.database.read() as session:
        document = index_document(session, recording_id)
    assert document is not None
    archivist.index.update([document])

    for query in ("in:rounds", "in:club", 'in:"journal club"'):
        assert len(read(visitor.get(f"/search?q={query}")).select(".hit")) == 1, query
    assert not read(visitor.get('/search?q=in:"rounds journal"')).select(".hit")
    facets = read(visitor.get("/search?q=fever")).select_one(".facet:has([href*=collection])")
    assert {"Ward rounds", "Journal club"} <= set(facets.get_text("\n").split("\n"))
    with archivist.database.read() as session:
        assert session.query(Collection).count() == 2


@pytest.mark.browser
def test_a_whole_page_is_ticked_by_the_script(
    page: Page, site: str, archivist: Archivist, librarian: FlaskClient
) -> None:
    for number in range(3):
        archivist.recording(speak("a"), title=f"Malaria {number}")
    sign_in(page, site, librarian.application, archivist)
    page.goto(f"{site}/curate")

    page.get_by_label("Tick this page").check()
    expect(page.locator("[data-count]")).to_have_text("3 ticked")
    page.get_by_role("button", name="Change those ticked").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Change 3 recordings")
