"""Signing in with a second factor: codes, recovery codes, and who gets round it."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from archive.account_links import make_password_link
from archive.accounts import clear_second_factors
from archive.models import Account, AuditEntry
from archive.permissions import LIBRARIAN, OPERATOR
from tests.conftest import FakeClock
from tests.web.conftest import post, read
from tests.web.factories import PASSWORD, Archivist
from tests.web.signing import EMAIL, is_in, sign_in


@pytest.fixture
def account_id(app: Flask, archivist: Archivist) -> int:
    with app.app_context():
        return archivist.account(EMAIL, LIBRARIAN, name="Lina", password=PASSWORD)


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
    sign_in(visitor)
    phone = _set_up_app(visitor)
    first, second = app.test_client(), app.test_client()

    asked = post(first, "/login?next=/glossary", email=EMAIL, password=PASSWORD)
    before_code = is_in(first)
    code = _code(phone, periods=1)
    place = urlsplit(asked.location)
    answer = post(first, f"{place.path}?{place.query}", code=code)
    sign_in(second)
    again = post(second, "/login/code", code=code)

    assert (place.path, parse_qs(place.query)) == ("/login/code", {"next": ["/glossary"]})
    assert not before_code
    assert answer.location == "/glossary"
    assert is_in(first)
    assert "was used already" in read(again).select_one("[role=alert]").text
    assert not is_in(second)
    assert account_id


def test_codes_are_guessed_five_times(app: Flask, visitor: FlaskClient, account_id: int) -> None:
    sign_in(visitor)
    phone = _set_up_app(visitor)
    thief = app.test_client()
    sign_in(thief)

    tried = [post(thief, "/login/code", code="000000").status_code for _ in range(6)]
    by_recovery = post(thief, "/login/recovery", code="aaaa-bbbb-cccc").status_code
    right = post(thief, "/login/code", code=_code(phone, periods=1))

    assert tried == [200] * 5 + [429]
    assert by_recovery == 429
    assert (right.status_code, is_in(thief)) == (429, False)
    assert account_id


def test_a_recovery_code_lets_one_in_once(
    app: Flask, visitor: FlaskClient, account_id: int
) -> None:
    sign_in(visitor)
    _set_up_app(visitor)
    page = read(post(visitor, "/account/recovery-codes", generate_new_codes="yes"))
    codes = [one.text for one in page.select(".codes code")]
    first, second = app.test_client(), app.test_client()

    sign_in(first)
    post(first, "/login/recovery", code=codes[3])
    sign_in(second)
    again = post(second, "/login/recovery", code=codes[3])

    assert len(set(codes)) == 8
    assert is_in(first)
    assert not is_in(second)
    assert "used already" in read(again).select_one("[role=alert]").text
    assert "7 left" in read(first.get("/account")).main.text
    assert account_id


def test_no_secret_of_a_second_factor_is_kept_in_clear(
    visitor: FlaskClient, account_id: int, archivist: Archivist
) -> None:
    sign_in(visitor)
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
    sign_in(visitor)
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
    sign_in(visitor)
    phone = _set_up_app(visitor)
    with archivist.database.begin() as session:
        link = make_password_link(session, account_id, actor=OPERATOR, now=clock())
    thief = app.test_client()

    answer = post(
        thief, f"/setup/{link}", password="stolen battery", password_again="stolen battery"
    )

    assert urlsplit(answer.location).path == "/login/code"
    assert not is_in(thief)
    post(thief, "/login/code", code=_code(phone, periods=1))
    assert is_in(thief)


def test_an_administrator_lets_in_who_has_lost_the_phone(
    app: Flask, visitor: FlaskClient, account_id: int, archivist: Archivist, clock: FakeClock
) -> None:
    sign_in(visitor)
    _set_up_app(visitor)

    with archivist.database.begin() as session:
        clear_second_factors(session, account_id, actor=OPERATOR, now=clock())
    again = app.test_client()

    assert not is_in(visitor)
    assert sign_in(again) == 302
    assert is_in(again)


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
