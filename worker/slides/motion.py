"""Learn where something moves all the time: a webcam, an embedded video. Pure.

A slide that changes once, changes between two looks and then stands still. A face changes
again and again.
"""

from collections import deque
from collections.abc import Iterator

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
        if len(self._changed) < _OFTEN_RECENTLY:
            return
        latest, before = self._changed[-1], self._changed[-2]
        for core in self._regions():
            if not _is_alive(core, latest) and not _is_alive(core, before):
                for tiles in self._changed:  # what stood still twice has ended
                    tiles[core] = False

    def tiles(self) -> Tiles:
        """Give the tiles in which something moves now, and their neighbours.

        A region that stood still between the last two looks is left out: a face that filled the
        picture until a slide came must not hide that slide.
        """
        alive = no_tiles()
        if len(self._changed) >= _OFTEN_RECENTLY:
            for core in self._regions():
                if _is_alive(core, self._changed[-1]):
                    alive |= core
        return widened(alive)

    def _regions(self) -> Iterator[Tiles]:
        """Give the tiles that changed often, those near each other together."""
        counts = np.sum(list(self._changed), axis=0)
        recent = np.sum(list(self._changed)[-_RECENT:], axis=0)
        often = (counts >= _OFTEN) | (recent >= _OFTEN_RECENTLY)
        count, labels = cv2.connectedComponents(widened(often).astype(np.uint8))
        for label in range(1, count):
            yield (labels == label) & often


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


def _is_alive(core: Tiles, changed: Tiles) -> bool:
    return bool((changed & core).sum() >= _ALIVE * core.sum())
