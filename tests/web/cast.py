"""An archive with everybody and everything in it, whose requests change nothing.

For tests that ask every address as everybody: each account has a recording in each state of
publication, whole with pictures, slides and captions. What a request changes is rolled back,
so that each meets the same archive.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MethodType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.models import (
    Account,
    Publication,
)
from archive.permissions import (
    ADMINISTRATOR,
    LIBRARIAN,
    READER,
    UPLOADER,
    Actor,
    Scope,
)
from archive.settings import Settings
from archive.storage import Storage
from archive.tokens import make_token
from tests.conftest import FakeClock
from tests.web.cast_things import make_recording, make_things, make_upload, name_parts
from tests.web.factories import Archivist
from web import create_app

ACCOUNTS = ("reader", "uploader", "librarian", "administrator", "stranger")
_ROLES = {
    "reader": READER,
    "uploader": UPLOADER,
    "librarian": LIBRARIAN,
    "administrator": ADMINISTRATOR,
    "stranger": UPLOADER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Somebody who asks; what an answer would have their browser keep is not kept."""

    name: str
    client: FlaskClient
    account: str | None
    """Whose recordings are their own."""
    headers: Mapping[str, str] = field(default_factory=dict)
    form_token: str = ""

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:  # noqa: ANN401 - Flask's
        """Send a request as this one's browser or program would."""
        headers = {**self.headers, **options.pop("headers", {})}
        if method != "GET" and self.form_token:
            headers["X-CSRFToken"] = self.form_token
            if "json" not in options and not isinstance(options.get("data"), bytes):
                options["data"] = {"csrf_token": self.form_token, **options.get("data", {})}
        return self.client.open(path, method=method, headers=headers, buffered=True, **options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The site, who asks, and what there is to ask for."""

    app: Flask
    database: Database
    archivist: Archivist
    players: Mapping[str, Player]
    recordings: Mapping[tuple[str, Publication], int]
    """By whose it is and how far it is published."""
    within: Mapping[int, Mapping[str, object]]
    """Of each recording, a value for each argument that names something in it."""
    uploads: Mapping[str, str]
    """By whose it is."""
    things: Mapping[str, object]
    """A value for each argument of a route that is no recording or upload."""


@contextmanager
def make_cast(folder: Path, migrated: Path) -> Iterator[Cast]:
    """Make it all, in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "archive.db").write_bytes(migrated.read_bytes())
    settings = Settings.from_env({"ARCHIVE_DATA_DIR": str(folder), "PORT": "8123"})
    database = Database(settings.database_url)
    jobs = Jobs(database)
    archivist = Archivist(
        database=database,
        storage=Storage(settings.files_dir),
        index=SearchIndex(settings.index_dir),
        jobs=jobs,
    )
    clock = FakeClock()
    app = create_app(settings, clock=clock)
    parts = app.extensions["webinar-archive"]
    accounts = {
        name: archivist.account(f"{name}@example.org", _ROLES[name], name=name) for name in ACCOUNTS
    }
    recordings = {
        (name, publication): make_recording(archivist, accounts[name], publication)
        for name in ACCOUNTS
        for publication in Publication
        if publication is not Publication.GONE
    }
    things = make_things(archivist, recordings, clock)
    uploads = {name: make_upload(database, accounts[name], name) for name in ACCOUNTS}
    yield Cast(
        app=app,
        database=database,
        archivist=archivist,
        players=_players(app, database, accounts, clock),
        recordings=recordings,
        within=name_parts(database),
        uploads=uploads,
        things=things,
    )
    parts.jobs.close()
    parts.database.close()
    jobs.close()
    database.close()


def undo_changes(app: Flask) -> None:
    """Have a site roll back whatever its requests write."""
    database = app.extensions["webinar-archive"].database

    @contextmanager
    def begin(self: Database) -> Iterator[Session]:
        with self.read() as session:
            yield session
            session.flush()

    database.begin = MethodType(begin, database)


def _players(
    app: Flask, database: Database, accounts: Mapping[str, int], clock: FakeClock
) -> dict[str, Player]:
    players = {"anonymous": _browser(app, "anonymous", None)}
    for name in ("reader", "uploader", "librarian", "administrator"):
        with database.read() as session:
            uniquifier = session.get_one(Account, accounts[name]).fs_uniquifier
        players[name] = _browser(app, name, uniquifier)
    for name, account, scope in (
        ("reading token", "librarian", Scope.READ),
        ("depositing token", "uploader", Scope.DEPOSIT),
    ):
        with database.begin() as session:
            new = make_token(
                session,
                accounts[account],
                name=name,
                scopes=[scope],
                days=30,
                actor=Actor(account_id=accounts[account], name=account),
                now=clock(),
            )
        players[name] = Player(
            name=name,
            client=app.test_client(use_cookies=False),
            account=account,
            headers={"Authorization": f"Bearer {new.text}"},
        )
    return players


def _browser(app: Flask, name: str, uniquifier: str | None) -> Player:
    """Make a browser with a session that was signed in just now, and its form token."""
    client = app.test_client()
    if uniquifier is not None:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["fs_paa"] = (
                uniquifier,
                True,
                time.time(),
            )
    page = client.get("/account/password" if uniquifier else "/login").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    cookie = client.get_cookie("archive_session")
    assert token
    assert cookie is not None
    return Player(
        name=name,
        client=app.test_client(use_cookies=False),
        account=name if uniquifier else None,
        headers={"Cookie": f"{cookie.key}={cookie.value}"},
        form_token=token,
    )
