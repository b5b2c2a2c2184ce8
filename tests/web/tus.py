"""Speaking tus to the site as a browser's page would: session, form token, headers."""

import base64
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import token

UPLOADS = "/api/v1/uploads"
BYTES = "application/offset+octet-stream"


def metadata(**fields: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in fields.items()
    )


@dataclass
class Sender:
    """A signed-in browser that uploads."""

    client: FlaskClient
    csrf: str

    @classmethod
    def of(cls, client: FlaskClient) -> "Sender":
        return cls(client, token(client, "/deposit"))

    def ask(
        self, method: str, path: str, *, data: bytes = b"", **headers: str | None
    ) -> TestResponse:
        """Send a request; `upload_offset="3"` is the header Upload-Offset, None leaves one out."""
        sent = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.csrf}
        for name, value in headers.items():
            header = "-".join(part.capitalize() for part in name.split("_"))
            header = {"Tus-Resumable": "Tus-Resumable", "X-Csrftoken": "X-CSRFToken"}.get(
                header, header
            )
            sent.pop(header, None)
            if value is not None:
                sent[header] = value
        return self.client.open(path, method=method, data=data, headers=sent)

    def create(self, length: int, *, data: bytes = b"", **headers: str | None) -> TestResponse:
        """Open an upload; with bytes, creation-with-upload."""
        if data:
            headers.setdefault("content_type", BYTES)
        headers.setdefault("upload_metadata", metadata(filename="session.mp4"))
        return self.ask("POST", UPLOADS, data=data, upload_length=str(length), **headers)

    def opened(self, length: int, **headers: str | None) -> str:
        """Open an upload; returns its path."""
        answer = self.create(length, **headers)
        assert answer.status_code == 201, answer.text
        return path_of(answer)

    def patch(self, path: str, offset: int, data: bytes, **headers: str | None) -> TestResponse:
        headers.setdefault("content_type", BYTES)
        return self.ask("PATCH", path, data=data, upload_offset=str(offset), **headers)

    def head(self, path: str) -> TestResponse:
        return self.ask("HEAD", path)


def path_of(answer: TestResponse) -> str:
    """Return the path of the upload that an answer names."""
    return "/" + answer.headers["Location"].split("/", 3)[3]
