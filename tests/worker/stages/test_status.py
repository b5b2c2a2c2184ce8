"""What is enqueued when a file has been looked at, and in which turn it comes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from archive.jobs import PICTURES_WORKFLOW, SPEECH_WORKFLOW, workflow_id
from archive.models import Publication, Recording, Status
from archive.settings import Settings
from tests.conftest import FakeClock
from worker.parts import Parts
from worker.service import build_parts
from worker.stages import status

_MINUTE_MS = 60_000


@pytest.fixture
def parts(settings: Settings, clock: FakeClock) -> Iterator[Parts]:
    parts = replace(build_parts(settings), clock=clock)
    yield parts
    parts.jobs.close()
    parts.database.close()


def take_in(parts: Parts, minutes: int) -> int:
    """Take in a recording of some minutes, as the first stages leave it."""
    with parts.database.begin() as session:
        recording = Recording(
            title=f"{minutes} minutes", duration_ms=minutes * _MINUTE_MS,
            publication=Publication.DRAFT, status=Status.PROCESSING,
            original_name="talk.mp3", created_at=parts.clock(), updated_at=parts.clock(),
        )  # fmt: skip
        session.add(recording)
        session.flush()
        recording_id = recording.id
    status.hand_on(parts, recording_id, 1)
    return recording_id


def queue(parts: Parts) -> list[str]:
    """Return the transcriptions that wait, in the order in which DBOS takes them."""
    with parts.database.read() as session:
        return list(
            session.scalars(
                text(
                    "SELECT workflow_uuid FROM workflow_status WHERE queue_name = 'speech' "
                    "ORDER BY priority, created_at"
                )
            )
        )


def transcription(recording_id: int) -> str:
    return workflow_id(SPEECH_WORKFLOW, recording_id, 1)


def test_a_short_recording_passes_a_long_one_that_came_shortly_before(
    parts: Parts, clock: FakeClock
) -> None:
    long = take_in(parts, minutes=90)
    clock.forward(minutes=1)
    short = take_in(parts, minutes=5)

    assert queue(parts) == [transcription(short), transcription(long)]


def test_a_long_recording_that_has_waited_is_passed_no_more(parts: Parts, clock: FakeClock) -> None:
    long = take_in(parts, minutes=90)
    clock.forward(minutes=30)
    short = take_in(parts, minutes=5)

    assert queue(parts) == [transcription(long), transcription(short)]


def test_speech_and_pictures_are_enqueued_in_queues_of_their_own(parts: Parts) -> None:
    recording_id = take_in(parts, minutes=5)

    with parts.database.read() as session:
        rows = session.execute(text("SELECT workflow_uuid, queue_name FROM workflow_status"))
        queues = {row.workflow_uuid: row.queue_name for row in rows}
    assert queues == {
        transcription(recording_id): "speech",
        workflow_id(PICTURES_WORKFLOW, recording_id, 1): "pictures",
    }
