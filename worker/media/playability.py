"""Decide whether browsers play and seek a file as it is, and how it is to be served. Pure.

"Browsers" are Chromium, Firefox and Safari, on phones of some years ago too. A rendition
costs time once; a recording that does not play, or jumps beside the words, costs every time.
"""

from dataclasses import dataclass

from archive.media_info import AudioStream, VideoStream
from worker.media.layout import Layout

# Chromium plays a file whose first packet lies at 3 s from 3 s on, ffmpeg counts it from 0
# (measured, MP4 and WebM): only a file that starts at 0 has one timeline.
_MAX_START_S = 0.1
_MAX_KEY_FRAME_GAP_MS = 20_000  # a phone decodes 20 s of video in about a second
_MAX_WAV_BYTES = 10_000_000  # a minute of CD sound; beyond it a slow link cannot follow
_PIXEL_FORMATS = {"yuv420p", "yuvj420p"}
_MP4_BRANDS = ("isom", "iso", "mp4", "avc1", "M4V", "M4A", "dash", "MSNV")

_MP4_AUDIO = {"aac", "mp3"}
_WEBM_VIDEO = {"vp8", "vp9"}
_WEBM_AUDIO = {"opus", "vorbis"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the decision needs to know of a file."""

    container: str
    """ffprobe's `format_name`."""
    layout: Layout
    video: VideoStream | None
    audio: AudioStream | None
    start_s: float
    """The time of the first packet on the file's own clock."""
    size_bytes: int
    first_audio: bool
    """The audio stream chosen is the first one, which is the one browsers play."""
    constant_packets: bool
    """All audio packets are as large: a constant bit rate."""


def is_copyable_video(video: VideoStream) -> bool:
    """Tell whether a picture stream plays everywhere once it is in an MP4."""
    return (
        video.codec == "h264"
        and video.pixel_format in _PIXEL_FORMATS
        and video.key_frame_gap_ms <= _MAX_KEY_FRAME_GAP_MS
    )


def is_copyable_audio(audio: AudioStream) -> bool:
    """Tell whether a sound stream plays everywhere, and in time, once it is in an MP4."""
    return audio.codec == "aac" and not audio.has_gaps


def why_not_playable(facts: Facts) -> str:
    """Say what keeps browsers from playing and seeking the file; "" when nothing does."""
    reason = _why_not_whatever_container(facts)
    if reason:
        return reason
    by_container = {
        "mov,mp4,m4a,3gp,3g2,mj2": _why_not_mp4,
        "matroska,webm": _why_not_webm,
        "mp3": _why_not_mp3,
        "wav": _why_not_wav,
    }
    decide = by_container.get(facts.container)
    if decide is None:
        # Among them Ogg (no Safari before 18.4) and FLAC (all play it, at ten times the data).
        return f"not every browser plays {facts.container}"
    return decide(facts)


def _why_not_whatever_container(facts: Facts) -> str:
    if facts.layout.cut_short:
        return "the file is cut short"
    if abs(facts.start_s) > _MAX_START_S:
        return f"its clock starts at {facts.start_s:.1f} s"
    if facts.audio and not facts.first_audio:
        return "browsers would play another of its audio streams"
    if facts.audio and facts.audio.has_gaps:
        # Measured in Chromium: a beep at 8 s after a gap of 3 s is heard at 4.99 s.
        return "its sound has gaps, which browsers close"
    if facts.video and facts.video.key_frame_gap_ms > _MAX_KEY_FRAME_GAP_MS:
        return f"it has no key frame for {facts.video.key_frame_gap_ms / 1000:.0f} s"
    return ""


def _why_not_mp4(facts: Facts) -> str:
    layout = facts.layout
    if layout.fragmented:
        return "it is a fragmented MP4, which browsers seek badly"
    if not layout.index_first:
        return "its index is at the end of the file"
    if not layout.brand.startswith(_MP4_BRANDS):
        return f"not every browser plays the MP4 brand {layout.brand.strip()!r}"
    if facts.video and not (
        facts.video.codec == "h264" and facts.video.pixel_format in _PIXEL_FORMATS
    ):
        return f"not every browser plays {facts.video.codec} {facts.video.pixel_format}"
    if facts.audio and facts.audio.codec not in _MP4_AUDIO:
        return f"not every browser plays {facts.audio.codec}"
    return ""


def _why_not_webm(facts: Facts) -> str:
    # Safari plays VP8, VP9, Opus and Vorbis in WebM since 14.1 (macOS) and 17.4 (iOS); AV1
    # only where the hardware does. WebM without Cues (browser recordings) cannot be sought.
    if facts.layout.brand != "webm":
        return "not every browser plays Matroska"
    if not facts.layout.seekable:
        return "it is a WebM without Cues, which cannot be sought"
    if facts.video and facts.video.codec not in _WEBM_VIDEO:
        return f"not every browser plays {facts.video.codec} in WebM"
    if facts.video and facts.video.pixel_format not in {*_PIXEL_FORMATS, "yuva420p"}:
        return f"not every browser plays {facts.video.codec} {facts.video.pixel_format}"
    if facts.audio and facts.audio.codec not in _WEBM_AUDIO:
        return f"not every browser plays {facts.audio.codec} in WebM"
    return ""


def _why_not_mp3(facts: Facts) -> str:
    # Chromium seeks MP3 by proportion of bytes (AVFMT_FLAG_FAST_SEEK). Measured on two hours of
    # variable bit rate with a Xing header: sent to 5000 s, it does not come by a beep at 5003 s
    # within 12 s; after 200 s of 300 it is 0.16 s off. With a constant rate it is exact.
    return "" if facts.constant_packets else "an MP3 of variable bit rate is sought imprecisely"


def _why_not_wav(facts: Facts) -> str:
    if facts.audio and facts.audio.codec not in {"pcm_s16le", "pcm_u8"}:
        return f"not every browser plays {facts.audio.codec}"
    return "" if facts.size_bytes <= _MAX_WAV_BYTES else "it is too large for slow links"


_MEDIA_TYPES = {  # container: (with video, without)
    "aac": ("audio/aac", "audio/aac"),
    "aiff": ("audio/aiff", "audio/aiff"),
    "amr": ("audio/amr", "audio/amr"),
    "asf": ("video/x-ms-wmv", "audio/x-ms-wma"),
    "au": ("audio/basic", "audio/basic"),
    "avi": ("video/x-msvideo", "audio/x-msvideo"),
    "caf": ("audio/x-caf", "audio/x-caf"),
    "flac": ("audio/flac", "audio/flac"),
    "flv": ("video/x-flv", "audio/x-flv"),
    "mov,mp4,m4a,3gp,3g2,mj2": ("video/mp4", "audio/mp4"),
    "matroska,webm": ("video/x-matroska", "audio/x-matroska"),
    "mp3": ("audio/mpeg", "audio/mpeg"),
    "mpeg": ("video/mpeg", "audio/mpeg"),
    "mpegts": ("video/mp2t", "audio/mp2t"),
    "ogg": ("video/ogg", "audio/ogg"),
    "w64": ("audio/wav", "audio/wav"),
    "wav": ("audio/wav", "audio/wav"),
}


def media_type_of(container: str, brand: str, *, has_video: bool) -> str:
    """Name the Internet media type of a file."""
    kind = "video" if has_video else "audio"
    if brand == "webm":
        return f"{kind}/webm"
    if brand == "qt  " and has_video:
        return "video/quicktime"
    if brand.startswith("3g"):
        return f"{kind}/3gpp"
    return _MEDIA_TYPES.get(container, (f"{kind}/mp4",) * 2)[0 if has_video else 1]
