"""The speech the benchmark transcribes: a webinar of two voices made from `session.txt`.

The text is spoken twice, the second time with the voices swapped: with half as many words the
error rates of the contenders changed places with the codec. The reference is the text itself.
A small room and some noise are added, because clean synthetic speech flatters every
recognizer. The file is made once into a cache folder.
"""

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.media.tools import find_tools

ROOT = Path(__file__).resolve().parents[2]
TEXT = Path(__file__).with_name("session.txt")
SAMPLE_RATE_HZ = 16_000
TURN_PAUSE_MS = 900
ROOM_DECAY_S = 0.12
"""Time constant of the room's echo: a meeting room, microphone on the table."""
SIGNAL_TO_NOISE_DB = 22.0
_SEED = 7

Samples = NDArray[np.float32]


def make_session(folder: Path) -> tuple[Path, str]:
    """Return the webinar as people record it, AAC in M4A, and its reference text."""
    turns = [line.split(": ", 1) for line in TEXT.read_text("utf-8").splitlines() if line]
    path = folder / "session.m4a"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        wav, aside = folder / "session.wav", folder / "session.part.m4a"
        swapped = [["B" if who == "A" else "A", text] for who, text in turns]
        halves = [in_a_room(_speak(half), seed) for seed, half in enumerate((turns, swapped))]
        write_wav(wav, np.concatenate(halves))
        encode = ["-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"]
        subprocess.run(
            [str(find_tools().ffmpeg), "-v", "error", "-y", "-i", wav, *encode, aside],
            check=True,
            timeout=600,
        )
        aside.rename(path)
        wav.unlink()
    return path, " ".join(text for _, text in [*turns, *turns])


def _speak(turns: list[list[str]]) -> Samples:
    """Synthesize the turns one after the other at 16 kHz."""
    sys.path.insert(0, str(ROOT))
    from scripts.voices import Turn, join  # noqa: PLC0415 - an extra, needed only to make it

    spoken = [Turn(voice="female" if who == "A" else "male", text=text) for who, text in turns]
    return join(spoken, rate=SAMPLE_RATE_HZ, pause_ms=TURN_PAUSE_MS).audio


def in_a_room(samples: Samples, seed: int) -> Samples:
    """Add a decaying echo and steady noise; the same every time."""
    random = np.random.default_rng(_SEED + seed)
    seconds = np.arange(int(4 * ROOM_DECAY_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    echo = random.standard_normal(len(seconds)) * np.exp(-seconds / ROOM_DECAY_S)
    echo *= 0.5 / np.linalg.norm(echo)
    echo[0] += 1.0
    size = 1 << (len(samples) + len(echo)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)[: len(samples)]
    level = np.sqrt(np.mean(wet[np.abs(wet) > 0.02] ** 2)) * 10 ** (-SIGNAL_TO_NOISE_DB / 20)
    noisy = wet + random.standard_normal(len(wet)) * level
    return np.asarray(noisy / np.abs(noisy).max() * 0.8, np.float32)


def write_wav(path: Path, samples: Samples) -> None:
    """Write 16-bit mono at 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
