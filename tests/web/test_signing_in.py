"""Signing in: brakes on guessing, and what ends a session."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.accounts import set_active
from archive.permissions import LIBRARIAN, OPERATOR
from archive.settings import Settings
from archive.sign_in_brakes import BrakeKey, BrakeKind, take_try
from tests.conftest import FakeClock
from tests.web.conftest import close_site, post, read, token
from tests.web.factories import PASSWORD, Archivist
from tests.web.signing import EMAIL, is_in, sign_in
from web import create_app


@pytest.fixture
def account_id(app: Flask, archivist: Archivist) -> int:
    with app.app_context():
        return archivist.account(EMAIL, LIBRARIAN, name="Lina", password=PASSWORD)


def _spend(archivist: Archivist, clock: FakeClock, key: BrakeKey, times: int) -> None:
    """Have tries failed already: hashing a password takes a fifth of a second here."""
    for _ in range(times):
        with archivist.database.begin() as session:
            take_try(session, [key], now=clock())


# Brakes


def test_after_ten_wrong_passwords_one_waits_even_with_the_right_one(
    visitor: FlaskClient, account_id: int, clock: FakeClock
) -> None:
    tried = [sign_in(visitor, "wrong battery") for _ in range(10)]
    refused = post(visitor, "/login", email=EMAIL, password=PASSWORD)
    clock.forward(minutes=5)
    later = sign_in(visitor)

    assert tried == [200] * 10
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "301"
    assert "Wait 6 minutes" in read(refused).select_one("[role=alert]").text
    assert later == 302
    assert account_id


def test_an_account_that_is_not_there_is_braked_alike(
    visitor: FlaskClient, archivist: Archivist, clock: FakeClock
) -> None:
    _spend(archivist, clock, BrakeKey(BrakeKind.ACCOUNT, "nobody@example.org"), 9)

    tried = [sign_in(visitor, "wrong battery", email="Nobody@example.org") for _ in range(2)]

    assert tried == [200, 429]


def test_strangers_who_guess_do_not_keep_the_owner_out(
    app: Flask, visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    sign_in(visitor)
    post(visitor, "/logout", page="/account")
    _spend(archivist, clock, BrakeKey(BrakeKind.ACCOUNT, EMAIL), 10)

    assert sign_in(app.test_client()) == 429
    assert sign_in(visitor) == 302, "its device is known"
    assert account_id


def test_a_forged_device_is_no_known_one(
    visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    _spend(archivist, clock, BrakeKey(BrakeKind.ACCOUNT, EMAIL), 10)
    visitor.set_cookie("archive_device", "eyJhIjoiYiJ9.forged")

    assert sign_in(visitor) == 429
    assert account_id


def test_one_address_that_tries_many_accounts_is_braked(
    visitor: FlaskClient, archivist: Archivist, clock: FakeClock
) -> None:
    _spend(archivist, clock, BrakeKey(BrakeKind.ADDRESS, "127.0.0.1"), 49)

    tried = [sign_in(visitor, "wrong", email=f"person{n}@example.org") for n in range(2)]

    assert tried == [200, 429]


def test_giving_ones_password_again_is_braked_too(visitor: FlaskClient, account_id: int) -> None:
    sign_in(visitor)

    tried = [
        post(visitor, "/account/verify", password="wrong battery").status_code for _ in range(11)
    ]
    changed = post(
        visitor,
        "/account/password",
        old_password=PASSWORD,
        password="another battery",
        password_again="another battery",
    )

    assert tried == [200] * 10 + [429]
    assert changed.status_code == 429
    assert account_id


# What ends a session


def test_a_new_password_ends_all_other_sessions(
    app: Flask, visitor: FlaskClient, account_id: int
) -> None:
    other = app.test_client()
    sign_in(visitor)
    post(other, "/login", email=EMAIL, password=PASSWORD, remember="y")

    answer = post(
        visitor,
        "/account/password",
        old_password=PASSWORD,
        password="another battery",
        password_again="another battery",
    )
    remembered = app.test_client()
    cookie = other.get_cookie("archive_remember")
    assert cookie is not None
    remembered.set_cookie("archive_remember", cookie.value)

    assert answer.location == "/account"
    assert (is_in(visitor), is_in(other), is_in(remembered)) == (True, False, False)
    assert sign_in(app.test_client()) == 200
    assert sign_in(app.test_client(), "another battery") == 302
    assert account_id


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old_password": "wrong battery"}, "not your password"),
        ({"password": "short", "password_again": "short"}, "at least 10"),
        ({"password_again": "a third battery"}, "not the same"),
    ],
)
def test_a_password_that_is_not_changed_says_why(
    visitor: FlaskClient, account_id: int, fields: dict[str, str], said: str
) -> None:
    sign_in(visitor)
    filled = {
        "old_password": PASSWORD,
        "password": "another battery",
        "password_again": "another battery",
    }

    answer = post(visitor, "/account/password", **{**filled, **fields})

    assert answer.status_code == 400
    assert said in read(answer).select_one("[role=alert]").text
    assert "battery" not in answer.text
    assert account_id


def test_switching_off_ends_a_session_at_once(
    visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    sign_in(visitor)
    with archivist.database.begin() as session:
        set_active(session, account_id, active=False, actor=OPERATOR, now=clock())

    assert not is_in(visitor)
    assert sign_in(visitor) == 200


def test_flask_securitys_own_tokens_are_no_way_in(
    app: Flask, visitor: FlaskClient, account_id: int
) -> None:
    answer = visitor.post(
        "/login?include_auth_token",
        json={"email": EMAIL, "password": PASSWORD},
        headers={"X-CSRFToken": token(visitor), "Accept": "application/json"},
    )
    given = answer.json["response"]["user"].get("authentication_token", "none")
    program = app.test_client()

    by_header = program.get("/account", headers={"Authentication-Token": given})
    by_query = program.get(f"/account?auth_token={given}")

    assert (by_header.status_code, by_query.status_code) == (302, 302)
    assert account_id


@pytest.mark.parametrize(("proxies", "status"), [("0", 429), ("1", 200)])
def test_an_address_is_believed_of_ones_own_proxies_only(
    settings: Settings, clock: FakeClock, archivist: Archivist, proxies: str, status: int
) -> None:
    _spend(archivist, clock, BrakeKey(BrakeKind.ADDRESS, "127.0.0.1"), 50)
    behind = {"ARCHIVE_DATA_DIR": str(settings.data_dir), "ARCHIVE_PROXIES": proxies}
    site = create_app(Settings.from_env(behind), clock=clock)
    client = site.test_client()

    answer = client.post(
        "/login",
        data={"csrf_token": token(client), "email": EMAIL, "password": "x"},
        headers={"X-Forwarded-For": "198.51.100.9"},
    )

    assert answer.status_code == status
    close_site(site)
