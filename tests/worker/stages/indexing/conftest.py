"""One recording that is being transcribed, and a worker that only indexes."""

from types import SimpleNamespace
from typing import cast

import pytest

from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.models import Publication, Recording, Status
from archive.settings import Settings
from tests.conftest import START, FakeClock
from worker.parts import Parts


@pytest.fixture
def parts(settings: Settings, database: Database, jobs: Jobs, clock: FakeClock) -> Parts:
    """Those of a worker that only indexes."""
    return cast(
        "Parts",
        SimpleNamespace(
            database=database,
            index=SearchIndex(settings.index_dir),
            jobs=jobs,
            settings=settings,
            clock=clock,
        ),
    )


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
