"""Find the slides of a recording: shots that are slides, each with a clean picture and words.

Puts the parts together. Gives slides as it goes, so that speech recognition can use the words
of the first minutes while the rest is looked through. Knows no tables and no jobs.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.media_info import MediaInfo
from worker.media.seekable import is_seekable, make_seekable
from worker.media.tools import Tools
from worker.slides.cleaning import cleanest, patched, stain_on, touches, usual_luma
from worker.slides.jpeg import encode_jpeg, write_whole
from worker.slides.judging import is_slide, lines_that_stand, may_be_slide
from worker.slides.likeness import Change, Tiles, compare, hull, share
from worker.slides.looks import Look, Luma, Picture, Viewer
from worker.slides.reading import TextReader
from worker.slides.shots import EventKind, Shot, follow
from worker.slides.timing import moment_of_change
from worker.slides.values import FoundSlide, SlideLine

_WARM_UP_LOOKS = 4
"""So many key frames before the place where it goes on: to know where a webcam moves."""
_SAME_START_MS = 1_000
_STILL = 0.02
_REJECTED = 8


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
            it is not there. The picture is written anew each time its slide is given, so the
            caller may move it away.
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
        DiskFullError: There is no room for the copy that a transport stream needs.
    """
    if info.video is None:
        return
    directory.mkdir(parents=True, exist_ok=True)
    with _seekable(source, directory, info, tools) as (seekable, as_copied):
        viewer = Viewer(source=seekable, info=as_copied, tools=tools)
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


@contextmanager
def _seekable(
    source: Path, directory: Path, info: MediaInfo, tools: Tools
) -> Iterator[tuple[Path, MediaInfo]]:
    """Give the recording, or a copy for the while where no time in it can be jumped to."""
    if is_seekable(info):
        yield source, info
        return
    copy = directory / "seekable.mkv"
    try:
        yield copy, make_seekable(source, copy, info=info, tools=tools)
    finally:
        copy.unlink(missing_ok=True)


def _warm_up_ms(info: MediaInfo, from_ms: int) -> int:
    gap_ms = info.video.key_frame_gap_ms if info.video else 0
    return max(from_ms - _WARM_UP_LOOKS * max(gap_ms, 1_000), 0) if from_ms else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A slide that is shown now."""

    shot: Shot
    start_ms: int
    lines: tuple[SlideLine, ...]
    jpeg: bytes
    taken: Look | None
    """The look its picture was taken at; None when it is that of an earlier showing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """A slide that was shown, to know it again; about 120 kB."""

    luma: Luma
    moving: Tiles
    lines: tuple[SlideLine, ...]
    jpeg: bytes


@dataclass(slots=True, kw_only=True)
class _Finding:
    viewer: Viewer
    directory: Path
    reader: TextReader
    from_ms: int
    past: list[_Past] = field(default_factory=list)
    rejected: deque[tuple[Luma, Tiles]] = field(default_factory=lambda: deque(maxlen=_REJECTED))
    current: _Read | None = None
    last_end_ms: int = 0
    usual_motion: float = _STILL

    def open(self, shot: Shot) -> Iterator[FoundSlide]:
        """Judge a shot that has settled."""
        start_ms = self._start_of(shot)
        if start_ms < self.from_ms - _SAME_START_MS:
            return  # kept already; if not, `close` gives it
        self.current = self._judged(shot, max(start_ms, self.from_ms))
        if self.current:
            yield self._given(self.current, end_ms=None)

    def close(self, shot: Shot) -> Iterator[FoundSlide]:
        """Give a slide with its end, its last words and its cleanest picture."""
        end_ms = self._end_of(shot)
        read, self.current = self.current, None
        if read is None:
            # Rejected before it had its words, or it began before the place where we go on.
            another_chance = shot.grown or shot.first.at_ms < self.from_ms
            if another_chance and end_ms > self.from_ms + 2 * _SAME_START_MS:
                read = self._judged(shot, max(self._start_of(shot), self.from_ms), again=True)
        elif shot.grown:
            read = self._read(shot, read.start_ms)
        else:
            read = self._cleaned(read)
        self.last_end_ms = end_ms
        if read:
            self.past.append(
                _Past(luma=shot.luma, moving=shot.moving, lines=read.lines, jpeg=read.jpeg)
            )
            yield self._given(read, end_ms=max(end_ms, read.start_ms + 1))

    def _given(self, read: _Read, *, end_ms: int | None) -> FoundSlide:
        path = self.directory / f"{read.start_ms:08d}.jpg"
        write_whole(read.jpeg, path)
        return FoundSlide(start_ms=read.start_ms, end_ms=end_ms, picture=path, lines=read.lines)

    def _judged(self, shot: Shot, start_ms: int, *, again: bool = False) -> _Read | None:
        """Take a shot for a slide, or not."""
        past = self._shown_before(shot)
        if past is not None:
            return _Read(shot=shot, start_ms=start_ms, lines=past.lines, jpeg=past.jpeg, taken=None)
        if not may_be_slide(shot.luma, shot.moving):
            return None
        if not again and self._rejected_before(shot):
            return None
        read = self._read(shot, start_ms)
        if not is_slide(shot.luma, shot.moving, read.lines, usual_motion=self.usual_motion):
            self.rejected.append((shot.luma, shot.moving))
            return None
        if read.lines:
            self.usual_motion = max(self.usual_motion, share(hull(shot.moving)))
        return read

    def _read(self, shot: Shot, start_ms: int) -> _Read:
        """Take the picture of a shot and read it."""
        look, picture = self._picture_of(shot)
        lines = lines_that_stand(self.reader.read(picture), shot.moving)
        return _Read(
            shot=shot, start_ms=start_ms, lines=lines, jpeg=encode_jpeg(picture), taken=look
        )

    def _cleaned(self, read: _Read) -> _Read:
        """Take the picture again when a pointer was on it; read again what it may have hidden."""
        shot = read.shot
        if read.taken is None:
            return read
        stain = stain_on(read.taken, usual_luma(shot.looks), shot.moving)
        if not stain.any():
            return read
        if touches(stain, read.lines):
            return self._read(shot, read.start_ms)
        look, picture = self._picture_of(shot)
        return replace(read, jpeg=encode_jpeg(picture), taken=look)

    def _picture_of(self, shot: Shot) -> tuple[Look, Picture]:
        """Take the cleanest picture of a shot, put together from two where that is cleaner."""
        look, other, stain = cleanest(shot.looks, shot.moving)
        picture = self.viewer.picture(at_ms=look.at_ms)
        if other is not None:
            picture = patched(picture, self.viewer.picture(at_ms=other.at_ms), stain)
        return look, picture

    def _shown_before(self, shot: Shot) -> _Past | None:
        for past in reversed(self.past):
            apart = shot.moving | past.moving
            if compare(past.luma, shot.luma, apart_from=apart) is Change.NONE:
                return past
        return None

    def _rejected_before(self, shot: Shot) -> bool:
        return any(
            compare(luma, shot.luma, apart_from=shot.moving | moving) is Change.NONE
            for luma, moving in self.rejected
        )

    def _start_of(self, shot: Shot) -> int:
        before = shot.before
        if before is None:
            start_ms = 0 if shot.first.at_ms < _SAME_START_MS else shot.first.at_ms
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
