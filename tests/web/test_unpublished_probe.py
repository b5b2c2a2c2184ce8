"""Whoever has no account walks every address they could guess, and learns nothing.

Made from the routes: a new one is walked without a word here. Everything that is not published
has `SECRET` in its title, words, slides, names, subjects, collection and file name.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from flask import url_for
from sqlalchemy import select, update
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from archive.models import Collection, Publication, Recording
from archive.settings import Settings
from tests.conftest import FakeClock
from tests.web.cast import Cast
from tests.web.cast_things import SECRET
from tests.web.conftest import close_site
from web import create_app
from web.accounts_gate import OPEN_ENDPOINTS

NEVER = 987_654
"""A number no recording has."""
HIDDEN = (Publication.DRAFT, Publication.REVIEW, Publication.BINNED)
_SECRET = re.compile(SECRET, re.IGNORECASE)
GUESSES = (
    SECRET[:6],
    f"{SECRET[:6]}*",
    SECRET.replace("bar", "bra"),
    "ward",
    "dose small",
    '"the dose of"',
    "translated",
    "slide",
    "",
)
"""What leads to it without saying it: beginnings, slips, words that stand beside it."""


def _routes(cast: Cast, *, of_recordings: bool) -> Iterator[tuple[str, Route]]:
    for route in cast.app.url_map.iter_rules():
        if ("recording_id" in route.arguments) is of_recordings:
            for method in sorted((route.methods or set()) - {"OPTIONS"}):
                yield method, route


def _path(cast: Cast, route: Route, recording_id: int) -> str:
    within = cast.within[cast.recordings["stranger", Publication.DRAFT]]
    values = {**cast.things, **within, **cast.within.get(recording_id, {})}
    values["recording_id"] = recording_id
    values["upload_id"] = cast.uploads["stranger"]
    with cast.app.test_request_context():
        return url_for(route.endpoint, **{name: values[name] for name in route.arguments})


def _said(answer: TestResponse, recording_id: int) -> tuple[int, str, str]:
    """Return what an answer says, whatever the numbers in its address."""
    number = re.compile(rf"(recordings?(?:/|%2F| )|bin(?:/|%2F)){recording_id}\b")
    part = re.compile(r"(chapters|cuts|edit)(/|%2F)\w+")
    text, place = (
        part.sub(r"\1/M", number.sub(r"\1N", said))
        for said in (_text(answer), answer.location or "")
    )
    return answer.status_code, place, text


def _text(answer: TestResponse) -> str:
    return unescape(answer.data.decode(errors="replace"))


@pytest.mark.parametrize("publication", HIDDEN)
def test_what_is_hidden_is_answered_as_what_never_was(cast: Cast, publication: Publication) -> None:
    recording_id = cast.recordings["stranger", publication]
    visitor = cast.players["anonymous"]

    unlike, asked = [], 0
    for method, route in _routes(cast, of_recordings=True):
        there = visitor.ask(method, _path(cast, route, recording_id))
        never = visitor.ask(method, _path(cast, route, NEVER))
        asked += 1
        if _said(there, recording_id) != _said(never, NEVER):
            unlike.append(f"{method} {route.rule}: {there.status}, not {never.status}")
        if method == "GET" and there.status_code not in (403, 404):
            unlike.append(f"{method} {route.rule}: {there.status}")

    assert unlike == []
    assert asked > 50


def test_what_was_withdrawn_says_that_and_no_more(cast: Cast) -> None:
    recording_id = cast.recordings["stranger", Publication.WITHDRAWN]
    visitor = cast.players["anonymous"]

    told = [
        f"{method} {route.rule}: {answer.status}"
        for method, route in _routes(cast, of_recordings=True)
        if (answer := visitor.ask(method, _path(cast, route, recording_id)))
        and (answer.status_code < 300 or _SECRET.search(_text(answer)))
    ]

    assert told == []
    assert visitor.ask("GET", f"/recordings/{recording_id}").status_code == 410


def test_no_list_search_count_or_suggestion_tells_of_it(cast: Cast) -> None:
    visitor = cast.players["anonymous"]
    hidden = {
        number
        for (_, publication), number in cast.recordings.items()
        if publication is not Publication.PUBLISHED
    }

    told, asked = [], 0
    for method, route in _routes(cast, of_recordings=False):
        if method != "GET" or route.endpoint == "static":
            continue
        for guess in GUESSES:
            path = f"{_path(cast, route, NEVER)}?{urlencode({'q': guess, 'text': guess})}"
            answer = visitor.ask("GET", path)
            asked += 1
            text = _text(answer)
            links = {int(number) for number in re.findall(r"/recordings/(\d+)", text)}
            if _SECRET.search(text) or links & hidden:
                told.append(path)

    assert told == []
    assert asked > 100


@pytest.mark.parametrize("guess", GUESSES[1:-1])
def test_searches_count_what_is_published_only(cast: Cast, guess: str) -> None:
    published = {
        number
        for (_, publication), number in cast.recordings.items()
        if publication is Publication.PUBLISHED
    }
    visitor, librarian = cast.players["anonymous"], cast.players["librarian"]
    address = f"/api/v1/search?q={quote(guess)}"

    found = visitor.ask("GET", address).json
    by_librarian = librarian.ask("GET", address).json

    assert {one["id"] for one in found["recordings"]} <= published
    assert found["total"] <= len(published)
    assert by_librarian["total"] > found["total"], "else nothing was hidden, and nothing tested"


@pytest.mark.parametrize(
    "narrowing",
    [
        f"collection={SECRET} rounds",
        f"speaker=Dr {SECRET} 1",
        f"subject={SECRET} use",
        "year=2024",
        "lang=en",
    ],
)
def test_narrowing_counts_what_is_published_only(cast: Cast, narrowing: str) -> None:
    name, _, value = narrowing.partition("=")
    answer = cast.players["anonymous"].ask(
        "GET", f"/api/v1/search?{urlencode({'q': 'ward', name: value})}"
    )

    assert answer.json["total"] == (0 if SECRET in narrowing else 5)


def test_a_hidden_collection_is_not_there(cast: Cast) -> None:
    with cast.database.read() as session:
        collection = session.scalars(
            select(Collection).where(Collection.title == f"{SECRET} rounds")
        ).one()
    visitor = cast.players["anonymous"]

    answers = [
        visitor.ask("GET", address)
        for address in (
            f"/collections/{collection.slug}",
            f"/collections/{collection.id}",
            f"/collections/{collection.id}/cover",
        )
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not any(
        _SECRET.search(answer.text.replace(str(collection.slug), "")) for answer in answers
    )


def test_what_is_taken_back_is_gone_before_the_index_follows(cast: Cast) -> None:
    number = cast.recordings["stranger", Publication.PUBLISHED]
    visitor, address = cast.players["anonymous"], f"/api/v1/search?q={quote('ward')}"
    before = visitor.ask("GET", address).json["total"]

    def publish(publication: Publication) -> None:
        with cast.database.begin() as session:
            session.execute(
                update(Recording).where(Recording.id == number).values(publication=publication)
            )

    publish(Publication.DRAFT)
    try:
        after = visitor.ask("GET", address).json
        facets = visitor.ask("GET", f"/search?q={quote('ward')}").text
        names = visitor.ask("GET", "/api/v1/suggest?q=Dr").text
    finally:
        publish(Publication.PUBLISHED)

    with cast.database.read() as session:
        title = session.get_one(Recording, number).title
        own_speaker = f"Dr Openbarinol {title.rsplit(' ', 1)[1]}"
    assert (before, after["total"]) == (5, 4)
    assert number not in {one["id"] for one in after["recordings"]}
    assert own_speaker not in facets
    assert own_speaker not in names


def test_an_archive_for_accounts_answers_visitors_nothing_else(
    cast: Cast, settings: Settings, clock: FakeClock
) -> None:
    closed = create_app(_sign_in_only(settings), clock=clock)
    try:
        visitor = closed.test_client()
        answered = []
        for route in closed.url_map.iter_rules():
            if route.endpoint in OPEN_ENDPOINTS or "GET" not in (route.methods or ()):
                continue
            answer = visitor.get(_path(cast, route, 1), buffered=True)
            to_login = answer.status_code == 302 and "/login" in answer.location
            if not (to_login or answer.status_code in (401, 403)):
                answered.append(f"{route.rule}: {answer.status}")

        assert answered == []
        assert visitor.get("/login").status_code == 200
        assert visitor.get("/static/site.css", buffered=True).status_code == 200
        assert visitor.get("/healthz").status_code == 200
        assert visitor.get("/setup/unknown").status_code == 404
    finally:
        close_site(closed)


def _sign_in_only(settings: Settings) -> Settings:
    return Settings.from_env(
        {"ARCHIVE_DATA_DIR": str(settings.data_dir), "ARCHIVE_SIGN_IN_ONLY": "yes"}
    )
