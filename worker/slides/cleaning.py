"""Get rid of a pointer: find what is on a look that is usually not, take it from another. Pure."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.slides.likeness import SIDE, Tiles
from worker.slides.looks import Look, Luma, Picture
from worker.slides.values import Box, SlideLine

Stain = NDArray[np.bool_]
"""bool, (180, 320): pixels of a look that are not as usual."""

_CLEAR = 24
_MAJORITY = 3
_WORTH = 12
"""Pixels. A pointer of 16 x 25 at 1280 x 720 had 13 to 22 on a look, the shimmer of compression
(x264, crf 30) none that differ so much: 17 grey levels at most."""
_MARGIN = 7


def usual_luma(looks: Sequence[Look]) -> Luma | None:
    """Give what most looks show; None when there are too few to tell."""
    if len(looks) < _MAJORITY:
        return None
    return np.asarray(np.median([look.luma for look in looks], axis=0), np.uint8)


def stain_on(look: Look, usual: Luma | None, moving: Tiles) -> Stain:
    """Find what is on a look that is usually not there, with a margin; often nothing."""
    nothing = np.zeros(look.luma.shape, np.bool_)
    if usual is None:
        return nothing
    still = np.kron(~moving, np.ones((SIDE, SIDE), np.bool_))
    stain = (cv2.absdiff(look.luma, usual) > _CLEAR) & still
    if stain.sum() < _WORTH:
        return nothing
    wide = cv2.dilate(stain.astype(np.uint8), np.ones((_MARGIN, _MARGIN), np.uint8))
    return np.asarray(wide, np.bool_)


def cleanest(looks: Sequence[Look], moving: Tiles) -> tuple[Look, Look | None, Stain]:
    """Choose the look with the least stain, the later of equals.

    Returns:
        It; another one that is clean where the first is not, if there is one; the stain.
    """
    usual = usual_luma(looks)
    stains = [(stain_on(look, usual, moving), look) for look in looks]
    stain, best = min(stains, key=lambda pair: (pair[0].sum(), -pair[1].at_ms))
    if not stain.any():
        return best, None, stain
    others = [look for other, look in stains if look is not best and not (other & stain).any()]
    return best, others[-1] if others else None, stain


def patched(picture: Picture, other: Picture, stain: Stain) -> Picture:
    """Take the stained part of a picture from another picture of the same thing."""
    height, width = picture.shape[:2]
    mask = cv2.resize(stain.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.where(mask[..., None] > 0, other, picture)


def touches(stain: Stain, lines: Sequence[SlideLine]) -> bool:
    """Tell whether a stain lies on any line of text."""
    return any(_part(stain, line.box).any() for line in lines)


def _part(stain: Stain, box: Box) -> Stain:
    height, width = stain.shape
    left, top, right, bottom = box
    return stain[
        int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1
    ]
