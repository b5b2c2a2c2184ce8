"""Which work that can wait is enqueued once a recording can be searched."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from archive.database import Database
from archive.jobs import TRANSLATION_WORKFLOW
from archive.models import Publication, Recording, Status
from archive.settings import Settings
from tests.conftest import START, FakeClock
from worker.parts import Parts
from worker.service import build_parts
from worker.stages import later

Configured = Callable[..., Parts]


@pytest.fixture
def configured(settings: Settings, clock: FakeClock) -> Iterator[Configured]:
    """Build parts with settings of one's own."""
    made: list[Parts] = []

    def build(**others: object) -> Parts:
        chosen = replace(settings, readings=False, **others)  # type: ignore[arg-type] # a test's
        made.append(replace(build_parts(chosen), clock=clock))
        return made[-1]

    yield build
    for parts in made:
        parts.jobs.close()
        parts.database.close()


@pytest.fixture
def transcribed(database: Database) -> Callable[[str], int]:
    """Make a recording that is transcribed, in these languages."""

    def make(languages: str) -> int:
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

    return make


def translations(database: Database) -> int:
    with database.read() as session:
        count = session.scalar(
            text("SELECT COUNT(*) FROM workflow_status WHERE name = :name"),
            {"name": TRANSLATION_WORKFLOW},
        )
        return int(count or 0)


@pytest.mark.parametrize(
    ("setting", "languages", "count"),
    [(True, "fr", 1), (True, "en fr", 1), (True, "en", 0), (True, "", 0), (False, "fr", 0)],
)
def test_with_the_setting_to_translate_what_is_not_in_english_is_translated_once(
    *,
    configured: Configured,
    transcribed: Callable[[str], int],
    database: Database,
    setting: bool,
    languages: str,
    count: int,
) -> None:
    parts, recording_id = configured(translate=setting), transcribed(languages)

    for _ in range(2):  # a worker that was killed enqueues again
        later.enqueue(parts, recording_id, 1)

    assert translations(database) == count
