"""The glossary's pages without a script: as librarian, administrator and visitor."""

import io
import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.database import Database
from archive.glossary.terms import terms_for
from archive.models import Recording, TranscriptSegment
from tests.conftest import FakeClock
from tests.web.conftest import post, read, token
from tests.web.factories import Archivist, speak


def _add(client: FlaskClient, term: str, **fields: str) -> TestResponse:
    return post(client, "/glossary", term=term, **fields)


def _rows(client: FlaskClient, path: str = "/glossary") -> list[str]:
    return [row.text for row in read(client.get(path)).select(".terms .term b")]


def _action(client: FlaskClient, selector: str, path: str = "/glossary") -> str:
    found = read(client.get(path)).select_one(selector)
    assert found is not None
    return str(found.get("action") or found.get("href"))


def _send_file(client: FlaskClient, content: bytes) -> TestResponse:
    fields = {"csrf_token": token(client, "/glossary"), "file": (io.BytesIO(content), "terms.csv")}
    return client.post("/glossary/import", data=fields)


def _confirm(client: FlaskClient, page: BeautifulSoup) -> TestResponse:
    form = page.select_one("form[action^='/glossary/import']")
    fields = {field["name"]: field.get("value", "") for field in form.select("input")}
    return client.post(form["action"], data=fields)


@pytest.fixture
def misheard(archivist: Archivist) -> int:
    return archivist.recording(
        speak("Then we gave artisanate to the child."),
        speak("Artesunate works and artisanate too.", start_ms=8_000),
        title="Severe malaria",
    )


@pytest.mark.parametrize("who", ["librarian", "administrator"])
def test_a_term_is_added_changed_removed_and_put_back(
    who: str, request: pytest.FixtureRequest
) -> None:
    client: FlaskClient = request.getfixturevalue(who)

    added = _add(client, "artisunate", language="en", kind="drug", sounds_like="a\nb")
    edit = _action(client, ".terms a")
    form = read(client.get(edit)).select_one(".terms form")
    changed = post(client, form["action"], page=edit, term="artesunate", sounds_like="artisanate")
    after_change = _rows(client)
    remove = _action(client, ".terms form")
    removed = read(post(client, remove, page="/glossary"))
    put_back = removed.select_one(".notice form")
    fields = {field["name"]: field.get("value", "") for field in put_back.select("input")}
    fields |= {field["name"]: field.text for field in put_back.select("textarea")}
    client.post(put_back["action"], data=fields)

    assert (added.status_code, changed.status_code) == (303, 303)
    assert form.select_one("[name=sounds_like]").text.split() == ["a", "b"]
    assert form.select_one("option[selected][value=en]")
    assert after_change == ["artesunate"]
    assert removed.select(".terms li") == []
    assert "heard as artisanate" in " ".join(read(client.get("/glossary")).text.split())
    assert client.get("/glossary").text.count('id="term-') == 1


def test_what_cannot_be_taken_stays_in_the_form_with_what_to_do(librarian: FlaskClient) -> None:
    _add(librarian, "quinine")

    again = _add(librarian, "QUININE", sounds_like="queening")
    page = read(again)
    edit = _action(librarian, ".terms a")
    empty = read(post(librarian, edit.split("?")[0] + "/1", page=edit, term="=x"))

    assert again.status_code == 400
    assert "already" in page.select_one("#add[open] [role=alert]").text
    assert page.select_one("#add [name=term]")["value"] == "QUININE"
    assert page.select_one("#add [name=sounds_like]").text == "queening"
    assert "letter or a digit" in empty.select_one("#term-1 [role=alert]").text
    assert empty.select_one("#term-1 [name=term]")["value"] == "=x"


@pytest.mark.parametrize(
    "path",
    ["/glossary", "/glossary/1", "/glossary/1/remove", "/glossary/import", "/glossary/affected"],
)
def test_a_visitor_is_refused(visitor: FlaskClient, librarian: FlaskClient, path: str) -> None:
    _add(librarian, "quinine")

    assert post(visitor, path, page="/login", term="x", recording="1").status_code == 403
    assert visitor.get("/glossary").status_code == 302
    assert visitor.get("/glossary/export").status_code == 302
    assert visitor.get("/glossary/affected").status_code == 302
    assert _rows(librarian) == ["quinine"]


def test_only_those_who_keep_it_find_it_in_the_navigation(
    visitor: FlaskClient, librarian: FlaskClient
) -> None:
    assert read(librarian.get("/")).select("nav a[href='/glossary']")
    assert not read(visitor.get("/")).select("a[href='/glossary']")


