"""Accounts: the first administrator, signing in and out, and what an administrator does."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.account_links import make_first_link
from archive.permissions import LIBRARIAN
from tests.conftest import FakeClock
from tests.web.conftest import post, read
from tests.web.factories import PASSWORD, Archivist


@pytest.fixture
def first_link(archivist: Archivist, clock: FakeClock) -> str:
    with archivist.database.begin() as session:
        token = make_first_link(session, now=clock())
    return f"/setup/{token}"


def _set_up(client: FlaskClient, link: str, **fields: str) -> int:
    filled = {"email": "Ada@Example.org", "name": "Ada", "password": PASSWORD}
    return post(client, link, **{**filled, "password_again": PASSWORD, **fields}).status_code


def test_the_first_link_makes_an_administrator_who_is_signed_in(
    visitor: FlaskClient, first_link: str
) -> None:
    status = _set_up(visitor, first_link)

    page = read(visitor.get("/accounts"))
    assert status == 303
    assert [bdi.text for bdi in page.select(".accounts .meta bdi")] == ["ada@example.org"]
    assert "administrator" in page.select_one(".accounts .meta").text


def test_a_link_works_once(visitor: FlaskClient, first_link: str, app: Flask) -> None:
    _set_up(visitor, first_link)

    answer = app.test_client().get(first_link)

    assert answer.status_code == 404
    assert "used already or is too old" in read(answer).main.text


def test_a_link_ends_after_its_days(
    visitor: FlaskClient, first_link: str, clock: FakeClock
) -> None:
    clock.forward(days=3, seconds=1)

    assert visitor.get(first_link).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "short", "password_again": "short"}, "at least 10 characters"),
        ({"password_again": "another battery"}, "not the same"),
        ({"email": "nobody"}, "not an email address"),
    ],
)
def test_a_setup_that_cannot_be_used_is_explained_and_keeps_the_link(
    visitor: FlaskClient, first_link: str, fields: dict[str, str], said: str
) -> None:
    filled = {"email": "ada@example.org", "name": "Ada", "password": PASSWORD}

    answer = post(visitor, first_link, **{**filled, "password_again": PASSWORD, **fields})

    page = read(answer)
    assert answer.status_code == 400
    assert said in page.select_one("[role=alert]").text
    assert page.select_one("input[name=name]")["value"] == "Ada"
    assert PASSWORD not in answer.text
    assert _set_up(visitor, first_link) == 303


def test_signing_in_leads_to_where_one_wanted_to_go(
    app: Flask, visitor: FlaskClient, archivist: Archivist
) -> None:
    with app.app_context():
        archivist.account("lina@example.org", LIBRARIAN, password=PASSWORD)

    answer = post(visitor, "/login?next=/deposit", email="LINA@example.org", password=PASSWORD)

    assert urlsplit(answer.location).path == "/deposit"
    assert visitor.get("/deposit").status_code == 200


def test_signing_in_never_leads_to_another_site(
    app: Flask, visitor: FlaskClient, archivist: Archivist
) -> None:
    with app.app_context():
        archivist.account("lina@example.org", LIBRARIAN, password=PASSWORD)

    answer = post(
        visitor, "/login?next=//evil.example/", email="lina@example.org", password=PASSWORD
    )

    page = read(answer)
    again = post(
        visitor, page.select_one("main form")["action"], email="lina@example.org", password=PASSWORD
    )
    assert "not one of this site" in page.select_one("[role=alert]").text
    assert (again.status_code, again.location) == (302, "/")


@pytest.mark.parametrize("email", ["lina@example.org", "nobody@example.org", "new@example.org"])
def test_a_wrong_sign_in_does_not_tell_which_part_was_wrong(
    app: Flask, visitor: FlaskClient, archivist: Archivist, email: str
) -> None:
    with app.app_context():
        archivist.account("lina@example.org", LIBRARIAN, password=PASSWORD)
    archivist.account("new@example.org", LIBRARIAN)

    answer = post(visitor, "/login", email=email, password="wrong battery")

    page = read(answer)
    assert page.select_one("[role=alert]").text == (
        "The email address or the password is not right."
    )
    assert page.select_one("input[name=email]")["value"] == email
    assert page.select_one("input[name=password]").get("value") is None
    assert visitor.get("/account").status_code == 302


def test_signing_out_needs_the_button_and_ends_the_session(librarian: FlaskClient) -> None:
    by_link = librarian.get("/logout").status_code
    without_token = librarian.post("/logout").status_code
    still_in = librarian.get("/account").status_code
    out = post(librarian, "/logout", page="/account").status_code

    assert (by_link, without_token, still_in, out) == (405, 400, 200, 302)
    assert librarian.get("/account").status_code == 302


def test_pages_offer_what_one_may_do(
    visitor: FlaskClient, librarian: FlaskClient, administrator: FlaskClient
) -> None:
    def links(client: FlaskClient) -> list[str]:
        return [str(link["href"]) for link in read(client.get("/")).select("header nav a")]

    kept, managed = {"/deposit", "/glossary", "/thesaurus"}, {"/accounts", "/audit"}
    assert not {*kept, *managed, "/account"} & set(links(visitor))
    assert {*kept, "/account"} <= set(links(librarian))
    assert not managed & set(links(librarian))
    assert {*kept, *managed, "/account"} <= set(links(administrator))


def test_an_administrator_adds_an_account_and_hands_over_its_link(
    app: Flask, administrator: FlaskClient
) -> None:
    answer = post(
        administrator, "/accounts", email="lina@example.org", name="Lina <b>", role="librarian"
    )
    link = urlsplit(read(answer).select_one("input.link-field")["value"])

    guest = app.test_client()
    email = read(guest.get(link.path)).select_one("input[name=email]")
    status = post(guest, link.path, password=PASSWORD, password_again=PASSWORD).status_code

    assert answer.status_code == 201
    assert link.netloc == "127.0.0.1:8123"
    assert (email["value"], email.has_attr("readonly")) == ("lina@example.org", True)
    assert status == 303
    assert guest.get("/deposit").status_code == 200
    assert guest.get("/accounts").status_code == 403


def test_an_account_that_is_there_already_is_not_added_again(administrator: FlaskClient) -> None:
    answer = post(administrator, "/accounts", email="ADA@example.org", name="", role="librarian")

    assert answer.status_code == 400
    assert "already" in read(answer).select_one("[role=alert]").text


def test_switching_an_account_off_ends_its_session(
    administrator: FlaskClient, librarian: FlaskClient
) -> None:
    form = read(administrator.get("/accounts")).select_one("form[action$='/active']")

    off = post(administrator, form["action"], page="/accounts", active="no")
    while_off = librarian.get("/deposit").status_code
    on = post(administrator, form["action"], page="/accounts", active="yes")

    assert (off.status_code, while_off, on.status_code) == (303, 302, 303)


def test_an_administrator_cannot_switch_herself_off(administrator: FlaskClient) -> None:
    page = read(administrator.get("/accounts"))
    own_id = page.select_one("form[action$='/link']")["action"].split("/")[2]

    answer = post(administrator, f"/accounts/{own_id}/active", page="/accounts", active="no")

    assert not page.select("form[action$='/active']")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/accounts", "/accounts/1/link", "/accounts/1/active"])
def test_only_an_administrator_manages_accounts(
    visitor: FlaskClient, librarian: FlaskClient, path: str
) -> None:
    by_librarian = post(librarian, path, page="/account", email="x@example.org")
    by_visitor = post(visitor, path, page="/login", email="x@example.org")

    assert (by_librarian.status_code, by_visitor.status_code) == (403, 403)
    assert librarian.get("/accounts").status_code == 403
    assert visitor.get("/accounts").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(
    app: Flask, administrator: FlaskClient, librarian: FlaskClient
) -> None:
    forms = read(administrator.get("/accounts")).select("form[action$='/link']")
    page = read(post(administrator, forms[-1]["action"], page="/accounts"))
    link = urlsplit(page.select_one("input.link-field")["value"]).path
    guest = app.test_client()

    post(guest, link, password=PASSWORD, password_again=PASSWORD)

    assert {librarian.get("/account").status_code, administrator.get("/account").status_code} == {
        200, 302,
    }  # fmt: skip
    assert guest.get("/account").status_code == 200


def test_staying_signed_in_is_a_choice(
    app: Flask, visitor: FlaskClient, archivist: Archivist
) -> None:
    with app.app_context():
        archivist.account("lina@example.org", LIBRARIAN, password=PASSWORD)

    answer = post(visitor, "/login", email="lina@example.org", password=PASSWORD, remember="y")

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("archive_remember")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
