"""Small real media for tests, made by ffmpeg on the spot, and what to hear in them.

Sound is silence with beeps at known times, so that a test can say when something is heard;
the picture is a moving test card.
"""

import array
import subprocess
from collections.abc import Sequence
from pathlib import Path

from worker.media.tools import Tools, find_tools

BEEP_S = 0.4
_BEEP_HZ = 1000
_RATE_HZ = 16_000


def run_tool(*arguments: str | Path, tools: Tools | None = None) -> None:
    """Run ffmpeg as a person would; for the recipes below and those of single tests."""
    tools = tools or find_tools()
    subprocess.run(
        [tools.ffmpeg, "-nostdin", "-v", "error", "-y", *arguments],
        check=True,
        capture_output=True,
        timeout=60,
    )


def make_video(
    path: Path,
    *,
    seconds: float = 8.0,
    beeps_s: Sequence[float] | None = (5.0,),
    size: str = "160x90",
    frame_rate: int = 10,
    without_s: tuple[float, float] | None = None,
    options: Sequence[str] = ("-movflags", "+faststart"),
) -> Path:
    """Make a video, by default an MP4 (H.264, AAC, index first) that every browser plays.

    Args:
        path: Where; its suffix chooses the container.
        seconds: How long.
        beeps_s: When it beeps; None for no audio stream at all.
        size: Width x height.
        frame_rate: Frames a second; there is a key frame every second.
        without_s: A stretch of which the sound is missing: a gap, not silence.
        options: Output options for ffmpeg, after the defaults and so stronger.
    """
    inputs = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={frame_rate}:duration={seconds}"]
    picture = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    if path.suffix == ".webm":
        picture = ["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "100k"]
    picture += ["-g", str(frame_rate)]
    sound: list[str] = []
    if beeps_s is not None:
        inputs += _beeping(seconds, beeps_s, without_s)
        sound = ["-map", "1:a", "-c:a", "libopus" if path.suffix == ".webm" else "aac"]
    run_tool(*inputs, "-map", "0:v", *picture, *sound, *options, path)
    return path


def make_audio(
    path: Path,
    *,
    seconds: float = 6.0,
    beeps_s: Sequence[float] = (3.0,),
    without_s: tuple[float, float] | None = None,
    options: Sequence[str] = (),
) -> Path:
    """Make a sound file; the suffix chooses container and codec. See `make_video`."""
    run_tool(*_beeping(seconds, beeps_s, without_s), *options, path)
    return path


def delay_audio(source: Path, target: Path, *, by_s: float) -> Path:
    """Copy a video, its sound starting later."""
    run_tool(
        "-i", source, "-itsoffset", str(by_s), "-i", source,
        "-map", "0:v", "-map", "1:a", "-c", "copy", "-movflags", "+faststart", target,
    )  # fmt: skip
    return target


def remux(source: Path, target: Path, *options: str) -> Path:
    """Copy the streams into another container."""
    run_tool("-i", source, "-map", "0", "-c", "copy", *options, target)
    return target


def write_into(source: Path, target: Path, words: str) -> Path:
    """Copy a video, with words wherever an MP4 (or, in its own ways, a Matroska) may hold them.

    As subtitles, chapter, title, comment, names of the streams, and inside the H.264 picture
    (user data in an SEI message, where television keeps captions).
    """
    subtitles, tags = target.with_suffix(".srt"), target.with_suffix(".ffmeta")
    subtitles.write_text(f"1\n00:00:01,000 --> 00:00:03,000\n{words} said\n\n", "utf-8")
    tags.write_text(
        f";FFMETADATA1\ntitle={words}\ncomment={words}\n"
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3000\ntitle={words}\n",
        "utf-8",
    )
    in_picture = f"h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+{words}"
    run_tool(
        "-i", source, "-i", subtitles, "-i", tags,
        "-map", "0:v", "-map", "0:a", "-map", "1:s", "-map_metadata", "2", "-map_chapters", "2",
        "-c", "copy", "-c:s", "mov_text" if target.suffix == ".mp4" else "srt",
        "-metadata:s:v", f"handler_name={words}", "-metadata:s:a", f"title={words}",
        "-bsf:v", in_picture, "-movflags", "+faststart", target,
    )  # fmt: skip
    return target


def cut(source: Path, target: Path, *, fraction: float) -> Path:
    """Copy the first bytes of a file, as an upload that broke off would."""
    content = source.read_bytes()
    target.write_bytes(content[: int(len(content) * fraction)])
    return target


def beeps_in(samples: Path) -> list[int]:
    """Tell when beeps begin in raw sound (s16le, mono, 16 kHz), in ms."""
    wave = array.array("h", samples.read_bytes())
    window = _RATE_HZ // 100
    loud = [
        sum(map(abs, wave[start : start + window])) / window > 300
        for start in range(0, len(wave) - window + 1, window)
    ]
    return [
        index * 10
        for index, now in enumerate(loud)
        if now and not any(loud[max(index - 5, 0) : index])
    ]


def _beeping(
    seconds: float, beeps_s: Sequence[float], without_s: tuple[float, float] | None
) -> list[str]:
    """Write the input that beeps, for ffmpeg's virtual device of filters."""
    when = "+".join(f"between(t,{at},{at + BEEP_S})" for at in beeps_s) or "0"
    graph = f"aevalsrc='0.5*sin({_BEEP_HZ}*2*PI*t)*({when})':s=48000:d={seconds}"
    if without_s:
        graph += f",aselect='not(between(t,{without_s[0]},{without_s[1]}))'"
    return ["-f", "lavfi", "-i", graph]
