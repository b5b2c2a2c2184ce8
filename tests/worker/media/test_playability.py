from dataclasses import replace

import pytest

from archive.media_info import AudioStream, VideoStream
from worker.media.layout import Layout
from worker.media.playability import Facts, media_type_of, why_not_playable

H264 = VideoStream(
    index=0,
    codec="h264",
    width=1280,
    height=720,
    frame_rate=25.0,
    pixel_format="yuv420p",
    key_frame_gap_ms=10_000,
)
AAC = AudioStream(
    index=1,
    codec="aac",
    sample_rate_hz=48_000,
    channels=2,
    start_ms=3000,
    language=None,
    has_gaps=False,
)
MP4 = Facts(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    layout=Layout(brand="isom", index_first=True),
    video=H264,
    audio=AAC,
    start_s=0.0,
    size_bytes=100_000_000,
    first_audio=True,
    constant_packets=False,
)
WEBM = replace(
    MP4,
    container="matroska,webm",
    layout=Layout(brand="webm", seekable=True),
    video=replace(H264, codec="vp9"),
    audio=replace(AAC, codec="opus"),
)
MP3 = replace(
    MP4, container="mp3", layout=Layout(), video=None, audio=replace(AAC, codec="mp3"),
    constant_packets=True,
)  # fmt: skip
WAV = replace(
    MP3, container="wav", audio=replace(AAC, codec="pcm_s16le"), size_bytes=5_000_000
)  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        MP4,
        replace(MP4, audio=None),
        replace(MP4, audio=replace(AAC, codec="mp3")),
        replace(MP4, video=replace(H264, pixel_format="yuvj420p")),
        replace(MP4, video=None, layout=Layout(brand="M4A ", index_first=True)),
        replace(MP4, start_s=0.08),  # B-frames without an edit list
        WEBM,
        replace(WEBM, video=None, audio=replace(AAC, codec="vorbis")),
        MP3,
        WAV,
    ],
)
def test_what_all_browsers_play_is_left_alone(facts: Facts) -> None:
    assert why_not_playable(facts) == ""


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(MP4, layout=Layout(brand="isom")), "index is at the end"),
        (replace(MP4, layout=replace(MP4.layout, cut_short=True)), "cut short"),
        (replace(MP4, layout=replace(MP4.layout, fragmented=True)), "fragmented"),
        (replace(MP4, layout=replace(MP4.layout, brand="qt  ")), "'qt'"),
        (replace(MP4, layout=replace(MP4.layout, brand="3gp4")), "'3gp4'"),
        (replace(MP4, video=replace(H264, codec="hevc")), "hevc"),
        (replace(MP4, video=replace(H264, pixel_format="yuv420p10le")), "yuv420p10le"),
        (replace(MP4, video=replace(H264, pixel_format="yuv444p")), "yuv444p"),
        (replace(MP4, video=replace(H264, key_frame_gap_ms=60_000)), "no key frame for 60 s"),
        (replace(MP4, audio=replace(AAC, codec="alac")), "alac"),
        (replace(MP4, audio=replace(AAC, has_gaps=True)), "gaps"),
        (replace(MP4, first_audio=False), "another of its audio streams"),
        (replace(MP4, start_s=3.0), "starts at 3.0 s"),
        (replace(WEBM, layout=Layout(brand="webm")), "without Cues"),
        (replace(WEBM, layout=Layout(brand="matroska", seekable=True)), "Matroska"),
        (replace(WEBM, video=replace(H264, codec="av1")), "av1"),
        (replace(WEBM, audio=AAC), "aac in WebM"),
        (replace(MP3, constant_packets=False), "variable bit rate"),
        (replace(WAV, size_bytes=50_000_000), "too large"),
        (replace(WAV, audio=replace(AAC, codec="adpcm_ms")), "adpcm_ms"),
        (replace(MP3, container="ogg"), "ogg"),
        (replace(MP3, container="flac"), "flac"),
        (replace(MP4, container="mpegts"), "mpegts"),
    ],
)
def test_what_some_browser_cannot_play_or_seek_says_why(facts: Facts, reason: str) -> None:
    assert reason in why_not_playable(facts)


@pytest.mark.parametrize(
    ("container", "brand", "has_video", "media_type"),
    [
        ("mov,mp4,m4a,3gp,3g2,mj2", "isom", True, "video/mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "isom", False, "audio/mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "qt  ", True, "video/quicktime"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "3gp5", False, "audio/3gpp"),
        ("matroska,webm", "webm", True, "video/webm"),
        ("matroska,webm", "webm", False, "audio/webm"),
        ("matroska,webm", "matroska", True, "video/x-matroska"),
        ("ogg", "", False, "audio/ogg"),
        ("mp3", "", False, "audio/mpeg"),
        ("wav", "", False, "audio/wav"),
        ("mpegts", "", True, "video/mp2t"),
    ],
)
def test_media_types(*, container: str, brand: str, has_video: bool, media_type: str) -> None:
    assert media_type_of(container, brand, has_video=has_video) == media_type
