"""A worker that tells speakers apart by the clock, for tests without the extra.

Run as a script it is the real worker but for that: `python fake_diarizer.py MISSING`, where
MISSING is a file; while it is there, the extra is said not to be installed.
"""

import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from archive.errors import ConfigurationError
from archive.settings import Settings
from archive.speaker_turns import Turn
from worker import service
from worker.parts import Parts

TURN_MS = 5_000


class FakeDiarizer:
    """Two voices that take turns every five seconds."""

    def __init__(self, missing: Path) -> None:
        self.missing = missing
        self.asked = 0

    def check(self) -> str:
        if self.missing.exists():
            raise ConfigurationError("the extra is not installed")
        return "fake 1"

    def find_turns(self, audio: Path, *, threads: int) -> tuple[Turn, ...]:
        assert threads >= 1
        self.asked += 1
        length_ms = audio.stat().st_size // 32
        return tuple(
            Turn(start_ms=start_ms, end_ms=start_ms + TURN_MS, speaker="BA"[number % 2])
            for number, start_ms in zip(count(), range(0, length_ms, TURN_MS), strict=False)
        )


def main(missing: Path) -> None:
    build = service.build_parts

    def build_with_fake(*given: Any) -> Parts:  # noqa: ANN401 - handed through
        return replace(build(*given), diarizer=FakeDiarizer(missing))

    service.build_parts = build_with_fake
    service.serve(Settings.from_env(service.os.environ))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
