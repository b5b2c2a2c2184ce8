"""In which order the tests run, so that two processes are done at about the same time.

What takes long goes first, and what is quick fills up the rest. Files that drive a browser take
turns with files that run the model or kill workers: the former wait, the latter compute.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, LoadScopeScheduling

if TYPE_CHECKING:
    from pathlib import Path

_ONE_ARCHIVE = "tests/browser/"
"""A folder whose tests share what takes long to make: a demo that becomes ready."""


class _Scheduling(LoadFileScheduling):
    """Gives a process a file at a time; of those that share an archive, all."""

    def _split_scope(self, nodeid: str) -> str:
        return _ONE_ARCHIVE if nodeid.startswith(_ONE_ARCHIVE) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return _Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files; within a file the order stays."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    browser, long, quick = [], [], []
    for file in files.values():
        if _any_is(file, "browser"):
            browser.append(file)
        elif _any_is(file, "model", "slow"):
            long.append(file)
        else:
            quick.append(file)
    quick.sort(key=len, reverse=True)
    items[:] = chain.from_iterable(chain(_in_turns(browser, long), quick))


def _any_is(items: Iterable[pytest.Item], *marks: str) -> bool:
    return any(item.get_closest_marker(mark) for item in items for mark in marks)


def _in_turns(*lists: list[list[pytest.Item]]) -> Iterator[list[pytest.Item]]:
    for turn in zip_longest(*lists):
        yield from (file for file in turn if file is not None)