def test_terms_are_found_narrowed_and_paged(librarian: FlaskClient) -> None:
    lines = "".join(f"Term {n:02},,place\n" for n in range(60))
    content = f"term,language,kind\nhémolyse,fr,disease\n{lines}".encode()
    _confirm(librarian, read(_send_file(librarian, content)))

    assert len(_rows(librarian)) == 50
    assert len(_rows(librarian, "/glossary?page=2")) == 11
    assert _rows(librarian, "/glossary?q=HEMO") == ["hémolyse"]
    assert _rows(librarian, "/glossary?language=fr&kind=disease") == ["hémolyse"]
    assert _rows(librarian, "/glossary?language=any&q=term+59") == ["Term 59"]
    page = read(librarian.get("/glossary?q=nothing+like+it"))
    assert "No term is like that" in page.text
    assert page.select_one("[name=q]")["value"] == "nothing like it"


def test_a_collection_has_a_glossary_of_its_own(
    librarian: FlaskClient, archivist: Archivist, database: Database
) -> None:
    archivist.deposit(title="Round", collection="Ward rounds")
    _add(librarian, "quinine")
    with database.read() as session:
        collection_id = session.scalars(select(Recording.collection_id)).one()

    added = _add(librarian, "Zomba", collection=str(collection_id))
    own = f"/glossary?collection={collection_id}"

    assert added.location.startswith(own)
    assert _rows(librarian, own) == ["Zomba"]
    assert _rows(librarian) == ["quinine"]
    assert "of Ward rounds" in read(librarian.get(own)).h1.text
    with database.read() as session:
        assert [term.term for term in terms_for(session, collection_id)] == ["Zomba", "quinine"]
    assert librarian.get("/glossary?collection=x").status_code == 400
    assert _add(librarian, "Gulu", collection="99").status_code == 404


def test_a_file_is_looked_at_before_it_is_imported(librarian: FlaskClient) -> None:
    _add(librarian, "quinine")

    looked_at = _send_file(librarian, "\ufeffterm;kind\nquinine;drug\nlèpre;disease\n".encode())
    before = _rows(librarian)
    page = read(looked_at)
    done = _confirm(librarian, page)

    assert [int(count.text) for count in page.select(".counts dd")] == [1, 1, 0, 0]
    assert before == ["quinine"]
    assert done.status_code == 303
    assert _rows(librarian) == ["lèpre", "quinine"]


def test_a_bad_line_is_named_and_nothing_can_be_imported(librarian: FlaskClient) -> None:
    answer = _send_file(librarian, b"term,language\nquinine,\nGulu,xx\n")

    page = read(answer)
    assert answer.status_code == 400
    assert "Line 3: 'xx' is not a language code" in page.select_one("[role=alert]").text
    assert not page.select("[name=confirmed]")
    assert _rows(librarian) == []


@pytest.mark.parametrize(
    ("content", "why"), [(b"colour\nred\n", "columns"), (b"\xff\xfe", "UTF-8"), (b"", "columns")]
)
def test_another_file_is_refused_beside_the_form(
    librarian: FlaskClient, content: bytes, why: str
) -> None:
    answer = _send_file(librarian, content)

    assert answer.status_code == 400
    assert why in read(answer).select_one("#exchange[open] [role=alert]").text


def test_an_export_comes_back_without_a_difference(librarian: FlaskClient) -> None:
    _add(librarian, "quinine", kind="drug", variants="kinine\nchinine", source="Lina, ward 3")

    export = librarian.get("/glossary/export")
    page = read(_send_file(librarian, export.data))

    assert export.mimetype == "text/csv"
    assert "attachment" in export.headers["Content-Disposition"]
    assert [int(count.text) for count in page.select(".counts dd")] == [0, 0, 1, 0]


def test_a_new_term_leads_to_what_misheard_it_and_transcribes_it_again(
    librarian: FlaskClient, misheard: int, database: Database
) -> None:
    added = _add(librarian, "artesunate")
    link = read(librarian.get(added.location)).select_one(".notice a")
    page = read(librarian.get(link["href"]))
    done = post(librarian, "/glossary/affected", page=link["href"], recording=str(misheard))

    [place] = page.select(".affected > li")
    assert "Severe malaria" in place.text
    assert "2 places" in place.text
    assert [a["href"] for a in place.select("ul a")] == [
        f"/recordings/{misheard}?t=0", f"/recordings/{misheard}?t=8",
    ]  # fmt: skip
    assert place.select_one("input[checked]")
    assert done.status_code == 303
    assert "1 recording is being transcribed again" in librarian.get("/glossary").text
    with database.read() as session:
        assert session.get_one(Recording, misheard).attempt == 2


