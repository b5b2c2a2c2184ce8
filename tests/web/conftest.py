"""A real site on a real archive in a temporary folder, and people who visit it."""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.models import Account
from archive.permissions import ADMINISTRATOR, LIBRARIAN
from archive.settings import Settings
from archive.storage import Storage
from tests.conftest import FakeClock
from tests.media import make_video
from tests.web.cast import Cast, make_cast, undo_changes
from tests.web.compiling import share_templates, shared_addresses
from tests.web.factories import Archivist
from web import create_app
from web.parts import current_parts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODY = "tests.body"


class Browser(FlaskClient):
    """A client that takes answers in whole, so that files are closed."""

    def open(self, *args: Any, **options: Any) -> TestResponse:  # noqa: ANN401 - Flask's signature
        return super().open(*args, **{"buffered": True, **options})


class _Handler(WSGIRequestHandler):
    """Closes the body of an answer that the browser hung up on, as Werkzeug may not."""

    def connection_dropped(
        self, error: BaseException, environ: "WSGIEnvironment | None" = None
    ) -> None:
        super().connection_dropped(error, environ)
        body = (environ or {}).get(_BODY)
        if body is not None:
            body.close()


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    with shared_addresses():
        yield


@pytest.fixture
def app(settings: Settings, clock: FakeClock) -> Iterator[Flask]:
    app = create_app(settings, clock=clock)
    app.test_client_class = Browser
    hash_fast(app)
    share_templates(app)
    yield app
    close_site(app)


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Cast]:
    """Everybody and everything, whose requests change nothing."""
    with make_cast(tmp_path_factory.mktemp("cast"), migrated_database) as cast:
        undo_changes(cast.app)
        yield cast


@pytest.fixture
def archivist(settings: Settings, database: Database, storage: Storage, jobs: Jobs) -> Archivist:
    return Archivist(
        database=database, storage=storage, index=SearchIndex(settings.index_dir), jobs=jobs
    )


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def librarian(app: Flask, archivist: Archivist) -> FlaskClient:
    return signed_in(app, archivist, "lina@example.org", LIBRARIAN, "Lina")


@pytest.fixture
def administrator(app: Flask, archivist: Archivist) -> FlaskClient:
    return signed_in(app, archivist, "ada@example.org", ADMINISTRATOR, "Ada")


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    make_video(path, seconds=60.0, beeps_s=(5.0,))
    return path.read_bytes()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[_BODY] = body = app(environ, start_response)
        return body

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=_Handler)
    # Closing waits for answers under way: a film half sent holds its file open.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Chromium, site: str) -> Iterator[Page]:  # noqa: ARG001 - closed before the site
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert [line for line in complaints if "status of 4" not in line] == []


def hash_fast(app: Flask) -> None:
    """Have a site hash passwords with little work: with the real amount it takes 0.2 s each."""
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1
    )


def close_site(app: Flask) -> None:
    """Let go of a site's database."""
    with app.app_context():
        parts = current_parts()
    parts.jobs.close()
    parts.database.close()


def token(client: FlaskClient, page: str = "/login") -> str:
    """Read the form token off a page."""
    return str(read(client.get(page)).select_one("input[name=csrf_token]")["value"])


def post(client: FlaskClient, path: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Send a form as its page would."""
    return client.post(path, data={"csrf_token": token(client, page or path), **fields})


def unversioned(address: str) -> str:
    """Leave out what names the version of a file in its address."""
    return re.sub(r"\?v=[0-9a-f]+(?=#|$)", "", address)


def read(answer: TestResponse) -> BeautifulSoup:
    """Parse a page."""
    return BeautifulSoup(answer.text, "html.parser")


def signed_in(
    app: Flask, archivist: Archivist, email: str, role: str, name: str, *, of_late: bool = False
) -> FlaskClient:
    """Make an account and a client with its session; `of_late`: as if just signed in."""
    with app.app_context():
        account_id = archivist.account(email, role, name=name)
    with archivist.database.read() as session:
        uniquifier = session.get_one(Account, account_id).fs_uniquifier
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = uniquifier, True
        if of_late:
            cookie["fs_paa"] = time.time()
    return client


def sign_in(page: Page, site: str, app: Flask, archivist: Archivist) -> None:
    """Give the browser the session of an administrator."""
    client = signed_in(app, archivist, "ada@example.org", ADMINISTRATOR, "Ada")
    cookie = client.get_cookie("archive_session")
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
