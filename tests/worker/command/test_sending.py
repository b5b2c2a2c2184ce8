"""What `deposit --server` tells when the archive elsewhere cannot be reached, or not be asked."""

import socket
from pathlib import Path

import pytest

from archive.errors import InvalidInputError, UploadError
from worker.command.sending import ArchiveServer, Far, show_progress


@pytest.fixture
def nobody() -> str:
    """An address at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.ogg"
    path.write_bytes(b"OggS" + bytes(100))
    return path


def test_a_server_that_cannot_be_reached_is_told_at_once_and_given_up_after_a_while(
    nobody: str, talk: Path
) -> None:
    server = ArchiveServer(nobody, "wa_x", pause=lambda _s: None, patience_s=0.05)
    told: list[Far] = []

    with pytest.raises(UploadError, match="could not be reached"):
        server.send(talk, fields={}, progress=told.append)

    assert told[0].waiting
    assert "no connection; it goes on by itself" in str(told[0])


def test_an_empty_file_is_refused_before_anybody_is_asked(nobody: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.ogg"
    path.touch()

    with pytest.raises(InvalidInputError, match="is empty"):
        ArchiveServer(nobody, "wa_x").send(path, fields={}, progress=lambda _far: None)


@pytest.mark.parametrize(
    ("address", "token"), [("http://", "wa_x"), ("http://127.0.0.1:1", "a\nb")]
)
def test_an_address_or_a_token_that_cannot_be_used_is_not_tried_for_an_hour(
    talk: Path, address: str, token: str
) -> None:
    with pytest.raises(InvalidInputError, match="cannot be used"):
        ArchiveServer(address, token).send(talk, fields={}, progress=lambda _far: None)


def test_each_outage_is_told_once_where_lines_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    show = show_progress("talk.ogg")
    far = {"sent_bytes": 10, "total_bytes": 100, "bytes_a_second": None}

    for waiting in (False, True, True, False, True):
        show(Far(**far, waiting=waiting))  # type: ignore[arg-type] # a test's

    assert capsys.readouterr().err.count("no connection") == 2
