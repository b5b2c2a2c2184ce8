"""Each MUST of the tus protocol 1.0.0 that concerns a server, in the order of the specification.

https://tus.io/protocols/resumable-upload, with the extensions this server claims.
"""

import base64
import hashlib
import threading
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import Recording, Upload
from archive.permissions import LIBRARIAN
from archive.settings import Settings
from tests.conftest import FakeClock
from tests.web.conftest import signed_in
from tests.web.factories import Archivist
from tests.web.sending import MP4, count, files_of
from tests.web.tus import BYTES, UPLOADS, Sender, metadata, path_of
from web.parts import current_parts


@pytest.fixture
def sender(librarian: FlaskClient) -> Sender:
    return Sender.of(librarian)


def kept(settings: Settings, path: str) -> bytes:
    """What of an upload lies on disk."""
    return (settings.uploads_dir / path.rsplit("/", 1)[1]).read_bytes()


# Core protocol: headers


@pytest.mark.parametrize("offset", ["-1", "x", "", "1.5", "0x10"])
def test_an_upload_offset_must_be_a_whole_number(sender: Sender, offset: str) -> None:
    path = sender.opened(10)

    assert sender.ask(
        "PATCH", path, data=b"x", upload_offset=offset, content_type=BYTES
    ).status_code == 400  # fmt: skip


@pytest.mark.parametrize("length", ["-1", "x", "", "1.5", None])
def test_an_upload_length_must_be_a_whole_number(sender: Sender, length: str | None) -> None:
    answer = sender.ask("POST", UPLOADS, upload_length=length)

    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_every_answer_but_options_names_the_version(sender: Sender, method: str) -> None:
    path = UPLOADS if method == "POST" else f"{UPLOADS}/nowhere-at-all"

    answer = sender.ask(method, path)

    assert answer.status_code >= 400
    assert answer.headers["Tus-Resumable"] == "1.0.0"


def test_an_address_or_method_that_is_not_there_names_the_version_too(sender: Sender) -> None:
    answers = [
        sender.ask("GET", f"{UPLOADS}/a/b/c"),
        sender.ask("PUT", UPLOADS),
        sender.ask("TRACE", f"{UPLOADS}/abcdefgh"),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 405]
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}


@pytest.mark.parametrize("version", ["0.2.2", "2.0.0", None])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_answered_412_with_ours_and_not_processed(
    sender: Sender, settings: Settings, method: str, version: str | None
) -> None:
    path = sender.opened(len(MP4))

    answer = sender.ask(
        method,
        UPLOADS if method == "POST" else path,
        data=MP4 if method == "PATCH" else b"",
        upload_offset="0",
        upload_length="5",
        content_type=BYTES,
        tus_resumable=version,
    )

    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert kept(settings, path) == b""


def test_options_tells_version_extensions_and_largest_size_even_without_a_version(
    sender: Sender, settings: Settings
) -> None:
    for path in (UPLOADS, sender.opened(10)):
        answer = sender.ask("OPTIONS", path, tus_resumable=None, x_csrftoken=None)

        assert answer.status_code in (200, 204)
        assert answer.headers["Tus-Version"].split(",")[0] == "1.0.0"
        assert set(answer.headers["Tus-Extension"].split(",")) == {
            "creation", "creation-with-upload", "expiration", "checksum", "termination",
        }  # fmt: skip
        assert int(answer.headers["Tus-Max-Size"]) == settings.max_upload_bytes
        assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


@pytest.mark.parametrize("actual", ["POST", "GET", "PUT"])
def test_a_method_told_by_header_is_what_is_done_and_the_actual_one_is_ignored(
    sender: Sender, actual: str
) -> None:
    path = sender.opened(len(MP4))

    answer = sender.ask(
        actual,
        path,
        data=MP4[:100],
        upload_offset="0",
        content_type=BYTES,
        x_http_method_override="PATCH",
    )
    gone = sender.ask(actual, path, x_http_method_override="DELETE")

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "100")
    assert gone.status_code == 204


# Core protocol: requests


