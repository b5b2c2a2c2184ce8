"""Decide whether a shot is a slide: something to read or look at, not people. Pure.

Faces move, slides do not. So what decides is how much of the picture moves, and how much can be
read where nothing does. Text inside what moves (the name below a face) does not count.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from worker.slides.likeness import Tiles, hull, inked_tiles, share
from worker.slides.looks import Luma
from worker.slides.values import SlideLine

_INSET = 0.14
"""The part of the picture that moves beside a slide. A webcam of a fifth of the width takes 7 %
with its margin, a head and shoulders that fill the picture 50 %."""
_BAND = 0.32
"""A strip along one edge, as a part of the width or height: where meeting software puts faces
beside what is shared."""
_MOSTLY_MOVES = 0.65
_FEW_WORDS, _MANY_WORDS = 2, 8
_LETTERS = 3
_DARK, _DARK_SHARE = 60, 0.9
_NOTHING = 0.004


def lines_that_stand(lines: Iterable[SlideLine], moving: Tiles) -> tuple[SlideLine, ...]:
    """Leave out the lines that lie where something moves."""
    region = hull(moving)
    rows, columns = region.shape
    return tuple(
        line
        for line in lines
        if not region[
            min(int((line.box[1] + line.box[3]) / 2 * rows), rows - 1),
            min(int((line.box[0] + line.box[2]) / 2 * columns), columns - 1),
        ]
    )


def may_be_slide(luma: Luma, moving: Tiles) -> bool:
    """Tell from the look alone whether reading it is worth the time."""
    return share(hull(moving)) <= _MOSTLY_MOVES and share(inked_tiles(luma) & ~moving) >= _NOTHING


def is_slide(luma: Luma, moving: Tiles, lines: Sequence[SlideLine], *, usual_motion: float) -> bool:
    """Decide.

    Args:
        luma: How it looks.
        moving: Where something moves.
        lines: What was read, `lines_that_stand` only.
        usual_motion: How much moves beside the slides found so far, as a part of the picture:
            a picture without words is a slide only when no more moves than that.
    """
    words = [word for line in lines for word in line.text.split()]
    telling = sum(len(word) >= _LETTERS for word in words)
    region = hull(moving)
    moves = share(region)
    if moves > _INSET and not _along_an_edge(region):
        return telling >= _MANY_WORDS and len(lines) > 1
    if telling >= _FEW_WORDS or (telling and not moves):
        return not (len(lines) == 1 and _is_name_card(luma))
    return moves <= usual_motion and not _is_name_card(luma)


def _along_an_edge(region: Tiles) -> bool:
    rows, columns = region.shape
    down, across = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    return bool(
        across[0] >= columns * (1 - _BAND)
        or across[-1] < columns * _BAND
        or down[0] >= rows * (1 - _BAND)
        or down[-1] < rows * _BAND
    )


def _is_name_card(luma: Luma) -> bool:
    """A camera that is off: nearly all black, the name in the middle."""
    return bool((luma < _DARK).mean() > _DARK_SHARE and np.median(luma) < _DARK)
