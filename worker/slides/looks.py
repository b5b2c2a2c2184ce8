"""Look at a recording: small grey pictures of it with their times, and single full ones.

Key frames alone for the whole length, all frames for a few seconds. The only module here that
asks ffmpeg for anything; decides nothing about slides.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import ffmpeg
import numpy as np
from ffmpeg.nodes import FilterableStream
from numpy.typing import NDArray

from archive.errors import MediaError
from archive.media_info import MediaInfo, VideoStream
from archive.timecode import seconds_from_ms
from worker.media.run import input_name, input_options, read_ffmpeg
from worker.media.tools import Tools

WIDTH, HEIGHT = 320, 180
"""Of a look, whatever shape the picture has: enough to tell lines of text, not to read them."""
MAX_WIDTH = 1280
_CLOSE_MS = 100
_COARSE_MS = 1000
_RARE_KEYS_MS = 12_000
"""x264 has a key frame every 10 s at 25 frames a second unless told otherwise. Where they are
rarer, slides would be missed between them, and all frames are decoded."""
_TIME_BITS = 40
_STRETCHES = 3

Luma = NDArray[np.uint8]
"""uint8, (180, 320), 0 black to 255 white."""
Picture = NDArray[np.uint8]
"""uint8, (height, width, 3), blue green red as OpenCV has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is shown at one moment."""

    at_ms: int
    """On the player's timeline."""
    luma: Luma


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Looks at one recording."""

    source: Path
    """A file in which a time can be jumped to (`worker.media.seekable`)."""
    info: MediaInfo
    tools: Tools
    _near: deque[tuple[int, int, list[Look]]] = field(
        default_factory=lambda: deque(maxlen=_STRETCHES)
    )
    """The last stretches that were looked at closely: they are asked for again, in parts."""

    @property
    def video(self) -> VideoStream:
        """The stream that is looked at.

        Raises:
            MediaError: There is none.
        """
        if self.info.video is None:
            raise MediaError(f"{self.source.name} has no picture to find slides in")
        return self.info.video

    def through(self, *, from_ms: int) -> Iterator[Look]:
        """Look through the recording from a time on, about a second apart at least.

        At key frames; where those are rare, all frames are decoded and one a second is looked
        at. To be read in one thread.

        Raises:
            MediaError: ffmpeg failed.
        """
        rare = self.video.key_frame_gap_ms > _RARE_KEYS_MS
        options = {} if rare else {"skip_frame": "nokey"}
        until_ms = self.info.duration_ms
        yield from self._looks(from_ms, until_ms, _COARSE_MS, options)

    def closely(self, *, from_ms: int, until_ms: int) -> list[Look]:
        """Look at a stretch ten times a second.

        Raises:
            MediaError: ffmpeg failed.
        """
        for start_ms, end_ms, looks in self._near:
            if start_ms <= from_ms and until_ms <= end_ms:
                return [look for look in looks if from_ms <= look.at_ms <= until_ms]
        looks = list(self._looks(max(from_ms, 0), until_ms, _CLOSE_MS, {}))
        self._near.append((from_ms, until_ms, looks))
        return looks

    def picture(self, *, at_ms: int) -> Picture:
        """Take the whole picture of a moment, at most 1280 wide, upright, square pixels.

        Raises:
            MediaError: ffmpeg failed, or nothing can be decoded there.
        """
        width, height = self.picture_size()
        media = self._open(at_ms, {})
        output = (
            media[str(self.video.index)]
            .filter("scale", width, height, flags="area" if width < self.video.width else "bicubic")
            .output("pipe:1", format="rawvideo", pix_fmt="bgr24", vframes=1)
        )
        pieces = read_ffmpeg(
            self.tools,
            output.get_args(),
            subject=f"take a slide out of {self.source.name}",
            piece_bytes=width * height * 3,
        )
        piece = next(pieces, None)
        pieces.close()
        if piece is None:
            raise MediaError(f"no picture of {self.source.name} can be decoded at {at_ms} ms")
        return np.frombuffer(piece, np.uint8).reshape(height, width, 3)

    def picture_size(self) -> tuple[int, int]:
        """Give the width and height of pictures, in pixels."""
        width = min(self.video.width, MAX_WIDTH)
        return width, max(round(self.video.height * width / self.video.width), 1)

    def _looks(
        self, from_ms: int, until_ms: int, every_ms: int, options: dict[str, str]
    ) -> Iterator[Look]:
        media = self._open(from_ms, options)
        output = _stamped(media[str(self.video.index)], every_ms=every_ms).output(
            "pipe:1",
            format="rawvideo",
            pix_fmt="gray",
            vsync="passthrough",
            t=seconds_from_ms(max(until_ms - from_ms, 1)),
            max_error_rate=1,  # slides before and after a damaged place are slides
        )
        pieces = read_ffmpeg(
            self.tools,
            output.get_args(),
            subject=f"look for slides in {self.source.name}",
            piece_bytes=WIDTH * (HEIGHT + 1),
        )
        for piece in pieces:
            rows = np.frombuffer(piece, np.uint8).reshape(HEIGHT + 1, WIDTH)
            yield Look(at_ms=from_ms + _read_stamp(rows[0]), luma=rows[1:])

    def _open(self, from_ms: int, options: dict[str, str]) -> FilterableStream:
        """Open at a time, from which on its pictures are counted."""
        asked: dict[str, str | int | float] = {**input_options(), "threads": 1, **options}
        if from_ms:
            asked["ss"] = seconds_from_ms(from_ms)
        return ffmpeg.input(input_name(self.source), **asked)


def _stamped(picture: FilterableStream, *, every_ms: int) -> FilterableStream:
    """Make looks of a stream, with a row on top that says when each is shown.

    A pipe of raw pictures has no times. So bit n of the time in ms is drawn as pixel n.
    """
    every_s = seconds_from_ms(every_ms) - 0.001  # times of 23.976 and the like are not round
    split = (
        picture.filter("select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{every_s})")
        .filter("scale", WIDTH, HEIGHT, flags="area")
        .filter("format", "gray")
        .filter_multi_output("split")
    )
    bit = "mod(floor(floor(T*1000+0.5)/pow(2,X)),2)"
    stamp = split[0].filter("crop", WIDTH, 1, 0, 0).filter("geq", lum=f"255*{bit}")
    return ffmpeg.filter([stamp, split[1]], "vstack")


def _read_stamp(row: NDArray[np.uint8]) -> int:
    """Read the time that `_stamped` drew, in ms."""
    return int(((row[:_TIME_BITS] > 127) * (1 << np.arange(_TIME_BITS))).sum())  # noqa: PLR2004
