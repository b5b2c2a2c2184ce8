"""Changes of many recordings at once, and what matters among them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from archive.database import Database
from archive.errors import UnreadableError
from archive.index import IndexedState
from archive.models import Publication, Recording, StageRun, Status, TranscriptSegment
from tests.conftest import START
from tests.worker.stages.indexing.rows import add_ready, finish, transcribe
from worker.parts import Parts
from worker.stages.following import follow, follow_all
from worker.stages.indexing import differing, rebuild, waiting


@pytest.fixture
def ready(database: Database, parts: Parts, recording_id: int) -> list[int]:
    """Five recordings that are in the index as they are; the last two are drafts."""
    standing = [Publication.PUBLISHED] * 2 + [Publication.DRAFT] * 2
    others = [add_ready(database, f"Session {at}", one) for at, one in enumerate(standing)]
    ids = [recording_id, *others]
    for one in ids:
        finish(database, one)
    rebuild(database, parts.index, on_progress=lambda _done, _all: None)
    return ids


def _change(
    database: Database, recording_id: int, after_s: int = 0, publication: Publication | None = None
) -> None:
    with database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.version += 1
        recording.updated_at = START + timedelta(seconds=after_s)
        recording.publication = publication or recording.publication


def test_what_became_public_or_was_taken_back_is_first_and_then_what_changed_last(
    database: Database, parts: Parts, ready: list[int]
) -> None:
    first, second, third, draft, other = ready
    _change(database, first, 10)
    _change(database, second, 20)
    _change(database, other, 30)
    _change(database, third, 1, Publication.DRAFT)
    _change(database, draft, 2, Publication.PUBLISHED)

    held = parts.index.contents()

    assert waiting(database, held) == [draft, third, other, second, first]
    assert waiting(database, held, urgent_only=True) == [draft, third]


def test_one_job_takes_all_that_wait_and_the_others_end_at_once(
    database: Database, parts: Parts, ready: list[int]
) -> None:
    for one in ready:
        _change(database, one)

    took = [follow_all(parts, one) for one in ready]

    assert took == [5, 0, 0, 0, 0]
    assert differing(database, parts.index.contents()) == []


def test_whatever_is_followed_takes_along_what_became_public(
    database: Database, parts: Parts, ready: list[int]
) -> None:
    first, second, _, draft, _ = ready
    _change(database, first)
    _change(database, second)
    _change(database, draft, publication=Publication.PUBLISHED)

    follow(parts, first)

    assert differing(database, parts.index.contents()) == [second]
    assert parts.index.contents()[draft].public


def test_one_under_way_is_followed_although_it_does_not_wait_by_itself(
    database: Database, parts: Parts, recording_id: int
) -> None:
    follow(parts, recording_id)
    _change(database, recording_id)

    took = [follow_all(parts, recording_id), follow_all(parts, recording_id)]

    assert parts.index.contents() == {recording_id: IndexedState(version=2, public=True)}
    assert took == [1, 0]


@pytest.mark.parametrize("status", [Status.READY, Status.CANCELLED])
def test_one_that_is_transcribed_again_or_was_stopped_does_not_wait_as_long_as_it_is_held_as_it_is(
    database: Database, parts: Parts, ready: list[int], status: Status
) -> None:
    again, changed, published = ready[0], ready[1], ready[3]
    with database.begin() as session:
        session.execute(delete(StageRun).where(StageRun.recording_id == again))
        session.get_one(Recording, again).status = status
    before = waiting(database, parts.index.contents())
    _change(database, again, 10)
    _change(database, changed, 20)
    _change(database, published, 1, Publication.PUBLISHED)

    held = parts.index.contents()

    assert before == []
    assert waiting(database, held) == [published, changed, again]
    assert waiting(database, held, urgent_only=True) == [published]


def test_one_that_is_transcribed_again_is_urgent_when_it_is_taken_back(
    database: Database, parts: Parts, ready: list[int]
) -> None:
    with database.begin() as session:
        session.execute(delete(StageRun).where(StageRun.recording_id == ready[0]))
    _change(database, ready[0], publication=Publication.DRAFT)
    _change(database, ready[1])

    follow(parts, ready[1])

    assert parts.index.contents()[ready[0]] == IndexedState(version=2, public=False)


def _jobs(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        rows = session.execute(text("SELECT workflow_uuid, priority FROM workflow_status"))
        return [(row.workflow_uuid, row.priority) for row in rows]


def test_what_takes_long_is_left_to_a_job_that_comes_after_edits_and_names(
    database: Database, parts: Parts, ready: list[int]
) -> None:
    for after_s, one in enumerate(ready):
        _change(database, one, after_s)
    first = ready[0]
    seconds = int(parts.clock().timestamp())

    took = follow_all(parts, first, most_s=0.0)
    left, jobs = differing(database, parts.index.contents()), _jobs(database)
    took_later = follow_all(parts, first)

    assert took == 1
    assert left == ready[:4], "what changed last was followed"
    assert jobs == [(f"index-{first}-rest-{seconds}", 2)]
    assert took_later == 4
    assert differing(database, parts.index.contents()) == []
    assert _jobs(database) == jobs, "nothing is left of the rest"


@pytest.fixture
def broken(database: Database, ready: list[int]) -> int:
    """One of the five that cannot be read, and was published last."""
    transcribe(database, ready[3], "Bonjour")
    with database.begin() as session:
        session.execute(update(TranscriptSegment).values(words=[["no word"]]))
    _change(database, ready[3], 60, Publication.PUBLISHED)
    return ready[3]


def test_one_that_cannot_be_read_keeps_no_other_waiting(
    database: Database, parts: Parts, ready: list[int], broken: int
) -> None:
    for one in ready[:2]:
        _change(database, one)

    took = follow_all(parts, ready[0])
    _change(database, ready[2])
    follow(parts, ready[2])

    assert took == 2
    assert differing(database, parts.index.contents()) == [broken]


@pytest.mark.parametrize("follow_it", [follow, follow_all])
def test_the_job_of_one_that_cannot_be_read_fails_after_the_others_are_followed(
    database: Database,
    parts: Parts,
    ready: list[int],
    broken: int,
    follow_it: Callable[[Parts, int], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    _change(database, ready[2], publication=Publication.DRAFT)

    with pytest.raises(UnreadableError, match="unpack"):
        follow_it(parts, broken)

    assert differing(database, parts.index.contents()) == [broken]
    assert f"recording={broken} cannot" in caplog.text


def test_one_that_is_gone_is_taken_out(database: Database, parts: Parts, ready: list[int]) -> None:
    _change(database, ready[0], publication=Publication.BINNED)
    with database.begin() as session:
        session.delete(session.get_one(Recording, ready[1]))

    took = follow_all(parts, ready[1])

    assert took == 2
    assert parts.index.contents().keys() == set(ready[2:])


def test_damage_is_mended_by_whoever_follows(
    database: Database, parts: Parts, ready: list[int]
) -> None:
    _change(database, ready[0])
    for path in parts.settings.index_dir.glob("gen-*/*"):
        path.write_bytes(b"damage")

    follow_all(parts, ready[0])

    assert differing(database, parts.index.contents()) == []
