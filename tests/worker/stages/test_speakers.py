"""The stage finds turns once, and gives what is shown its speakers every time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.database import Database
from archive.deposits import read_description
from archive.errors import ConfigurationError
from archive.models import Recording, StageRun, StageState
from archive.pipeline import Stage
from archive.settings import Settings
from archive.speakers import read_turns
from archive.transcript import Segment
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
)
from tests.archive.captions.conversation import say
from tests.conftest import START
from tests.media import make_video
from tests.worker.conftest import SPEECH
from tests.worker.speakers.fake_diarizer import FakeDiarizer
from worker.command.deposit import deposit_file
from worker.parts import Parts
from worker.service import build_parts
from worker.stages import files
from worker.stages.speakers import speakers

SAID = (say("Ask not what", start_ms=1_000), say("ask what you can do", start_ms=6_000))


@pytest.fixture
def fake(tmp_path: Path) -> FakeDiarizer:
    return FakeDiarizer(tmp_path / "missing")


@pytest.fixture
def parts(settings: Settings, fake: FakeDiarizer) -> Iterator[Parts]:
    parts = replace(build_parts(settings), diarizer=fake)
    yield parts
    parts.jobs.close()
    parts.database.close()


def deposit(parts: Parts, path: Path) -> int:
    recording_id = deposit_file(
        parts.settings, parts.database, path, description=read_description(), publish=True
    ).recording_id
    files.look(parts, recording_id)
    return recording_id


@pytest.fixture
def recording_id(parts: Parts) -> int:
    return deposit(parts, SPEECH)


def transcribe(database: Database, recording_id: int, *segments: Segment) -> None:
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, transcript_id, 0, segments)
        complete_transcript(session, transcript_id)


def told(database: Database, recording_id: int) -> list[str]:
    with database.read() as session:
        transcript = current_transcript(session, recording_id)
    return [segment.speaker for segment in transcript.segments] if transcript else []


def state(database: Database, recording_id: int) -> StageState:
    with database.read() as session:
        return (
            session.query(StageRun)
            .filter_by(recording_id=recording_id, stage=Stage.SPEAKERS)
            .one()
            .state
        )


def test_the_transcript_gets_speakers_numbered_as_they_are_heard(
    parts: Parts, recording_id: int
) -> None:
    transcribe(parts.database, recording_id, *SAID)

    speakers(parts, recording_id)

    assert told(parts.database, recording_id) == ["Speaker 1", "Speaker 2"]
    assert state(parts.database, recording_id) is StageState.DONE
    with parts.database.read() as session:
        assert session.get_one(Recording, recording_id).version == 2


def test_turns_are_found_once_and_told_of_every_transcript(
    parts: Parts, fake: FakeDiarizer, recording_id: int
) -> None:
    transcribe(parts.database, recording_id, *SAID)
    speakers(parts, recording_id)
    transcribe(parts.database, recording_id, SAID[1])
    assert told(parts.database, recording_id) == ["Speaker 2"]

    speakers(parts, recording_id)

    assert fake.asked == 1
    assert told(parts.database, recording_id) == ["Speaker 2"]


def test_without_the_extra_nothing_is_kept_and_the_stage_does_not_end(
    parts: Parts, fake: FakeDiarizer, recording_id: int
) -> None:
    transcribe(parts.database, recording_id, *SAID)
    fake.missing.touch()

    with pytest.raises(ConfigurationError):
        speakers(parts, recording_id)

    with parts.database.read() as session:
        assert read_turns(session, recording_id) is None
    assert told(parts.database, recording_id) == ["", ""]


def test_a_recording_without_sound_has_no_speakers(
    parts: Parts, fake: FakeDiarizer, tmp_path: Path
) -> None:
    silent = tmp_path / "silent.mp4"
    make_video(silent, seconds=2.0, beeps_s=None)
    recording_id = deposit(parts, silent)

    speakers(parts, recording_id)

    assert state(parts.database, recording_id) is StageState.SKIPPED
    assert fake.asked == 0
