"""Keep the clock of MPEG streams when only some of their streams are read.

ffmpeg counts a transport stream from the earliest stream *in use* (ffmpeg_demux.c, "Correcting
start time based on the enabled streams"): sound that starts 7 s after the picture came out at 0
when it was read alone (measured, 5.1 and 8.1). So the other stream is read along and dropped.
"""

import ffmpeg
from ffmpeg.nodes import FilterableStream, OutputStream

from archive.media_info import MediaInfo

CLOCK_MAY_JUMP = frozenset({"mpegts", "mpeg"})
"""Containers (ffprobe's `format_name`) whose clock starts anywhere and may jump."""


def on_whole_clock(output: OutputStream, media: FilterableStream, info: MediaInfo) -> OutputStream:
    """Have ffmpeg read picture and sound, whichever of them the output uses."""
    if info.container not in CLOCK_MAY_JUMP:
        return output
    unused = [
        media[str(stream.index)].output("-", format="null", codec="copy")
        for stream in (info.video, info.audio)
        if stream
    ]
    return ffmpeg.merge_outputs(output, *unused)
