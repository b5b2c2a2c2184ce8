"""Tokens and password links from the terminal."""

import pytest

from archive.account_links import read_link
from archive.accounts import create_account
from archive.clock import utc_now
from archive.database import Database
from archive.permissions import OPERATOR, UPLOADER, Scope
from archive.settings import Settings
from archive.tokens import read_token
from worker.command import main

Output = pytest.CaptureFixture[str]
EMAIL = "lina@example.org"


@pytest.fixture(autouse=True)
def account(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("PORT", raising=False)
    with database.begin() as session:
        create_account(
            session, email=EMAIL, name="Lina", role=UPLOADER, actor=OPERATOR, now=utc_now()
        )


def test_the_operator_makes_a_token_for_somebody(database: Database, capsys: Output) -> None:
    status = main(["token", EMAIL, "--scope", "deposit", "--scope", "read", "--days", "7"])

    with database.begin() as session:
        used = read_token(session, capsys.readouterr().out.strip(), now=utc_now())
    assert status == 0
    assert used is not None
    assert (used.account_name, used.scopes) == ("Lina", {Scope.DEPOSIT, Scope.READ})


def test_the_operator_makes_a_password_link(database: Database, capsys: Output) -> None:
    status = main(["password-link", "LINA@example.org"])

    address = capsys.readouterr().out.splitlines()[0]
    with database.read() as session:
        link = read_link(session, address.rsplit("/", 1)[1], now=utc_now())
    assert status == 0
    assert address.startswith("http://127.0.0.1:8000/setup/")
    assert link.email == EMAIL


@pytest.mark.parametrize("command", ["token", "password-link"])
def test_an_account_that_is_not_there_is_told(command: str, capsys: Output) -> None:
    status = main([command, "nobody@example.org"])

    assert status == 1
    assert "no account for nobody@example.org" in capsys.readouterr().err
