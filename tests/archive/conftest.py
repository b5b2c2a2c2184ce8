"""What tests of the archive start from."""

from collections.abc import Callable

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


Deposit = Callable[..., int]


@pytest.fixture
def make(database: Database, jobs: Jobs) -> Deposit:
    """Deposit recordings, each of its own bytes."""
    made = iter(range(1, 10_000))

    def deposit_one(**said: object) -> int:
        number = next(made)
        with database.begin() as session:
            return deposit(
                session,
                jobs,
                blob=Blob(sha256=f"{number:064x}", size_bytes=1),
                file_name=f"session-{number}.mp4",
                description=Description(**{"title": f"Session {number}", **said}),  # type: ignore[arg-type] # a test's
                depositor_id=None,
                publish=False,
                now=START,
            ).recording_id

    return deposit_one
