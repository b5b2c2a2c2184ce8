"""The watched folder: what is taken, what waits, what is refused, and kills in between."""

import fcntl
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.accounts import create_account
from archive.clock import utc_now
from archive.database import Database
from archive.jobs import Jobs
from archive.models import Recording, Transcript
from archive.permissions import OPERATOR, UPLOADER
from archive.settings import Settings
from archive.storage import Storage
from tests.worker.conftest import SPEECH
from worker.inbox import Inbox
from worker.taking import Taker

VTT = "WEBVTT\n\n00:00.300 --> 00:03.000\n<v President Kennedy>And so, my fellow Americans\n"


@pytest.fixture
def inbox(
    settings: Settings, database: Database, storage: Storage, jobs: Jobs, tmp_path: Path
) -> Inbox:
    folder = tmp_path / "inbox"
    folder.mkdir()
    taker = Taker(
        settings=settings,
        database=database,
        storage=storage,
        jobs=jobs,
        clock=utc_now,
        follows_links=False,
    )
    return Inbox(folder, taker, still_s=0.0)


@pytest.fixture
def drop(inbox: Inbox) -> Callable[..., Path]:
    """Put a file into the folder; without content, real speech."""

    def put(name: str, content: bytes | None = None) -> Path:
        path = inbox.folder / name
        path.write_bytes(SPEECH.read_bytes() if content is None else content)
        return path

    return put


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def recordings(database: Database) -> list[Recording]:
    with database.read() as session:
        return list(session.scalars(select(Recording)))


def test_a_recording_is_taken_with_its_sidecar_and_captions(
    inbox: Inbox, drop: Callable[..., Path], database: Database
) -> None:
    with database.begin() as session:
        account_id = create_account(
            session, email="uma@example.org", name="", role=UPLOADER, actor=OPERATOR, now=utc_now()
        )
    drop("inaugural.ogg")
    said = {"title": "Inaugural", "language": "en", "depositor": "Uma@example.org"}
    drop("inaugural.json", json.dumps(said).encode())
    drop("inaugural.vtt", VTT.encode())

    assert inbox.look() == 1

    [recording] = recordings(database)
    assert (recording.title, recording.depositor_id) == ("Inaugural", account_id)
    with database.read() as session:
        transcript = session.scalars(select(Transcript)).one()
        assert transcript.source == "captions"
    done = inbox.folder / "done"
    assert names(done) == {"inaugural.ogg", "inaugural.json", "inaugural.vtt", "inaugural.ogg.txt"}
    assert f"recording {recording.id}" in (done / "inaugural.ogg.txt").read_text()
    assert names(inbox.folder) == {".lock", "done"}


def test_a_file_is_left_until_it_has_stopped_growing(
    inbox: Inbox, drop: Callable[..., Path], database: Database
) -> None:
    inbox.still_s = 1e9
    drop("inaugural.ogg")
    assert inbox.look() == 0
    inbox.still_s = 0.0
    drop("inaugural.ogg", SPEECH.read_bytes() + b"more")  # it has grown: it is new to the look

    assert inbox.look() == 1
    assert len(recordings(database)) == 1


def test_a_recording_waits_for_a_sidecar_that_still_grows(
    inbox: Inbox, drop: Callable[..., Path]
) -> None:
    drop("inaugural.ogg")
    drop("inaugural.vtt", VTT.encode())
    inbox.still_s = 1e9
    inbox.look()
    inbox._seen["inaugural.ogg"].since_s -= 2e9

    assert inbox.look() == 0
    assert "inaugural.ogg" in names(inbox.folder)


@pytest.mark.parametrize(
    ("name", "content", "beside", "said"),
    [
        ("slides.pdf", b"%PDF-1.7 " + bytes(9000), None, "PDF"),
        ("a.ogg", None, ("a.json", b"{"), "a.json, line 1"),
        ("a.ogg", None, ("a.srt", b"1\n00:00:09,000 --> soon\nhm\n"), "Line 2"),
        ("a.ogg", None, ("a.yaml", b"depositor: nobody@example.org"), "no account"),
    ],
)
def test_what_cannot_be_taken_is_put_aside_with_why(
    inbox: Inbox,
    drop: Callable[..., Path],
    database: Database,
    name: str,
    content: bytes | None,
    beside: tuple[str, bytes] | None,
    said: str,
) -> None:
    drop(name, content)
    if beside:
        drop(*beside)

    assert inbox.look() == 0

    refused = inbox.folder / "refused"
    assert said in (refused / f"{name}.txt").read_text()
    assert names(refused) == {name, f"{name}.txt", *([beside[0]] if beside else [])}
    assert recordings(database) == []


def test_killed_after_it_was_deposited_a_file_is_put_away_and_not_taken_twice(
    inbox: Inbox, drop: Callable[..., Path], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("inaugural.ogg")

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "_put_away", die)
        with pytest.raises(KeyboardInterrupt):
            inbox.look()
    inbox.look()

    assert len(recordings(database)) == 1
    assert "inaugural.ogg" in names(inbox.folder / "done")


def test_a_name_that_is_there_already_does_not_overwrite(
    inbox: Inbox, drop: Callable[..., Path]
) -> None:
    drop("inaugural.ogg")
    inbox.look()
    drop("inaugural.ogg", SPEECH.read_bytes() + b"another")
    inbox.look()

    assert names(inbox.folder / "done") >= {"inaugural.ogg", "2-inaugural.ogg"}


def test_links_hidden_and_unfinished_files_are_not_touched(
    inbox: Inbox, drop: Callable[..., Path], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.ogg"
    secret.write_bytes(SPEECH.read_bytes())
    (inbox.folder / "link.ogg").symlink_to(secret)
    drop(".hidden.ogg")
    drop("coming.ogg.part")

    assert inbox.look() == 0
    assert names(inbox.folder) == {".lock", "link.ogg", ".hidden.ogg", "coming.ogg.part"}


def test_one_worker_at_a_time_looks(inbox: Inbox, drop: Callable[..., Path]) -> None:
    drop("inaugural.ogg")

    with (inbox.folder / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert inbox.look() == 0
    assert inbox.look() == 1


def test_a_full_disk_leaves_the_file_where_it_is(
    inbox: Inbox, drop: Callable[..., Path], settings: Settings
) -> None:
    drop("inaugural.ogg")
    full = Storage(settings.files_dir, free_bytes=lambda _path: 0)
    object.__setattr__(inbox.taker, "storage", full)

    assert inbox.look() == 0
    assert "inaugural.ogg" in names(inbox.folder)
