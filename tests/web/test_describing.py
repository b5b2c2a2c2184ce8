import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, ViewportSize, expect

from archive.describing.reading import read_described
from archive.describing.values import Credit, Described, Identifier, Link
from archive.models import AuditEntry, IdentifierKind, PersonRole, Recording
from tests.web.conftest import post, read, sign_in
from tests.web.factories import Archivist, speak
from tests.web.looking import DESK, PHONE, barriers, look


def _described(archivist: Archivist, recording_id: int) -> Described:
    with archivist.database.read() as session:
        return read_described(session, [recording_id])[recording_id]


def _fields(client: FlaskClient, page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form as it stands."""
    fields: dict[str, list[str]] = {}
    form = read(client.get(page)).select_one("form.describe")
    for box in form.select("input[name], textarea[name], select[name]"):
        if box.name == "select":
            chosen = box.select_one("option[selected]") or box.select_one("option")
            value = chosen.get("value", chosen.text)
        else:
            # A browser leaves out the first line feed of a text area.
            value = box.get("value", "") if box.name == "input" else box.text.removeprefix("\n")
        fields.setdefault(str(box["name"]), []).append(str(value))
    return fields


def test_what_is_said_is_saved_and_shown(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"))
    page = f"/recordings/{recording_id}/describe"
    fields = _fields(librarian, page) | {
        "title": ["Malaria:\tday one"],
        "description": ["First\r\n\r\nSecond"],
        "recorded_on": ["2020-04-16"],
        "organisation": ["Ministry of Health"],
        "people-name": ["Amina Diallo", "李伟", ""],
        "people-role": ["moderator", "interpreter", "presenter"],
        "people-organisation": ["WHO", "", ""],
        "people-orcid": ["https://orcid.org/0000-0002-1825-0097", "", ""],
        "collections-title": ["Rounds", "Journal club"],
        "subjects-subject": ["Malaria", "Fever", ""],
        "languages-code": ["fr", "zh", ""],
        "licence": ["CC-BY-4.0"],
        "rights": ["© 2020"],
        "links-url": ["www.who.int"],
        "links-label": ["WHO"],
        "identifiers-kind": ["doi"],
        "identifiers-value": ["https://doi.org/10.1000/ABC"],
    }

    saved = librarian.post(page, data=fields)

    assert (saved.status_code, saved.location) == (303, f"/recordings/{recording_id}")
    described = _described(archivist, recording_id)
    assert described.title == "Malaria: day one"
    assert described.description == "First\n\nSecond"
    assert described.people == (
        Credit(
            name="Amina Diallo",
            role=PersonRole.MODERATOR,
            organisation="WHO",
            orcid="0000-0002-1825-0097",
        ),
        Credit(name="李伟", role=PersonRole.INTERPRETER),
    )
    assert described.collections == ("Rounds", "Journal club")
    assert described.links == (Link(url="https://www.who.int", label="WHO"),)
    assert described.identifiers == (Identifier(kind=IdentifierKind.DOI, value="10.1000/abc"),)
    shown = read(visitor.get(f"/recordings/{recording_id}"))
    said = shown.select_one("dl.particulars")
    assert "Amina Diallo" in said.text
    assert said.select_one('a[rel="license"]')["href"].endswith("/by/4.0/")
    assert said.select_one('a[href="https://doi.org/10.1000/abc"]')
    assert [a.text for a in said.select('a[href^="/collections/"]')] == ["Rounds", "Journal club"]
    with archivist.database.read() as session:
        recording = session.get_one(Recording, recording_id)
        noted = session.query(AuditEntry).filter_by(action="described").one()
        assert recording.speakers == "Amina Diallo\n李伟"
        assert recording.language is None
        assert noted.account_name == "Lina"
        assert noted.after["collections"] == "Rounds\nJournal club"


def test_a_form_saved_as_it_stands_changes_nothing(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(
        speak("fever"),
        speakers=("Dr Otieno", "Amina"),
        subjects=("Malaria",),
        collection="Rounds",
        description="\nOne\n\n two",
    )
    page = f"/recordings/{recording_id}/describe"
    before = _described(archivist, recording_id)

    librarian.post(page, data=_fields(librarian, page))

    assert _described(archivist, recording_id) == before
    with archivist.database.read() as session:
        assert session.get_one(Recording, recording_id).edition == 1


def test_what_cannot_be_taken_is_named_and_what_was_typed_stays(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"), title="As it was")
    page = f"/recordings/{recording_id}/describe"
    typed = {
        "title": ["Something new"],
        "people-name": ["Amina", ""],
        "people-role": ["presenter", "presenter"],
        "people-organisation": ["", "Nobody's"],
        "people-orcid": ["12", ""],
        "links-url": ["ftp://x"],
        "links-label": ["Files"],
    }

    answer = librarian.post(page, data=_fields(librarian, page) | typed)

    form = read(answer)
    assert answer.status_code == 400
    assert "16 digits" in form.select_one("#people-problem").text
    assert "https://" in form.select_one("#links-problem").text
    assert form.select_one("input[name=title]")["value"] == "Something new"
    assert [box["value"] for box in form.select("[name=people-organisation]")][:2] == [
        "",
        "Nobody's",
    ]
    assert form.select_one("[name=links-url]")["value"] == "ftp://x"
    assert _described(archivist, recording_id).title == "As it was"


def test_two_who_describe_at_once_lose_nothing_and_are_told(
    archivist: Archivist, librarian: FlaskClient, administrator: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"), title="Old", description="Old words")
    page = f"/recordings/{recording_id}/describe"
    mine, theirs = _fields(librarian, page), _fields(administrator, page)
    administrator.post(page, data=theirs | {"title": ["Theirs"], "rights": ["© Ada"]})

    answer = librarian.post(page, data=mine | {"title": ["Mine"], "description": ["My words"]})

    shown = read(answer)
    assert answer.status_code == 409
    assert "Ada" in shown.select_one("[role=alert]").text
    assert "Theirs" in shown.select_one("#title-theirs").text
    assert shown.select_one("[name=title]")["value"] == "Mine"
    assert shown.select_one("[name=rights]").text.strip() == "© Ada"
    assert _described(archivist, recording_id).title == "Theirs"

    again = {
        str(box["name"]): [str(box.get("value", "") or box.text.removeprefix("\n"))]
        for box in shown.select("form.describe input[type=hidden]")
    }
    saved = librarian.post(
        page,
        data=mine | again | {"title": ["Mine"], "description": ["My words"], "rights": ["© Ada"]},
    )
    assert saved.status_code == 303
    described = _described(archivist, recording_id)
    assert (described.title, described.description, described.rights) == (
        "Mine",
        "My words",
        "© Ada",
    )


def test_changes_of_different_fields_are_both_kept(
    archivist: Archivist, librarian: FlaskClient, administrator: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"), title="Old")
    page = f"/recordings/{recording_id}/describe"
    mine, theirs = _fields(librarian, page), _fields(administrator, page)
    administrator.post(page, data=theirs | {"subjects-subject": ["Malaria", ""]})

    saved = librarian.post(page, data=mine | {"title": ["Mine"]})

    told = read(librarian.get(saved.location)).select_one(".notice.good").text
    described = _described(archivist, recording_id)
    assert (described.title, described.subjects) == ("Mine", ("Malaria",))
    assert "Ada changed meanwhile, and that stays: subjects" in told


def test_more_rows_come_without_a_script_and_nothing_is_saved(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"), speakers=("Amina",))
    page = f"/recordings/{recording_id}/describe"
    fields = _fields(librarian, page)

    answer = librarian.post(page, data=fields | {"title": ["Half typed"], "more": ["people"]})

    form = read(answer)
    assert [box["value"] for box in form.select("[name=people-name]")] == ["Amina", "", "", ""]
    assert form.select_one("[name=title]")["value"] == "Half typed"
    assert _described(archivist, recording_id).title != "Half typed"


def test_what_is_there_is_offered_but_nothing_of_drafts_to_others(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient
) -> None:
    archivist.recording(speak("a"), speakers=("Amina Diallo",), subjects=("Malaria",))
    archivist.recording(speak("b"), title="A draft", speakers=("Aminata Secret",), publish=False)

    def offered(field: str, text: str) -> list[str]:
        answer = librarian.get(f"/describe/suggest?field={field}&q={text}")
        return [one["value"] for one in answer.json["suggestions"]]

    assert offered("people", "amin") == ["Amina Diallo", "Aminata Secret"]
    assert offered("people", "DIALLO") == ["Amina Diallo"]
    assert offered("subjects", "malar")[0] == "Malaria"
    assert offered("title", "a") == []
    assert visitor.get("/describe/suggest?field=people&q=a").status_code in (302, 403)


def test_a_visitor_may_not_describe(archivist: Archivist, visitor: FlaskClient) -> None:
    recording_id = archivist.recording(speak("fever"))
    page = f"/recordings/{recording_id}/describe"

    assert visitor.get(page).status_code == 302
    assert post(visitor, page, page="/login", title="Mine").status_code == 403


@pytest.mark.browser
def test_rows_are_added_and_people_filled_in_by_the_script(
    page: Page, site: str, archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("fever"))
    other = archivist.recording(speak("cough"), title="Cough", speakers=("Amina Diallo",))
    told = f"/recordings/{other}/describe"
    librarian.post(told, data=_fields(librarian, told) | {"people-organisation": ["WHO", ""]})
    sign_in(page, site, librarian.application, archivist)
    page.goto(f"{site}/recordings/{recording_id}/describe")

    page.get_by_role("button", name="More people").click()
    names = page.locator("[name=people-name]")
    names.nth(1).press_sequentially("Amina Diallo")
    expect(page.locator("[name=people-organisation]").nth(1)).to_have_value("WHO")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url(f"{site}/recordings/{recording_id}")

    assert _described(archivist, recording_id).people == (
        Credit(name="Amina Diallo", organisation="WHO"),
    )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone-light", "desk-dark"]
)
def test_the_pages_of_curating_are_fit_for_all(
    browser: Browser,
    site: str,
    archivist: Archivist,
    librarian: FlaskClient,
    size: ViewportSize,
    scheme: str,
) -> None:
    recording_id = archivist.recording(
        speak("homa"),
        title="الملاريا أثناء الحمل: جلسة لتبادل المعرفة",
        speakers=("أمينة ديالو", "Dr Otieno"),
        subjects=("ملاريا", "Maternal health"),
        collection="جولات الأقسام",
        stills_ms=(1_000, 2_000),
        description="وصف قصير.\nAnd a line in English.",
    )
    archivist.recording(speak("b"), publish=False, title="Severe acute malnutrition, part two")
    binned = archivist.recording(speak("c"), title="A duplicate")
    post(librarian, f"/recordings/{binned}/delete", page=f"/recordings/{binned}/publishing")
    context = look(browser, size, scheme)
    client = librarian.get_cookie("archive_session")
    assert client is not None
    context.add_cookies([{"name": client.key, "value": client.value, "url": site}])
    page = context.new_page()
    found = []
    for path in (
        f"/recordings/{recording_id}/describe",
        f"/recordings/{recording_id}/publishing",
        f"/recordings/{recording_id}",
        "/curate",
        "/curate/people",
        "/curate/people/1",
        "/curate/bin",
        "/collections",
        "/collections/1",
        "/collections/1/edit",
        f"/recordings/{recording_id}/merge?into=2",
    ):
        page.goto(f"{site}{path}")
        found += barriers(page, f"{scheme}{path.replace('?', '-')}")
    page.goto(f"{site}/curate")
    page.locator("[name=recording]").first.check()
    page.get_by_role("button", name="Change those ticked").click()
    page.locator("[name=field]").first.select_option("subjects")
    page.locator("[name=operation]").first.select_option("add")
    page.locator("[name=value]").first.fill("Malaria\nفيروس")
    page.get_by_role("button", name="See what it changes").click()
    found += barriers(page, f"{scheme}/curate/change")
    context.close()
    assert found == []
