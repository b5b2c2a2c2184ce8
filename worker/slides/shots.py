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
from worker.slides.motion import Motion, OwnMotion

LookClosely = Callable[[int, int], list[Look]]
"""Gives looks a tenth of a second apart between two times in ms, the first included."""

_AGREE = 0.012
"""The part of all tiles that may differ between two looks that agree."""
_ALL_MOVES = 0.6
_GONE_MS = 3_000
"""A shorter interruption, such as a menu or another window, does not end a shot."""
_APART_MS = 2_500
"""Looks further apart that disagree are looked at between: a slide may be shown for less."""
_BETWEEN = 10
"""Every tenth of the close looks: one a second."""
_LONGEST_PAUSE = 8
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
    motion: OwnMotion
    looks: list[Look] = field(default_factory=list)
    """Looks at it as it is now, some of them."""
    grown: bool = False
    """Whether something was added since it was settled."""
    last: Look
    """The last look of it."""
    gone: Look | None = None
    """The first look that is something else; None at the end of the recording."""

    @property
    def moving(self) -> Tiles:
        """Where something moves on it."""
        return self.motion.tiles()

    def extend(self, look: Look, change: Change) -> None:
        """Take one more look of it."""
        self.motion.add(changed_tiles(self.last.luma, look.luma))
        self.last = look
        if change is Change.GROWN:
            self.grown = True
            self.luma = look.luma
            self.looks.clear()
        self.looks.append(look)
        if len(self.looks) > _KEPT:
            del self.looks[1::2]


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
        look_closely: For what happened between two looks that are far apart.
    """
    follower = _Follower(look_closely)
    this: Look | None = None
    for following in looks:
        for near in follower.looks_to(this, following):
            if this is not None:
                yield from follower.take(this, near)
            this = near
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
        self._pause, self._pauses_left = 1, 0

    def looks_to(self, this: Look | None, following: Look) -> Iterator[Look]:
        """Give the looks after one up to the next, some between them where they disagree.

        Faces disagree all the time: the more looks were in vain, the longer it does without.
        """
        moving = self._motion.tiles()
        if self._shot is not None:
            moving = moving | self._shot.moving
        if (
            this is not None
            and following.at_ms - this.at_ms > _APART_MS
            and not _agree(changed_tiles(this.luma, following.luma), moving)
        ):
            if self._pauses_left:
                self._pauses_left -= 1
            else:
                yield from self._between(this, following)
        yield following

    def _between(self, this: Look, following: Look) -> Iterator[Look]:
        looks = self._closely(this.at_ms, following.at_ms)[_BETWEEN::_BETWEEN]
        looks = [look for look in looks if this.at_ms < look.at_ms < following.at_ms]
        agreed, last = 0, this
        for look in looks:
            yield look
            agreed += _agree(changed_tiles(last.luma, look.luma), self._motion.tiles())
            last = look
        if agreed * 2 >= len(looks):
            self._pause = 1
        else:
            self._pauses_left = self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def take(self, this: Look, following: Look | None) -> Iterator[Event]:
        """Decide about one look, knowing the next one."""
        changed = no_tiles()
        if following is not None:
            changed = changed_tiles(this.luma, following.luma)
            self._motion.add(changed)
        moving, shot, change = self._motion.tiles(), self._shot, Change.OTHER
        settled = following is not None and _agree(changed, moving)
        if shot is not None:
            change = compare(shot.luma, this.luma, apart_from=moving | shot.moving)
            settled = settled or (following is not None and _agree(changed, moving | shot.moving))
        if shot is not None and change is not Change.OTHER:
            if change is Change.NONE or settled:
                shot.extend(this, change)
            self._missed.clear()
        elif settled:
            yield from self._turn_to(this, moving)
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
            yield Event(kind=EventKind.CLOSED, seen_ms=shot.last.at_ms, shot=shot)

    def _turn_to(self, this: Look, moving: Tiles) -> Iterator[Event]:
        if self._shot is not None:
            self._missed.append(this)
            yield from self._close()
        first, before = this, None
        for look in reversed(self._past):
            before = look
            # Lines may have come faster than two looks could agree.
            if compare(look.luma, this.luma, apart_from=moving) is Change.OTHER:
                break
            first, before = look, None
        self._shot = Shot(
            before=before,
            first=first,
            luma=this.luma,
            motion=OwnMotion(moving),
            looks=[this],
            last=this,
        )
        yield Event(kind=EventKind.SETTLED, seen_ms=first.at_ms, shot=self._shot)

    def _close(self) -> Iterator[Event]:
        shot, self._shot = self._shot, None
        if shot is not None:
            shot.gone = self._missed[0]
            yield Event(kind=EventKind.CLOSED, seen_ms=shot.last.at_ms, shot=shot)
        self._missed.clear()


def _agree(changed: Tiles, moving: Tiles) -> bool:
    if share(moving) > _ALL_MOVES:
        return False
    return share(without_specks(changed & ~moving)) <= _AGREE
