"""Depositing through the page: what is kept, what is refused and how, what is left behind."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive.models import Recording, StoredFile
from archive.settings import Settings
from tests.web.conftest import read, token
from tests.web.factories import Archivist
from tests.web.sending import MP4, count, files_of, send


def test_the_form_puts_the_file_last_and_the_archives_languages_first(
    librarian: FlaskClient,
) -> None:
    page = read(librarian.get("/deposit"))

    form = page.select_one("form#deposit")
    names = [field["name"] for field in form.select("[name]")]
    languages = [option["value"] for option in form.select("select[name=language] option")]
    assert names[-1] == "file"
    assert languages[:9] == ["", "en", "fr", "pt", "ar", "sw", "am", "zh", "id"]
    assert form["enctype"] == "multipart/form-data"
    uploader = page.select_one("#uploader")
    assert int(uploader["data-max-bytes"]) == 20 * 1024**3
    assert int(uploader["data-free-bytes"]) > 0


def test_a_deposit_keeps_file_and_description_and_leads_to_the_recording(
    librarian: FlaskClient, archivist: Archivist, settings: Settings
) -> None:
    answer = send(
        librarian,
        title="Ward rounds",
        recorded_on="2024-05-14",
        language="fr",
        description="All of it.",
        collection="Rounds",
        publish="yes",
    )

    with archivist.database.read() as session:
        recording = session.scalars(select(Recording)).one()
        assert (recording.title, recording.language) == ("Ward rounds", "fr")
        assert recording.collection is not None
        assert recording.collection.title == "Rounds"
        assert recording.publication == "published"
        assert recording.depositor_id is not None
    assert (answer.status_code, answer.location) == (303, f"/recordings/{recording.id}")
    assert [path.read_bytes() for path in files_of(settings)] == [MP4]


def test_the_pages_script_gets_json(librarian: FlaskClient) -> None:
    first = send(librarian, json=True)
    again = send(librarian, json=True)
    refused = send(librarian, b"", json=True)

    assert first.status_code == 201
    assert first.json == {"id": 1, "url": "/recordings/1", "existing": False}
    assert (again.status_code, again.json["existing"]) == (200, True)
    assert (refused.status_code, "empty" in refused.json["error"]) == (400, True)


def test_the_same_bytes_lead_to_the_first_recording(
    librarian: FlaskClient, archivist: Archivist, settings: Settings
) -> None:
    first = send(librarian, title="First")
    second = send(librarian, title="Second", name="other.mp4")

    told = read(librarian.get(second.location))
    assert second.location == first.location
    assert "already in the archive" in told.select_one(".notice.good").text
    assert count(archivist) == len(files_of(settings)) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.mp4", "empty"),
        (b"%PDF-1.7 " + b"x" * 9_000, "slides.pdf", "PDF"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\nfile:///etc/passwd\n", "a.mp4", "playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "a.mp4", "playlist"),
    ],
)
def test_what_is_no_recording_is_refused_and_nothing_is_left(
    librarian: FlaskClient,
    archivist: Archivist,
    settings: Settings,
    content: bytes,
    name: str,
    said: str,
) -> None:
    answer = send(librarian, content, name=name, title="Kept text", description="Kept <too>")

    page = read(answer)
    assert answer.status_code == 400
    assert said in page.select_one("#error[role=alert]").text
    assert page.select_one("#deposit input[name=title]")["value"] == "Kept text"
    assert page.select_one("#deposit textarea").text == "Kept <too>"
    assert files_of(settings) == []
    assert count(archivist) == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"recorded_on": "14.5.2024"}, "14.5.2024"),
        ({"language": "klingon"}, "klingon"),
        ({"title": "x" * 301}, "301"),
        ({"description": "x" * 200_000}, "too long"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_before_the_file_travels(
    librarian: FlaskClient, settings: Settings, fields: dict[str, str], said: str
) -> None:
    answer = send(librarian, **fields)

    assert answer.status_code == 400
    assert said in read(answer).select_one("#error").text
    assert files_of(settings) == []


def test_no_file_is_said_plainly(librarian: FlaskClient) -> None:
    answer = send(librarian, name="")

    assert answer.status_code == 400
    assert "Choose the recording" in read(answer).select_one("#error").text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\ward.mp4", "ward"),
        ("محاضرة الملاريا.mp4", "محاضرة الملاريا"),
        ("<script>alert(1)</script>.mp4", "script>"),
        ("n" * 296 + ".mp4", "n" * 200),
    ],
)
def test_a_file_name_is_shown_and_never_a_path(
    librarian: FlaskClient, settings: Settings, name: str, title: str
) -> None:
    answer = send(librarian, name=name)
    page = read(librarian.get(answer.location))

    assert answer.status_code == 303
    assert title in page.h1.text
    assert not page.select("h1 script")
    [path] = files_of(settings)
    assert path.is_relative_to(settings.files_dir)


def test_a_visitor_is_sent_to_sign_in_and_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/deposit")

    assert (answer.status_code, answer.location) == (302, "/login?next=/deposit")


def test_a_visitor_cannot_deposit(visitor: FlaskClient, settings: Settings) -> None:
    page = send(visitor, csrf_token=token(visitor))
    json = send(visitor, csrf_token=token(visitor), json=True)

    assert (page.status_code, json.status_code) == (403, 403)
    assert json.json["error"]
    assert files_of(settings) == []


@pytest.mark.parametrize("wrong", ["x", "IjEyMyI.aaaa.bbbb"])
def test_a_deposit_without_the_forms_token_is_refused(
    librarian: FlaskClient, settings: Settings, wrong: str
) -> None:
    answer = send(librarian, csrf_token=wrong)

    assert answer.status_code == 400
    assert "not sent from this site" in read(answer).select_one("#error").text
    assert files_of(settings) == []


def test_a_body_that_is_no_form_is_refused(librarian: FlaskClient) -> None:
    plain = librarian.post("/deposit", data=b"hello", content_type="text/plain")
    broken = librarian.post(
        "/deposit", data=b"--a\r\nnonsense", content_type="multipart/form-data; boundary=a"
    )

    assert (plain.status_code, broken.status_code) == (400, 400)


def test_a_deposit_the_database_refuses_leaves_no_file(
    librarian: FlaskClient, archivist: Archivist, settings: Settings
) -> None:
    sent_token = token(librarian, "/deposit")
    with archivist.database.begin() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON recordings "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )

    answer = send(librarian, csrf_token=sent_token)

    assert answer.status_code == 500
    assert files_of(settings) == []
    with archivist.database.read() as session:
        assert session.scalar(select(func.count(StoredFile.id))) == 0
