"""Copy the picture of a stream that cannot be sought into a file that can be.

An MPEG transport stream has no index and its clock starts anywhere: finding slides in one as it
is took 6 times the processor time on 161 s (each picture was decoded from the start, so on two
hours it would never end), and times were up to a group of pictures late. The copy costs as much
as reading the file; nothing is coded anew.
"""

from dataclasses import replace
from pathlib import Path

import ffmpeg

from archive.errors import MediaError
from archive.media_info import MediaInfo
from archive.timecode import seconds_from_ms
from worker.media.clock import CLOCK_MAY_JUMP, on_whole_clock
from worker.media.run import input_name, input_options, run_ffmpeg
from worker.media.tools import Tools


def is_seekable(info: MediaInfo) -> bool:
    """Tell whether a time in it can be jumped to."""
    return info.container not in CLOCK_MAY_JUMP


def make_seekable(source: Path, target: Path, *, info: MediaInfo, tools: Tools) -> MediaInfo:
    """Write the picture alone as Matroska, on the player's timeline.

    Written aside and renamed; `target` is replaced when it is there.

    Returns:
        What is in the copy.

    Raises:
        MediaError: There is no picture, or ffmpeg failed.
        DiskFullError: The disk is full.
    """
    video = info.video
    if video is None:
        raise MediaError(f"{source.name} has no picture to copy")
    aside = target.with_name(f"{target.name}.part")
    media = ffmpeg.input(input_name(source), **input_options(), fflags="+genpts")
    # ffmpeg counts a file from its earliest stream: a picture that starts late would start at 0.
    from_the_start = ffmpeg.input("anullsrc=r=8000:cl=mono:d=0.1", format="lavfi")
    output = ffmpeg.output(
        media[str(video.index)],
        from_the_start["0"],
        str(aside.absolute()),
        format="matroska",
        vcodec="copy",
        acodec="pcm_s16le",
        map_metadata=-1,
        t=seconds_from_ms(info.duration_ms),
    )
    try:
        run_ffmpeg(
            tools,
            on_whole_clock(output, media, info).get_args(),
            subject=f"copy the picture of {source.name}",
        )
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return replace(info, container="matroska,webm", video=replace(video, index=0), audio=None)
