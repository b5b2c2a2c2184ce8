"""Uploads at their limits: size, disk, memory, links that break off."""

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
from werkzeug.serving import make_server

from archive.permissions import LIBRARIAN
from archive.settings import Settings
from archive.storage import RESERVE_BYTES, Storage
from tests.conftest import FakeClock
from tests.web.conftest import close_site, read, signed_in, token
from tests.web.factories import Archivist
from tests.web.sending import MP4, count, files_of, send
from web import create_app


@pytest.fixture
def make_site(
    settings: Settings, clock: FakeClock, archivist: Archivist
) -> Iterator[Callable[..., FlaskClient]]:
    """Build a site with other limits or another store, and sign a librarian in."""
    apps: list[Flask] = []

    def site(*, storage: Storage | None = None, **changes: object) -> FlaskClient:
        app = create_app(replace(settings, **changes), clock=clock, storage=storage)
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
