"""What a worker does at its start with an index that cannot be read."""

import shutil
from pathlib import Path

import pytest

from archive.database import Database
from archive.errors import SearchIndexError
from archive.index import SearchIndex
from archive.settings import Settings
from tests.worker.stages.indexing.rows import finish, transcribe
from worker.stages.indexing import differing, mend, rebuild

KEPT = Path(__file__).parents[3] / "archive" / "index" / "index-of-format-1.zip"


def test_an_index_of_an_earlier_version_is_built_anew(
    settings: Settings, database: Database, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    finish(database, recording_id)
    shutil.unpack_archive(KEPT, settings.index_dir)
    index = SearchIndex(settings.index_dir)
    with pytest.raises(SearchIndexError):
        index.search("fièvre")

    mend(database, index)

    assert index.search("fièvre").total == 1
    assert differing(database, index.contents()) == []


def test_a_damaged_index_is_built_anew(
    settings: Settings, database: Database, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    rebuild(database, SearchIndex(settings.index_dir), on_progress=lambda _done, _all: None)
    for path in settings.index_dir.rglob("*.bin"):
        path.write_bytes(b"damage")
    index = SearchIndex(settings.index_dir)

    mend(database, index)

    assert index.search("fièvre").total == 1


def test_an_index_that_can_be_read_is_left_alone(
    settings: Settings,
    database: Database,
    recording_id: int,  # noqa: ARG001 - is not in the index
) -> None:
    index = SearchIndex(settings.index_dir)
    rebuild(database, index, on_progress=lambda _done, _all: None)
    before = sorted(path.name for path in settings.index_dir.iterdir())

    mend(database, index)

    assert sorted(path.name for path in settings.index_dir.iterdir()) == before


def test_while_another_worker_builds_it_this_one_goes_on(
    settings: Settings, database: Database
) -> None:
    shutil.unpack_archive(KEPT, settings.index_dir)
    index = SearchIndex(settings.index_dir)

    with SearchIndex(settings.index_dir)._store.rebuild_lock():
        mend(database, index)

    with pytest.raises(SearchIndexError):
        index.contents()
