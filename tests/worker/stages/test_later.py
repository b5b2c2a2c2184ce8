"""Which work that can wait is enqueued once a recording can be searched."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from archive.database import Database
from archive.jobs import TRANSLATION_WORKFLOW
from archive.settings import Settings
from tests.conftest import FakeClock
from tests.worker.stages.conftest import add_spoken
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

    return lambda languages: add_spoken(database, languages=languages)


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
