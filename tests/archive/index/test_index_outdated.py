"""An index that an earlier version of the archive wrote: kept as it was, two recordings."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import OutdatedIndexError
from archive.index import IndexDocument, SearchIndex

Make = Callable[..., IndexDocument]
Find = Callable[..., list[int]]

KEPT = Path(__file__).with_name("index-of-format-1.zip")


@pytest.fixture(autouse=True)
def outdated(tmp_path: Path) -> Path:
    """Put it where the index is."""
    shutil.unpack_archive(KEPT, tmp_path / "index")
    return tmp_path / "index"


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search("fever"),
        lambda index: index.moments("fever", 1),
        lambda index: index.matched_words("fever", 1),
        lambda index: index.contents(),
        lambda index: index.wasted_share(),
    ],
)
def test_it_is_not_read_and_says_what_to_do(
    index: SearchIndex, ask: Callable[[SearchIndex], object]
) -> None:
    with pytest.raises(OutdatedIndexError, match=r"another version.*webinar-archive reindex"):
        ask(index)


def test_nothing_is_written_to_it(index: SearchIndex, make_document: Make, outdated: Path) -> None:
    before = {path: path.read_bytes() for path in outdated.rglob("gen-*/*")}

    with pytest.raises(OutdatedIndexError):
        index.update([make_document(1, "fever")])
    with pytest.raises(OutdatedIndexError):
        index.remove([2])

    assert {path: path.read_bytes() for path in outdated.rglob("gen-*/*")} == before


def test_a_rebuild_replaces_it_and_takes_what_changes_meanwhile(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    database = {number: make_document(number, "fever") for number in (1, 2)}

    def documents() -> Iterator[IndexDocument]:
        yield database[1]
        yield database[2]
        # Behind the rebuild's back: the old index cannot take it, the new one must.
        database[3] = make_document(3, "fever")
        del database[2]
        index.refresh([2, 3], reload=lambda _ids: pytest.fail("read again at the end only"))

    index.rebuild(documents(), reload=lambda ids: [database[n] for n in ids if n in database])

    assert sorted(find("fever")) == [1, 3]
    index.update([make_document(4, "fever")])
    assert sorted(find("fever")) == [1, 3, 4]


def test_a_search_that_was_open_before_goes_on_after_the_rebuild(
    index: SearchIndex, make_document: Make, outdated: Path
) -> None:
    with pytest.raises(OutdatedIndexError):
        index.search("fever")

    SearchIndex(outdated).rebuild([make_document(1, "fever")], reload=lambda _ids: [])

    assert index.search("fever").total == 1
