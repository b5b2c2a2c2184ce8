"""Choose one picture that stands for a recording, as a small JPEG.

Looks at a few key frames spread over the recording and takes the first that is not black,
white or otherwise flat.
"""

import statistics
from pathlib import Path

import ffmpeg
from ffmpeg.nodes import FilterableStream, OutputStream

from archive.errors import MediaError
from archive.media_info import MediaInfo
from archive.timecode import seconds_from_ms
from worker.media.picture import to_jpeg
from worker.media.run import input_name, input_options, run_ffmpeg
from worker.media.tools import Tools

_WIDTH = 960
_MAX_BYTES = 30_000
"""A page without its media is to stay under 60 kB."""
_PLACES = (0.10, 0.25, 0.5, 0.75, 0.02, 0.0)
_LOOK = (64, 36)
# Standard deviation of luma, 0 to 127: titles and faces have 30 and more, fades under 5.
_FLAT = 8.0
# Tried in order until the file is small enough: (width, JPEG quality 2 best … 31 worst).
_SIZES = ((_WIDTH, 5), (_WIDTH, 9), (_WIDTH, 14), (640, 14), (480, 16))


def make_poster(source: Path, target: Path, *, info: MediaInfo, tools: Tools) -> None:
    """Write a JPEG of at most 1280 pixels' width and about 80 kB.

    Written aside and renamed; `target` is replaced when it is there.

    Raises:
        MediaError: There is no picture in the recording, or none can be decoded.
    """
    aside = target.with_name(f"{target.name}.part")
    try:
        at_ms = _choose(source, aside, info, tools)
        for width, quality in _SIZES:
            frame = to_jpeg(_frame_at(source, info, at_ms), width=width)
            _write(
                frame.output(str(aside.absolute()), format="mjpeg", vframes=1, **{"q:v": quality}),
                source,
                tools,
            )
            if aside.stat().st_size <= _MAX_BYTES:
                break
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def _choose(source: Path, aside: Path, info: MediaInfo, tools: Tools) -> int:
    """Find the time of the first frame that shows something; else of the least flat one."""
    best_ms, best = -1, -1.0
    for place in _PLACES:
        at_ms = int(info.duration_ms * place)
        aside.unlink(missing_ok=True)
        frame = _frame_at(source, info, at_ms).filter("scale", *_LOOK).filter("format", "gray")
        try:
            _write(frame.output(str(aside.absolute()), format="rawvideo", vframes=1), source, tools)
            luma = aside.read_bytes()
        except (MediaError, FileNotFoundError):
            continue  # beyond the end, or damaged there
        detail = statistics.pstdev(luma) if luma else -1.0
        if detail > best:
            best_ms, best = at_ms, detail
        if best >= _FLAT:
            break
    if best_ms < 0:
        raise MediaError(f"no picture of {source.name} can be decoded")
    return best_ms


def _frame_at(source: Path, info: MediaInfo, at_ms: int) -> FilterableStream:
    """Open the recording at the key frame before a time."""
    if info.video is None:
        raise MediaError(f"{source.name} has no picture to make a poster of")
    options: dict[str, str | int | float | None] = {
        **input_options(),
        "skip_frame": "nokey",
        "threads": 1,
        "noaccurate_seek": None,
    }
    if at_ms:
        options["ss"] = seconds_from_ms(at_ms)
    stream = ffmpeg.input(input_name(source), **options)[str(info.video.index)]
    # Its time is before the one asked for, so negative, and would be dropped.
    return stream.filter("setpts", "PTS-STARTPTS")


def _write(stream: OutputStream, source: Path, tools: Tools) -> None:
    run_ffmpeg(tools, stream.get_args(), subject=f"take a picture out of {source.name}")
