"""Look into a file: is it media, what is in it, how long is it really, do browsers play it?

The first stage of the pipeline and the guard of the archive: what passes here may be given
to ffmpeg. Decodes one frame of each stream, no more; changes nothing.
"""

import contextlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.errors import MediaError, NotMediaError
from archive.media_info import AudioStream, MediaInfo, VideoStream
from archive.sniff import HEAD_BYTES, check_head
from archive.timecode import ms_from_seconds
from worker.media.clock import CLOCK_MAY_JUMP
from worker.media.layout import Layout, read_layout
from worker.media.packets import StreamPackets, measure_packets
from worker.media.playability import Facts, media_type_of, why_not_playable
from worker.media.run import run_ffprobe
from worker.media.tools import Tools

_MAX_JSON_CHARACTERS = 4_000_000
_MAX_DURATION_S = 24 * 3600  # and so at most 2.8 GB of samples for the speech model
# ffprobe takes nearly any bytes for MP3 or AAC at a score of 1 to 5; real files have 25 to 100.
_MIN_SCORE = 20
# Their headers state the length (an MP3's may); other containers are checked by `layout`.
_STATES_LENGTH = {"flac", "flv", "asf"}
_AGREE_S = 0.5
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")
_ENTRIES = (
    "format=format_name,start_time,duration,probe_score"
    ":stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,pix_fmt"
    ",avg_frame_rate,sample_rate,channels"
    ":stream_tags=language:stream_disposition=default,attached_pic:stream_side_data=rotation"
)
_ACCEPTED = "MP4, WebM, Matroska, MOV, AVI, MP3, M4A, Ogg, WAV, FLAC and similar are accepted."

_Found = Mapping[str, Any]


