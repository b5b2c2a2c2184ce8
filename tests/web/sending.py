"""Sending the deposit form as its page does, and counting what is left behind."""

import io
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive.models import Recording
from archive.settings import Settings
from tests.web.conftest import token
from tests.web.factories import Archivist

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
