"""What tests of the archive start from."""

import pytest

from archive.database import Database
from archive.deposits import Description, deposit
from archive.jobs import Jobs
from archive.storage import Blob
from tests.conftest import START


@pytest.fixture
def recording_id(database: Database, jobs: Jobs) -> int:
    """A recording just deposited, nothing done with it yet."""
    with database.begin() as session:
        return deposit(
            session,
            jobs,
            blob=Blob(sha256="cd" * 32, size_bytes=1),
            file_name="a.mp4",
            description=Description(),
            depositor_id=None,
            publish=False,
            now=START,
        ).recording_id
