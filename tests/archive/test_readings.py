"""What else may have been said is kept by transcript, and holds while the same words stand."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from archive.clock import utc_now
from archive.database import Database
from archive.errors import SupersededError
from archive.models import Transcript, TranscriptReadings
from archive.readings import keep_readings, read_readings
from archive.transcript import Reading, Segment, Word
from archive.transcripts import begin_transcript

KICKUM = Reading(start_ms=400, end_ms=700, written="kickum", texts=("kitgum", "kitkem"))
AMBALA = Reading(start_ms=1200, end_ms=1500, written="ambala", texts=("mbale",))


def say(text: str) -> Segment:
    words = tuple(
        Word(start_ms=400 * at, end_ms=400 * at + 300, text=f" {word}", confidence=0.5)
        for at, word in enumerate(text.split())
    )
    return Segment(
        start_ms=0,
        end_ms=words[-1].end_ms,
        text=text,
        language="en",
        confidence=0.5,
        words=words,
    )


SAID = say("In Kickum, or Ambala.")


@pytest.fixture
def transcript_id(database: Database, recording_id: int) -> int:
    with database.begin() as session:
        made = begin_transcript(session, recording_id, model="base", now=utc_now())
        keep_readings(session, made, 0, [KICKUM])
        keep_readings(session, made, 1, [AMBALA])
    return made


def read(database: Database, transcript_id: int, *segments: Segment) -> tuple[Reading, ...]:
    with database.read() as session:
        return read_readings(session, transcript_id, segments)


def test_they_come_back_in_order(database: Database, transcript_id: int) -> None:
    assert read(database, transcript_id, SAID) == (KICKUM, AMBALA)


def test_a_part_done_again_replaces_what_it_had(database: Database, transcript_id: int) -> None:
    with database.begin() as session:
        keep_readings(session, transcript_id, 0, [replace(KICKUM, texts=("katakwi",))])

    assert [one.texts for one in read(database, transcript_id, SAID)] == [("katakwi",), ("mbale",)]


@pytest.mark.parametrize(
    ("segment", "left"),
    [
        (say("In Kitgum, or Ambala."), (AMBALA,)),
        (replace(SAID, words=SAID.words[2:]), (AMBALA,)),
        (replace(SAID, edited=True), ()),
        (replace(SAID, checked=True), ()),
    ],
    ids=["another word stands there", "nothing stands there", "edited", "checked"],
)
def test_what_no_longer_holds_is_left_out(
    database: Database, transcript_id: int, segment: Segment, left: tuple[Reading, ...]
) -> None:
    assert read(database, transcript_id, segment) == left


def test_they_go_with_their_transcript(database: Database, transcript_id: int) -> None:
    with database.begin() as session:
        session.execute(delete(Transcript).where(Transcript.id == transcript_id))
        assert session.scalar(select(func.count()).select_from(TranscriptReadings)) == 0
        with pytest.raises(SupersededError, match="begun anew"):
            keep_readings(session, transcript_id, 0, [KICKUM])
