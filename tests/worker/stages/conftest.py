"""What every stage is given: the parts of a worker, of an archive of its own."""

from collections.abc import Iterator

import pytest

from archive.settings import Settings
from worker.parts import Parts
from worker.service import build_parts


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    parts = build_parts(settings)
    yield parts
    parts.jobs.close()
    parts.database.close()
