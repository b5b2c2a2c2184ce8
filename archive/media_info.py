"""What ffprobe found in a file, as the archive keeps it. Pure values.

The worker fills these; nothing here knows ffprobe's own names.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """The picture that is shown (cover art of an audio file is not a video stream)."""

    index: int
    """Its place among all streams of the file, from 0, as ffmpeg's `0:INDEX` takes it."""
    codec: str
    width: int
    height: int
    """Both as displayed, after rotation and with square pixels, in pixels."""
    frame_rate: float
    """Frames a second, on average; 0.0 when the container does not say."""
    pixel_format: str
    key_frame_gap_ms: int
    """The longest way between two key frames; seeking decodes up to so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """The sound that is heard: the default audio stream, else the first."""

    index: int
    """Its place among all streams of the file, from 0, as ffmpeg's `0:INDEX` takes it."""
    codec: str
    sample_rate_hz: int
    channels: int
    start_ms: int
    """Where its first sample lies on the player's timeline."""
    language: str | None
    """ISO 639 code from the container, when it gives one."""
    has_gaps: bool
    """True when sound is missing in the middle. Browsers close such gaps, and all that
    follows is heard too early; the archive's own timeline keeps them as silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """What is in one media file."""

    container: str
    """ffprobe's `format_name`, e.g. `mov,mp4,m4a,3gp,3g2,mj2`."""
    media_type: str
    """What to serve the file as: `video/mp4`, `audio/mpeg` …"""
    duration_ms: int
    """As a player shows it; measured from the packets, so right where the container lies."""
    video: VideoStream | None
    audio: AudioStream | None
    truncated: bool
    """True when the file ends before its container says it should."""
    playable: bool
    """True when common browsers play and seek it as it is; else a rendition is made."""
    why_not_playable: str = ""
    """What keeps browsers from it, for the log and the operator; empty when playable."""


def write_media_info(info: MediaInfo) -> dict[str, Any]:
    """Write it as JSON keeps it."""
    return asdict(info)


def read_media_info(stored: Mapping[str, Any]) -> MediaInfo:
    """Read it back; fields that are no longer kept are passed over."""
    video, audio = stored.get("video"), stored.get("audio")
    return MediaInfo(
        **_known(MediaInfo, {**stored, "video": None, "audio": None})
        | {
            "video": VideoStream(**_known(VideoStream, video)) if video else None,
            "audio": AudioStream(**_known(AudioStream, audio)) if audio else None,
        }
    )


def _known(kind: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}
