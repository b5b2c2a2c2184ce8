"""Compare two looks: what changed, where, and is it still the same slide? Pure, numpy only.

A look is divided into 32 x 18 tiles of 10 x 10 pixels. Compression makes edges shimmer, so a
tile counts as changed when several of its pixels are clearly different; a pointer changes a
few tiles, so such specks do not count.
"""

from enum import Enum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.slides.looks import HEIGHT, WIDTH, Luma

SIDE = 10
ROWS, COLUMNS = HEIGHT // SIDE, WIDTH // SIDE
TILES = ROWS * COLUMNS

Tiles = NDArray[np.bool_]
"""bool, (18, 32): one for each tile."""

_CLEAR = 24
"""Grey levels. Text at a quarter of its size shimmered by 17 at most at x264's crf 30."""
_PIXELS = 6
_CONTRAST = 26
"""Grey levels between the darkest and the lightest pixel of a tile that has something on it."""
_SPECK = 4
"""Tiles. A pointer of 32 pixels at 1280 covers at most 2 x 2."""
_SAME = 0.008
"""The part of all tiles that may change for a look to be the same."""
_REPLACED = 0.2
"""The part of what was written that is different on the next slide, at least."""
_REPLACED_AREA = 0.04
_BLANK = 0.006


class Change(Enum):
    """How a look differs from what a slide looked like."""

    NONE = "none"
    GROWN = "grown"
    """Something was added, or little replaced: the slide is being built up."""
    OTHER = "other"
    """It is not that slide."""


def no_tiles() -> Tiles:
    """Give an empty map."""
    return np.zeros((ROWS, COLUMNS), np.bool_)


def changed_tiles(before: Luma, after: Luma) -> Tiles:
    """Find the tiles in which two looks differ clearly."""
    different = cv2.absdiff(before, after) > _CLEAR
    return np.asarray(_by_tile(different).sum(axis=(1, 3)) >= _PIXELS, np.bool_)


def inked_tiles(luma: Luma) -> Tiles:
    """Find the tiles in which something is drawn."""
    tiles = _by_tile(luma)
    span = tiles.max(axis=(1, 3)).astype(np.int16) - tiles.min(axis=(1, 3))
    return np.asarray(span > _CONTRAST, np.bool_)


def without_specks(tiles: Tiles) -> Tiles:
    """Drop groups of tiles as small as a pointer."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(tiles.astype(np.uint8), None, None)
    big = stats[:, cv2.CC_STAT_AREA] > _SPECK
    big[0] = False
    return np.asarray(big[labels], np.bool_)


def widened(tiles: Tiles) -> Tiles:
    """Add the neighbours of all tiles of a map."""
    return np.asarray(cv2.dilate(tiles.astype(np.uint8), np.ones((3, 3), np.uint8)), np.bool_)


def hull(tiles: Tiles) -> Tiles:
    """Fill the rectangle around each group of tiles; specks are dropped."""
    filled = no_tiles()
    _, _, stats, _ = cv2.connectedComponentsWithStats(
        without_specks(tiles).astype(np.uint8), None, None
    )
    for left, top, width, height, _ in stats[1:]:
        filled[top : top + height, left : left + width] = True
    return filled


def share(tiles: Tiles) -> float:
    """Tell which part of all tiles a map holds."""
    return float(tiles.sum()) / TILES


def compare(before: Luma, after: Luma, *, apart_from: Tiles) -> Change:
    """Tell whether a look is still the slide that was shown before.

    Args:
        before: The slide as it looked.
        after: The look.
        apart_from: Tiles that say nothing, as a face moves in them.
    """
    changed = without_specks(changed_tiles(before, after) & ~apart_from)
    if share(changed) <= _SAME:
        return Change.NONE
    inked = inked_tiles(before) & ~apart_from
    replaced = changed & inked
    if (
        share(inked) < _BLANK
        or replaced.sum() > _REPLACED * inked.sum()
        or share(replaced) > _REPLACED_AREA
    ):
        return Change.OTHER
    return Change.GROWN


def _by_tile(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels.reshape(ROWS, SIDE, COLUMNS, SIDE)
