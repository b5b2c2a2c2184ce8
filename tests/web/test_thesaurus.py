"""The thesaurus' pages without a script: as librarian, administrator and others."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.database import Database
from archive.errors import InvalidInputError
from archive.thesaurus.labels import read_labels
from archive.thesaurus.shipped import bring_labels
from archive.thesaurus.table import MAX_BYTES
from tests.conftest import START
from tests.web.conftest import post, read, token
from web.csv_exchange import pack, unpack

ASTHMA = "/thesaurus/concepts/asthma"


@pytest.fixture
def asthma(librarian: FlaskClient) -> None:
    _add(librarian, "asthma", language="en", preferred="yes", source="Lina")
    _add(librarian, "asthme", language="fr", concept="asthma")


def _add(client: FlaskClient, term: str, **fields: str) -> TestResponse:
    return post(client, "/thesaurus", term=term, **fields)


def _names(client: FlaskClient, path: str = ASTHMA) -> list[str]:
    rows = read(client.get(path)).select(".terms .term")
    return [row.select_one("b, span").text for row in rows]


def _send_file(client: FlaskClient, content: bytes) -> TestResponse:
    fields = {"csrf_token": token(client, "/thesaurus"), "file": (io.BytesIO(content), "t.csv")}
    return client.post("/thesaurus/import", data=fields)


def _confirm(client: FlaskClient, page: BeautifulSoup) -> TestResponse:
    form = page.select_one("form[action='/thesaurus/import']")
    fields = {field["name"]: field.get("value", "") for field in form.select("input")}
    return client.post(form["action"], data=fields)


def _counts(page: BeautifulSoup) -> list[int]:
    return [int(each.text.replace("\u202f", "")) for each in page.select(".counts dd")]


@pytest.mark.parametrize("who", ["librarian", "administrator"])
def test_a_name_is_added_changed_removed_and_put_back(
    who: str, request: pytest.FixtureRequest
) -> None:
    client: FlaskClient = request.getfixturevalue(who)

    added = _add(client, "asthma", language="en", preferred="yes", source="Lina")
    _add(client, "asthm", language="fr", concept="asthma")
    edit = read(client.get(ASTHMA)).select(".terms a")[1]["href"]
    form = read(client.get(edit)).select_one(".terms form.fields")
    fields = {"concept": "asthma", "term": "asthme", "language": "fr", "preferred": "yes"}
    changed = post(client, form["action"], page=edit, **fields)
    after_change = _names(client)

    remove = read(client.get(ASTHMA)).select(".terms form")[1]["action"]
    removed = read(post(client, remove, page=ASTHMA))
    put_back = removed.select_one(".notice form")
    again = client.post(
        put_back["action"],
        data={field["name"]: field.get("value", "") for field in put_back.select("input")},
    )

    assert added.headers["Location"].startswith(f"{ASTHMA}#label-")
    assert form.select_one("option[selected]")["value"] == "fr"
    assert changed.status_code == 303
    assert after_change == ["asthma", "asthme"]
    assert "“asthme” is removed" in removed.text
    assert again.status_code == 303
    assert _names(client) == ["asthma", "asthme"]
    assert len(read(client.get(ASTHMA)).select(".terms b")) == 2


@pytest.mark.usefixtures("asthma")
def test_a_visitor_neither_sees_nor_changes_it(visitor: FlaskClient, database: Database) -> None:
    seen = [visitor.get(path).text for path in ("/thesaurus", ASTHMA, "/thesaurus/export")]
    fields = {"term": "x", "language": "en", "csrf_token": token(visitor)}
    for path in ("/thesaurus", "/thesaurus/labels/1/remove", "/thesaurus/import"):
        assert visitor.post(path, data=fields).status_code in (302, 401, 403)

    assert not any("asthme" in text for text in seen)
    with database.read() as session:
        assert len(read_labels(session)) == 2


@pytest.mark.usefixtures("asthma")
def test_what_is_wrong_with_a_name_is_told_beside_what_was_typed(librarian: FlaskClient) -> None:
    twice = _add(librarian, "Asthma", language="en", concept="asthma", on="concept")
    nameless = _add(librarian, "高血压", language="zh")
    label = read(librarian.get(ASTHMA)).select(".terms form")[0]["action"].split("/")[-2]
    page = f"{ASTHMA}?edit={label}"
    empty = post(
        librarian,
        f"/thesaurus/labels/{label}",
        page=page,
        term="",
        language="en",
        concept="asthma",
        **{"from": "asthma"},
    )

    for answer, why in [(twice, "already"), (nameless, "Latin letters"), (empty, "empty")]:
        assert answer.status_code == 400
        assert why in read(answer).select_one("[role=alert]").text
    assert read(twice).select_one("#add[open] [name=term]")["value"] == "Asthma"
    assert read(nameless).select_one("#add[open] [name=term]")["value"] == "高血压"


@pytest.mark.usefixtures("asthma")
def test_the_mesh_id_is_set_and_checked(librarian: FlaskClient) -> None:
    wrong = post(librarian, f"{ASTHMA}/mesh", page=ASTHMA, mesh="asthma")
    right = post(librarian, f"{ASTHMA}/mesh", page=ASTHMA, mesh="d001249")

    assert "looks like D006973" in read(wrong).select_one("#mesh [role=alert]").text
    assert right.status_code == 303
    link = read(librarian.get(ASTHMA)).select_one("a[rel~=external]")
    assert (link.text, link["href"]) == ("D001249", "https://id.nlm.nih.gov/mesh/D001249")


@pytest.mark.usefixtures("asthma")
def test_concepts_are_listed_narrowed_and_paged(librarian: FlaskClient, database: Database) -> None:
    bring_labels(database, now=START)

    def names(query: str) -> list[str]:
        page = read(librarian.get(f"/thesaurus?{query}"))
        return [each.text for each in page.select(".concepts b")]

    first = read(librarian.get("/thesaurus"))
    assert len(first.select(".concepts li")) == 40
    assert first.select_one(".pages [rel=next]")
    assert names("page=2")[0] not in names("")
    assert names("q=HTA") == ["hypertension"]
    assert names("q=D006973") == ["hypertension"]
    assert "hypertension" not in names("q=hypertension&without=am")
    assert names("edited=yes") == ["asthma"]
    assert names("q=no+such+thing") == []
    assert names("page=x&q=HTA&language=&edited=maybe") == ["hypertension"]


def test_every_name_says_its_language_and_where_it_came_from(
    librarian: FlaskClient, database: Database
) -> None:
    bring_labels(database, now=START)

    page = read(librarian.get("/thesaurus/concepts/hypertension"))

    arabic = page.select_one(".terms [lang=ar]")
    assert arabic["dir"] == "auto"
    assert arabic.text == "ارتفاع ضغط الدم"
    rows = page.select(".terms > li")
    assert all("project" in row.select_one(".meta").text for row in rows)
    marked = {row.bdi.text for row in rows if "not confirmed" in row.select_one(".meta").text}
    others = {row.bdi.text for row in rows if "not confirmed" not in row.select_one(".meta").text}
    assert marked == {"project"}
    assert "project" not in others
    assert others


def test_the_whole_thesaurus_goes_out_and_comes_back_the_same(
    librarian: FlaskClient, database: Database
) -> None:
    bring_labels(database, now=START)

    exported = librarian.get("/thesaurus/export")
    same = read(_send_file(librarian, exported.data))
    more = exported.data + b"asthma,ha,asma,yes,,Lina,\r\n"
    preview = read(_send_file(librarian, more))
    done = _confirm(librarian, preview)

    assert "attachment" in exported.headers["Content-Disposition"]
    assert _counts(same)[0::3] == [0, 0]
    assert "nothing to import" in same.text
    lines = list(csv.DictReader(io.StringIO(exported.text, newline="")))
    assert {line["confirmed"] for line in lines if line["source"] == "project"} == {"no"}
    assert {line["confirmed"] for line in lines if line["source"] != "project"} == {""}
    assert _counts(preview)[:2] == [1, 0]
    assert done.status_code == 303
    assert "asma" in _names(librarian)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"term\nasthma\n", "must name the columns"),
        ("concept,language,term\na,en,é".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused(
    librarian: FlaskClient, content: bytes, why: str
) -> None:
    answer = _send_file(librarian, content)

    assert answer.status_code == 400
    assert why in read(answer).select_one("#exchange[open] [role=alert]").text


def test_a_file_with_a_wrong_line_names_it_and_offers_no_import(librarian: FlaskClient) -> None:
    answer = _send_file(librarian, b"concept,language,term\nasthma,xx,asthma\n")

    page = read(answer)
    assert answer.status_code == 400
    assert "Line 2" in page.select_one("[role=alert]").text
    assert page.select_one("[name=confirmed]") is None


@pytest.mark.parametrize("packed", ["", "§", "AAAA", pack(b"a" * (MAX_BYTES + 10))])
def test_a_file_that_does_not_come_back_whole_is_refused(
    librarian: FlaskClient, packed: str
) -> None:
    fields = {"csrf_token": token(librarian, "/thesaurus"), "packed": packed, "confirmed": "yes"}

    answer = librarian.post("/thesaurus/import", data=fields)

    assert answer.status_code == 400


def test_what_is_packed_comes_back() -> None:
    assert unpack(pack("የደም ግፊት".encode()), max_bytes=100) == "የደም ግፊት".encode()
    with pytest.raises(InvalidInputError):
        unpack("not base64", max_bytes=100)
