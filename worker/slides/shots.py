"""Divide a row of looks into shots: stretches in which one thing stands still. Pure.

A shot is settled when two looks that follow each other agree, apart from where something
always moves (`motion`). Fades, wipes and faces do not agree, so they are no shots. Times are
brackets between two looks; `timing` finds the moment inside. Whether a shot is a slide is not
decided here.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from worker.slides.likeness import (
    Change,
    Tiles,
    changed_tiles,
    compare,
    no_tiles,
    share,
    without_specks,
)
from worker.slides.looks import Look, Luma
from worker.slides.motion import Motion

LookClosely = Callable[[int, int], list[Look]]
"""Gives looks a tenth of a second apart between two times in ms."""

_AGREE = 0.012
"""The part of all tiles that may differ between two looks that agree."""
_ALL_MOVES = 0.6
_GONE_MS = 3_000
"""A shorter interruption, such as a menu or another window, does not end a shot."""
_HELD_MS = 2_000
"""What is shown for less is passed over: the presenter leafs to another slide."""
_GLANCE_MS = 1_200
_GLIMPSE_MOVES = 0.3
_KEPT = 16
_BACK = 8


class EventKind(Enum):
    """What happened to a shot."""

    SETTLED = "settled"
    CLOSED = "closed"
    SEEN = "seen"
    """Nothing new up to here."""


@dataclass(slots=True, kw_only=True)
class Shot:
    """One thing that stands still, maybe with a face or a pointer moving over it."""

    before: Look | None
    """The last look that was something else; None at the start of the recording."""
    first: Look
    """The first look of it."""
    luma: Luma
    """As it looks now."""
    moving: Tiles
    """Where something moves on it."""
    looks: list[Look] = field(default_factory=list)
    """Looks at it as it is now, some of them."""
    grown: bool = False
    """Whether something was added since it was settled."""
    last_ms: int = 0
    gone: Look | None = None
    """The first look that is something else; None at the end of the recording."""

    def cleanest(self) -> Look:
        """Choose the look that differs least from what is usual: one without a pointer."""
        return min(self.looks, key=lambda look: (self.blemish(look), -look.at_ms))

    def blemish(self, look: Look) -> int:
        """Tell how much on a look is not usually there, in pixels."""
        if len(self.looks) < 3:  # noqa: PLR2004 - no majority of two
            return 0
        usual = np.median([other.luma for other in self.looks], axis=0)
        different = np.abs(usual - look.luma) > 24  # noqa: PLR2004 - as in likeness
        still = np.kron(~self.moving, np.ones((10, 10), np.bool_))
        return int((different & still).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something about a shot, as soon as it is known."""

    kind: EventKind
    seen_ms: int
    """All shots up to here are known."""
    shot: Shot | None = None


def follow(looks: Iterator[Look], look_closely: LookClosely) -> Iterator[Event]:
    """Find the shots in a row of looks, as they come.

    Args:
        looks: In order of time.
        look_closely: For a single look between two others: was it shown for long?
    """
    follower = _Follower(look_closely)
    this: Look | None = None
    for following in looks:
        if this is not None:
            yield from follower.take(this, following)
        this = following
    if this is not None:
        yield from follower.take(this, None)
    yield from follower.finish()


class _Follower:
    def __init__(self, look_closely: LookClosely) -> None:
        self._closely = look_closely
        self._motion = Motion()
        self._past: deque[Look] = deque(maxlen=_BACK)
        self._shot: Shot | None = None
        self._missed: list[Look] = []

    def take(self, this: Look, following: Look | None) -> Iterator[Event]:
        """Decide about one look, knowing the next one."""
        changed = no_tiles()
        if following is not None:
            changed = changed_tiles(this.luma, following.luma)
            self._motion.add(changed)
        moving = self._motion.tiles()
        shot = self._shot
        change = Change.OTHER
        if shot is not None:
            moving |= shot.moving
            change = compare(shot.luma, this.luma, apart_from=moving)
        settled = following is not None and _agree(changed, moving)
        if shot is not None and change is not Change.OTHER:
            if change is Change.NONE or settled:
                _extend(shot, this, change, moving)
            self._missed.clear()
        elif settled or self._was_held(this, following, moving):
            yield from self._turn_to(this, self._motion.tiles())
        elif shot is not None:
            self._missed.append(this)
            if len(self._missed) > 1 and this.at_ms - self._missed[0].at_ms >= _GONE_MS:
                yield from self._close()
        self._past.append(this)
        seen_ms = self._missed[0].at_ms if self._missed else this.at_ms
        yield Event(kind=EventKind.SEEN, seen_ms=seen_ms)

    def finish(self) -> Iterator[Event]:
        """Close what is still open."""
        if self._missed:
            yield from self._close()
        elif self._shot is not None:
            shot, self._shot = self._shot, None
            yield Event(kind=EventKind.CLOSED, seen_ms=shot.last_ms, shot=shot)

    def _turn_to(self, this: Look, moving: Tiles) -> Iterator[Event]:
        if self._shot is not None:
            self._missed.append(this)
            yield from self._close()
        first, before = this, None
        for look in reversed(self._past):
            before = look
            if compare(this.luma, look.luma, apart_from=moving) is not Change.NONE:
                break
            first, before = look, None
        self._shot = Shot(
            before=before,
            first=first,
            luma=this.luma,
            moving=moving,
            looks=[this],
            last_ms=this.at_ms,
        )
        yield Event(kind=EventKind.SETTLED, seen_ms=first.at_ms, shot=self._shot)

    def _close(self) -> Iterator[Event]:
        shot, self._shot = self._shot, None
        if shot is not None:
            shot.gone = self._missed[0]
            yield Event(kind=EventKind.CLOSED, seen_ms=shot.last_ms, shot=shot)
        self._missed.clear()

    def _was_held(self, this: Look, following: Look | None, moving: Tiles) -> bool:
        """Tell whether a look that agrees with none beside it was shown for long all the same.

        Where key frames are rare, a slide may be on one of them only.
        """
        before_ms = self._past[-1].at_ms if self._past else 0
        after_ms = following.at_ms if following else this.at_ms + 2 * _HELD_MS
        if after_ms - before_ms < 2 * _HELD_MS or share(moving) > _GLIMPSE_MOVES:
            return False
        glance = self._closely(this.at_ms, min(this.at_ms + _GLANCE_MS, after_ms))
        if not all(_alike(this, look, moving) for look in glance[1:]):
            return False
        held_from_ms, held_to_ms = this.at_ms, this.at_ms
        for look in reversed(self._closely(before_ms, this.at_ms)):
            if not _alike(this, look, moving):
                break
            held_from_ms = look.at_ms
        for look in self._closely(this.at_ms, after_ms):
            if not _alike(this, look, moving):
                break
            held_to_ms = look.at_ms
        return held_to_ms - held_from_ms >= _HELD_MS


def _extend(shot: Shot, look: Look, change: Change, moving: Tiles) -> None:
    shot.last_ms = look.at_ms
    shot.moving = moving
    if change is Change.GROWN:
        shot.grown = True
        shot.luma = look.luma
        shot.looks.clear()
    shot.looks.append(look)
    if len(shot.looks) > _KEPT:
        del shot.looks[1::2]


def _agree(changed: Tiles, moving: Tiles) -> bool:
    if share(moving) > _ALL_MOVES:
        return False
    return share(without_specks(changed & ~moving)) <= _AGREE


def _alike(one: Look, other: Look, moving: Tiles) -> bool:
    return _agree(changed_tiles(one.luma, other.luma), moving)
