"""Every route, asked by everybody, for their own and others', published and not."""

from urllib.parse import urlsplit

import pytest
from flask import url_for
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from archive.models import Publication
from tests.web.cast import Cast
from tests.web.permission_rules import PLAYERS, ROUTES, SENT, SITUATIONS, Situation

_UNSAID = {"HEAD", "OPTIONS"}
"""Answered as GET is, or by Flask itself."""
_SAID = {("HEAD", "uploads.resource")}
"""Answered by a view of its own."""


def _routes(cast: Cast) -> dict[str, Route]:
    return {
        f"{method} {route.endpoint}": route
        for route in cast.app.url_map.iter_rules()
        for method in route.methods or set()
        if method not in _UNSAID or (method, route.endpoint) in _SAID
    }


def test_every_route_is_in_the_table_and_no_other(cast: Cast) -> None:
    routes = set(_routes(cast))

    assert routes - set(ROUTES) == set(), "say in ROUTES who may"
    assert set(ROUTES) - routes == set(), "there is no such route any more"


@pytest.mark.parametrize("name", ROUTES)
def test_exactly_these_may(cast: Cast, name: str) -> None:
    route = _routes(cast).get(name)
    if route is None:
        pytest.fail("there is no such route any more")

    wrong = [
        f"{player}, {situations} {situation[1] or ''}: {found}, not {expected}"
        for situations, words in ROUTES[name].items()
        for situation in SITUATIONS[situations]
        for player, expected in zip(PLAYERS, words, strict=True)
        if not situation[0] or player != "anonymous"
        if not _fits(found := ask(cast, name, route, player, situation), expected)
    ]

    assert wrong == []


def ask(cast: Cast, name: str, route: Route, player: str, situation: Situation) -> str:
    """Ask an address as somebody, and tell what came of it."""
    asks, (own, publication) = cast.players[player], situation
    owner = asks.account if own and asks.account else "stranger"
    recording_id = cast.recordings[owner, publication or Publication.PUBLISHED]
    values: dict[str, object] = {
        "recording_id": recording_id,
        "upload_id": cast.uploads[owner],
        **cast.within[recording_id],
        **cast.things,
    }
    if missing := route.arguments - set(values):
        pytest.fail(f"say in tests/web/cast_things.py what {missing} is")
    with cast.app.test_request_context():
        path = url_for(route.endpoint, **{one: values[one] for one in route.arguments})
    return _outcome(asks.ask(name.split(" ", 1)[0], path, **SENT.get(name, {})))


def _outcome(answer: TestResponse) -> str:
    if answer.status_code in (301, 302, 303) and urlsplit(answer.location).path == "/login":
        return "no"
    known = {401: "no", 403: "no", 404: "hidden", 410: "gone"}
    if answer.status_code in known:
        return known[answer.status_code]
    return "yes" if answer.status_code < 500 else f"broken ({answer.status_code})"


def _fits(found: str, expected: str) -> bool:
    if expected == "-":
        return not found.startswith("broken")
    return found == expected or (found, expected) == ("hidden", "gone")