def test_head_always_tells_the_offset_even_0_and_when_complete(sender: Sender) -> None:
    path = sender.opened(len(MP4))

    before = sender.head(path)
    sender.patch(path, 0, MP4)
    after = sender.head(path)

    assert (before.status_code, before.headers["Upload-Offset"]) == (200, "0")
    assert (after.status_code, after.headers["Upload-Offset"]) == (200, str(len(MP4)))


def test_head_tells_the_length_where_it_is_known(sender: Sender) -> None:
    assert sender.head(sender.opened(10)).headers["Upload-Length"] == "10"


def test_head_of_what_is_not_there_is_404_without_an_offset(sender: Sender) -> None:
    answer = sender.head(f"{UPLOADS}/abcdefghijkl")

    assert answer.status_code == 404
    assert "Upload-Offset" not in answer.headers


def test_head_must_not_be_cached(sender: Sender) -> None:
    assert sender.head(sender.opened(10)).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", None])
def test_patch_of_another_content_type_is_415(
    sender: Sender, settings: Settings, kind: str | None
) -> None:
    path = sender.opened(len(MP4))

    answer = sender.ask("PATCH", path, data=MP4, upload_offset="0", content_type=kind)

    assert answer.status_code == 415
    assert kept(settings, path) == b""


@pytest.mark.parametrize("offset", [0, 99, 101])
def test_patch_at_another_offset_is_409_and_does_not_change_the_upload(
    sender: Sender, settings: Settings, offset: int
) -> None:
    path = sender.opened(len(MP4))
    sender.patch(path, 0, MP4[:100])

    answer = sender.patch(path, offset, b"other")

    assert answer.status_code == 409
    assert kept(settings, path) == MP4[:100]


def test_patch_applies_the_bytes_at_the_offset_and_answers_204_with_the_new_one(
    sender: Sender, settings: Settings
) -> None:
    path = sender.opened(len(MP4))

    first = sender.patch(path, 0, MP4[:100])
    second = sender.patch(path, 100, MP4[100:250])

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "100")
    assert (second.status_code, second.headers["Upload-Offset"]) == (204, "250")
    assert kept(settings, path) == MP4[:250]


def test_patch_of_what_is_not_there_is_404(sender: Sender) -> None:
    assert sender.patch(f"{UPLOADS}/abcdefghijkl", 0, b"x").status_code == 404


def test_patch_beyond_the_length_is_refused_and_nothing_of_it_kept(
    sender: Sender, settings: Settings
) -> None:
    path = sender.opened(100)

    answer = sender.patch(path, 0, MP4[:101])

    assert answer.status_code == 413
    assert kept(settings, path) == b""


# Creation


def test_creation_answers_201_with_the_address_and_an_empty_upload(sender: Sender) -> None:
    answer = sender.create(100)

    assert answer.status_code == 201
    assert sender.head(path_of(answer)).headers["Upload-Offset"] == "0"


def test_creation_beyond_the_largest_size_is_413(sender: Sender, settings: Settings) -> None:
    answer = sender.create(settings.max_upload_bytes + 1)

    assert answer.status_code == 413
    assert "takes up to" in answer.json["error"]


def test_creation_with_a_length_to_come_is_refused_because_it_is_not_claimed(
    sender: Sender,
) -> None:
    answer = sender.ask("POST", UPLOADS, upload_defer_length="1")

    assert answer.status_code == 400


def test_head_gives_the_metadata_back_as_it_came(sender: Sender) -> None:
    sent = metadata(filename="Séance 3.mp4", fingerprint="a-b") + ",is_confidential"

    path = sender.opened(100, upload_metadata=sent)

    assert sender.head(path).headers["Upload-Metadata"] == sent


@pytest.mark.parametrize(
    "sent",
    ["two words dGV4dA==", "key not-base64!", "ключ dGV4dA==", "a YQ==,a Yg==", ",", "a /w=="],
)
def test_metadata_must_be_unique_ascii_keys_with_values_in_base64(
    sender: Sender, sent: str
) -> None:
    header = sent.encode().decode("latin-1")

    assert sender.create(10, upload_metadata=header).status_code == 400


