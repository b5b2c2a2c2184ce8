"""Learn where something moves all the time: a webcam, an embedded video. Pure.

A slide that changes once, changes between two looks and then stands still. A face changes
again and again.
"""

from collections import deque

import cv2
import numpy as np

from worker.slides.likeness import Tiles, no_tiles, widened, without_specks

_REMEMBERED = 12
"""Pairs of looks."""
_RECENT = 5
_OFTEN_RECENTLY = 3
_OFTEN = 4
_ALIVE = 0.12
"""The part of a moving region that changes between two looks when it still moves."""
_RATE = 0.2


class Motion:
    """What changed between the last looks, whatever was shown."""

    def __init__(self) -> None:
        self._changed: deque[Tiles] = deque(maxlen=_REMEMBERED)

    def add(self, changed: Tiles) -> None:
        """Take what changed between one look and the next."""
        self._changed.append(without_specks(changed))

    def tiles(self) -> Tiles:
        """Give the tiles in which something moves now, and their neighbours.

        A region that stood still between the last two looks is left out: a face that filled the
        picture until a slide came must not hide that slide.
        """
        if len(self._changed) < _OFTEN_RECENTLY:
            return no_tiles()
        counts = np.sum(list(self._changed), axis=0)
        recent = np.sum(list(self._changed)[-_RECENT:], axis=0)
        moving = (counts >= _OFTEN) | (recent >= _OFTEN_RECENTLY)
        latest = self._changed[-1]
        alive = no_tiles()
        count, labels = cv2.connectedComponents(widened(moving).astype(np.uint8))
        for label in range(1, count):
            region = labels == label
            core = region & moving
            if (latest & core).sum() >= _ALIVE * core.sum():
                alive |= region
        return alive


class OwnMotion:
    """What changed while one shot was shown."""

    def __init__(self, at_first: Tiles) -> None:
        """Begin.

        Args:
            at_first: Where something moves as far as was known before.
        """
        self._at_first = at_first
        self._counts = np.zeros(at_first.shape, int)
        self._pairs = 0

    def add(self, changed: Tiles) -> None:
        """Take what changed between one look at the shot and the next."""
        self._counts += without_specks(changed)
        self._pairs += 1

    def tiles(self) -> Tiles:
        """Give the tiles in which something moves on this shot, and their neighbours.

        A line of text that appears changes its tiles once; that is no motion.
        """
        moving = (self._counts > 1) & (self._counts >= _RATE * self._pairs)
        if self._pairs < _OFTEN:
            return np.asarray(widened(moving) | self._at_first, np.bool_)
        return widened(moving)
