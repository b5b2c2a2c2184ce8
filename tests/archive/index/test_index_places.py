"""Where words stand: by word, growing with the files, and only in documents that are there."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index import places as module
from archive.index.places import LatestPlaces, TermsSeen, WordPlaces, places_within
from archive.index.tokens import FIELDS, SEPARATOR, TermHashes, Tokens, field_starts

EMPTY = WordPlaces(np.empty(0, np.uint32))
HASHES = st.lists(st.integers(0, 9), min_size=1, max_size=60)


def _tokens(hashes: list[int]) -> np.ndarray:
    return np.array(hashes, np.uint32)


@given(HASHES, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 5))
def test_every_place_of_a_word_is_found_however_the_files_grew(
    hashes: list[int], wanted: list[int], at_once: int
) -> None:
    known = EMPTY
    for end in range(at_once, len(hashes) + at_once, at_once):
        known = known.extended(_tokens(hashes[:end]))

    found = known.find(_tokens(wanted))

    assert found.tolist() == [at for at, one in enumerate(hashes) if one in wanted]


@given(HASHES, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 9), st.data())
def test_the_last_places_are_those_of_the_documents_that_count(
    hashes: list[int], wanted: list[int], most: int, data: st.DataObject
) -> None:
    known = WordPlaces(np.empty(0, np.uint32), frequent=1)
    for end in (len(hashes) // 2, len(hashes)):
        known = known.extended(_tokens(hashes[:end]))
    bounds = sorted(data.draw(st.sets(st.integers(0, len(hashes)), min_size=2, max_size=6)))
    within = np.array(bounds[: len(bounds) // 2 * 2], np.int64).reshape(-1, 2)

    found = known.latest(_tokens(wanted), within, most=most)

    counting = {at for begin, end in within.tolist() for at in range(begin, end)}
    places = [at for at, one in enumerate(hashes) if one in wanted and at in counting]
    assert found.tolist() == places[-most:]


def test_frequent_words_are_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SOME", 2)
    known = EMPTY.extended(_tokens([0, 5, 5, 5, 7, 0]))

    assert known.stretches[0].frequent.tolist() == [5]
    assert known.find(_tokens([7, 5])).tolist() == [1, 2, 3, 4]


STEMS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=60)


@given(STEMS, st.sets(st.integers(1, 9), min_size=1, max_size=3), st.integers(1, 9))
def test_a_word_is_found_by_its_forms_and_by_its_stems_however_the_files_grew(
    pairs: list[tuple[int, int]], wanted: set[int], at_once: int
) -> None:
    forms, stems = zip(*[(form, stem if form else 0) for form, stem in pairs], strict=True)
    known = EMPTY
    for end in range(at_once, len(pairs) + at_once, at_once):
        known = known.extended(_tokens(list(forms[:end])), _tokens(list(stems[:end])))
    for exact, side in ((True, forms), (False, stems)):
        word = TermHashes(tuple(sorted(wanted)), exact=exact)

        found = known.of_word(word).tolist()

        assert found == [at for at, one in enumerate(side) if one in wanted]
        assert known.count(word) >= len(found)


def test_a_word_one_of_whose_forms_is_frequent_stands_at_any_number_of_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_SOME", 2)
    known = EMPTY.extended(_tokens([0, 5, 5, 5, 7, 0]), _tokens([0, 3, 3, 3, 3, 0]))

    assert known.count(TermHashes((7,), exact=True)) == 1
    assert known.count(TermHashes((3,), exact=False)) == math.inf
    assert known.of_word(TermHashes((3,), exact=False)).tolist() == [1, 2, 3, 4]


def test_long_files_are_ordered_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST", 4)
    known = EMPTY.extended(_tokens([1, 2, 3, 1, 2, 3, 1, 2, 3]))

    assert [(one.begin, one.end) for one in known.stretches] == [(0, 4), (4, 8), (8, 9)]
    assert known.find(_tokens([3])).tolist() == [2, 5, 8]


def test_what_was_appended_is_ordered_and_the_rest_kept(tmp_path: Path) -> None:
    keeper = LatestPlaces()
    before = keeper.of(tmp_path, _tokens([1] * 40))

    assert keeper.known(tmp_path, _tokens([1] * 40 + [2])) is None
    after = keeper.of(tmp_path, _tokens([1] * 40 + [2]))

    assert after.stretches[0] is before.stretches[0]
    assert after.find(_tokens([2])).tolist() == [40]
    assert keeper.known(tmp_path, _tokens([1] * 40)) is after


def test_another_generation_is_ordered_anew(tmp_path: Path) -> None:
    keeper = LatestPlaces()
    keeper.of(tmp_path / "one", _tokens([1, 2]))

    assert keeper.known(tmp_path / "two", _tokens([2, 1])) is None
    assert keeper.of(tmp_path / "two", _tokens([2, 1])).find(_tokens([1])).tolist() == [1]


def test_only_places_within_stretches_are_kept() -> None:
    stretches = np.array([[2, 4], [6, 7]], np.int64)

    kept = places_within(np.arange(9), stretches)

    assert kept.tolist() == [2, 3, 6]
    assert places_within(np.arange(9), stretches[:0]).tolist() == []


FIELD = st.lists(st.tuples(st.integers(1, 11), st.integers(1, 11)), max_size=3)
DOCUMENT = st.tuples(*[FIELD] * len(FIELDS))


def _laid_out(
    documents: Sequence[Sequence[Sequence[tuple[int, int]]]],
) -> tuple[Tokens, np.ndarray, np.ndarray]:
    """Lay out fields of surface forms and stems as an index does; with where each begins."""
    firsts, pairs = [], []
    for fields in documents:
        firsts.append(len(pairs))
        pairs.append((SEPARATOR, SEPARATOR))
        for field in fields:
            pairs += [*field, (SEPARATOR, SEPARATOR)]
    surfaces, stems = zip(*pairs, strict=True) if pairs else ((), ())
    lengths = np.array([[len(field) for field in fields] for fields in documents], np.uint32)
    starts = field_starts(lengths.reshape(-1, len(FIELDS)))
    tokens = Tokens(_tokens(list(surfaces)), _tokens(list(stems)))
    return tokens, np.array(firsts, np.int64), starts


@given(st.lists(DOCUMENT, max_size=5), st.integers(1, 3))
def test_every_term_was_seen_in_its_fields_and_no_other_however_the_files_grew(
    documents: list[tuple[list[tuple[int, int]], ...]], at_once: int
) -> None:
    seen = TermsSeen()
    for end in range(at_once, len(documents) + at_once, at_once):
        seen.extend(*_laid_out(documents[:end]))

    for place in range(len(FIELDS)):
        pairs = [pair for fields in documents for pair in fields[place]]
        for side in (0, 1):
            there = {pair[side] for pair in pairs}
            assert there == {
                one for one in range(12) if seen.may_hold(one, place, stems=bool(side))
            }


def test_terms_of_another_generation_are_not_taken_for_those_of_this() -> None:
    latest = LatestPlaces()
    nothing: list[list[tuple[int, int]]] = [[]] * (len(FIELDS) - 1)
    latest.terms_seen(Path("one"), *_laid_out([[[(5, 6)], *nothing]]))

    seen = latest.terms_seen(Path("two"), *_laid_out([[[(7, 8)], *nothing]]))

    assert not seen.may_hold(5, 0, stems=False)
    assert seen.may_hold(8, 0, stems=True)
