"""The page that corrects everywhere: forms, preview, choosing, applying, undoing, the glossary."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import web.replacing
from tests.web.conftest import post, read, token
from tests.web.factories import Archivist, speak

ASKED = "/correct?term=artisanate&put=artesunate"


@pytest.fixture
def two(archivist: Archivist) -> tuple[int, int]:
    return (
        archivist.recording(
            speak("Give artisanate. Artisanate, then quinine."),
            speak("Two artisanates.", start_ms=60_000),
            title="One",
        ),
        archivist.recording(speak("We have no artisanate here."), title="Two", publish=False),
    )


def words_of(client: FlaskClient, recording_id: int) -> str:
    return client.get(f"/recordings/{recording_id}/transcript.txt").text


def submit(client: FlaskClient, address: str, *, skip: int = 0) -> TestResponse:
    """Send the preview's form as it stands, the first so many places not chosen."""
    form = read(client.get(address)).select_one("form[method=post][action='/correct']")
    fields: dict[str, list[str]] = {}
    for box in form.select("input[type=hidden], input[name=place][checked]"):
        fields.setdefault(box["name"], []).append(box["value"])
    fields["place"] = fields["place"][skip:]
    return client.post("/correct", data=fields)


def test_each_place_is_shown_as_it_would_become(
    librarian: FlaskClient, two: tuple[int, int]
) -> None:
    page = read(librarian.get(ASKED))

    rows = page.select(".places li")
    assert [(row.find("del").text, row.ins.text) for row in rows] == [
        ("artisanate", "artesunate"), ("artisanate", "artesunate"), ("Artisanate", "Artesunate"),
    ]  # fmt: skip
    assert rows[1].select_one(".play")["href"] == f"/recordings/{two[0]}?t=0"
    forms = {row.b.text: row.input.has_attr("checked") for row in page.select(".forms li")}
    assert forms == {"artisanate": True, "artisanates": False}
    inflected = page.select_one("input[name='put-artisanates']")
    assert inflected["value"] == "artesunates"


def test_it_is_applied_to_what_was_chosen_and_undone(
    librarian: FlaskClient, two: tuple[int, int]
) -> None:
    answer = submit(librarian, ASKED, skip=1)

    assert answer.status_code == 303
    assert "Give artesunate. Artesunate, then" in words_of(librarian, two[0])
    assert "no artisanate here" in words_of(librarian, two[1])
    page = read(librarian.get(answer.location))
    assert "Corrected 2 places in 1 recording." in page.text
    undo = page.select_one(".notice form[action$=undo]")["action"]
    post(librarian, undo, page="/correct")
    assert "Give artisanate. Artisanate, then" in words_of(librarian, two[0])
    assert read(librarian.get("/correct")).select_one(".badge").text == "taken back"


def test_other_forms_are_taken_when_they_are_chosen(
    librarian: FlaskClient, two: tuple[int, int]
) -> None:
    submit(librarian, f"{ASKED}&form=artisanates&put-artisanates=artesunate%20ampoules")

    assert "Two artesunate ampoules." in words_of(librarian, two[0])
    assert "Give artisanate." in words_of(librarian, two[0])


def test_what_is_too_much_to_show_can_be_taken_too(
    librarian: FlaskClient, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.replacing, "MOST_SHOWN", 1)
    page = read(librarian.get(ASKED))
    assert len(page.select(".places li")) == 1
    assert "Also the 2 places" in page.text

    submit(librarian, ASKED)
    assert "Give artisanate" in words_of(librarian, two[0])
    form = read(librarian.get(ASKED)).select_one("form[method=post][action='/correct']")
    fields = {box["name"]: box["value"] for box in form.select("input[type=hidden]")}
    librarian.post("/correct", data={**fields, "rest": "yes"})

    assert "Give artisanate. Artesunate" in words_of(librarian, two[0])


def test_the_glossary_is_told_what_it_was_misheard_as(
    librarian: FlaskClient, two: tuple[int, int]
) -> None:
    page = read(librarian.get(submit(librarian, ASKED).location))

    offer = page.select_one(".notice form[action='/mishearings']")
    answer = librarian.post(
        "/mishearings",
        data={box["name"]: box["value"] for box in offer.select("input[type=hidden]")},
    )

    assert two
    assert "artisanate" in librarian.get(answer.location).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"term": "artisanate", "put": "artesunate", "form": "artisanate"}, "at least one place"),
        ({"term": "artisanate", "form": "artisanate", "rest": "yes"}, "Type what"),
        ({"term": "...", "put": "x"}, "Type the word"),
    ],
)
def test_what_cannot_be_is_told(
    librarian: FlaskClient, two: tuple[int, int], fields: dict[str, str], told: str
) -> None:
    answer = librarian.post("/correct", data={"csrf_token": token(librarian, ASKED), **fields})

    assert two
    assert answer.status_code == 400
    assert told in read(answer).select_one("[role=alert]").text


def test_what_is_nowhere_is_said(librarian: FlaskClient, two: tuple[int, int]) -> None:
    page = read(librarian.get("/correct?term=nowhere"))

    assert two
    assert "stands in no transcript" in page.select_one("[role=status]").text


def test_what_goes_over_two_segments_leads_to_the_editor(
    librarian: FlaskClient, archivist: Archivist
) -> None:
    recording_id = archivist.recording(
        speak("We saw Plasmodum"), speak("falciparum again.", start_ms=5_000), title="One"
    )

    page = read(librarian.get("/correct?term=plasmodum+falciparum&put=Plasmodium+falciparum"))

    (row,) = page.select(".places li")
    assert row.mark.text == "Plasmodum falciparum"
    assert not page.select("form[action='/correct'][method=post]")
    editor = row.select_one("a[href*='/edit']")["href"]
    opened = read(librarian.get(editor.partition("#")[0]))
    assert editor.startswith(f"/recordings/{recording_id}/edit?segment=")
    assert opened.select_one(f"#{editor.partition('#')[2]}") is not None
    assert row.select_one(".play")["href"] == f"/recordings/{recording_id}?t=0"
