"""Write a sentence with what stands out in it: words searched for, doses and drugs. Pure.

Built from escaped text only.
"""

from collections.abc import Sequence

from markupsafe import Markup

from archive.cautions import Caution
from web.wording import highlight

Span = tuple[int, int]
"""Start and end in characters, end exclusive."""


def mark_up(text: str, marks: Sequence[Span], cautions: Sequence[Caution]) -> Markup:
    """Mark stretches of a text; where two overlap, the searched words lie inside the caution.

    Args:
        text: Plain text.
        marks: What was searched for, in order, without overlap.
        cautions: What is to be checked, in order, without overlap.
    """
    pieces: list[Markup] = []
    at = 0
    for caution in cautions:
        pieces.append(_stretch(text, marks, at, caution.start))
        inside = _stretch(text, marks, caution.start, caution.end)
        pieces.append(Markup('<span class="caution">{}</span>').format(inside))
        at = caution.end
    pieces.append(_stretch(text, marks, at, len(text)))
    return Markup("").join(pieces)


def _stretch(text: str, marks: Sequence[Span], start: int, end: int) -> Markup:
    """Write one stretch with the marks that lie in it, cut where they leave it."""
    return highlight(
        text[start:end],
        [
            (max(first, start) - start, min(last, end) - start)
            for first, last in marks
            if first < end and last > start
        ],
    )
