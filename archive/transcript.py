"""What was said and when: the values speech recognition gives and everything else reads.

Words carry the times; a segment is a stretch of words as the recognizer gave it. Core
time is int milliseconds on the player's timeline. Pure values, no tables here.
"""

from dataclasses import dataclass

from archive.doubts import Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One spoken word with its times."""

    start_ms: int
    end_ms: int
    text: str
    """As recognized, with a leading space where the language writes one, and punctuation."""
    confidence: float
    """Probability in [0, 1] that the recognizer gave this word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of speech in one language, as the recognizer gave it.

    Segments of a transcript are in order of time and their words lie inside them.
    """

    start_ms: int
    end_ms: int
    text: str
    """The words joined, stripped."""
    language: str
    """Whisper's code, which is ISO 639-1 where there is one: `en`, `fr`, `zh`."""
    confidence: float
    """exp(mean log probability) in [0, 1]."""
    words: tuple[Word, ...]
    doubts: frozenset[Doubt] = frozenset()
    """Why a person should listen to it."""
    speaker: str = ""
    """Label of who speaks; empty: not known."""
    edited: bool = False
    """A person has changed it: no machine replaces it."""
