"""The first page, errors, headers, static files: what every visitor gets."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import StageState, Status
from archive.pipeline import Stage
from archive.settings import Settings
from tests.web.conftest import post, read
from tests.web.factories import Archivist, speak
from web import create_app


def test_a_new_archive_says_how_to_begin(visitor: FlaskClient) -> None:
    page = read(visitor.get("/"))

    assert page.select_one("form[role=search] input[name=q]")
    assert "one-time link" in page.select_one(".empty").text
    assert "webinar-archive admin-link" in page.select_one(".empty").text


def test_an_empty_archive_invites_an_account_to_deposit(
    administrator: FlaskClient,
) -> None:
    page = read(administrator.get("/"))

    assert page.select_one(".empty a.button")["href"] == "/deposit"


@pytest.mark.usefixtures("administrator")
def test_an_empty_archive_tells_a_visitor_that_nothing_is_published(
    visitor: FlaskClient,
) -> None:
    page = read(visitor.get("/"))

    assert "Nothing is published yet" in page.select_one(".empty").text
    assert not page.select(".empty a[href='/deposit']")


def test_drafts_are_listed_to_accounts_with_a_badge_and_not_to_visitors(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    archivist.recording(speak("hello"), title="In public")
    archivist.recording(speak("hello"), title="In private", publish=False)

    public = [title.text for title in read(visitor.get("/")).select(".card h3")]
    all_cards = read(librarian.get("/")).select(".card")

    assert public == ["In public"]
    assert {card.h3.text: bool(card.select(".badge.draft")) for card in all_cards} == {
        "In public": False,
        "In private": True,
    }


def test_a_recording_that_is_processed_shows_its_stage_and_progress(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(title="Just arrived")
    archivist.status(recording_id, Status.PROCESSING)
    archivist.stage(recording_id, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.5)

    block = read(visitor.get("/")).select_one(
        f"[data-progress='/api/v1/recordings/{recording_id}']"
    )

    assert 0 < float(block.progress["value"]) < 1
    assert block.select_one("[role=status] [data-stage]").text == "Transcribing"


def test_an_unknown_address_gets_the_sites_own_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/nothing/here")

    assert answer.status_code == 404
    assert read(answer).select_one("main h1").text == "Not found"
    assert read(answer).select_one("header .brand")


def test_an_unknown_address_of_the_api_gets_json(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer.json["error"]


def test_a_failure_nobody_foresaw_gets_a_page_and_a_log_line(
    app: Flask, visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.view_functions["searching.home"] = lambda: 1 / 0

    answer = visitor.get("/")

    assert answer.status_code == 500
    assert read(answer).select_one("main h1").text == "Something went wrong"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/", "/search?q=a", "/login", "/nowhere", "/api/v1/search?q=a"])
def test_every_answer_carries_the_policy(visitor: FlaskClient, path: str) -> None:
    headers = visitor.get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/search?q=fever", "/recordings/1?q=fever", "/login"])
def test_pages_hold_no_inline_script_or_style_and_name_no_other_host(
    archivist: Archivist, visitor: FlaskClient, path: str
) -> None:
    archivist.recording(speak("the fever rose"))

    page = read(visitor.get(path))

    assert not page.select("style, [style]")
    assert all(script.get("src") and not script.text.strip() for script in page.select("script"))
    assert not [tag for tag in page.find_all() for name in tag.attrs if name.startswith("on")]
    addresses = [
        str(tag[name]) for name in ("src", "href", "action") for tag in page.select(f"[{name}]")
    ]
    assert not [address for address in addresses if re.match(r"(\w+:)?//", address)]


def test_static_files_are_kept_for_good_under_the_hash_of_their_content(
    visitor: FlaskClient,
) -> None:
    address = read(visitor.get("/")).select_one("link[rel=stylesheet]")["href"]

    named, unnamed, stale = (
        visitor.head(path).headers["Cache-Control"]
        for path in (address, "/static/site.css", "/static/site.css?v=0123456789ab")
    )

    assert re.fullmatch(r"/static/site\.css\?v=[0-9a-f]{12}", address)
    assert "immutable" in named
    assert unnamed == stale == "public, no-cache"


def test_text_is_compressed_for_who_takes_it(visitor: FlaskClient) -> None:
    plain = visitor.get("/")
    packed = visitor.get("/", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_a_page_with_a_form_token_is_not_compressed(visitor: FlaskClient) -> None:
    answer = visitor.get("/login", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(visitor: FlaskClient) -> None:
    cookie = visitor.get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_cookies_travel_by_https_only_where_the_site_does(settings: Settings) -> None:
    secure = Settings.from_env(
        {"ARCHIVE_DATA_DIR": str(settings.data_dir), "ARCHIVE_BASE_URL": "https://a.example"}
    )

    cookie = create_app(secure).test_client().get("/login").headers["Set-Cookie"]

    assert "Secure" in cookie


def test_a_form_without_its_token_is_refused(librarian: FlaskClient, archivist: Archivist) -> None:
    recording_id = archivist.recording(speak("hello"), publish=False)

    answer = librarian.post(f"/recordings/{recording_id}/publish")

    assert answer.status_code == 400
    assert "not sent from this site" in read(answer).select_one("main p").text
    assert librarian.get(f"/api/v1/recordings/{recording_id}").json["publication"] == "draft"


def test_a_body_larger_than_any_form_is_refused(visitor: FlaskClient) -> None:
    answer = post(visitor, "/login", email="a@b.c", password="x" * 2_000_000)

    assert answer.status_code == 413


def test_health_is_told_and_what_is_wrong_with_the_database(
    visitor: FlaskClient, archivist: Archivist
) -> None:
    well = visitor.get("/healthz")
    with archivist.database.begin() as session:
        session.connection().exec_driver_sql("ALTER TABLE recordings RENAME TO lost")
    ill = visitor.get("/healthz")

    assert (well.status_code, well.json) == (200, {"status": "ok"})
    assert ill.status_code == 503
    assert "no such table: recordings" in ill.json["problem"]


def test_without_its_database_the_site_still_says_what_is_the_matter(
    librarian: FlaskClient, archivist: Archivist, caplog: pytest.LogCaptureFixture
) -> None:
    with archivist.database.begin() as session:
        session.connection().exec_driver_sql("ALTER TABLE accounts RENAME TO lost")

    page = librarian.get("/account")
    api = librarian.get("/api/v1/search?q=a")

    assert page.status_code == api.status_code == 503
    assert "try again in a few minutes" in read(page).select_one("main p").text
    assert "accounts" not in page.text
    assert "no such table: accounts" in caplog.text
