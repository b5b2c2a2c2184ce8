"""Telling apart who speaks: the turns of a recording's voices, from its sound.

    raw audio → Diarizer.find_turns → Turn … → archive.speaker_turns

The only package that knows senko, which is an extra. It must not know the database, and
nothing of it stays in the worker: senko runs in a process of its own.
"""

from worker.speakers.diarizer import Diarizer
from worker.speakers.senko import SenkoDiarizer

__all__ = ["Diarizer", "SenkoDiarizer"]
