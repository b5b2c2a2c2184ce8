"""Files of vectors: what is nearest, whose version it is, and files that are gone or damaged."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from archive.meaning.model import DIMENSIONS, Vectors
from archive.meaning.passages import Passage
from archive.meaning.vectors import Kept, VectorStore

RANDOM = np.random.default_rng(7)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "meaning")


def some(count: int) -> Vectors:
    vectors = RANDOM.normal(size=(count, DIMENSIONS)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def keep(
    store: VectorStore, number: int, vectors: Vectors, *, version: int = 1, language: str = "en"
) -> None:
    passages = [
        Passage(start_ms=place * 1_000, end_ms=place * 1_000 + 900, language=language, text="")
        for place in range(len(vectors))
    ]
    store.write(number, Kept(version=version, digest=f"of {number}"), passages, vectors)


def nearest(store: VectorStore, query: Vectors, allowed: dict[int, int]) -> list[tuple[int, int]]:
    return [(n.recording_id, n.start_ms) for n in store.nearest(query, allowed, most=3)]


def test_the_nearest_passage_comes_first(store: VectorStore) -> None:
    one, other = some(40), some(40)
    keep(store, 1, one)
    keep(store, 2, other)

    for place in (0, 17, 39):
        assert nearest(store, other[place], {1: 1, 2: 1})[0] == (2, place * 1_000)


def test_of_very_many_the_nearest_is_found_too(store: VectorStore) -> None:
    vectors = some(6_000)
    for number in range(6):
        keep(store, number + 1, vectors[number * 1_000 : (number + 1) * 1_000])
    allowed = dict.fromkeys(range(1, 7), 1)

    for place in range(0, 6_000, 500):
        asked = vectors[place] + 0.5 * some(1)[0]
        found = nearest(store, asked / np.linalg.norm(asked), allowed)[0]
        assert found == (place // 1_000 + 1, place % 1_000 * 1_000)


def test_a_language_is_not_nearer_for_being_the_same(store: VectorStore) -> None:
    about, english, french = some(80), some(1)[0], some(1)[0]

    def say(vectors: Vectors, tongue: Vectors) -> Vectors:
        spoken = vectors + tongue
        return (spoken / np.linalg.norm(spoken, axis=1, keepdims=True)).astype(np.float32)

    keep(store, 1, say(about[:40], english))
    keep(store, 2, say(about[40:], french), language="fr")
    for place in range(40):
        asked = say(about[40 + place : 41 + place], english)[0]
        assert nearest(store, asked, {1: 1, 2: 1})[0] == (2, place * 1_000)


def test_only_the_version_that_is_shown_counts(store: VectorStore) -> None:
    vectors = some(10)
    keep(store, 1, vectors, version=3)

    assert nearest(store, vectors[4], {1: 3})[0] == (1, 4_000)
    assert nearest(store, vectors[4], {1: 4}) == []
    assert nearest(store, vectors[4], {2: 3}) == []
    assert nearest(store, vectors[4], {}) == []


def test_another_process_sees_what_is_written_replaced_and_removed(store: VectorStore) -> None:
    reader = VectorStore(store.directory)
    first, second = some(10), some(10)

    keep(store, 1, first)
    before = nearest(reader, first[2], {1: 1})[0]
    keep(store, 1, second, version=2)
    replaced = nearest(reader, second[5], {1: 2})[0]
    store.raise_version(1, 9)
    raised = nearest(reader, second[5], {1: 9})[0]
    kept = reader.contents()
    store.remove(1)

    assert (before, replaced, raised) == ((1, 2_000), (1, 5_000), (1, 5_000))
    assert kept == {1: Kept(version=9, digest="of 1")}
    assert nearest(reader, second[5], {1: 9}) == []
    assert reader.contents() == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive at all"])
def test_a_damaged_file_is_as_if_it_were_not_there(store: VectorStore, content: bytes) -> None:
    vectors = some(10)
    keep(store, 1, vectors)
    keep(store, 2, some(10))
    (store.directory / "2.npz").write_bytes(content)
    (store.directory / "3.npz.99.new").write_bytes(b"aside")

    assert set(store.contents()) == {1}
    assert nearest(store, vectors[3], {1: 1, 2: 1})[0] == (1, 3_000)


def test_a_recording_without_passages_is_kept_and_never_found(store: VectorStore) -> None:
    keep(store, 1, some(0))

    assert store.contents() == {1: Kept(version=1, digest="of 1")}
    assert nearest(store, some(1)[0], {1: 1}) == []


def test_eight_bits_cost_next_to_nothing(store: VectorStore) -> None:
    vectors = some(200)
    keep(store, 1, vectors)
    asked = some(1)[0]

    found = [n.start_ms // 1_000 for n in store.nearest(asked, {1: 1}, most=10)]

    usual = np.array(json.loads((files("archive.meaning") / "usual.json").read_text()))
    mean = (vectors.sum(axis=0) + 20 * usual) / 220
    apart = vectors - (vectors.sum(axis=0) + 2 * mean) / 202
    exact = np.argsort(-(apart / np.linalg.norm(apart, axis=1, keepdims=True)) @ (asked - mean))
    assert len(set(found) & set(exact[:10].tolist())) >= 9
