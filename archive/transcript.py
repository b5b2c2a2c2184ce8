"""What was said and when: the values speech recognition gives and everything else reads.

Words carry the times; a segment is a stretch of words as the recognizer gave it. Core
time is int milliseconds on the player's timeline. Pure values, no tables here.
"""

from dataclasses import dataclass, field

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
class Reading:
    """What else may have been said in a stretch that the recognizer was not sure of."""

    start_ms: int
    """Of the first word that stands there."""
    end_ms: int
    """Of the last one."""
    written: str
    """The words that stand there, squeezed to their letters."""
    texts: tuple[str, ...]
    """What the recognizer may write there as well, likewise, each once; mostly wrong."""


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
    speaker_set: bool = False
    """A person has said who speaks: no machine says it anew."""
    edited: bool = False
    """A person has changed it: no machine replaces it."""
    checked: bool = False
    """A person has listened to it and found it right: no machine replaces it."""
    uid: str = field(default="", compare=False)
    """Names it in its transcript for as long as it lives; empty: not stored yet."""
    revision: int = field(default=0, compare=False)
    """Grows with every change of it; who edits an older one than is stored is told."""

    @property
    def by_people(self) -> bool:
        """True where a person changed it or found it right."""
        return self.edited or self.checked