def _remove(client: FlaskClient, path: str = "/glossary") -> BeautifulSoup:
    return read(post(client, _action(client, ".terms form", path), page=path))


def test_a_removed_term_leads_to_what_a_machine_wrote_of_it_and_transcribes_that_again(
    librarian: FlaskClient, misheard: int, archivist: Archivist, database: Database
) -> None:
    archivist.recording(speak("The artesunates are not it."), title="Another word")
    archivist.recording(
        speak("Good morning."), speak("Donnez artésunate.", language="fr"), title="Another language"
    )
    _add(librarian, "artesunat", language="en", variants="Artesunate")

    link = _remove(librarian).select_one(".notice a")
    page = read(librarian.get(link["href"]))
    done = post(librarian, "/glossary/affected", page=link["href"], recording=str(misheard))

    [place] = page.select(".affected > li")
    assert "Severe malaria" in place.text
    assert [a.text for a in place.select("ul a")] == ["0:08 “Artesunate”"]
    assert place.select_one("input[checked]")
    assert done.status_code == 303
    with database.read() as session:
        assert session.get_one(Recording, misheard).attempt == 2


@pytest.mark.parametrize("what", ["edited", "checked"])
def test_a_removed_term_that_people_wrote_or_checked_stays_without_a_word(
    librarian: FlaskClient, misheard: int, database: Database, what: str
) -> None:
    _add(librarian, "artesunate")
    with database.begin() as session:
        for segment in session.scalars(select(TranscriptSegment)):
            setattr(segment, what, True)

    removed = _remove(librarian)

    assert misheard
    assert "No transcript holds it as a machine wrote it" in removed.select_one(".notice").text
    assert not removed.select(".notice a")


def test_a_term_that_a_collection_removes_is_looked_for_in_its_recordings_only(
    librarian: FlaskClient, misheard: int, archivist: Archivist, database: Database
) -> None:
    own = archivist.recording(speak("We gave artesunate."), title="Round", collection="Ward rounds")
    with database.read() as session:
        collection_id = session.get_one(Recording, own).collection_id
    _add(librarian, "artesunate", collection=str(collection_id))

    removed = _remove(librarian, f"/glossary?collection={collection_id}")
    page = read(librarian.get(removed.select_one(".notice a")["href"]))

    assert misheard
    assert [field["value"] for field in page.select("[name=recording]")] == [str(own)]


def test_what_a_person_edited_counts_as_right(
    librarian: FlaskClient, misheard: int, database: Database
) -> None:
    with database.begin() as session:
        for segment in session.scalars(select(TranscriptSegment)):
            segment.edited = True

    added = _add(librarian, "artesunate")

    page = read(librarian.get(added.location))
    assert "No transcript seems to have misheard it" in page.text
    assert misheard


def test_where_nothing_better_is_known_language_and_collection_decide(
    librarian: FlaskClient, archivist: Archivist
) -> None:
    archivist.recording(speak("Rien de tel ici.", language="fr"), title="Atelier")
    archivist.recording(speak("Nothing of the kind here."), title="Workshop")

    added = _add(librarian, "drépanocytose", language="fr")
    link = read(librarian.get(added.location)).select_one(".notice a")
    page = read(librarian.get(link["href"]))

    [place] = page.select(".affected > li")
    assert "Atelier" in place.text
    assert not place.select("input[checked]")


def test_nothing_changed_nothing_to_do(librarian: FlaskClient, clock: FakeClock) -> None:
    _add(librarian, "quinine")
    clock.forward(minutes=1)

    later = librarian.get(f"/glossary/affected?since={clock.now.isoformat().replace('+', '%2B')}")
    unread = librarian.get("/glossary/affected?since=x")
    none_chosen = post(librarian, "/glossary/affected", page="/glossary")

    assert "No term was changed" in later.text
    assert "No term was changed" in unread.text
    assert none_chosen.status_code == 303
    assert "No recording was chosen" in librarian.get("/glossary").text


def test_what_is_typed_is_shown_as_text(librarian: FlaskClient) -> None:
    _add(librarian, "a<script>alert(1)</script>", variants="b<i>", source="c<b>")

    page = librarian.get("/glossary").text

    assert not re.search(r"<script>alert|b<i>", page)
    assert _rows(librarian) == ["a<script>alert(1)</script>"]