# Creation with upload


def test_creation_may_bring_the_first_bytes_and_tells_how_many_were_kept(
    sender: Sender, settings: Settings
) -> None:
    answer = sender.create(len(MP4), data=MP4[:200])

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "200")
    assert kept(settings, path_of(answer)) == MP4[:200]


def test_creation_may_bring_all_of_the_file(sender: Sender, archivist: Archivist) -> None:
    answer = sender.create(len(MP4), data=MP4)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(MP4)))
    assert count(archivist) == 1


def test_creation_with_bytes_of_another_content_type_is_415(sender: Sender) -> None:
    answer = sender.create(len(MP4), data=MP4, content_type="video/mp4")

    assert answer.status_code == 415


# Expiration


def test_patch_and_creation_tell_when_the_upload_expires_in_the_format_of_http(
    sender: Sender, clock: FakeClock
) -> None:
    created = sender.create(100)
    patched = sender.patch(path_of(created), 0, b"0123")

    for answer in (created, patched):
        expires = parsedate_to_datetime(answer.headers["Upload-Expires"])
        assert (expires - clock.now).days == 7
        assert answer.headers["Upload-Expires"].endswith("GMT")


@pytest.mark.parametrize("method", ["HEAD", "PATCH"])
def test_an_expired_upload_is_gone(sender: Sender, clock: FakeClock, method: str) -> None:
    path = sender.opened(100)
    clock.forward(days=8)

    answer = sender.ask(method, path, upload_offset="0", content_type=BYTES)

    assert answer.status_code in (404, 410)
    assert "Upload-Offset" not in answer.headers


def test_bytes_that_come_keep_an_upload_from_expiring(sender: Sender, clock: FakeClock) -> None:
    path = sender.opened(100)
    clock.forward(days=6)
    sender.patch(path, 0, b"0123")
    clock.forward(days=6)

    assert sender.head(path).status_code == 200


# Checksum


def checksum(data: bytes, algorithm: str = "sha1") -> str:
    digest = hashlib.new(algorithm, data).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_body_with_the_right_checksum_is_kept(sender: Sender, algorithm: str) -> None:
    path = sender.opened(len(MP4))

    answer = sender.patch(path, 0, MP4[:500], upload_checksum=checksum(MP4[:500], algorithm))

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "500")


def test_a_body_with_another_checksum_is_460_and_dropped(
    sender: Sender, settings: Settings
) -> None:
    path = sender.opened(len(MP4))
    sender.patch(path, 0, MP4[:100])

    answer = sender.patch(path, 100, MP4[100:300], upload_checksum=checksum(b"other"))

    assert answer.status_code == 460
    assert kept(settings, path) == MP4[:100]
    assert sender.head(path).headers["Upload-Offset"] == "100"


def test_an_algorithm_that_is_not_claimed_is_400(sender: Sender) -> None:
    path = sender.opened(len(MP4))

    answer = sender.patch(path, 0, b"abc", upload_checksum="crc32 AAAA")

    assert answer.status_code == 400
    assert sender.head(path).headers["Upload-Offset"] == "0"


# Termination


def test_termination_answers_204_and_afterwards_the_upload_is_not_there(
    sender: Sender, settings: Settings
) -> None:
    path = sender.opened(len(MP4))
    sender.patch(path, 0, MP4[:100])

    answer = sender.ask("DELETE", path)

    assert answer.status_code == 204
    assert sender.head(path).status_code in (404, 410)
    assert sender.patch(path, 100, MP4[100:]).status_code in (404, 410)
    assert list(settings.uploads_dir.iterdir()) == []


def test_termination_of_a_finished_upload_leaves_its_recording(
    sender: Sender, archivist: Archivist, settings: Settings
) -> None:
    path = path_of(sender.create(len(MP4), data=MP4))

    assert sender.ask("DELETE", path).status_code == 204
    assert (count(archivist), len(files_of(settings))) == (1, 1)


# Not in the specification's words, but what it leaves to a server


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
