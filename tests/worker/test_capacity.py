"""How many workers a machine could carry."""

import os
from pathlib import Path

import pytest

from worker.capacity import carries, read_memory_bytes

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("cores", "memory_gb", "count"),
    [(1, 1, 1), (2, 8, 1), (4, 16, 1), (8, 16, 2), (16, 64, 4), (16, 5, 2), (64, 3, 1)],
)
def test_cores_and_memory_each_limit_the_workers_and_one_always_runs(
    cores: int, memory_gb: int, count: int
) -> None:
    assert carries(cores=cores, memory_bytes=memory_gb * GB) == count


@pytest.mark.parametrize("text", ["max\n", "9223372036854771712\n", None])
def test_without_a_limit_memory_is_the_machines(tmp_path: Path, text: str | None) -> None:
    limit = tmp_path / "memory.max"
    if text is not None:
        limit.write_text(text)

    assert read_memory_bytes(limit) == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_in_a_container_memory_is_its_limit(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1048576\n")

    assert read_memory_bytes(limit) == 1_048_576
