"""Each MUST of the core of tus 1.0.0 that concerns a server, in the order of the specification.

https://tus.io/protocols/resumable-upload
"""

import pytest
from flask.testing import FlaskClient

from archive.settings import Settings
from tests.web.sending import MP4
from tests.web.tus import BYTES, UPLOADS, Sender, path_of


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


def test_every_answer_that_did_what_was_asked_names_the_version_too(sender: Sender) -> None:
    created = sender.create(len(MP4))
    path = path_of(created)
    answers = [created, sender.head(path), sender.patch(path, 0, MP4), sender.ask("DELETE", path)]

    assert [answer.status_code for answer in answers] == [201, 200, 204, 204]
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.0"])
def test_options_tells_version_extensions_and_largest_size_whatever_version_asks(
    sender: Sender, settings: Settings, version: str | None
) -> None:
    for path in (UPLOADS, sender.opened(10)):
        answer = sender.ask("OPTIONS", path, tus_resumable=version, x_csrftoken=None)

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
