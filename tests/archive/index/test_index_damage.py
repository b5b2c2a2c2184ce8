"""An index that is damaged in part says so, whatever is asked of it."""

import random
from collections.abc import Callable
from pathlib import Path

from archive.errors import SearchIndexError
from archive.index import IndexDocument, SearchIndex

Make = Callable[..., IndexDocument]


def _everything(directory: Path) -> None:
    """Ask an index that nobody has opened yet everything it can be asked."""
    index = SearchIndex(directory)
    index.search("fever cough", facets=True)
    index.search('speaker:otieno "and cough"')
    index.explain("fever zebra")
    index.complete("rounds o")
    index.occurring(["fever", "zebra"])
    for recording_id in (1, 2, 3):
        index.moments("fever", recording_id)
        index.matched_words("fever", recording_id)


def _flip(path: Path, whole: bytes, seed: int) -> None:
    """Turn one bit each in some bytes behind the name of the format."""
    dice, damaged = random.Random(seed), bytearray(whole)
    for _ in range(40):
        damaged[dice.randrange(32 % len(whole), len(whole))] ^= 1 << dice.randrange(8)
    path.write_bytes(damaged)


def test_some_wrong_bytes_give_an_answer_or_are_told_of_as_damage(
    index: SearchIndex, make_document: Make, tmp_path: Path
) -> None:
    index.update(
        make_document(
            number, *["fever and cough in the ward"] * 8, title="Rounds", speakers=["Otieno"]
        )
        for number in (1, 2, 3)
    )
    (path,) = (tmp_path / "index").glob("gen-*/documents.bin")
    whole = path.read_bytes()

    told = 0
    for seed in range(30):
        _flip(path, whole, seed)
        try:
            _everything(tmp_path / "index")
        except SearchIndexError:
            told += 1

    assert told
