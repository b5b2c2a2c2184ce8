"""What may be wrong with a stretch of a transcript, and how a person is told. Pure.

The worker finds doubts, the database keeps their codes with the segment, pages show them as a
quiet mark. Nothing here changes a word.
"""

from collections.abc import Iterable
from enum import StrEnum


class Doubt(StrEnum):
    """Why a person should listen to a segment."""

    REPEATED = "repeated"
    """The same words over and over: Whisper's typical fault, which comes with high confidence."""
    SILENCE = "silence"
    """Words where hardly anybody speaks."""
    FAST = "fast"
    """More words than anybody can say in the time."""
    PROMPTED = "prompted"
    """A word from the glossary or a slide may have been written without being said."""
    UNSURE = "unsure"
    """Low confidence throughout."""

    @property
    def explanation(self) -> str:
        """What to tell a reader."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    Doubt.REPEATED: "the machine may have repeated itself here",
    Doubt.SILENCE: "the machine may have heard words in silence or noise here",
    Doubt.FAST: "more words than can be said in this time",
    Doubt.PROMPTED: "a term may have been guessed here",
    Doubt.UNSURE: "the machine was not sure here",
}


def write_doubts(doubts: Iterable[Doubt]) -> str:
    """Write doubts as the database keeps them."""
    return " ".join(sorted(doubts))


def read_doubts(stored: str) -> frozenset[Doubt]:
    """Read what `write_doubts` wrote; codes of a newer archive are passed over."""
    return frozenset(Doubt(code) for code in stored.split() if code in set(Doubt))


def explain_doubts(doubts: Iterable[Doubt]) -> str:
    """Tell a reader of several doubts at once: `the machine was not sure here; …`."""
    return "; ".join(doubt.explanation for doubt in sorted(doubts))
