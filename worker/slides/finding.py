"""Find the slides of a recording: shots that are slides, each with a clean picture and words.

Puts the parts together. Gives slides as it goes, so that speech recognition can use the words
of the first minutes while the rest is looked through. Knows no tables and no jobs.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.media_info import MediaInfo
from worker.media.tools import Tools
from worker.slides.cleaning import cleanest, patched, stain_on, touches, usual_luma
from worker.slides.jpeg import write_jpeg
from worker.slides.judging import is_slide, lines_that_stand, may_be_slide
from worker.slides.likeness import Change, compare, hull, share
from worker.slides.looks import Look, Picture, Viewer
from worker.slides.reading import TextReader
from worker.slides.shots import EventKind, Shot, follow
from worker.slides.timing import moment_of_change
from worker.slides.values import FoundSlide

logger = logging.getLogger(__name__)

_WARM_UP_LOOKS = 4
"""So many key frames before the place where it goes on: to know where a webcam moves."""
_SAME_START_MS = 1_000
_STILL = 0.02


def find_slides(
    source: Path,
    directory: Path,
    *,
    info: MediaInfo,
    tools: Tools,
    reader: TextReader,
    from_ms: int = 0,
    on_progress: Callable[[float], None] | None = None,
) -> Iterator[FoundSlide]:
    """Find the slides of a recording, one after the other, as they are found.

    A slide comes twice: when it has settled, `end_ms` None, and when the next shot takes over,
    with its end and, where it was built up or another frame is cleaner, with a better picture
    and all its words. The later one replaces the earlier one with the same `start_ms`. Slides
    come in order of time; a slide that is shown again later comes again with the same words.

    To be read in one thread: ffmpeg dies with the thread that started it.

    Args:
        source: The recording.
        directory: Where the pictures go, named by the slide's start: `00020480.jpg`. Made when
            it is not there. A picture may be replaced when its slide comes the second time.
        info: What `probe` found; without a picture there are no slides.
        tools: Where ffmpeg is.
        reader: Reads the words.
        from_ms: Where to go on: the start of the last slide that is kept. That slide comes
            again, with this very start; earlier ones do not.
        on_progress: Called with the fraction of the recording that has been looked through:
            all slides shown up to there have been given. Never falling. An exception from it
            ends ffmpeg and goes on to the caller.

    Raises:
        MediaError: ffmpeg failed. Slides before the place were given.
    """
    if info.video is None:
        return
    directory.mkdir(parents=True, exist_ok=True)
    viewer = Viewer(source=source, info=info, tools=tools)
    finding = _Finding(viewer=viewer, directory=directory, reader=reader, from_ms=from_ms)
    looks = viewer.through(from_ms=_warm_up_ms(info, from_ms))
    done = 0.0
    for event in follow(looks, lambda start, end: viewer.closely(from_ms=start, until_ms=end)):
        if event.shot and event.kind is EventKind.SETTLED:
            yield from finding.open(event.shot)
        elif event.shot and event.kind is EventKind.CLOSED:
            yield from finding.close(event.shot)
        part = min(event.seen_ms / max(info.duration_ms, 1), 1.0)
        if on_progress and part > done:
            done = part
            on_progress(done)
    if on_progress:
        on_progress(1.0)


def _warm_up_ms(info: MediaInfo, from_ms: int) -> int:
    gap_ms = info.video.key_frame_gap_ms if info.video else 0
    return max(from_ms - _WARM_UP_LOOKS * max(gap_ms, 1_000), 0) if from_ms else 0


@dataclass(slots=True, kw_only=True)
class _Known:
    """A slide that was found, to know it again."""

    shot: Shot
    slide: FoundSlide
    taken: Look | None
    """The look its picture was taken at; None when it is that of an earlier showing."""


@dataclass(slots=True, kw_only=True)
class _Finding:
    viewer: Viewer
    directory: Path
    reader: TextReader
    from_ms: int
    known: list[_Known] = field(default_factory=list)
    rejected: list[Shot] = field(default_factory=list)
    current: _Known | None = None
    last_end_ms: int = 0
    usual_motion: float = _STILL

    def open(self, shot: Shot) -> Iterator[FoundSlide]:
        """Judge a shot that has settled."""
        start_ms = self._start_of(shot)
        if start_ms < self.from_ms - _SAME_START_MS:
            return  # kept already; if not, `close` gives it
        self.current = self._judged(shot, max(start_ms, self.from_ms))
        if self.current:
            yield self.current.slide

    def close(self, shot: Shot) -> Iterator[FoundSlide]:
        """Give a slide with its end, its last words and its cleanest picture."""
        start_ms, end_ms = self._start_of(shot), self._end_of(shot)
        self.last_end_ms = end_ms
        known, self.current = self.current, None
        if known is None:
            # Rejected before it had its words, or it began before the place where we go on.
            another_chance = shot.grown or shot.first.at_ms < self.from_ms
            if not another_chance or end_ms <= self.from_ms + 2 * _SAME_START_MS:
                return
            known = self._judged(shot, max(start_ms, self.from_ms))
            if known is None:
                return
        elif shot.grown:
            known = self._read(shot, known.slide.start_ms)
        else:
            known = self._cleaned(known)
        slide = replace(known.slide, end_ms=max(end_ms, known.slide.start_ms + 1))
        self.known.append(_Known(shot=shot, slide=slide, taken=known.taken))
        yield slide

    def _judged(self, shot: Shot, start_ms: int) -> _Known | None:
        """Take a shot for a slide, or not."""
        again = self._shown_before(shot)
        if again is not None:
            path = self._path(start_ms)
            if path != again.slide.picture:
                shutil.copyfile(again.slide.picture, path)
            slide = replace(again.slide, start_ms=start_ms, end_ms=None, picture=path)
            return _Known(shot=shot, slide=slide, taken=None)
        if not may_be_slide(shot.luma, shot.moving) or self._rejected_before(shot):
            return None
        known = self._read(shot, start_ms)
        moves = share(hull(shot.moving))
        if not is_slide(shot.luma, shot.moving, known.slide.lines, usual_motion=self.usual_motion):
            known.slide.picture.unlink(missing_ok=True)
            self.rejected = [*self.rejected[-7:], shot]
            return None
        if known.slide.lines:
            self.usual_motion = max(self.usual_motion, moves)
        return known

    def _read(self, shot: Shot, start_ms: int) -> _Known:
        """Take the picture of a shot and read it."""
        look, picture = self._picture_of(shot)
        lines = lines_that_stand(self.reader.read(picture), shot.moving)
        path = self._path(start_ms)
        write_jpeg(picture, path)
        slide = FoundSlide(start_ms=start_ms, end_ms=None, picture=path, lines=lines)
        return _Known(shot=shot, slide=slide, taken=look)

    def _cleaned(self, known: _Known) -> _Known:
        """Take the picture again when a pointer was on it; read again what it may have hidden."""
        shot = known.shot
        if known.taken is None:
            return known
        stain = stain_on(known.taken, usual_luma(shot.looks), shot.moving)
        if not stain.any():
            return known
        if touches(stain, known.slide.lines):
            return self._read(shot, known.slide.start_ms)
        look, picture = self._picture_of(shot)
        write_jpeg(picture, known.slide.picture)
        return replace(known, taken=look)

    def _picture_of(self, shot: Shot) -> tuple[Look, Picture]:
        """Take the cleanest picture of a shot, put together from two where that is cleaner."""
        look, other, stain = cleanest(shot.looks, shot.moving)
        picture = self.viewer.picture(at_ms=look.at_ms)
        if other is not None:
            picture = patched(picture, self.viewer.picture(at_ms=other.at_ms), stain)
        return look, picture

    def _path(self, start_ms: int) -> Path:
        return self.directory / f"{start_ms:08d}.jpg"

    def _shown_before(self, shot: Shot) -> _Known | None:
        for known in reversed(self.known):
            apart = shot.moving | known.shot.moving
            if compare(known.shot.luma, shot.luma, apart_from=apart) is Change.NONE:
                return known
        return None

    def _rejected_before(self, shot: Shot) -> bool:
        return any(
            compare(other.luma, shot.luma, apart_from=shot.moving | other.moving) is Change.NONE
            for other in self.rejected
            if other is not shot
        )

    def _start_of(self, shot: Shot) -> int:
        before = shot.before
        if before is None:
            start_ms = (
                0
                if self.viewer.info.duration_ms and shot.first.at_ms < _SAME_START_MS
                else (shot.first.at_ms)
            )
        else:
            start_ms = self._moment(before, shot.first, shot)
        if abs(start_ms - self.from_ms) <= _SAME_START_MS and self.from_ms:
            return self.from_ms
        return max(start_ms, self.last_end_ms)

    def _end_of(self, shot: Shot) -> int:
        if shot.gone is None:
            return self.viewer.info.duration_ms
        return self._moment(shot.last, shot.gone, shot)

    def _moment(self, before: Look, after: Look, shot: Shot) -> int:
        looks = self.viewer.closely(from_ms=before.at_ms, until_ms=after.at_ms)
        found = moment_of_change(looks, before.luma, after.luma, apart_from=shot.moving)
        return after.at_ms if found is None else found
