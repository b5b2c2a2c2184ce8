"""Take small pictures of a recording at roughly regular times.

Shown beside search results and read for slide text. Decodes key frames only, so that a
two-hour video costs seconds; a picture that stays the same is taken once.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from archive.errors import MediaError
from archive.media_info import MediaInfo
from archive.timecode import seconds_from_ms
from worker.media.clock import on_whole_clock
from worker.media.picture import to_jpeg
from worker.media.run import input_name, input_options, run_ffmpeg
from worker.media.tools import Tools

_WIDTH = 128
_QUALITY = 11
"""Measured on slides: 1.2 kB each. A page of ten hits loads up to 18 of them at once and is to
stay under 40 kB; 192 wide at quality 6 they made it 60 kB. They are shown 96 wide."""
# With rarer key frames than this many times the interval, all frames are decoded instead.
_PATIENCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One picture of the recording."""

    at_ms: int
    """When it is shown, on the player's timeline; it stands until the next one."""
    path: Path
    """The JPEG."""


def make_stills(
    source: Path,
    directory: Path,
    *,
    info: MediaInfo,
    tools: Tools,
    every_ms: int = 20_000,
    width: int = _WIDTH,
) -> tuple[Still, ...]:
    """Write stills into a directory, named by their time: `00020480.jpg`.

    Written aside and renamed; the directory is replaced when it is there.

    Returns:
        The stills in order of time, at least `every_ms` apart; none without a picture.

    Raises:
        MediaError: ffmpeg failed.
        DiskFullError: The disk is full.
    """
    aside = directory.with_name(f"{directory.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        if info.video is not None:
            _write(source, aside, info, tools, every_ms=every_ms, width=width)
        shutil.rmtree(directory, ignore_errors=True)
        aside.rename(directory)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    paths = sorted(directory.glob("*.jpg"))
    return tuple(Still(at_ms=int(path.stem), path=path) for path in paths)


def _write(
    source: Path, directory: Path, info: MediaInfo, tools: Tools, *, every_ms: int, width: int
) -> None:
    if info.video is None:
        raise MediaError(f"{source.name} has no picture to take stills of")
    options = {**input_options(), "threads": 1}
    if info.video.key_frame_gap_ms <= _PATIENCE * every_ms:
        options["skip_frame"] = "nokey"
    every_s = seconds_from_ms(every_ms)
    media = ffmpeg.input(input_name(source), **options)
    picture = media[str(info.video.index)].filter(
        "select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{every_s})"
    )
    output = (
        to_jpeg(picture, width=width)
        .filter("mpdecimate")
        .output(
            # The only part of a path that ffmpeg reads as a pattern is this last one.
            f"{str(directory.absolute()).replace('%', '%%')}/%08d.jpg",
            format="image2",
            frame_pts=1,
            enc_time_base="1/1000",  # so that the number in the name is milliseconds
            vsync="passthrough",
            t=seconds_from_ms(info.duration_ms),
            **{"q:v": _QUALITY},
        )
    )
    arguments = on_whole_clock(output, media, info).get_args()
    run_ffmpeg(tools, arguments, subject=f"take stills of {source.name}")
