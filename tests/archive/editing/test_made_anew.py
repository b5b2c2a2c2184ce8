"""A transcript made anew keeps what people did to the one before, and is a version."""

from dataclasses import replace

from archive.checking import set_review
from archive.database import Database
from archive.editing import SegmentChange, read_editable, save
from archive.jobs import Jobs
from archive.models import Transcript
from archive.models.transcript import Review
from archive.speaker_turns import Turn
from archive.speakers import keep_turns
from archive.transcript import Segment
from archive.transcript_versions import Cause, What, list_versions, segments_at
from archive.transcripts import current_transcript, tell_speakers
from tests.archive.editing.conftest import KOFI, LINA, transcribe
from tests.conftest import START
from tests.web.factories import speak

_AGAIN = [
    speak("We give artisan ate at once.", start_ms=1_000),
    speak("Then we wait for one hour.", start_ms=5_000),
    speak("Asanti sana kwa wote.", start_ms=9_000, language="sw"),
]


def _save(database: Database, jobs: Jobs, talk: int, *changes: SegmentChange) -> None:
    cause = Cause(what=What.EDITED, actor=LINA, now=START)
    with database.begin() as session:
        assert save(session, jobs, talk, changes, cause=cause).conflicts == ()


def _now(database: Database, talk: int) -> tuple[Segment, ...]:
    with database.read() as session:
        return read_editable(session, talk)


def test_the_second_pass_keeps_edits_and_checks_and_makes_a_version(
    database: Database, jobs: Jobs, talk: int
) -> None:
    first, second, _ = before = _now(database, talk)
    _save(
        database,
        jobs,
        talk,
        SegmentChange(uid=first.uid, revision=0, text="We give artesunate at once."),
        SegmentChange(uid=second.uid, revision=0, checked=True),
    )
    edited = _now(database, talk)

    transcribe(database, talk, _AGAIN)

    after = _now(database, talk)
    assert [one.text for one in after] == [
        "We give artesunate at once.",
        "Then we wait for an hour.",
        "Asanti sana kwa wote.",
    ]
    assert after[:2] == edited[:2]
    assert [one.uid for one in after[:2]] == [one.uid for one in edited[:2]]
    assert [one.revision for one in after[:2]] == [one.revision for one in edited[:2]]
    with database.read() as session:
        versions = list_versions(session, talk)
        assert [one.what for one in versions] == ["machine", "edited", "machine"]
        assert segments_at(session, talk, 1) == before
        assert segments_at(session, talk, 2) == edited
        assert segments_at(session, talk, 3) == after


def test_of_a_checked_transcript_nothing_is_replaced(
    database: Database, jobs: Jobs, talk: int
) -> None:
    before = _now(database, talk)
    with database.begin() as session:
        set_review(session, jobs, talk, Review.CHECKED, actor=KOFI, now=START)

    transcribe(database, talk, _AGAIN)

    assert _now(database, talk) == before
    with database.read() as session:
        kept = current_transcript(session, talk)
    assert kept is not None
    assert (kept.review, kept.by) == (Review.CHECKED, "Kofi")


def test_an_emptied_segment_says_that_nothing_is_said_there(
    database: Database, jobs: Jobs, talk: int
) -> None:
    first = _now(database, talk)[0]
    _save(database, jobs, talk, SegmentChange(uid=first.uid, revision=0, text=""))

    transcribe(database, talk, _AGAIN)

    assert [one.text for one in _now(database, talk)][:2] == ["", "Then we wait for one hour."]


def test_a_speaker_that_a_person_gave_stays_when_a_machine_tells_them_apart(
    database: Database, jobs: Jobs, talk: int
) -> None:
    first = _now(database, talk)[0]
    _save(database, jobs, talk, SegmentChange(uid=first.uid, revision=0, speaker="Person 1"))
    turns = [Turn(start_ms=0, end_ms=12_000, speaker="Speaker 1")]
    with database.begin() as session:
        keep_turns(session, talk, turns, model="m", now=START)

        tell_speakers(session, talk, now=START)

    assert [one.speaker for one in _now(database, talk)] == [
        "Person 1",
        "Speaker 1",
        "Speaker 1",
    ]
    with database.read() as session:
        assert [one.what for one in list_versions(session, talk)] == [
            "speakers",
            "edited",
            "machine",
        ]
        assert [one.speaker for one in segments_at(session, talk, 2)] == ["Person 1", "", ""]


def test_an_open_edit_of_what_a_machine_made_anew_is_a_conflict_not_a_loss(
    database: Database, jobs: Jobs, talk: int
) -> None:
    third = _now(database, talk)[2]
    transcribe(database, talk, _AGAIN)

    change = SegmentChange(uid=third.uid, revision=third.revision, text="Asante sana.")
    cause = Cause(what=What.EDITED, actor=LINA, now=START)
    with database.begin() as session:
        (conflict,) = save(session, jobs, talk, [change], cause=cause).conflicts

    assert (conflict.theirs, conflict.who) == (None, "")


def test_where_people_have_listened_readers_are_not_told_of_doubts(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    doubtful = replace(speak("Thank you."), doubts=frozenset({"silence"}))
    transcribe(database, recording_id, [doubtful, replace(doubtful, start_ms=9_000, end_ms=9_900)])
    first, _ = _now(database, recording_id)
    _save(database, jobs, recording_id, SegmentChange(uid=first.uid, revision=0, checked=True))

    with database.read() as session:
        kept = current_transcript(session, recording_id)

    assert kept is not None
    assert [bool(one.doubts) for one in kept.segments] == [False, True]
    assert all(one.doubts for one in _now(database, recording_id)), "they come back if unchecked"
    with database.read() as session:
        assert session.get_one(Transcript, kept.transcript_id).review is Review.IN_REVIEW
