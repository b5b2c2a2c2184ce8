"""What tus 1.0.0 leaves to a server: whose an upload is, two senders at once, a whole upload."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import Recording, Upload
from archive.permissions import LIBRARIAN
from archive.settings import Settings
from tests.web.conftest import signed_in
from tests.web.factories import Archivist
from tests.web.sending import MP4, files_of
from tests.web.tus import BYTES, UPLOADS, Sender, metadata
from web.parts import current_parts


@pytest.fixture
def sender(librarian: FlaskClient) -> Sender:
    return Sender.of(librarian)


def kept(settings: Settings, path: str) -> bytes:
    """What of an upload lies on disk."""
    return (settings.uploads_dir / path.rsplit("/", 1)[1]).read_bytes()


@pytest.fixture
def other(app: Flask, archivist: Archivist) -> Sender:
    return Sender.of(signed_in(app, archivist, "other@example.org", LIBRARIAN, "Other"))


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE", "GET"])
def test_an_upload_of_someone_else_is_not_there(
    sender: Sender, other: Sender, settings: Settings, method: str
) -> None:
    path = sender.opened(len(MP4))

    answer = other.ask(method, path, data=b"x", upload_offset="0", content_type=BYTES)

    assert answer.status_code == 404
    assert kept(settings, path) == b""


def test_a_visitor_cannot_upload(visitor: FlaskClient) -> None:
    answer = Sender(visitor, "none").create(10)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "override"), [("POST", None), ("PATCH", None), ("DELETE", None), ("GET", "DELETE")]
)
def test_a_request_without_the_sessions_token_changes_nothing(
    sender: Sender, archivist: Archivist, method: str, override: str | None
) -> None:
    path = sender.opened(len(MP4))

    answer = sender.ask(
        method,
        UPLOADS if method == "POST" else path,
        data=MP4 if method == "PATCH" else b"",
        upload_length="10",
        upload_offset="0",
        content_type=BYTES,
        x_csrftoken=None,
        x_http_method_override=override,
    )

    assert answer.status_code == 400
    assert sender.head(path).headers["Upload-Offset"] == "0"
    with archivist.database.read() as session:
        assert session.query(Upload).count() == 1


def test_of_two_requests_that_add_at_once_one_is_refused(
    app: Flask, sender: Sender, settings: Settings
) -> None:
    path = sender.opened(len(MP4))
    upload_id = path.rsplit("/", 1)[1]
    with app.app_context():
        files = current_parts().partial_files
    answers = []

    with files.hold(upload_id) as partial:
        partial.write(MP4[:10])
        second = threading.Thread(target=lambda: answers.append(sender.patch(path, 10, MP4[10:])))
        second.start()
        second.join(20)

    assert answers[0].status_code == 423
    assert kept(settings, path) == MP4[:10]


def test_a_whole_upload_is_a_recording_with_its_bytes(
    sender: Sender, archivist: Archivist, settings: Settings
) -> None:
    path = sender.opened(len(MP4), upload_metadata=metadata(filename="Ward_rounds.mp4"))
    sender.patch(path, 0, MP4[:7000])
    sender.patch(path, 7000, MP4[7000:])

    told = sender.ask("GET", path).json

    with archivist.database.read() as session:
        recording = session.query(Recording).one()
        assert (recording.title, recording.depositor_id) == ("Ward rounds", 1)
    assert told["state"] == "finished"
    assert told["url"] == f"/recordings/{recording.id}"
    assert [file.read_bytes() for file in files_of(settings)] == [MP4]
    assert list(settings.uploads_dir.iterdir()) == []
