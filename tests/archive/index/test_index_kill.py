"""A writer killed at any moment leaves an index that is searched and written as before."""

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.index import IndexDocument, SearchIndex

Make = Callable[..., IndexDocument]

KILLS = 16
Write = Callable[[Path, Make], None]


def _update(directory: Path, make_document: Make) -> None:
    SearchIndex(directory).update(
        [make_document(1, "new fever", version=2), make_document(9, "new fever")]
    )


def _rebuild(directory: Path, make_document: Make) -> None:
    documents = [make_document(number, "new fever", version=2) for number in range(1, 8)]
    SearchIndex(directory).rebuild(documents, reload=lambda _: [])


def _run(write: Write, directory: Path, make_document: Make, die_at: int) -> tuple[int, int]:
    """Write in a process of its own that kills itself before its n-th step on the disk.

    Returns:
        Its exit code, and the steps it took.
    """
    context = multiprocessing.get_context("fork")
    steps = context.Value("i", 0)

    def watch(event: str, _: tuple[object, ...]) -> None:
        if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"):
            steps.value += 1
            if steps.value == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        sys.addaudithook(watch)
        write(directory, make_document)

    process = context.Process(target=run)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode, steps.value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("write", "states"), [(_update, {(7, 0), (6, 2)}), (_rebuild, {(7, 0), (0, 7)})]
)
def test_a_killed_writer_leaves_the_old_state_or_the_new(
    make_document: Make, tmp_path: Path, write: Write, states: set[tuple[int, int]]
) -> None:
    before = tmp_path / "before"
    for number in range(1, 8):  # one more part and an update merges them
        SearchIndex(before).update([make_document(number, "old fever")])
    shutil.copytree(before, tmp_path / "whole")
    exit_code, steps = _run(write, tmp_path / "whole", make_document, die_at=0)
    assert exit_code == 0
    assert steps > KILLS

    for die_at in range(1, steps + 1, -(-steps // KILLS)):
        directory = tmp_path / str(die_at)
        shutil.copytree(before, directory)

        exit_code, _ = _run(write, directory, make_document, die_at)

        assert exit_code == -signal.SIGKILL
        index = SearchIndex(directory)
        old, new = index.search('"old fever"').total, index.search('"new fever"').total
        assert (old, new) in states, f"killed before step {die_at} of {steps}"
        index.verify()
        index.update([make_document(20, "old fever")])
        assert index.search("fever").total == old + new + 1
        index.rebuild([make_document(1, "last fever")], reload=lambda _: [])
        assert index.search("fever").total == 1
        assert len(list(directory.glob("gen-*"))) == 1
