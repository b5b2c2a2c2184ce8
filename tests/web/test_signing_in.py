"""Signing in: brakes on guessing, a second factor, recovery codes, and what ends a session."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from archive.account_links import make_password_link
from archive.accounts import clear_second_factors, set_active
from archive.models import Account, AuditEntry
from archive.permissions import LIBRARIAN, OPERATOR
from archive.settings import Settings
from archive.sign_in_brakes import BrakeKey, BrakeKind, take_try
from tests.conftest import FakeClock
from tests.web.conftest import close_site, post, read, token
from tests.web.factories import PASSWORD, Archivist
from web import create_app

EMAIL = "lina@example.org"


@pytest.fixture
def account_id(app: Flask, archivist: Archivist) -> int:
    with app.app_context():
        return archivist.account(EMAIL, LIBRARIAN, name="Lina", password=PASSWORD)


def _sign_in(client: FlaskClient, password: str = PASSWORD, *, email: str = EMAIL) -> int:
    """Sign in; 302: it went on."""
    return post(client, "/login", email=email, password=password).status_code


def _spend(archivist: Archivist, clock: FakeClock, key: BrakeKey, times: int) -> None:
    """Have tries failed already: hashing a password takes a fifth of a second here."""
    for _ in range(times):
        with archivist.database.begin() as session:
            take_try(session, [key], now=clock())


def _in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


# Brakes


def test_after_ten_wrong_passwords_one_waits_even_with_the_right_one(
    visitor: FlaskClient, account_id: int, clock: FakeClock
) -> None:
    tried = [_sign_in(visitor, "wrong battery") for _ in range(10)]
    refused = post(visitor, "/login", email=EMAIL, password=PASSWORD)
    clock.forward(minutes=5)
    later = _sign_in(visitor)

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

    tried = [_sign_in(visitor, "wrong battery", email="Nobody@example.org") for _ in range(2)]

    assert tried == [200, 429]


def test_strangers_who_guess_do_not_keep_the_owner_out(
    app: Flask, visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    _sign_in(visitor)
    post(visitor, "/logout", page="/account")
    _spend(archivist, clock, BrakeKey(BrakeKind.ACCOUNT, EMAIL), 10)

    assert _sign_in(app.test_client()) == 429
    assert _sign_in(visitor) == 302, "its device is known"
    assert account_id


def test_a_forged_device_is_no_known_one(
    visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    _spend(archivist, clock, BrakeKey(BrakeKind.ACCOUNT, EMAIL), 10)
    visitor.set_cookie("archive_device", "eyJhIjoiYiJ9.forged")

    assert _sign_in(visitor) == 429
    assert account_id


def test_one_address_that_tries_many_accounts_is_braked(
    visitor: FlaskClient, archivist: Archivist, clock: FakeClock
) -> None:
    _spend(archivist, clock, BrakeKey(BrakeKind.ADDRESS, "127.0.0.1"), 49)

    tried = [_sign_in(visitor, "wrong", email=f"person{n}@example.org") for n in range(2)]

    assert tried == [200, 429]


def test_giving_ones_password_again_is_braked_too(visitor: FlaskClient, account_id: int) -> None:
    _sign_in(visitor)

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


# A second factor


def _set_up_app(client: FlaskClient) -> TOTP:
    """Set up an authenticator app as a person would; returns it."""
    page = read(post(client, "/account/app", setup="authenticator"))
    key = page.select_one(".key").text.replace("-", "").replace(" ", "")
    app = TOTP(key=key)
    form = page.select_one(".steps form")
    answer = client.post(
        form["action"],
        data={"csrf_token": form.select_one("[name=csrf_token]")["value"], "code": _code(app)},
    )
    assert answer.location == "/account"
    return app


def _code(app: TOTP, *, periods: int = 0) -> str:
    code: str = app.generate(time=time.time() + 30 * periods).token
    return code


def test_a_code_is_asked_for_after_the_password_and_works_once(
    app: Flask, visitor: FlaskClient, account_id: int
) -> None:
    _sign_in(visitor)
    phone = _set_up_app(visitor)
    first, second = app.test_client(), app.test_client()

    asked = post(first, "/login?next=/glossary", email=EMAIL, password=PASSWORD)
    before_code = _in(first)
    code = _code(phone, periods=1)
    place = urlsplit(asked.location)
    answer = post(first, f"{place.path}?{place.query}", code=code)
    _sign_in(second)
    again = post(second, "/login/code", code=code)

    assert (place.path, parse_qs(place.query)) == ("/login/code", {"next": ["/glossary"]})
    assert not before_code
    assert answer.location == "/glossary"
    assert _in(first)
    assert "was used already" in read(again).select_one("[role=alert]").text
    assert not _in(second)
    assert account_id


def test_codes_are_guessed_five_times(app: Flask, visitor: FlaskClient, account_id: int) -> None:
    _sign_in(visitor)
    phone = _set_up_app(visitor)
    thief = app.test_client()
    _sign_in(thief)

    tried = [post(thief, "/login/code", code="000000").status_code for _ in range(6)]
    by_recovery = post(thief, "/login/recovery", code="aaaa-bbbb-cccc").status_code
    right = post(thief, "/login/code", code=_code(phone, periods=1))

    assert tried == [200] * 5 + [429]
    assert by_recovery == 429
    assert (right.status_code, _in(thief)) == (429, False)
    assert account_id


def test_a_recovery_code_lets_one_in_once(
    app: Flask, visitor: FlaskClient, account_id: int
) -> None:
    _sign_in(visitor)
    _set_up_app(visitor)
    page = read(post(visitor, "/account/recovery-codes", generate_new_codes="yes"))
    codes = [one.text for one in page.select(".codes code")]
    first, second = app.test_client(), app.test_client()

    _sign_in(first)
    post(first, "/login/recovery", code=codes[3])
    _sign_in(second)
    again = post(second, "/login/recovery", code=codes[3])

    assert len(set(codes)) == 8
    assert _in(first)
    assert not _in(second)
    assert "used already" in read(again).select_one("[role=alert]").text
    assert "7 left" in read(first.get("/account")).main.text
    assert account_id


def test_no_secret_of_a_second_factor_is_kept_in_clear(
    visitor: FlaskClient, account_id: int, archivist: Archivist
) -> None:
    _sign_in(visitor)
    phone = _set_up_app(visitor)
    page = read(post(visitor, "/account/recovery-codes", generate_new_codes="yes"))
    codes = [one.text for one in page.select(".codes code")]

    with archivist.database.read() as session:
        account = session.get_one(Account, account_id)
        kept = f"{account.tf_totp_secret}{account.mf_recovery_codes}"
        logged = [
            (entry.action, f"{entry.before}{entry.after}") for entry in session.query(AuditEntry)
        ]

    assert phone.base32_key not in kept
    assert not any(code in kept for code in codes)
    assert [action for action, _ in logged][-2:] == [
        "set up a second factor",
        "made recovery codes",
    ]
    assert not any(codes[0] in text or phone.base32_key in text for _, text in logged)


def test_a_wrong_code_sets_nothing_up(
    visitor: FlaskClient, account_id: int, archivist: Archivist
) -> None:
    _sign_in(visitor)
    form = read(post(visitor, "/account/app", setup="authenticator")).select_one(".steps form")

    visitor.post(
        form["action"],
        data={"csrf_token": form.select_one("[name=csrf_token]")["value"], "code": "000000"},
    )

    with archivist.database.read() as session:
        assert session.get_one(Account, account_id).tf_primary_method is None


def test_a_password_link_does_not_go_round_the_second_factor(
    app: Flask, visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    _sign_in(visitor)
    phone = _set_up_app(visitor)
    with archivist.database.begin() as session:
        link = make_password_link(session, account_id, actor=OPERATOR, now=clock())
    thief = app.test_client()

    answer = post(
        thief, f"/setup/{link}", password="stolen battery", password_again="stolen battery"
    )

    assert urlsplit(answer.location).path == "/login/code"
    assert not _in(thief)
    post(thief, "/login/code", code=_code(phone, periods=1))
    assert _in(thief)


def test_an_administrator_lets_in_who_has_lost_the_phone(
    app: Flask, visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    _sign_in(visitor)
    _set_up_app(visitor)

    with archivist.database.begin() as session:
        clear_second_factors(session, account_id, actor=OPERATOR, now=clock())
    again = app.test_client()

    assert not _in(visitor)
    assert _sign_in(again) == 302
    assert _in(again)


def test_the_second_factor_is_changed_only_by_who_signed_in_of_late(
    librarian: FlaskClient,
) -> None:
    # The session of this client was signed in at no known time.
    answers = [
        librarian.get(path)
        for path in ("/account/app", "/account/recovery-codes", "/account/passkeys")
    ]

    assert {urlsplit(answer.location).path for answer in answers} == {"/account/verify"}


def test_signing_in_without_the_password_step_leads_back_to_it(visitor: FlaskClient) -> None:
    answers = [visitor.get(path) for path in ("/login/code", "/login/recovery", "/login/second")]

    assert {urlsplit(answer.location).path for answer in answers} == {"/login"}


# What ends a session


def test_a_new_password_ends_all_other_sessions(
    app: Flask, visitor: FlaskClient, account_id: int
) -> None:
    other = app.test_client()
    _sign_in(visitor)
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
    assert (_in(visitor), _in(other), _in(remembered)) == (True, False, False)
    assert _sign_in(app.test_client()) == 200
    assert _sign_in(app.test_client(), "another battery") == 302
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
    _sign_in(visitor)
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
    _sign_in(visitor)
    with archivist.database.begin() as session:
        set_active(session, account_id, active=False, actor=OPERATOR, now=clock())

    assert not _in(visitor)
    assert _sign_in(visitor) == 200


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
