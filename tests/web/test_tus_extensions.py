"""Each MUST of the extensions of tus 1.0.0 that this server claims, in the specification's order.

https://tus.io/protocols/resumable-upload
"""

import base64
import hashlib
from email.utils import parsedate_to_datetime

import pytest
from flask.testing import FlaskClient

from archive.settings import Settings
from tests.conftest import FakeClock
from tests.web.factories import Archivist
from tests.web.sending import MP4, count, files_of
from tests.web.tus import BYTES, UPLOADS, Sender, metadata, path_of


@pytest.fixture
def sender(librarian: FlaskClient) -> Sender:
    return Sender.of(librarian)


def kept(settings: Settings, path: str) -> bytes:
    """What of an upload lies on disk."""
    return (settings.uploads_dir / path.rsplit("/", 1)[1]).read_bytes()


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
