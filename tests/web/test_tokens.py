"""Tokens: made and shown once, used by programs, and the audit log that tells of it all."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.permissions import LIBRARIAN
from tests.web.conftest import post, read, signed_in
from tests.web.factories import Archivist, speak


@pytest.fixture
def lina(app: Flask, archivist: Archivist) -> FlaskClient:
    return signed_in(app, archivist, "lina@example.org", LIBRARIAN, "Lina", of_late=True)


def _make(client: FlaskClient, *scopes: str) -> str:
    page = read(
        client.post(
            "/account/tokens",
            data={
                "csrf_token": read(client.get("/account/tokens")).select_one("[name=csrf_token]")[
                    "value"
                ],
                "name": "Studio",
                "days": "30",
                "scope": list(scopes),
            },
        )
    )
    return str(page.select_one("input.link-field")["value"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once_and_reads_what_its_account_reads(
    app: Flask, lina: FlaskClient, archivist: Archivist
) -> None:
    draft = archivist.recording(speak("The dose was small"), publish=False)
    token = _make(lina, "read")
    program = app.test_client()
    address = f"/api/v1/recordings/{draft}"

    with_token = program.get(address, headers=_bearer(token))
    without = program.get(address)

    assert (with_token.status_code, without.status_code) == (200, 404)
    assert token not in lina.get("/account/tokens").text
    assert "last used" in lina.get("/account/tokens").text


def test_a_token_needs_no_form_token_and_does_no_more_than_it_is_for(
    app: Flask, lina: FlaskClient, archivist: Archivist
) -> None:
    number = archivist.recording(speak("The dose was small"))
    reading, curating = _make(lina, "read"), _make(lina, "curate")
    program = app.test_client()
    address, form = f"/recordings/{number}/subjects", {"subjects": "Malaria"}

    refused = program.post(address, data=form, headers=_bearer(reading))
    done = program.post(address, data=form, headers=_bearer(curating))

    assert refused.status_code == 403
    assert "This token is not for that" in refused.text
    assert done.status_code == 303
    history = read(lina.get(f"/recordings/{number}/history"))
    assert "Lina · Studio" in history.select_one(".log .what").text


@pytest.mark.parametrize("token", ["", "wa_nonsense", "wa_" + "x" * 5_000])
def test_a_token_that_does_not_work_is_refused_and_not_taken_for_a_visitor(
    visitor: FlaskClient, token: str
) -> None:
    page = visitor.get("/", headers=_bearer(token))
    program = visitor.get("/api/v1/search?q=x", headers=_bearer(token))

    assert (page.status_code, program.status_code) == (401, 401)
    assert program.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert "not known, was revoked, or has expired" in program.json["error"]


def test_a_session_beside_a_token_does_not_count(lina: FlaskClient) -> None:
    token = _make(lina, "read")

    answer = lina.get("/glossary", headers=_bearer(token))

    assert answer.status_code == 403


def test_a_revoked_token_is_refused_from_then_on(app: Flask, lina: FlaskClient) -> None:
    token = _make(lina, "read")
    form = read(lina.get("/account/tokens")).select_one("form[action$='/revoke']")

    post(lina, form["action"], page="/account/tokens")

    assert app.test_client().get("/", headers=_bearer(token)).status_code == 401


def test_who_signed_in_long_ago_first_shows_that_it_is_them(librarian: FlaskClient) -> None:
    page = read(librarian.get("/account/tokens"))
    answer = post(librarian, "/account/tokens", page="/account", name="x", days="7", scope="read")

    assert page.select_one("a[href^='/account/verify']")
    assert not page.select("input[name=scope]")
    assert answer.location == "/account/verify?next=/account/tokens"


def test_the_log_is_narrowed_by_person_kind_number_and_day(
    administrator: FlaskClient, lina: FlaskClient, archivist: Archivist
) -> None:
    number = archivist.recording(speak("The dose was small"))
    post(lina, f"/recordings/{number}/subjects", page="/account", subjects="Malaria")
    post(lina, "/glossary", page="/glossary", term="artesunate", language="en")

    def told(query: str) -> list[str]:
        lines = read(administrator.get(f"/audit{query}")).select(".log .what")
        return [" ".join(line.text.split()) for line in lines]

    everything = told("")
    [person] = [
        option["value"]
        for option in read(administrator.get("/audit")).select("[name=person] option")
        if option.text == "Lina"
    ]
    assert everything[:2] == ["Lina added glossary term 1", f"Lina described recording {number}"]
    assert told(f"?person={person}") == everything[:2]
    assert told(f"?kind=recording&object={number}") == everything[1:2]
    assert told("?day=2026-03-02") == everything[:2]
    assert told("?day=2020-01-01") == []
    assert administrator.get("/audit?day=yesterday").status_code == 400
    assert administrator.get("/audit?object=x").status_code == 400


def test_the_log_says_what_people_did_with_their_own_account_in_a_sentence(
    administrator: FlaskClient,
) -> None:
    post(administrator, "/accounts", page="/accounts", role="uploader", email="new@example.org")
    link = read(
        post(administrator, "/accounts", page="/accounts", role="reader", email="r@example.org")
    ).select_one(".link-field")
    newcomer = administrator.application.test_client()
    path = urlsplit(str(link["value"])).path
    fields = {"name": "Rosa", "password": "a few good words", "password_again": "a few good words"}
    post(newcomer, path, page=path, email="r@example.org", **fields)

    lines = read(administrator.get("/audit?kind=account")).select(".log .what")

    said = [" ".join(line.text.split()) for line in lines]
    assert re.fullmatch(r"Rosa made their account by an invitation · account \d+", said[0])
    assert said[1] == "Ada invited"


def test_values_of_the_log_are_escaped(
    administrator: FlaskClient, lina: FlaskClient, archivist: Archivist
) -> None:
    number = archivist.recording(speak("The dose was small"))
    post(lina, f"/recordings/{number}/subjects", page="/account", subjects="<b>Malaria</b>")

    page = administrator.get("/audit")

    assert "&lt;b&gt;Malaria" in page.text
    assert "<b>Malaria" not in page.text


def test_a_link_is_mailed_and_a_failure_is_told_beside_the_link(
    administrator: FlaskClient, app: Flask
) -> None:
    settings = app.extensions["webinar-archive"].settings
    # A port nothing listens on: a real failure of a real connection.
    object.__setattr__(settings, "smtp_url", "smtp://user:secret@127.0.0.1:1")

    answer = post(administrator, "/accounts", role="reader", email="ben@example.org")

    page = read(answer)
    alert = page.select_one("[role=alert]").text
    assert answer.status_code == 201
    assert page.select_one("input.link-field")["value"].startswith("http://127.0.0.1:8123/setup/")
    assert "The mail was not sent: 127.0.0.1 cannot be used" in alert
    assert "Hand the link over yourself" in alert
    assert "secret" not in answer.text
