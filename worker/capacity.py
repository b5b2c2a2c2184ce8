"""How many workers a machine could carry, by its cores and memory. Pure but for looking.

Said by `webinar-archive doctor`; how many there are is the operator's choice.
"""

import os
from pathlib import Path

WORKER_BYTES = 2_300_000_000
"""What a worker with `base` and its largest child take at most: 2,201 and 2,232 MB were measured
on a recording of two hours (docs/benchmarks.md)."""
_CORES_A_WORKER = 4
"""A rule of thumb: two workers on two cores finish hardly sooner than one with both does (26.4 and
27.9 s, docs/benchmarks.md); more cores were not measured."""
_LIMIT = Path("/sys/fs/cgroup/memory.max")
"""Of a container, cgroup v2: bytes, or `max`."""


def carries(*, cores: int, memory_bytes: int) -> int:
    """Return how many workers so many cores and so much memory carry; at least one."""
    return max(min(cores // _CORES_A_WORKER, memory_bytes // WORKER_BYTES), 1)


def read_memory_bytes(limit: Path = _LIMIT) -> int:
    """Return the memory there is: the machine's, or less where a container has a limit."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        text = limit.read_text("ascii").strip()
    except OSError:
        return machine
    return min(machine, int(text)) if text.isdecimal() else machine
