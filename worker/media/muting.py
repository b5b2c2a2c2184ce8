"""Make what readers play of a recording with hidden words, muted sound or unseen picture.

On the timeline of the master, so that every address stays. Sound and picture are copied where a
rendition would copy them and nothing in them is cut out. Muted is digital silence, before the
encoder: nothing of what was said is in the file. Nor is anything to read: no subtitles, data,
attachments, chapters or tags, as only the sound and the picture are taken from the source.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import ffmpeg
from ffmpeg.nodes import FilterableStream

from archive.media_info import AudioStream, MediaInfo
from archive.privacy.values import Span
from archive.timecode import format_seconds
from worker.media.rendition import Options, output_options, picture_output, sound_output
from worker.media.run import input_name, input_options, run_ffmpeg
from worker.media.tools import Tools

_FRAME_SAMPLES = 160
_FRAME_MS = 10
"""Sound is muted frame by frame (160 samples are 10 ms or less at 16 kHz and more): one that
begins before a muted stretch and reaches into it is muted too."""
_WEBM_VIDEO = {"vp8", "vp9"}
_WITHOUT_CAPTIONS = "filter_units=remove_types=6"
"""Copies H.264 without its SEI (ITU-T H.264, table 7-1), in which television keeps captions."""


def make_muted(
    source: Path,
    target: Path,
    *,
    info: MediaInfo,
    muted: Sequence[Span],
    unseen: Sequence[Span],
    wordless: bool = False,
    tools: Tools,
    on_progress: Callable[[float], None] | None = None,
) -> str:
    """Write a file without what is not to be heard or seen; returns its media type.

    Written aside and renamed. An exception from `on_progress` ends it.

    Args:
        source: The master, or what was made of all of it.
        target: Replaced when it is there.
        info: What is in the source.
        muted: Stretches without sound.
        unseen: Stretches with a black picture.
        wordless: Captions inside of a copied picture go too.
        tools: ffmpeg.
        on_progress: Told the fraction done.

    Raises:
        MediaError: ffmpeg failed.
        DiskFullError: The disk is full.
    """
    aside = target.with_name(f"{target.name}.part")
    media = ffmpeg.input(input_name(source), **input_options())
    webm = _stays_webm(info, unseen)
    options = output_options(info)
    if webm:
        del options["movflags"]
        options["format"] = "webm"
    streams: list[FilterableStream] = []
    if info.video:
        stream, codec = (
            (media[str(info.video.index)], Options(vcodec="copy"))
            if webm
            else picture_output(
                media,
                info.video,
                info.container,
                change=(lambda frames: _black(frames, unseen)) if unseen else None,
            )
        )
        streams.append(stream)
        options |= codec
        if wordless and not webm and codec["vcodec"] == "copy":
            options["bsf:v"] = _WITHOUT_CAPTIONS
    if info.audio:
        stream, codec = _sound(media, info.audio, muted, webm=webm)
        streams.append(stream)
        options |= codec
    try:
        run_ffmpeg(
            tools,
            ffmpeg.output(*streams, str(aside.absolute()), **options).get_args(),
            subject=f"mute {source.name}",
            duration_ms=info.duration_ms,
            on_progress=on_progress,
        )
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return f"{'video' if info.video else 'audio'}/{'webm' if webm else 'mp4'}"


def _sound(
    media: FilterableStream, audio: AudioStream, muted: Sequence[Span], *, webm: bool
) -> tuple[FilterableStream, Options]:
    """Give the sound, and how it is coded."""
    if webm and not muted:
        return media[str(audio.index)], Options(acodec="copy")
    stream, codec = sound_output(
        media, audio, change=(lambda sound: _silence(sound, muted)) if muted else None
    )
    if webm:
        codec |= Options(acodec="libopus", ar=48_000)  # Opus knows no other rate
    return stream, codec


def _stays_webm(info: MediaInfo, unseen: Sequence[Span]) -> bool:
    """Tell whether the picture is one that browsers play in WebM: coding it anew takes minutes."""
    return (
        info.playable
        and not unseen
        and info.container == "matroska,webm"
        and info.video is not None
        and info.video.codec in _WEBM_VIDEO
    )


def _silence(sound: FilterableStream, muted: Sequence[Span]) -> FilterableStream:
    """Silence stretches of sound, to the next 10 ms outside of them."""
    frames = sound.filter("asetnsamples", n=_FRAME_SAMPLES, p=0)
    return frames.filter("volume", volume=0, enable=_during(muted, before_ms=_FRAME_MS))


def _black(frames: FilterableStream, unseen: Sequence[Span]) -> FilterableStream:
    """Paint the picture over in stretches of time."""
    return frames.filter(
        "drawbox", x=0, y=0, w="iw", h="ih", color="black", t="fill", enable=_during(unseen)
    )


def _during(spans: Sequence[Span], *, before_ms: int = 0) -> str:
    """Write stretches as ffmpeg's expressions have them (ffmpeg-utils, section 3)."""
    return "+".join(
        f"between(t,{format_seconds(max(span.start_ms - before_ms, 0))},"
        f"{format_seconds(span.end_ms)})"
        for span in spans
    )
