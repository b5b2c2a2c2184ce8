r"""Make the demo recording, `demo/demo.mp4` and `demo/demo.json`, from `demo/script.toml`.

The committed files were made with the extra `voices` installed, ffmpeg 5.1 and

    .venv/bin/python -m scripts.make_demo

which takes about two minutes. It speaks the script, draws the slides, films them, then
lets the `base` speech model listen and stops if that does not hear the phrases the tests
look for. The same script, packages and ffmpeg give the same bytes.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from scripts.demo_check import SAMPLE_RATE_HZ, Phrase, load_model, time_phrases
from scripts.demo_script import Script, ScriptTurn, read_script
from scripts.demo_slides import CARD_BOX, HEIGHT, LEVELS, WIDTH, draw_card, draw_slide
from scripts.voices import Samples, Speech, Turn, join
from worker.media.tools import find_tools

DEMO = Path(__file__).resolve().parent.parent / "demo"
_AUDIO_RATE_HZ = 24_000
_FRAME_RATE = 10
_KEY_FRAME_S = 2
_SLIDE_LEAD_MS = 250
_PAUSE_MS = 1_000
_EDGE_MS = 1_000
_MAX_BYTES = 3_000_000
_TIMEOUT_S = 600


def main() -> int:
    """Make both files."""
    script = read_script(DEMO / "script.toml")
    turns = [Turn(voice=turn.speaker.voice, text=turn.text) for turn in script.turns]
    speech = join(turns, rate=_AUDIO_RATE_HZ, pause_ms=_PAUSE_MS, edge_ms=_EDGE_MS)
    film = DEMO / "demo.mp4"
    encode(script, speech, film)
    size = film.stat().st_size
    print(f"{film.name}: {len(speech.audio) / _AUDIO_RATE_HZ:.1f} s, {size:,} bytes")
    if size > _MAX_BYTES:
        print(f"{film.name} is larger than {_MAX_BYTES:,} bytes: raise the CRF", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as directory:
        model = load_model(Path(directory))
        sentences = [sentence for turn in speech.turns for sentence in turn.sentences]
        phrases = time_phrases(model, _heard_audio(film), script.phrases, sentences)
    facts = json.dumps(describe(script, speech, phrases), ensure_ascii=False, indent=1)
    (DEMO / "demo.json").write_text(f"{facts}\n", encoding="utf-8")
    return 0


def encode(script: Script, speech: Speech, film: Path) -> None:
    """Film the slides and the speaker's card to the speech.

    H.264 4:2:0 and AAC in mp4 with its index in front, which every browser plays and seeks
    while it loads. A key frame every two seconds bounds what a seek must decode.

    Raises:
        RuntimeError: ffmpeg failed.
    """
    with tempfile.TemporaryDirectory() as directory:
        sound = Path(directory) / "speech.f32"
        sound.write_bytes(speech.audio.astype("<f4").tobytes())
        log = Path(directory) / "ffmpeg.log"
        command = [str(find_tools().ffmpeg), "-hide_banner", "-loglevel", "error", "-y"]
        command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
        command += ["-r", str(_FRAME_RATE), "-i", "pipe:0"]
        command += ["-f", "f32le", "-ar", str(_AUDIO_RATE_HZ), "-ac", "1", "-i", str(sound)]
        # Said in full: ffmpeg converts RGB by the BT.601 matrix unless told, players of HD
        # assume BT.709, and the greens would shift.
        command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
        command += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
        command += ["-c:v", "libx264", "-preset", "veryslow", "-tune", "stillimage"]
        command += ["-crf", "34", "-g", str(_FRAME_RATE * _KEY_FRAME_S), "-threads", "1"]
        command += ["-c:a", "aac", "-b:a", "48k", "-ac", "1"]
        command += ["-map_metadata", "-1", "-metadata", f"title={script.title}"]
        command += ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
        command += ["-movflags", "+faststart", str(film)]
        with log.open("wb") as errors:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors)
            with process:
                assert process.stdin is not None  # asked for, just above
                for frame in frames(script, speech):
                    process.stdin.write(frame)
                process.stdin.close()
                process.wait(timeout=_TIMEOUT_S)
        if process.returncode:
            raise RuntimeError(f"ffmpeg could not encode: {log.read_text()[-500:]}")


def frames(script: Script, speech: Speech) -> Iterator[bytes]:
    """Yield the picture of each frame as RGB, for as long as the speech lasts."""

    @cache
    def picture(turn: ScriptTurn, level: int) -> bytes:
        image = draw_slide(script, turn.slide)
        card = draw_card(turn.speaker, level)
        image.paste(card, CARD_BOX[:2], card)
        return image.tobytes()

    starts = [turn.start_ms - _SLIDE_LEAD_MS for turn in speech.turns]
    samples = speech.sample_rate_hz // _FRAME_RATE
    for number in range(-(-len(speech.audio) // samples)):
        now_ms = number * 1000 // _FRAME_RATE
        current = max(sum(start <= now_ms for start in starts) - 1, 0)
        stretch = speech.audio[number * samples : (number + 1) * samples]
        yield picture(script.turns[current], sound_level(stretch))


def sound_level(stretch: Samples) -> int:
    """Say how high the sound bars stand for a stretch of speech, 0 to `LEVELS` - 1."""
    loudness = float(np.sqrt(np.mean(stretch**2)))
    return min(int(loudness * 28), LEVELS - 1)


def describe(script: Script, speech: Speech, phrases: list[Phrase]) -> dict[str, object]:
    """Put together what `demo.json` says: the deposit's fields and the truth to test against."""
    told = list(zip(script.turns, speech.turns, strict=True))
    changes = [
        (turn.slide.title, spoken.start_ms - _SLIDE_LEAD_MS)
        for place, (turn, spoken) in enumerate(told)
        if place == 0 or turn.slide != script.turns[place - 1].slide
    ]
    return {
        "title": script.title,
        "recorded_on": script.recorded_on.isoformat(),
        "description": script.description,
        "speakers": [speaker.name for speaker in script.speakers],
        "language": script.languages[0],
        "languages": list(script.languages),
        "duration_ms": round(len(speech.audio) * 1000 / speech.sample_rate_hz),
        "spoken": [
            {
                "start_ms": spoken.start_ms,
                "end_ms": spoken.end_ms,
                "speaker": turn.speaker.name,
                "language": turn.speaker.language,
                "text": turn.text,
                "sentences": [
                    {"start_ms": part.start_ms, "end_ms": part.end_ms, "text": part.text}
                    for part in spoken.sentences
                ],
            }
            for turn, spoken in told
        ],
        "slides": [
            {"start_ms": start_ms if place else 0, "title": title}
            for place, (title, start_ms) in enumerate(changes)
        ],
        "phrases": [
            {"text": phrase.text, "start_ms": phrase.start_ms, "end_ms": phrase.end_ms}
            for phrase in phrases
        ],
    }


def _heard_audio(film: Path) -> Samples:
    """Decode the film's sound as it is played, for the model."""
    command = [str(find_tools().ffmpeg), "-hide_banner", "-loglevel", "error", "-i", str(film)]
    command += ["-af", "aresample=async=1:first_pts=0", "-ar", str(SAMPLE_RATE_HZ)]
    command += ["-ac", "1", "-f", "f32le", "pipe:1"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=_TIMEOUT_S)
    return np.frombuffer(done.stdout, "<f4").astype(np.float32)


if __name__ == "__main__":
    sys.exit(main())
