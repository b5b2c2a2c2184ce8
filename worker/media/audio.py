"""Take the sound out of a recording for the speech model, on the player's timeline.

Time 0 of the result is time 0 of the player: sound that starts late is preceded by silence,
gaps are silence. Captions and jumps depend on it.
"""

from collections.abc import Callable
from pathlib import Path

import ffmpeg

from archive.errors import MediaError
from archive.media_info import MediaInfo
from archive.timecode import seconds_from_ms
from worker.media.clock import on_whole_clock
from worker.media.run import input_name, input_options, run_ffmpeg
from worker.media.tools import Tools

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2


def extract_audio(
    source: Path,
    target: Path,
    *,
    info: MediaInfo,
    tools: Tools,
    on_progress: Callable[[float], None] | None = None,
) -> int:
    """Write the sound as raw samples: s16le, mono, 16 kHz, no header.

    Written aside and renamed, so `target` is whole or not there. What cannot be decoded in
    the middle is silence; after it, the sound goes on.

    Args:
        source: The recording.
        target: The file to write, replaced when it is there.
        info: What `probe` found in `source`; it must have an audio stream.
        tools: Where ffmpeg is.
        on_progress: Called with the fraction done; see `run_ffmpeg`.

    Returns:
        The length written, in ms. At most that of the recording.

    Raises:
        MediaError: ffmpeg failed, or there is no audio stream.
        DiskFullError: The disk is full.
    """
    if info.audio is None:
        raise MediaError(f"{source.name} has no audio stream to transcribe")
    aside = target.with_name(f"{target.name}.part")
    media = ffmpeg.input(input_name(source), **input_options())
    output = (
        media[str(info.audio.index)]
        # Issue 128 of SYSTRAN/faster-whisper: without this, late or missing sound shifts
        # every caption (measured: 3 s). `async=1` fills and trims, and does not stretch.
        .filter("aresample", SAMPLE_RATE_HZ, **{"async": 1, "first_pts": 0})
        .output(
            str(aside.absolute()),
            format="s16le",
            acodec="pcm_s16le",
            ac=1,
            ar=SAMPLE_RATE_HZ,
            # Wrong times must not become hours of silence on the disk.
            t=seconds_from_ms(info.duration_ms),
            max_error_rate=1,  # keep what is readable, however little
        )
    )
    try:
        run_ffmpeg(
            tools,
            on_whole_clock(output, media, info).get_args(),
            subject=f"take the sound out of {source.name}",
            duration_ms=info.duration_ms,
            on_progress=on_progress,
        )
        size_bytes = aside.stat().st_size
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return size_bytes * 1000 // (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)
