"""Depositing through the page: what is kept, what is refused and how, what is left behind."""

import io
import os
import socket
import subprocess
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from archive.models import Recording, StoredFile
from archive.permissions import LIBRARIAN
from archive.settings import Settings
from archive.storage import RESERVE_BYTES, Storage
from tests.conftest import FakeClock
from tests.web.conftest import close_site, read, signed_in, token
from tests.web.factories import Archivist
from web import create_app

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"film " * 2_000


def send(
    client: FlaskClient,
    content: bytes = MP4,
    *,
    name: str = "session.mp4",
    json: bool = False,
    csrf_token: str | None = None,
    **fields: str,
) -> TestResponse:
    """Send the form as its page does: fields first, the file last."""
    body = {"csrf_token": csrf_token or token(client, "/deposit"), **fields}
    return client.post(
        "/deposit",
        data={**body, "file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
        headers={"Accept": "application/json" if json else "text/html,*/*;q=0.8"},
    )


def files_of(settings: Settings) -> list[Path]:
    return [path for path in settings.files_dir.rglob("*") if path.is_file()]


def count(archivist: Archivist) -> int:
    with archivist.database.read() as session:
        return session.scalar(select(func.count(Recording.id))) or 0


def test_the_form_puts_the_file_last_and_the_archives_languages_first(
    librarian: FlaskClient,
) -> None:
    form = read(librarian.get("/deposit")).select_one("form#deposit")

    names = [field["name"] for field in form.select("[name]")]
    languages = [option["value"] for option in form.select("select[name=language] option")]
    assert names[-1] == "file"
    assert languages[:9] == ["", "en", "fr", "pt", "ar", "sw", "am", "zh", "id"]
    assert form["enctype"] == "multipart/form-data"
    assert int(form["data-max-bytes"]) == 20 * 1024**3
    assert int(form["data-free-bytes"]) > 0


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
    assert page.select_one("input[name=title]")["value"] == "Kept text"
    assert page.textarea.text == "Kept <too>"
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


@pytest.fixture
def make_site(
    settings: Settings, clock: FakeClock, archivist: Archivist
) -> Iterator[Callable[..., FlaskClient]]:
    """Build a site with other limits or another store, and sign a librarian in."""
    apps: list[Flask] = []

    def site(*, storage: Storage | None = None, **changes: object) -> FlaskClient:
        app = create_app(replace(settings, **changes), clock=clock, storage=storage)  # type: ignore[arg-type]
        apps.append(app)
        return signed_in(app, archivist, "lim@example.org", LIBRARIAN, "Lim")

    yield site
    for app in apps:
        close_site(app)


def test_a_file_larger_than_the_maximum_is_refused_before_it_travels(
    make_site: Callable[..., FlaskClient], settings: Settings
) -> None:
    client = make_site(max_upload_bytes=10_000)

    answer = send(client, b"\x00\x00\x00\x18ftypisom" + bytes(10_189))
    exactly = send(client, b"\x00\x00\x00\x18ftypisom" + bytes(9_988))

    assert answer.status_code == 413
    assert (
        "The file is 10 kB; this archive takes up to 10 kB"
        in read(answer).select_one("#error").text
    )
    assert exactly.status_code == 303
    assert len(files_of(settings)) == 1


def test_a_disk_too_full_for_the_file_says_how_much_is_needed(
    make_site: Callable[..., FlaskClient], settings: Settings
) -> None:
    storage = Storage(settings.files_dir, free_bytes=lambda _path: RESERVE_BYTES + 5_000)

    answer = send(make_site(storage=storage))

    assert answer.status_code == 507
    assert "needs 10 kB and 5 kB are free" in read(answer).select_one("#error").text
    assert files_of(settings) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount here: {mounted.stderr.decode().strip()}")
    yield path
    subprocess.run(["umount", path], check=True)


def test_a_disk_that_fills_up_during_the_upload_is_told_and_freed(
    make_site: Callable[..., FlaskClient], small_disk: Path
) -> None:
    # What is free is told wrongly on purpose: another process took it after the check.
    storage = Storage(small_disk, free_bytes=lambda _path: RESERVE_BYTES + 10**9)

    client = make_site(storage=storage)

    answer = client.post(
        "/deposit", environ_overrides=multipart(token(client, "/deposit"), 3_000_000).environ()
    )

    assert answer.status_code == 507
    assert "needs 3.0 MB" in read(answer).select_one("#error").text
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []


class Film(io.RawIOBase):
    """A multipart body of any size, made while it is read."""

    def __init__(self, head: bytes, size_bytes: int, tail: bytes) -> None:
        self.length = len(head) + size_bytes + len(tail)
        self._parts = [head, size_bytes, tail]

    def readable(self) -> bool:
        return True

    def environ(self) -> dict[str, object]:
        """What a server hands to the site with such a body."""
        return {
            "wsgi.input": self,
            "CONTENT_LENGTH": str(self.length),
            "CONTENT_TYPE": "multipart/form-data; boundary=edge",
        }

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while self._parts:
            part = self._parts[0]
            if isinstance(part, int):
                taken = min(part, len(buffer))
                buffer[:taken] = b"\x47" * taken
                self._parts[0] = part - taken
            else:
                taken = min(len(part), len(buffer))
                buffer[:taken] = part[:taken]
                self._parts[0] = part[taken:]
            if not self._parts[0]:
                self._parts.pop(0)
            if taken:
                return taken
        return 0


def multipart(csrf_token: str, size_bytes: int) -> Film:
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{csrf_token}\r\n'
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="film.mp4"\r\n\r\n'
    ).encode()
    return Film(head + MP4[:32], size_bytes - 32, b"\r\n--edge--\r\n")


def test_a_large_upload_takes_little_memory(librarian: FlaskClient, settings: Settings) -> None:
    size_bytes = 300 * 1024**2
    body = multipart(token(librarian, "/deposit"), size_bytes)

    tracemalloc.start()
    answer = librarian.post(
        "/deposit",
        environ_overrides=body.environ(),
        headers={"Accept": "application/json"},
    )
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 201, answer.text
    assert [path.stat().st_size for path in files_of(settings)] == [size_bytes]
    assert peak_bytes < 8 * 1024**2


def test_an_upload_that_breaks_off_leaves_nothing(
    app: Flask, librarian: FlaskClient, archivist: Archivist, settings: Settings
) -> None:
    cookie = librarian.get_cookie("archive_session")
    assert cookie is not None
    body = multipart(token(librarian, "/deposit"), 2_000_000)
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.handle_request)
    thread.start()

    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as line:
        line.sendall(
            f"POST /deposit HTTP/1.1\r\nHost: a\r\nCookie: archive_session={cookie.value}\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\n"
            f"Content-Length: {body.length}\r\n\r\n".encode()
            + io.BufferedReader(body).read(500_000)
        )
    thread.join(20)
    server.server_close()

    assert not thread.is_alive()
    assert files_of(settings) == []
    assert count(archivist) == 0


def test_the_reason_arrives_although_the_file_was_not_taken(
    make_site: Callable[..., FlaskClient],
) -> None:
    """The rest of a refused upload is taken in, so that the browser reads the answer."""
    client = make_site(max_upload_bytes=1_000_000)
    body = multipart(token(client, "/deposit"), 4_000_000)

    answer = client.post("/deposit", environ_overrides=body.environ())

    assert answer.status_code == 413
    assert body.read() == b""
