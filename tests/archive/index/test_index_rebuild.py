import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from archive.errors import SearchIndexError
from archive.index import IndexDocument, SearchIndex

Make = Callable[..., IndexDocument]
Find = Callable[..., list[int]]


def _nothing_changed(_: Sequence[int]) -> list[IndexDocument]:
    return []


def _generations(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.glob("gen-*"))


def test_a_rebuild_holds_what_it_was_given_and_nothing_else(
    index: SearchIndex, make_document: Make, find: Find, tmp_path: Path
) -> None:
    index.update([make_document(1, "fever"), make_document(2, "fever")])
    told: list[int] = []

    done = index.rebuild(
        [make_document(1, "fever"), make_document(3, "fever")],
        reload=_nothing_changed,
        progress=told.append,
    )

    assert sorted(find("fever")) == [1, 3]
    assert (done, told) == (2, [1, 2])
    assert _generations(tmp_path / "index") == ["gen-000002"]
    assert index.wasted_share() < 0.2


def test_the_first_index_may_come_from_a_rebuild(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.rebuild([make_document(1, "fever")], reload=_nothing_changed)

    assert find("fever") == [1]


def test_a_rebuild_of_nothing_is_an_empty_index(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever")])

    index.rebuild([], reload=_nothing_changed)

    assert (find("fever"), find("-fever"), index.contents()) == ([], [], {})


def test_what_changes_during_a_rebuild_is_found_after_it(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    old = {number: make_document(number, "old fever") for number in (1, 2, 3)}
    index.update(old.values())
    database = dict(old)
    asked: list[Sequence[int]] = []

    def documents() -> Iterator[IndexDocument]:
        yield old[1]
        yield old[2]
        # Behind the rebuild's back: 1 is edited, 2 deleted, 4 published.
        database[1] = make_document(1, "new fever", version=2)
        database[4] = make_document(4, "late fever")
        del database[2]
        index.update([database[1], database[4]])
        index.remove([2])
        assert sorted(find("fever")) == [1, 3, 4]
        yield old[3]

    def reload(recording_ids: Sequence[int]) -> list[IndexDocument]:
        asked.append(recording_ids)
        return [database[number] for number in recording_ids if number in database]

    index.rebuild(documents(), reload=reload)

    assert asked == [[1, 2, 4]]
    assert sorted(find("fever")) == [1, 3, 4]
    assert find("new") == [1]
    assert {number: state.version for number, state in index.contents().items()} == {
        1: 2,
        3: 1,
        4: 1,
    }


def test_a_rebuild_that_fails_leaves_the_old_index(
    index: SearchIndex, make_document: Make, find: Find, tmp_path: Path
) -> None:
    index.update([make_document(1, "fever")])

    def documents() -> Iterator[IndexDocument]:
        yield make_document(2, "fever")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(documents(), reload=_nothing_changed)

    assert find("fever") == [1]
    assert _generations(tmp_path / "index") == ["gen-000001"]
    index.update([make_document(2, "fever")])
    assert sorted(find("fever")) == [1, 2]


def test_only_one_rebuild_runs_at_a_time(index: SearchIndex, make_document: Make) -> None:
    def documents() -> Iterator[IndexDocument]:
        with pytest.raises(SearchIndexError, match="already being rebuilt"):
            index.rebuild([], reload=_nothing_changed)
        yield make_document(1, "fever")

    assert index.rebuild(documents(), reload=_nothing_changed) == 1


def test_a_recording_given_twice_to_a_rebuild_is_an_error(
    index: SearchIndex, make_document: Make
) -> None:
    with pytest.raises(SearchIndexError, match="recording 7 was given twice"):
        index.rebuild([make_document(7), make_document(7)], reload=_nothing_changed)


def test_searching_goes_on_during_rebuilds_and_updates(make_document: Make, tmp_path: Path) -> None:
    """Threads that search never fail and always find the one recording that never changes."""
    directory = tmp_path / "index"
    writer, reader = SearchIndex(directory), SearchIndex(directory)
    documents = [make_document(number, "severe fever and cough " * 30) for number in range(1, 13)]
    writer.update(documents)
    stop = threading.Event()
    wrong: list[object] = []
    searches = [0] * 8

    def search(thread: int) -> None:
        while not stop.is_set():
            try:
                for query in ("fever", '"severe fever"', "-nothing"):
                    found = {hit.recording_id for hit in reader.search(query, page_size=50).hits}
                    if 1 not in found or len(found) < 12:
                        wrong.append(found)
                if not reader.moments("fever", 1):
                    wrong.append("no moments")
            except Exception as exc:  # noqa: BLE001 - any failure of a search is what is looked for
                wrong.append(exc)
            searches[thread] += 1

    threads = [threading.Thread(target=search, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    try:
        for round_ in range(4):
            writer.rebuild(documents, reload=lambda ids: [documents[n - 1] for n in ids])
            writer.update([make_document(2, "severe fever", version=round_)])
            writer.update([documents[1]])
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert wrong == []
    assert all(searches)


def test_a_hundred_threads_search_one_index(index: SearchIndex, make_document: Make) -> None:
    index.update(
        make_document(number, f"severe fever number{number} and cough") for number in range(1, 31)
    )
    start = threading.Barrier(100)
    results: dict[int, bool] = {}

    def search(thread: int) -> None:
        start.wait()
        number = thread % 30 + 1
        (hit,) = index.search(f'"fever number{number}" cough').hits
        results[thread] = hit.recording_id == number and len(hit.moments) == 1

    threads = [threading.Thread(target=search, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == dict.fromkeys(range(100), True)
