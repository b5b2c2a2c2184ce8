"""What every stage is given: the parts of a worker, of an archive of its own; a recording."""

import pytest

from archive.database import Database
from archive.models import Publication, Recording, Status
from tests.conftest import START
from worker.parts import Parts


@pytest.fixture
def parts(worker_parts: Parts) -> Parts:
    return worker_parts


def add_spoken(database: Database, *, languages: str = "") -> int:
    """Write a recording of a minute of speech that is ready."""
    with database.begin() as session:
        recording = Recording(
            title="Ward round",
            original_name="a.mp4",
            languages=languages,
            status=Status.READY,
            publication=Publication.PUBLISHED,
            duration_ms=60_000,
            has_audio=True,
            created_at=START,
            updated_at=START,
        )
        session.add(recording)
        session.flush()
        return recording.id
