"""What ffprobe found in a file, as the archive keeps it. Pure values.

The worker fills these; nothing here knows ffprobe's own names.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """The picture that is shown (cover art of an audio file is not a video stream)."""

    codec: str
    width: int
    height: int
    """Both as displayed, after rotation, in pixels."""
    frame_rate: float
    """Frames a second; 0.0 when the container does not say."""
    pixel_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """The sound that is heard: the default audio stream, else the first."""

    codec: str
    sample_rate_hz: int
    channels: int
    start_ms: int
    """Where its first sample lies on the player's timeline."""
    language: str | None
    """ISO 639 code from the container, when it gives one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """What is in one media file."""

    container: str
    """ffprobe's `format_name`, e.g. `mov,mp4,m4a,3gp,3g2,mj2`."""
    media_type: str
    """What to serve the file as: `video/mp4`, `audio/mpeg` …"""
    duration_ms: int
    """As a player shows it; measured by decoding when the container lies or is cut short."""
    video: VideoStream | None
    audio: AudioStream | None
    truncated: bool
    """True when the file ends before its container says it should."""
    playable: bool
    """True when common browsers play and seek it as it is; else a rendition is made."""
