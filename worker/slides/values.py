"""What is found on a slide: the picture, when it was shown, the words on it. Pure values."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the picture, from its top left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideLine:
    """One line of text on a slide."""

    text: str
    confidence: float
    """The reader's own, in [0, 1]."""
    box: Box


def lines_to_json(lines: Iterable[SlideLine]) -> list[list[float | str]]:
    """Write lines as the database keeps them; see `archive.models.slide.Slide.lines`."""
    return [
        [*(round(edge, 4) for edge in line.box), round(line.confidence, 3), line.text]
        for line in lines
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSlide:
    """One slide as it was shown once. Of two with the same start, the later replaces."""

    start_ms: int
    end_ms: int | None
    """When the next shot takes over; None while that is not known yet."""
    picture: Path
    """The JPEG, at most 1280 pixels wide."""
    lines: tuple[SlideLine, ...]
    """In reading order."""

    @property
    def text(self) -> str:
        """The words, a line for each line on the slide."""
        return "\n".join(line.text for line in self.lines)
