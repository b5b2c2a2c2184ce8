r"""Make the synthetic speech that tests listen to, in `tests/media`, each with its truth.

The committed files were made with the extra `voices` installed, ffmpeg 5.1 and

    .venv/bin/python -m scripts.make_test_speech

Beside each `.ogg` lies a `.json` that says who says what, and when.
"""

import json
import subprocess
import sys
from pathlib import Path

from scripts.voices import Speech, Turn, join
from worker.media.tools import find_tools

MEDIA = Path(__file__).resolve().parent.parent / "tests" / "media"
TWO_VOICES = (
    Turn(
        voice="female",
        text="Good afternoon, and welcome back to the second part of our meeting. "
        "We will now speak about high blood pressure in pregnancy, which can be dangerous for "
        "the mother and for the child.",
    ),
    Turn(
        voice="male",
        text="Measure the blood pressure at every visit, even when the mother feels well, and "
        "write it down where the next nurse will see it. "
        "A strong headache or blurred vision is a warning that must not wait until tomorrow.",
    ),
)
TWO_LANGUAGES = (
    Turn(
        voice="male",
        text="We wash our hands at the door of every ward. How do you do it in your hospital?",
    ),
    Turn(
        voice="french",
        text="Dans notre hôpital, nous avons placé un point d'eau devant chaque salle. "
        "Le principal problème est l'électricité.",
    ),
    Turn(
        voice="female",
        text="They placed a water point in front of every room. Their main problem is electricity.",
    ),
)
_RATE_HZ = 24_000
_LANGUAGES = {"female": "en", "male": "en", "french": "fr"}
_TIMEOUT_S = 120


def main() -> int:
    """Make all files."""
    for name, turns in (("two-voices", TWO_VOICES), ("two-languages", TWO_LANGUAGES)):
        speech = join(turns, rate=_RATE_HZ, pause_ms=800, edge_ms=500)
        encode(speech, MEDIA / f"{name}.ogg")
        truth = json.dumps(describe(speech), ensure_ascii=False, indent=1)
        (MEDIA / f"{name}.json").write_text(f"{truth}\n", encoding="utf-8")
        print(f"{name}.ogg: {len(speech.audio) / _RATE_HZ:.1f} s")
    return 0


def encode(speech: Speech, file: Path) -> None:
    """Write speech as Opus; the same speech gives the same bytes."""
    command = [str(find_tools().ffmpeg), "-hide_banner", "-loglevel", "error", "-y"]
    command += ["-f", "f32le", "-ar", str(speech.sample_rate_hz), "-ac", "1", "-i", "pipe:0"]
    command += ["-c:a", "libopus", "-b:a", "28k", "-application", "voip"]
    command += ["-fflags", "+bitexact", "-flags:a", "+bitexact", str(file)]
    sound = speech.audio.astype("<f4").tobytes()
    done = subprocess.run(
        command, input=sound, capture_output=True, check=False, timeout=_TIMEOUT_S
    )
    if done.returncode:
        raise RuntimeError(f"ffmpeg could not write {file}: {done.stderr.decode()[-500:]}")


def describe(speech: Speech) -> dict[str, object]:
    """Say who says what, and when."""
    return {
        "duration_ms": round(len(speech.audio) * 1000 / speech.sample_rate_hz),
        "spoken": [
            {
                "start_ms": turn.start_ms,
                "end_ms": turn.end_ms,
                "voice": turn.voice,
                "language": _LANGUAGES[turn.voice],
                "text": turn.text,
                "sentences": [
                    {"start_ms": part.start_ms, "end_ms": part.end_ms, "text": part.text}
                    for part in turn.sentences
                ],
            }
            for turn in speech.turns
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
