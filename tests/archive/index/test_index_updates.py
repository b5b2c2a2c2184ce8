import multiprocessing
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import SearchIndexError
from archive.index import IndexDocument, IndexedState, SearchIndex
from archive.index.store import Store

Make = Callable[..., IndexDocument]
Find = Callable[..., list[int]]


def _parts(index: SearchIndex) -> int:
    snapshot = index._latest.get()
    assert snapshot is not None
    return len(snapshot._reader.leaf_readers())


def test_an_update_replaces_what_was_there(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever"), make_document(2, "fever")])

    index.update([make_document(1, "cough", version=2)])
    index.update([make_document(1, "cough", version=2)])

    assert find("fever") == [2]
    assert find("cough") == [1]
    assert index.contents() == {
        1: IndexedState(version=2, public=True),
        2: IndexedState(version=1, public=True),
    }


def test_of_a_recording_given_twice_the_last_counts(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever"), make_document(1, "cough", version=2)])

    assert (find("fever"), find("cough")) == ([], [1])


def test_what_is_removed_is_not_found(index: SearchIndex, make_document: Make, find: Find) -> None:
    index.update([make_document(1, "fever"), make_document(2, "fever")])

    index.remove([1, 77])

    assert find("fever") == find('"fever"') == [2]
    assert index.moments("fever", 1) == ()
    assert set(index.contents()) == {2}


def test_all_may_be_removed(index: SearchIndex, make_document: Make, find: Find) -> None:
    index.update([make_document(1, "fever and cough")])

    index.remove([1])

    assert find("fever") == find('"fever and"') == find("-cough") == []
    index.update([make_document(1, "fever and cough")])
    assert find('"fever and"') == [1]


def test_refresh_takes_what_the_database_says_and_removes_the_rest(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever"), make_document(2, "fever")])

    index.refresh([1, 2], reload=lambda _ids: [make_document(1, "cough", version=2)])

    assert (find("fever"), find("cough")) == ([], [1])


def test_refresh_reads_only_once_other_writers_are_done(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever")])
    spoken = ["fever"]
    store = Store(index._store.directory, lock_timeout_s=1.0)

    with store.write_lock():
        refreshing = threading.Thread(
            target=index.refresh,
            args=([1],),
            kwargs={"reload": lambda _ids: [make_document(1, spoken[-1], version=2)]},
        )
        refreshing.start()
        spoken.append("cough")
    refreshing.join()

    assert find("cough") == [1]


def test_withdrawing_hides_and_publishing_shows(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever")])

    index.update([make_document(1, "fever", public=False)])
    assert find("fever") == []
    index.update([make_document(1, "fever", public=True)])
    assert find("fever") == [1]


def test_phrases_do_not_match_in_what_was_replaced(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    for number in range(1, 6):
        index.update([make_document(number, "severe acute fever", title="old words")])

    for number in (2, 4, 1):
        index.update([make_document(number, "acute severe cough", title="new words")])

    assert sorted(find('"severe acute"')) == [3, 5]
    assert sorted(find('"acute severe"')) == [1, 2, 4]
    assert sorted(find('title:"old words"')) == [3, 5]
    assert index.wasted_share() > 0


def test_another_process_sees_an_update_at_its_next_search(
    index: SearchIndex, make_document: Make, tmp_path: Path
) -> None:
    other = SearchIndex(tmp_path / "index")
    index.update([make_document(1, "fever")])
    assert other.search("fever").total == 1

    index.update([make_document(2, "fever")])

    assert other.search("fever").total == 2


def test_many_updates_leave_few_parts(index: SearchIndex, make_document: Make, find: Find) -> None:
    for number in range(1, 41):
        index.update([make_document(number, f"fever number{number}")])

    assert _parts(index) <= 14
    assert index.search("fever").total == 40
    assert [find(f"number{number}") for number in (1, 17, 40)] == [[1], [17], [40]]
    assert find('"fever number17"') == [17]


def test_a_seeded_random_overwrites_nothing(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    for number in (1, 2, 3):
        random.seed(0)
        index.update([make_document(number, "fever")])

    assert sorted(find("fever")) == [1, 2, 3]


def test_an_update_that_fails_changes_nothing(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever")])
    broken = make_document(2, "cough", title=None)

    with pytest.raises(TypeError):
        index.update([make_document(1, "cough"), broken])

    assert find("fever") == [1]
    index.update([make_document(2, "cough")])
    assert find("cough") == [2]


def test_a_writer_waits_for_another_and_says_so_when_it_does_not_end(
    make_document: Make, tmp_path: Path
) -> None:
    index = SearchIndex(tmp_path / "index", lock_timeout_s=0.05)
    index.update([make_document(1, "fever")])

    with (
        Store(tmp_path / "index", lock_timeout_s=0).write_lock(),
        pytest.raises(SearchIndexError, match="being written by another process"),
    ):
        index.update([make_document(2, "fever")])

    index.update([make_document(2, "fever")])
    assert index.search("fever").total == 2


def _update_in_process(directory: Path, make_document: Make, number: int) -> None:
    SearchIndex(directory).update([make_document(number, "fever")])


def test_processes_that_write_at_once_lose_nothing(make_document: Make, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [
        context.Process(target=_update_in_process, args=(tmp_path, make_document, number))
        for number in range(1, 7)
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0] * 6
    assert set(SearchIndex(tmp_path).contents()) == set(range(1, 7))


def _damage(path: Path) -> None:
    path.write_bytes(b"\x93" * path.stat().st_size)


@pytest.mark.parametrize(
    "pattern",
    [
        "current",
        "gen-*/*.toc",
        "gen-*/*.trm",
        "gen-*/*.pst",
        "gen-*/*row.col",
        "gen-*/documents.bin",
    ],
)
def test_damage_is_told_apart_from_finding_nothing_and_a_rebuild_mends_it(
    index: SearchIndex, make_document: Make, tmp_path: Path, pattern: str
) -> None:
    documents = [make_document(number, "fever and cough") for number in (1, 2, 3)]
    index.update(documents)
    for path in (tmp_path / "index").glob(pattern):
        _damage(path)

    with pytest.raises(SearchIndexError, match="reindex"):
        SearchIndex(tmp_path / "index").search("fever")

    fresh = SearchIndex(tmp_path / "index")
    fresh.rebuild(documents, reload=lambda _: [])
    assert fresh.search("fever").total == 3
    fresh.update([make_document(4, "fever")])
    assert fresh.search("fever").total == 4


@pytest.mark.parametrize("name", ["documents.bin", "surfaces.bin", "stems.bin"])
def test_a_shortened_or_missing_file_is_damage(
    index: SearchIndex, make_document: Make, tmp_path: Path, name: str
) -> None:
    index.update([make_document(1, "fever and cough")])
    (path,) = (tmp_path / "index").glob(f"gen-*/{name}")
    whole = path.read_bytes()

    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SearchIndexError, match="reindex"):
        SearchIndex(tmp_path / "index").search("fever")
    path.unlink()
    with pytest.raises(SearchIndexError, match="reindex"):
        SearchIndex(tmp_path / "index").search("fever")


def test_a_generation_that_is_gone_is_damage(
    index: SearchIndex, make_document: Make, tmp_path: Path
) -> None:
    index.update([make_document(1, "fever")])
    for path in (tmp_path / "index").glob("gen-*"):
        shutil.rmtree(path)

    with pytest.raises(SearchIndexError, match="reindex"):
        SearchIndex(tmp_path / "index").search("fever")


def test_a_directory_that_cannot_be_made_is_an_error_of_the_index(
    make_document: Make, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SearchIndexError, match="cannot be written"):
        SearchIndex(tmp_path / "file" / "index").update([make_document(1, "fever")])
