"""Learn where something moves all the time: a webcam, an embedded video. Pure.

A slide that changes once, changes between two looks and then stands still. A face changes
again and again.
"""

from collections import deque

from worker.slides.likeness import Tiles, no_tiles, widened, without_specks

_REMEMBERED = 12
"""Pairs of looks."""
_RECENT = 5
_OFTEN_RECENTLY = 2
_OFTEN = 4


class Motion:
    """What changed between the last looks."""

    def __init__(self) -> None:
        self._changed: deque[Tiles] = deque(maxlen=_REMEMBERED)
        self._again: deque[Tiles] = deque(maxlen=_REMEMBERED)

    def add(self, changed: Tiles) -> None:
        """Take what changed between one look and the next."""
        changed = without_specks(changed)
        if self._changed:
            self._again.append(changed & self._changed[-1])
        self._changed.append(changed)

    def tiles(self) -> Tiles:
        """Give the tiles in which something moves, and their neighbours."""
        if not self._again:
            return no_tiles()
        counts = sum(tiles.astype(int) for tiles in self._changed)
        recent = sum(tiles.astype(int) for tiles in list(self._changed)[-_RECENT:])
        often = (counts >= _OFTEN) | (recent >= _OFTEN_RECENTLY)
        again = no_tiles()
        for tiles in self._again:
            again |= tiles
        return widened(again & often)
