"""One recording that is being transcribed."""

import pytest

from archive.database import Database
from archive.models import Publication, Recording, Status
from tests.conftest import START


@pytest.fixture
def recording_id(database: Database) -> int:
    """A recording that is being transcribed."""
    with database.begin() as session:
        recording = Recording(
            title="Ward rounds",
            publication=Publication.PUBLISHED,
            status=Status.PROCESSING,
            original_name="rounds.mp4",
            detected_language="fr",
            duration_ms=600_000,
            created_at=START,
            updated_at=START,
        )
        session.add(recording)
        session.flush()
        return recording.id
