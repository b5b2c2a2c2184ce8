"""Mails to depositors: written with the change, handed to a real server that speaks SMTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select

from archive.accounts import create_account
from archive.database import Database
from archive.jobs import Jobs
from archive.models import OutgoingMail, Recording, StageRun, StageState, Status
from archive.outgoing import MOST_ATTEMPTS, send_due, tell_depositor
from archive.permissions import OPERATOR, UPLOADER
from archive.pipeline import Stage
from archive.processing import cancel
from archive.settings import Settings
from tests.conftest import START, FakeClock


class Postbox:
    """As much of an SMTP server as takes mails; `refuses` makes it answer 451."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refuses = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._server.accept()
                with line, line.makefile("rwb") as stream:
                    self._talk(stream)

    def _talk(self, stream) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        def say(text: str) -> None:
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        say("220 here")
        while words := stream.readline().decode():
            match words.split()[0].upper():
                case "DATA":
                    say("354 go on")
                    lines = []
                    while (got := stream.readline()) != b".\r\n":
                        lines.append(got.decode())
                    self.mails.append("".join(lines))
                    say("250 taken")
                case "MAIL" if self.refuses:
                    say("451 not now")
                case "QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 yes")


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    postbox = Postbox()
    yield postbox
    postbox.close()


@pytest.fixture
def mailing(settings: Settings, postbox: Postbox) -> Settings:
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{postbox.port}")


@pytest.fixture
def own(database: Database, recording_id: int) -> int:
    """A recording with a depositor."""
    with database.begin() as session:
        account_id = create_account(
            session, email="uma@example.org", name="Uma", role=UPLOADER, actor=OPERATOR, now=START
        )
        recording = session.get_one(Recording, recording_id)
        recording.depositor_id, recording.title = account_id, "Malaria — été"
    return recording_id


def end(database: Database, settings: Settings, recording_id: int, status: Status) -> None:
    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.status, recording.problem = status, "The sound cannot be read."
        tell_depositor(session, settings, recording, now=START)


def test_a_depositor_is_told_once_that_a_recording_is_ready(
    database: Database, mailing: Settings, own: int, postbox: Postbox, clock: FakeClock
) -> None:
    end(database, mailing, own, Status.READY)
    end(database, mailing, own, Status.READY)

    assert send_due(database, mailing, now=clock()) == 1
    assert send_due(database, mailing, now=clock()) == 0

    [mail] = postbox.mails
    assert "To: uma@example.org" in mail
    assert f"{mailing.base_url}/recordings/{own}" in mail.replace("=\r\n", "").replace("=3D", "=")


def test_who_was_told_is_not_told_again_when_later_work_was_stopped(
    database: Database, jobs: Jobs, mailing: Settings, own: int, clock: FakeClock
) -> None:
    end(database, mailing, own, Status.READY)
    with database.begin() as session:
        session.add(
            StageRun(
                recording_id=own,
                stage=Stage.READINGS,
                state=StageState.RUNNING,
                started_at=START,
                updated_at=START,
            )
        )
    with database.begin() as session:
        cancel(session, jobs, own, actor=OPERATOR, now=clock())
    end(database, mailing, own, Status.READY)

    with database.read() as session:
        assert len(session.scalars(select(OutgoingMail)).all()) == 1


def test_a_recording_that_lacks_something_is_not_told_to_be_ready(
    database: Database, mailing: Settings, own: int, postbox: Postbox, clock: FakeClock
) -> None:
    with database.begin() as session:
        session.add(
            StageRun(
                recording_id=own,
                stage=Stage.TRANSCRIPTION,
                state=StageState.FAILED,
                started_at=START,
                updated_at=START,
                problem="The model cannot be read.",
            )
        )
    end(database, mailing, own, Status.READY)

    send_due(database, mailing, now=clock())

    [mail] = postbox.mails
    assert "missing" in mail
    assert f"{Stage.TRANSCRIPTION.missing}: The model cannot be read." in mail
    assert "/mine" in mail
    assert "is ready" not in mail


def test_a_draft_is_said_to_be_seen_by_its_depositor_and_librarians(
    database: Database, mailing: Settings, own: int, postbox: Postbox, clock: FakeClock
) -> None:
    end(database, mailing, own, Status.READY)

    send_due(database, mailing, now=clock())

    assert "Only you and the librarians see it" in postbox.mails[0]


def test_a_failure_says_why_and_what_to_do(
    database: Database, mailing: Settings, own: int, postbox: Postbox, clock: FakeClock
) -> None:
    end(database, mailing, own, Status.FAILED)
    send_due(database, mailing, now=clock())

    assert "The sound cannot be read." in postbox.mails[0]
    assert "/mine" in postbox.mails[0]


def test_without_a_server_nothing_is_written(
    database: Database, settings: Settings, own: int
) -> None:
    end(database, settings, own, Status.READY)

    with database.read() as session:
        assert session.scalars(select(OutgoingMail)).all() == []


def test_a_recording_without_a_depositor_is_told_to_nobody(
    database: Database, mailing: Settings, recording_id: int
) -> None:
    end(database, mailing, recording_id, Status.READY)

    with database.read() as session:
        assert session.scalars(select(OutgoingMail)).all() == []


def test_a_mail_that_is_not_taken_is_tried_again_with_growing_pauses_and_then_kept_with_why(
    database: Database, mailing: Settings, own: int, postbox: Postbox, clock: FakeClock
) -> None:
    postbox.refuses = True
    end(database, mailing, own, Status.READY)

    assert send_due(database, mailing, now=clock()) == 0
    clock.forward(minutes=1)
    assert send_due(database, mailing, now=clock()) == 0
    with database.read() as session:
        mail = session.scalars(select(OutgoingMail)).one()
        assert (mail.attempts, mail.sent_at) == (1, None)
        assert "451" in (mail.problem or "")
    for _ in range(MOST_ATTEMPTS + 2):
        clock.forward(hours=9)
        send_due(database, mailing, now=clock())
    with database.read() as session:
        assert session.scalars(select(OutgoingMail.attempts)).one() == MOST_ATTEMPTS
    assert postbox.mails == []


def test_a_mail_claimed_by_a_worker_that_died_is_sent_by_the_next(
    database: Database, mailing: Settings, own: int, postbox: Postbox, clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    end(database, mailing, own, Status.READY)

    def die(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("archive.outgoing.send_mail", die)
        with pytest.raises(KeyboardInterrupt):
            send_due(database, mailing, now=clock())
    assert send_due(database, mailing, now=clock()) == 0
    clock.forward(minutes=6)

    assert send_due(database, mailing, now=clock()) == 1
    assert len(postbox.mails) == 1
