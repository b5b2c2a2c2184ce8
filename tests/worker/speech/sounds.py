"""Raw audio for the speech tests: real speech, silence, noise and a tune."""

from pathlib import Path

from tests.media import run_tool

JFK = Path(__file__).parents[2] / "media" / "jfk.ogg"
JFK_TEXT = (
    "And so my fellow Americans, ask not what your country can do for you, "
    "ask what you can do for your country."
)
NO_SPEECH = {
    "silence": "anullsrc=r=16000:cl=mono",
    "noise": "anoisesrc=r=16000:a=0.3:c=pink:seed=1",
    "tune": "aevalsrc='0.3*sin(2*PI*t*(220+110*floor(mod(t*2,4))))':s=16000",
}
"""ffmpeg sources without anybody speaking."""
_RAW = ("-f", "s16le", "-ac", "1", "-ar", "16000")


def make_pcm(path: Path, source: Path) -> Path:
    """Decode a media file to raw audio."""
    run_tool("-i", source, *_RAW, path)
    return path


def make_no_speech(path: Path, kind: str, *, seconds: int = 20) -> Path:
    """Make raw audio in which nobody speaks."""
    run_tool("-f", "lavfi", "-i", NO_SPEECH[kind], "-t", str(seconds), *_RAW, path)
    return path
