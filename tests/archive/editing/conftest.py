"""A recording with a transcript that is corrected."""

from collections.abc import Sequence

import pytest

from archive.database import Database
from archive.models import Recording, Status
from archive.permissions import LIBRARIAN, Actor
from archive.transcript import Segment
from archive.transcripts import begin_transcript, complete_transcript, keep_batch
from tests.conftest import START
from tests.web.factories import speak

LINA = Actor(account_id=1, name="Lina", roles=frozenset({LIBRARIAN}))
KOFI = Actor(account_id=2, name="Kofi", roles=frozenset({LIBRARIAN}))


def transcribe(database: Database, recording_id: int, segments: Sequence[Segment]) -> int:
    """Give a recording a machine's transcript."""
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, transcript_id, 0, segments)
        complete_transcript(session, transcript_id, now=START)
        session.get_one(Recording, recording_id).status = Status.READY
    return transcript_id


@pytest.fixture
def talk(database: Database, recording_id: int) -> int:
    """Three segments, one of them misheard."""
    transcribe(
        database,
        recording_id,
        [
            speak("We give artisan eight at once.", start_ms=1_000),
            speak("Then we wait for an hour.", start_ms=5_000),
            speak("Asante sana kwa wote.", start_ms=9_000, language="sw"),
        ],
    )
    return recording_id