def probe(path: Path, tools: Tools, *, name: str = "") -> MediaInfo:
    """Look into a file.

    Args:
        path: The file.
        tools: Where ffprobe is.
        name: What to call it in messages; its path's last part by default.

    Raises:
        NotMediaError: It is empty, no audio or video, or nothing in it can be read.
        MediaError: It is not there.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            check_head(file.read(HEAD_BYTES), name)
        layout = read_layout(path)
    except OSError as exc:
        raise MediaError(f"{name} cannot be read: {exc}") from exc
    if layout.index_missing:
        raise NotMediaError(
            f"{name} is cut off: it ends before its index (the moov box) was written, so nothing "
            "in it can be read. Upload it again, or finish the recording in the program that "
            "made it."
        )
    found = _run_probe(path, tools, name)
    container = str(found["format"]["format_name"])
    packets, error = measure_packets(path, tools, clock_may_jump=container in CLOCK_MAY_JUMP)
    video = _choose(found, "video", packets, path, tools)
    audio = _choose(found, "audio", packets, path, tools)
    if video is None and audio is None:
        raise NotMediaError(_nothing_to_play(name, found, error))
    return _describe(path, name, found, layout, packets, video, audio)


def _run_probe(path: Path, tools: Tools, name: str) -> _Found:
    """Read what ffprobe says of the file."""
    refused = f"{name} is not audio or video the archive can read. {_ACCEPTED}"
    text: list[str] = []
    length = 0
    try:
        for line in run_ffprobe(tools, ["-show_entries", _ENTRIES, "-of", "json=compact=1"], path):
            length += len(line)
            if length > _MAX_JSON_CHARACTERS:
                raise NotMediaError(refused)
            text.append(line)
        found: _Found = json.loads("\n".join(text))
        score = int(found["format"]["probe_score"])
    except (MediaError, ValueError, KeyError) as exc:
        raise NotMediaError(refused) from exc
    if score < _MIN_SCORE:
        raise NotMediaError(refused)
    return found


def _choose(
    found: _Found,
    kind: str,
    packets: Mapping[int, StreamPackets],
    path: Path,
    tools: Tools,
) -> _Found | None:
    """Choose the stream of a kind that a player plays: the default one, else the first.

    Streams without packets (a recorder without a microphone makes them) or of which nothing
    can be decoded do not count; nor does cover art.
    """
    streams = [
        stream
        for stream in found.get("streams", ())
        if stream.get("codec_type") == kind
        and not stream.get("disposition", {}).get("attached_pic")
        and stream["index"] in packets
    ]
    streams.sort(key=lambda stream: not stream.get("disposition", {}).get("default"))
    return next((stream for stream in streams if _decodes(stream["index"], path, tools)), None)


def _decodes(index: int, path: Path, tools: Tools) -> bool:
    """Tell whether at least one frame of a stream can be decoded; reads no further than it."""
    arguments = [
        "-select_streams", str(index), "-show_frames", "-show_entries", "frame=media_type",
        "-of", "csv=p=0",
    ]  # fmt: skip
    lines = run_ffprobe(tools, arguments, path)
    with contextlib.closing(lines), contextlib.suppress(MediaError):
        return any(line.strip(",\r ") for line in lines)
    return False


def _describe(
    path: Path,
    name: str,
    found: _Found,
    layout: Layout,
    packets: Mapping[int, StreamPackets],
    video: _Found | None,
    audio: _Found | None,
) -> MediaInfo:
    """Put together what was found."""
    container = str(found["format"]["format_name"])
    chosen = [packets[stream["index"]] for stream in (video, audio) if stream]
    # ffmpeg counts from the earliest stream of the container, chosen or not; see `clock`.
    start_s = _number(found["format"].get("start_time"))
    if start_s is None or container in CLOCK_MAY_JUMP:
        start_s = min(stream.start_s for stream in chosen)
    measured_s = max(stream.end_s for stream in chosen) - start_s
    if measured_s > _MAX_DURATION_S:
        raise NotMediaError(
            f"{name} claims to last {measured_s / 3600:.0f} hours; up to "
            f"{_MAX_DURATION_S // 3600} are accepted. Cut it into parts, or convert it if its "
            "times are wrong."
        )
    declared_s = _number(found["format"].get("duration"))
    cut_short = layout.cut_short or _ends_early(container, layout, declared_s, measured_s)
    agree = declared_s is not None and abs(declared_s - measured_s) < _AGREE_S
    duration_s = declared_s if declared_s is not None and agree and not cut_short else measured_s
    video_stream = _video_stream(video, packets[video["index"]]) if video else None
    audio_stream = _audio_stream(audio, packets[audio["index"]], start_s) if audio else None
    first_audio = next((s for s in found["streams"] if s.get("codec_type") == "audio"), None)
    reason = why_not_playable(
        Facts(
            container=container,
            layout=replace(layout, cut_short=cut_short),
            video=video_stream,
            audio=audio_stream,
            start_s=start_s,
            size_bytes=path.stat().st_size,
            first_audio=first_audio is audio,
            constant_packets=audio is None or packets[audio["index"]].constant_size,
        )
    )
    return MediaInfo(
        container=container,
        media_type=media_type_of(container, layout.brand, has_video=video is not None),
        duration_ms=max(ms_from_seconds(duration_s), 1),
        video=video_stream,
        audio=audio_stream,
        truncated=cut_short,
        playable=not reason,
        why_not_playable=reason,
    )


def _ends_early(
    container: str, layout: Layout, declared_s: float | None, measured_s: float
) -> bool:
    """Tell whether the packets end before the length that the header states."""
    if declared_s is None or not (container in _STATES_LENGTH or layout.states_length):
        return False
    return measured_s < declared_s - max(1.5, 0.02 * declared_s)


def _video_stream(stream: _Found, packets: StreamPackets) -> VideoStream:
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    aspect = _ratio(stream.get("sample_aspect_ratio", ""), ":")
    width = round(width * aspect) if 0.1 < aspect < 10 else width  # noqa: PLR2004 - sane shapes
    rotations = [side.get("rotation") for side in stream.get("side_data_list", ())]
    if any(abs(int(_number(turn) or 0)) % 180 == 90 for turn in rotations):  # noqa: PLR2004
        width, height = height, width
    rate = _ratio(stream.get("avg_frame_rate", ""), "/")
    return VideoStream(
        index=stream["index"],
        codec=str(stream.get("codec_name", "unknown")),
        width=width,
        height=height,
        frame_rate=round(rate, 3),
        pixel_format=str(stream.get("pix_fmt", "unknown")),
        key_frame_gap_ms=ms_from_seconds(packets.key_frame_gap_s),
    )


def _audio_stream(stream: _Found, packets: StreamPackets, start_s: float) -> AudioStream:
    language = str(stream.get("tags", {}).get("language", "")).strip().lower()
    codec = str(stream.get("codec_name", "unknown"))
    return AudioStream(
        index=stream["index"],
        codec=codec,
        sample_rate_hz=int(stream.get("sample_rate") or 0),
        channels=int(stream.get("channels") or 0),
        start_ms=max(ms_from_seconds(packets.start_s - start_s), 0),
        language=language if _LANGUAGE.match(language) and language != "und" else None,
        has_gaps=packets.has_gaps(compressed=not codec.startswith("pcm_")),
    )


def _nothing_to_play(name: str, found: _Found, error: str) -> str:
    """Say why a container gives neither sound nor picture."""
    streams = found.get("streams", ())
    kinds = ", ".join(f"{s.get('codec_type')}/{s.get('codec_name', 'unknown')}" for s in streams)
    if not streams:
        return f"{name} has no audio or video in it (no streams at all). {_ACCEPTED}"
    because = f" ({error})" if error else ""
    return f"{name} has nothing that can be played (streams: {kinds}){because}. {_ACCEPTED}"


def _number(value: object) -> float | None:
    """Read a number of ffprobe's: a text, `N/A`, or not there."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _ratio(text: str, separator: str) -> float:
    """Read `30000/1001` or `4:3`; 0.0 when it says nothing."""
    above, _, below = str(text).partition(separator)
    numerator, denominator = _number(above), _number(below)
    return numerator / denominator if numerator and denominator else 0.0
