"""Find the moment at which one thing took over from another, to a tenth of a second. Pure."""

from collections.abc import Sequence

import cv2
import numpy as np

from worker.slides.likeness import SIDE, Tiles, changed_tiles, no_tiles
from worker.slides.looks import Look, Luma


def moment_of_change(
    looks: Sequence[Look], before: Luma, after: Luma, *, apart_from: Tiles
) -> int | None:
    """Find when a stretch turns from one thing into another.

    A fade or wipe counts from its middle: from when on the picture is nearer to what comes.

    Args:
        looks: The stretch, in order of time.
        before: What is shown at its start.
        after: What is shown at its end.
        apart_from: Tiles that say nothing.

    Returns:
        The time of the first look of the new, in ms; None when no look is nearer to it.
    """
    telling = changed_tiles(before, after) & ~apart_from
    if not telling.any():
        telling = ~no_tiles()
    weight = np.kron(telling, np.ones((SIDE, SIDE), np.uint8))
    found: int | None = None
    for look in reversed(looks):
        to_after = int(cv2.sumElems(cv2.absdiff(look.luma, after) * weight)[0])
        to_before = int(cv2.sumElems(cv2.absdiff(look.luma, before) * weight)[0])
        if to_before < to_after:
            break
        found = look.at_ms
    return found
