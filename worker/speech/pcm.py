"""Raw audio as the speech code reads it: 16-bit little-endian, mono, 16 kHz, no header.

The file lies on the player's timeline: sample 0 is time 0. It is mapped, never read whole.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000


def open_pcm(path: Path) -> NDArray[np.int16]:
    """Map a raw audio file: int16, (samples,). A half sample at the end is left out."""
    size = path.stat().st_size // 2
    if not size:  # an empty file cannot be mapped
        return np.empty(0, np.int16)
    return np.memmap(path, dtype="<i2", mode="r", shape=(size,))


def read_pcm(samples: NDArray[np.int16], start_ms: int, end_ms: int) -> NDArray[np.float32]:
    """Read one stretch: float32, (samples,), [-1, 1); shorter where the file ends."""
    return to_float(samples[start_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS])


def to_float(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Turn int16 samples into float32 in [-1, 1)."""
    return np.asarray(samples, np.float32) / np.float32(32768)
