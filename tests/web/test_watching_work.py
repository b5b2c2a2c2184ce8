"""Work on a recording as the watch page tells it: how far, stopped, begun anew."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive.models import Account, Recording, StageRun, StageState, Status, Transcript
from archive.pipeline import Stage
from archive.transcripts import keep_batch
from tests.conftest import FakeClock
from tests.web.conftest import post, read
from tests.web.factories import Archivist, speak


@pytest.fixture
def under_way(archivist: Archivist, clock: FakeClock) -> int:
    """A recording of an hour, a fifth of it transcribed in 51 s; 9 s ago."""
    recording_id = archivist.recording(speak("Already here."), duration_ms=3_600_000)
    archivist.status(recording_id, Status.PROCESSING)
    archivist.stage(recording_id, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.2)
    with archivist.database.begin() as session:
        session.execute(
            update(StageRun).values(
                started_at=clock() - timedelta(seconds=60),
                updated_at=clock() - timedelta(seconds=9),
            )
        )
        session.execute(update(Transcript).values(complete=False))
    return recording_id


def test_progress_says_how_much_is_transcribed_how_fast_and_what_is_left(
    visitor: FlaskClient, under_way: int
) -> None:
    page = read(visitor.get(f"/recordings/{under_way}"))
    told = visitor.get(f"/api/v1/recordings/{under_way}").json["progress"]

    line = page.select_one("[data-progress] [data-left]").text
    assert line == told["told"]
    assert line.startswith("12:00 of 1:00:00 transcribed, 14 × as fast as it plays, about ")  # noqa: RUF001 - the sign is meant
    assert line.endswith(" left")
    assert (told["heard_ms"], told["speed"]) == (720_000, 14.12)


def test_what_is_transcribed_so_far_is_given_from_a_paragraph_on(
    archivist: Archivist, visitor: FlaskClient, under_way: int
) -> None:
    page = read(visitor.get(f"/recordings/{under_way}"))
    grows = page.select_one("#blocks")["data-grows"]
    with archivist.database.begin() as session:
        transcript_id = session.scalars(select(Transcript.id)).one()
        keep_batch(session, transcript_id, 1, [speak("And then more.", start_ms=60_000)])

    whole = read(visitor.get(grows)).select(".block")
    new = read(visitor.get(f"{grows}?from=1")).select(".block")

    assert page.select_one("#transcript .badge").text == "so far"
    assert [block.p.text.strip() for block in whole] == ["Already here.", "And then more."]
    assert [block.p.text.strip() for block in new] == ["And then more."]
    assert new[0].select_one("p a")["id"] == "s1"


def test_a_draft_does_not_leak_through_its_paragraphs(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("secret"), publish=False)

    assert visitor.get(f"/recordings/{recording_id}/paragraphs").status_code == 404


def test_a_transcript_that_is_complete_does_not_grow_while_it_is_made_anew(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("Already here."))
    archivist.stage(recording_id, Stage.TRANSCRIPTION, StageState.RUNNING, fraction=0.2)

    blocks = read(visitor.get(f"/recordings/{recording_id}")).select_one("#blocks")

    assert "Already here." in blocks.text
    assert not blocks.has_attr("data-grows")


def test_who_may_edit_stops_the_work_and_is_told_what_to_do(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, under_way: int
) -> None:
    page = f"/recordings/{under_way}"

    seen_by_visitor = read(visitor.get(page)).select("form[action$='/cancel']")
    button = read(librarian.get(page)).select_one(".notice form[action$='/cancel'] button")
    answer = post(librarian, f"{page}/cancel", page=page)
    after = read(librarian.get(page))
    with archivist.database.read() as session:
        status = session.get_one(Recording, under_way).status

    assert not seen_by_visitor
    assert button.text == "Stop"
    assert (answer.status_code, status) == (303, Status.CANCELLED)
    notice = after.select_one(".notice:not(.good)")
    assert "was stopped" in notice.text
    assert "the transcript ends where it was stopped" in notice.text
    assert notice.select_one("form[action$='/transcribe-again'] button").text == "Transcribe again"
    assert "was stopped" in read(visitor.get(page)).select_one(".notice").text
    assert not read(visitor.get(page)).select("main form[method=post]")


def test_transcribing_again_says_what_becomes_of_corrections_and_begins(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("hello"))
    page = f"/recordings/{recording_id}"

    form = read(librarian.get(page)).select_one("form[action$='/transcribe-again']")
    answer = post(librarian, f"{page}/transcribe-again", page=page)
    with archivist.database.read() as session:
        attempt = session.get_one(Recording, recording_id).attempt

    assert "What people have corrected in it stays" in form.parent.text
    assert "until the new one is complete" in form.parent.text
    assert (answer.status_code, attempt) == (303, 2)
    assert not read(visitor.get(page)).select("form[action$='/transcribe-again']")
    assert "hello" in read(visitor.get(page)).select_one("#transcript").text


@pytest.mark.parametrize("action", ["cancel", "transcribe-again", "translate"])
def test_a_visitor_may_not_do_any_of_it(
    archivist: Archivist, visitor: FlaskClient, action: str
) -> None:
    recording_id = archivist.recording(speak("bonjour", language="fr"))

    answer = post(visitor, f"/recordings/{recording_id}/{action}", page="/login")

    assert answer.status_code == 403


def test_what_nobody_waits_for_is_told_to_who_may_edit_only(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, clock: FakeClock
) -> None:
    recording_id = archivist.recording(speak("All here."), duration_ms=3_600_000)
    archivist.stage(recording_id, Stage.READINGS, StageState.RUNNING, fraction=0.4)
    with archivist.database.begin() as session:
        session.execute(
            update(StageRun)
            .where(StageRun.stage == Stage.READINGS)
            .values(started_at=clock() - timedelta(seconds=120), updated_at=clock())
        )

    public = read(visitor.get(f"/recordings/{recording_id}"))
    own = read(librarian.get(f"/recordings/{recording_id}"))

    assert public.select("progress, [data-progress]") == []
    assert "Listening again" not in public.text
    assert visitor.get(f"/api/v1/recordings/{recording_id}").json["progress"]["stage"] is None
    (told,) = [p.text for p in own.select("p.hint") if "Listening again" in p.text]
    assert told.startswith("Listening again where it was not clear, so that search finds it: ")
    assert "40" in told
    assert "about 3 min left" in told


def attempt_and_status(archivist: Archivist, recording_id: int) -> tuple[int, Status]:
    with archivist.database.read() as session:
        recording = session.get_one(Recording, recording_id)
        return recording.attempt, recording.status


def test_listening_again_is_stopped_by_who_may_edit_and_the_recording_stays_ready(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("All here."))
    archivist.stage(recording_id, Stage.READINGS, StageState.RUNNING, fraction=0.4)
    page = f"/recordings/{recording_id}"

    public = read(visitor.get(page)).select("form[action$='/cancel']")
    (button,) = read(librarian.get(page)).select("form[action$='/cancel'] button")
    post(librarian, f"{page}/cancel", page=page)
    after = read(librarian.get(page))

    assert not public
    assert button.text == "Stop"
    assert attempt_and_status(archivist, recording_id) == (2, Status.READY), "what runs is dropped"
    assert "Stopped listening again." in after.select_one(".notice.good").text
    assert "Listening again where" not in after.text
    assert not after.select("form[action$='/cancel']")


def test_ones_own_recording_that_is_heard_again_has_its_stop_on_ones_own_page(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("All here."), publish=False)
    archivist.stage(recording_id, Stage.READINGS, StageState.RUNNING, fraction=0.4)
    with archivist.database.begin() as session:
        session.execute(update(Recording).values(depositor_id=select(Account.id).scalar_subquery()))

    (form,) = read(librarian.get("/mine")).select("form[action$='/cancel']")

    assert form["action"] == f"/recordings/{recording_id}/cancel"


def test_a_translation_that_waits_for_its_turn_can_be_stopped(
    archivist: Archivist, librarian: FlaskClient
) -> None:
    recording_id = archivist.recording(speak("Bonjour à tous.", language="fr"))
    page = f"/recordings/{recording_id}"
    post(librarian, f"{page}/translate", page=page)

    (button,) = read(librarian.get(page)).select(".tasks form[action$='/cancel'] button")
    post(librarian, f"{page}/cancel", page=page)
    after = read(librarian.get(page))

    assert button.text == "Stop"
    assert attempt_and_status(archivist, recording_id) == (2, Status.READY)
    assert "no translation is made" in after.select_one(".notice.good").text
    offered = after.select_one("form[action$='/translate'] button")
    assert offered.text == "Translate into English", "it can be asked for again"


@pytest.mark.parametrize("why", ["made", "english"])
def test_where_no_translation_is_waited_for_there_is_nothing_to_stop(
    archivist: Archivist, librarian: FlaskClient, why: str
) -> None:
    recording_id = archivist.recording(speak("Hello.", language="en" if why == "english" else "fr"))
    page = f"/recordings/{recording_id}"
    with archivist.database.begin() as session:
        session.execute(update(Recording).values(translate=True))
    if why == "made":
        archivist.stage(recording_id, Stage.TRANSLATION, StageState.DONE)

    answer = post(librarian, f"{page}/cancel", page=page)

    assert answer.status_code == 400
    assert "nothing to stop" in read(answer).text
    assert attempt_and_status(archivist, recording_id) == (1, Status.READY)
