"""Make the rendition that browsers play where they could not play the master.

H.264 and AAC in an MP4 whose index comes first and whose clock starts at 0: the timeline of
`extract_audio`. Streams that are fine are copied, so an MKV or an unordered MP4 takes
seconds; the rest is encoded for slow links.
"""

from collections.abc import Callable
from pathlib import Path

import ffmpeg
from ffmpeg.nodes import FilterableStream

from archive.media_info import AudioStream, MediaInfo, VideoStream
from archive.timecode import seconds_from_ms
from worker.media.playability import is_copyable_audio, is_copyable_video
from worker.media.run import input_name, input_options, run_ffmpeg
from worker.media.tools import Tools

MEDIA_TYPES = ("video/mp4", "audio/mp4")
"""What a rendition is served as: with a picture, and without."""

Options = dict[str, str | int | float]
"""Options of an output, as ffmpeg-python takes them."""
Change = Callable[[FilterableStream], FilterableStream]
"""Filters put behind those of a rendition."""

_LONG_SIDE, _SHORT_SIDE = 1280, 720
_MAX_FRAME_RATE = 30
_KEY_FRAME_EVERY_S = 2
# AVI has no presentation times and transport streams begin inside a picture: encode those.
_COPY_VIDEO_FROM = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "flv"}


def make_rendition(
    source: Path,
    target: Path,
    *,
    info: MediaInfo,
    tools: Tools,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Write a rendition as MP4, with or without picture.

    Written aside and renamed; `target` is replaced when it is there. To be called when
    `info.playable` is false.

    Raises:
        MediaError: ffmpeg failed.
        DiskFullError: The disk is full.
    """
    aside = target.with_name(f"{target.name}.part")
    media = ffmpeg.input(input_name(source), **input_options())
    streams: list[FilterableStream] = []
    options = output_options(info)
    if info.video:
        stream, codec = picture_output(media, info.video, info.container)
        streams.append(stream)
        options |= codec
    if info.audio:
        stream, codec = sound_output(media, info.audio)
        streams.append(stream)
        options |= codec
    try:
        run_ffmpeg(
            tools,
            ffmpeg.output(*streams, str(aside.absolute()), **options).get_args(),
            subject=f"make a rendition of {source.name}",
            duration_ms=info.duration_ms,
            on_progress=on_progress,
        )
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def output_options(info: MediaInfo) -> Options:
    """Give the options of an MP4 that browsers play while it comes."""
    return {
        "format": "mp4",
        "movflags": "+faststart",
        "map_metadata": -1,  # names and places of the uploader's device are nobody's business
        "map_chapters": -1,
        "max_muxing_queue_size": 4096,  # sound that starts late waits for the picture
        "max_error_rate": 1,
        "t": seconds_from_ms(info.duration_ms),
    }


def picture_output(
    media: FilterableStream,
    video: VideoStream,
    container: str,
    *,
    change: Change | None = None,
) -> tuple[FilterableStream, Options]:
    """Give the picture of a rendition, and how it is coded: copied where it can be.

    Args:
        media: The input.
        video: Its stream.
        container: Of the input, ffprobe's `format_name`.
        change: What is done to the frames, which are then coded anew.
    """
    stream = media[str(video.index)]
    if change is None and container in _COPY_VIDEO_FROM and is_copyable_video(video):
        return stream, {"vcodec": "copy"}
    width, height = fit(video.width, video.height)
    if video.frame_rate > _MAX_FRAME_RATE:
        stream = stream.filter("fps", _MAX_FRAME_RATE)
    stream = stream.filter("scale", width, height).filter("setsar", 1).filter("format", "yuv420p")
    if change is not None:
        stream = change(stream)
    return stream, {
        "vcodec": "libx264",
        "a53cc": 0,  # captions inside the picture are words that nobody could hide
        "preset": "veryfast",
        "crf": 27,
        "maxrate": "900k",
        "bufsize": "1800k",
        "profile:v": "high",
        # By time, not -g: screen recordings have any number of frames a second.
        "force_key_frames": f"expr:gte(t,n_forced*{_KEY_FRAME_EVERY_S})",
        "vsync": "vfr",
    }


def sound_output(
    media: FilterableStream, audio: AudioStream, *, change: Change | None = None
) -> tuple[FilterableStream, Options]:
    """Give the sound of a rendition, and how it is coded; arguments of `picture_output`."""
    stream = media[str(audio.index)]
    if change is None and is_copyable_audio(audio):
        return stream, {"acodec": "copy"}
    mono = audio.channels == 1
    rate = 48_000 if audio.sample_rate_hz not in {16_000, 22_050, 24_000, 32_000, 44_100} else 0
    stream = stream.filter(
        "aresample", rate or audio.sample_rate_hz, **{"async": 1, "first_pts": 0}
    )
    return change(stream) if change else stream, {
        "acodec": "aac",
        "ac": 1 if mono else 2,
        "audio_bitrate": "64k" if mono else "96k",
    }


def fit(width: int, height: int) -> tuple[int, int]:
    """Shrink a picture to 1280 by 720, lying or standing; even sides, never enlarged. Pure."""
    long, short = max(width, height, 2), max(min(width, height), 2)
    factor = min(1.0, _LONG_SIDE / long, _SHORT_SIDE / short)
    return max(round(width * factor / 2) * 2, 2), max(round(height * factor / 2) * 2, 2)
