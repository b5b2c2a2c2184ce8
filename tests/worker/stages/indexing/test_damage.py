"""Damage to the index while a worker runs."""

from archive.database import Database
from archive.index import SearchIndex
from archive.settings import Settings
from tests.worker.stages.indexing.rows import transcribe
from worker.parts import Parts
from worker.stages.following import follow
from worker.stages.indexing import rebuild, replace_damaged, replace_if_damaged


def _damage(settings: Settings) -> None:
    for path in settings.index_dir.glob("gen-*/*"):
        path.write_bytes(b"damage")


def test_an_index_that_cannot_be_written_is_built_anew_with_the_change(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    _damage(settings)
    transcribe(database, recording_id, "toux", version=2)

    follow(parts, recording_id)

    index = SearchIndex(settings.index_dir)
    assert (index.search("toux").total, index.search("fièvre").total) == (1, 0)


def test_a_damaged_index_is_replaced_once_however_often_it_is_told_of(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    damaged = parts.index.generation
    _damage(settings)

    replace_damaged(parts, damaged)
    replaced = parts.index.generation
    replace_damaged(parts, damaged)

    assert replaced != damaged
    assert parts.index.generation == replaced
    assert SearchIndex(settings.index_dir).search("fièvre").total == 1


def test_an_index_that_is_whole_is_not_built_anew_for_a_search_that_failed(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    before = parts.index.generation

    replace_if_damaged(parts, before)
    after = parts.index.generation
    (stems,) = settings.index_dir.glob("gen-*/stems.bin")
    stems.write_bytes(b"\x93" * stems.stat().st_size)
    replace_if_damaged(parts, before)

    assert after == before
    assert parts.index.generation != before
    SearchIndex(settings.index_dir).verify()


def test_an_index_whose_name_cannot_be_read_is_replaced_too(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    (settings.index_dir / "current").write_bytes(b"\xff")

    assert parts.index.generation == ""
    replace_damaged(parts, "")

    assert SearchIndex(settings.index_dir).search("fièvre").total == 1


def test_a_change_during_the_rebuild_of_a_damaged_index_comes_with_it(
    settings: Settings, database: Database, parts: Parts, recording_id: int
) -> None:
    transcribe(database, recording_id, "fièvre")
    follow(parts, recording_id)
    _damage(settings)

    def change(done: int, _all: int) -> None:
        assert done == 1
        transcribe(database, recording_id, "toux", version=2)
        follow(parts, recording_id)

    rebuild(database, parts.index, on_progress=change)

    assert SearchIndex(settings.index_dir).search("toux").total == 1
