"""How a transcript came about, in words for whoever reads it. Pure.

Said on the watch page and in everything people take away, so that nobody mistakes what a
machine wrote for what a person checked.
"""

from collections.abc import Iterable
from pathlib import PurePath

from archive.models.transcript import CAPTIONS, MACHINE, Review
from archive.transcript import Segment


def is_by_machine(*, review: Review, source: str) -> bool:
    """Tell whether a transcript is as a machine made it: not brought, not checked by people."""
    return source == MACHINE and review is not Review.CHECKED


def describe_origin(
    model: str,
    segments: Iterable[Segment],
    *,
    translated: bool = False,
    review: Review = Review.MACHINE,
    source: str = MACHINE,
) -> str:
    """Tell who made a transcript and whether anyone has looked at it.

    Args:
        model: As the transcript keeps it; of a path only the last part is told.
        segments: Of the transcript.
        translated: It is the English translation.
        review: How far people are with checking it.
        source: Where it comes from, as the transcript keeps it.
    """
    made = "Translated into English" if translated else "Transcribed"
    name = PurePath(model).name
    by = f"by machine (model {name})" if name else "by machine"
    if source == CAPTIONS and not translated:
        made, by = "Taken over", f"from a caption file ({name})" if name else "from a caption file"
    if review is Review.CHECKED:
        return f"{made} {by}, then checked against the sound by people."
    if review is Review.IN_REVIEW:
        return f"{made} {by}. People are checking it now."
    if source == CAPTIONS and not translated:
        return f"{made} {by}. No one has checked it here."
    if any(segment.edited for segment in segments):
        return f"{made} {by}. People have corrected parts of it; the rest is not checked."
    return f"{made} {by}. No one has checked it yet."
