"""Every byte of the index is accounted for, and what it was made from is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.errors import SearchIndexError
from archive.index import IndexDocument, SearchIndex, SlideText
from archive.index.schema import (
    KEY_FIELD,
    ROW_FIELD,
    open_writer,
    stem_field,
    surface_field,
)
from archive.index.snapshot import Snapshot
from archive.index.tokens import FIELDS
from archive.transcript import Reading, Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]

_DOCUMENTS = 3


@pytest.fixture
def kept(index: SearchIndex, make_document: Make) -> list[IndexDocument]:
    """Documents that have something of everything, one of them replaced."""
    documents = [
        make_document(
            number,
            *["fever and cough in the ward", "fièvre jaune"] * 10,
            title="Ward rounds",
            description="All about fevers",
            collection="Rounds",
            speakers=["Otieno"],
            subjects=["Sepsis"],
            recorded_on=date(2024, 5, number),
            slides=[SlideText(start_ms=0, end_ms=400, text="Fever chart")],
            readings=[
                Reading(start_ms=0, end_ms=700, written="feverand", texts=("kitkem", "keatgum"))
            ],
        )
        for number in range(1, _DOCUMENTS + 1)
    ]
    index.update(documents)
    index.update([documents[0]])
    index.update([replace(documents[0], title="Ward round")])
    return [replace(documents[0], title="Ward round"), *documents[1:]]


@pytest.mark.usefixtures("kept")
def test_what_was_written_is_whole_and_progress_is_told(index: SearchIndex) -> None:
    told: list[float] = []

    index.verify(told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_nothing_indexed_is_whole(tmp_path: Path) -> None:
    SearchIndex(tmp_path / "none").verify()


def _is_noticed(directory: Path) -> bool:
    try:
        SearchIndex(directory).verify()
    except SearchIndexError as exc:
        return "reindex" in str(exc)
    return False


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "pattern",
    [
        "documents.bin", "surfaces.bin", "stems.bin", "certainties.bin", "labels.bin",
        "families.bin", "sounds.bin", "*.pst", "*.trm", "*row.col", "*.sums",
    ],
)  # fmt: skip
def test_one_wrong_byte_in_any_file_is_noticed(tmp_path: Path, pattern: str) -> None:
    # The largest part holds recordings 2 and 3; what is last in the others is of recording 1.
    path = max((tmp_path / "index").glob(f"gen-*/{pattern}"), key=lambda one: one.stat().st_size)
    whole = path.read_bytes()
    places = {len(whole) * part // 7 for part in (3, 4)} if path.suffix == ".bin" else set()
    places |= {len(whole) - 8, *(() if places else range(0, len(whole), len(whole) // 9))}

    missed = []
    for at in sorted(places):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        if not _is_noticed(tmp_path / "index"):
            missed.append(at)
    path.write_bytes(whole)

    assert missed == []
    assert not _is_noticed(tmp_path / "index")


def _put_postings(directory: Path, postings: dict[str, Any]) -> None:
    """Write other postings for recording 2 beside its row and all else that is right."""
    (generation,) = directory.glob("gen-*")
    snapshot = Snapshot(generation, cache_bytes=0)
    number = snapshot.find(2)
    writer = open_writer(generation)
    writer.delete_by_term(KEY_FIELD, "2")
    counts = {
        name: {term: float(count[-1]) for term, (_, count) in snapshot.all_postings(name)}
        for field in FIELDS
        for name in (surface_field(field), stem_field(field))
    }
    row = {ROW_FIELD: snapshot.rows[number].tobytes()}
    writer.add_document(**({KEY_FIELD: "2"} | row | counts | postings))
    writer.commit(merge=False)


@pytest.mark.parametrize(
    "postings",
    [
        {surface_field("title"): {"ward": 1, "round": 1}},
        {surface_field("transcript"): {"fever": 11}},
        {stem_field("transcript"): {"fever": 10}},
        {KEY_FIELD: "3"},
    ],
    ids=str,
)
def test_postings_that_do_not_say_what_the_tokens_say_are_noticed(
    index: SearchIndex, make_document: Make, tmp_path: Path, postings: dict[str, Any]
) -> None:
    index.update([make_document(2, "fever " * 10, title="ward rounds")])
    _put_postings(tmp_path / "index", {})
    index.verify()

    _put_postings(tmp_path / "index", postings)

    with pytest.raises(SearchIndexError, match="does not find"):
        index.verify()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"title": "Ward rounds"},
        {"recorded_on": date(2024, 5, 9)},
        {"collection": "Others"},
        {"public": False},
        {"speakers": ["Otieno", "Wanjiru"]},
        {"slides": [SlideText(start_ms=0, end_ms=401, text="Fever chart")]},
        {"subjects": []},
        {"languages": ["fr"]},
        {"checked": True},
    ],
    ids=str,
)
def test_what_is_held_is_told_from_what_it_was_not_made_from(
    index: SearchIndex, kept: list[IndexDocument], change: dict[str, Any]
) -> None:
    assert all(index.holds(document) for document in kept)

    assert not index.holds(replace(kept[0], **change))


@pytest.mark.parametrize(
    "change", [{"confidence": 0.5}, {"start_ms": 1}, {"end_ms": 9}, {"text": " zebra"}], ids=str
)
def test_one_word_makes_another_document(
    index: SearchIndex, kept: list[IndexDocument], change: dict[str, Any]
) -> None:
    first, *others = kept[1].segments
    word = replace(first.words[0], **change)

    other = replace(kept[1], segments=[replace(first, words=(word, *first.words[1:])), *others])

    assert not index.holds(other)


def test_what_the_index_takes_nothing_of_makes_no_other_document(
    index: SearchIndex, kept: list[IndexDocument]
) -> None:
    segments = tuple(replace(one, uid="7", revision=3) for one in kept[1].segments)

    assert index.holds(replace(kept[1], segments=segments))


def test_a_recording_that_is_not_there_is_not_held(index: SearchIndex, make_document: Make) -> None:
    assert not index.holds(make_document(7))
    index.update([make_document(8)])
    assert not index.holds(make_document(7))
