"""Decide which stretches of a recording are recognized together, before any model runs.

Voice activity detection finds the speech; its stretches are packed into chunks of at most
30 s of sound (what Whisper hears at once), chunks into batches (one durable step each).
Reads raw 16-bit mono 16 kHz audio by windows, so a recording of many hours takes no more
memory than one of ten minutes. The same file gives the same plan.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

from worker.speech.pcm import SAMPLE_RATE_HZ, SAMPLES_PER_MS, open_pcm, to_float

MAX_CHUNK_MS = 30_000
BATCH_SIZE = 8
PADDING_MS = 400
"""Silence kept at each side of speech, as faster-whisper does; less where pauses are short."""
_MIN_SILENCE_MS = 160
"""As BatchedInferencePipeline: short enough to cut between phrases."""
_WINDOW_MS = 300_000
_LOOK_AGAIN_MS = 2_000
"""Speech that ends this close to a window's end may go on in the next one."""
_WARM_UP_MS = 3_000
"""Detection listens to this much before it is trusted: cold, it hears a first word 0.3 s late."""
_FRAME = 512
"""Silero's step in samples; windows begin on its grid, so that they change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of the recording, on the player's timeline."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Neighbouring stretches of speech that the model hears at once."""

    start_ms: int
    end_ms: int
    voiced: tuple[Stretch, ...] = ()
    """Where someone speaks, in order, without overlap; empty: from start to end."""

    @property
    def heard(self) -> tuple[Stretch, ...]:
        """What the model hears: the speech with some silence; the rest of long pauses is cut."""
        if not self.voiced:
            return (Stretch(start_ms=self.start_ms, end_ms=self.end_ms),)
        return tuple(_padded(self.voiced, self.start_ms, self.end_ms))

    @property
    def heard_ms(self) -> int:
        """How much the model hears, 30 s at most."""
        return sum(stretch.length_ms for stretch in self.heard)

    def part(self, first: int, last: int) -> "Chunk":
        """Cut out neighbouring voiced stretches with the silence around them, `last` excluded."""
        heard = self.heard[first:last]
        return Chunk(
            start_ms=heard[0].start_ms, end_ms=heard[-1].end_ms, voiced=self.voiced[first:last]
        )


def plan_chunks(pcm: Path) -> tuple[Chunk, ...]:
    """Find the speech in raw s16le mono 16 kHz audio and pack it; empty when there is none."""
    length_ms = len(open_pcm(pcm)) // SAMPLES_PER_MS
    return pack_speech(tuple(find_speech(pcm)), length_ms)


def plan_batches(chunks: Sequence[Chunk], size: int = BATCH_SIZE) -> tuple[tuple[Chunk, ...], ...]:
    """Divide chunks, in order, into as few batches of at most `size` as hold them, evenly.

    Where `size` is even, all but the last hold an even number: two halves of a batch are
    recognized at once.
    """
    step = 1 if size % 2 else 2
    count, steps = -(-len(chunks) // size), -(-len(chunks) // step)
    edges = [steps * index // count * step for index in range(count + 1)] if count else []
    return tuple(tuple(chunks[a:b]) for a, b in pairwise(edges))


def pack_speech(voiced: Sequence[Stretch], length_ms: int) -> tuple[Chunk, ...]:
    """Fill chunks with stretches of speech, in order, up to 30 s each with their padding.

    Packs as faster-whisper's `collect_chunks`.

    Args:
        voiced: in order, without overlap, each at most 30 s less twice the padding.
        length_ms: of the recording; padding ends there.
    """
    chunks: list[list[tuple[Stretch, Stretch]]] = []
    filled_ms = MAX_CHUNK_MS
    for speech, padded in zip(voiced, _padded(voiced, 0, length_ms, ends=True), strict=True):
        if filled_ms + padded.length_ms > MAX_CHUNK_MS:
            chunks.append([])
            filled_ms = 0
        chunks[-1].append((speech, padded))
        filled_ms += padded.length_ms
    return tuple(
        Chunk(
            start_ms=part[0][1].start_ms,
            end_ms=part[-1][1].end_ms,
            voiced=tuple(speech for speech, _ in part),
        )
        for part in chunks
    )


def find_speech(pcm: Path, *, window_ms: int = _WINDOW_MS) -> Iterator[Stretch]:
    """Yield where someone speaks, without padding, each 30 s at most.

    Windows are joined at silences: speech that touches a window's end is left to the next
    window, which begins before that speech, so no word is cut by a window. A window is at
    least 40 s long.
    """
    samples = open_pcm(pcm)
    window, look_again, warm_up, silence = (
        ms * SAMPLES_PER_MS for ms in (window_ms, _LOOK_AGAIN_MS, _WARM_UP_MS, _MIN_SILENCE_MS)
    )
    begin = done = 0
    while begin < len(samples):
        end = min(begin + window, len(samples))
        found = [(begin + start, begin + stop) for start, stop in _detect(samples[begin:end])]
        cut = end
        if end < len(samples):
            cut = end - look_again
            if found and found[-1][1] > cut:
                cut = found.pop()[0]
        for start, stop in found:
            if stop - done > silence:  # else heard in the window before
                yield Stretch(
                    start_ms=-(-max(start, done) // SAMPLES_PER_MS), end_ms=stop // SAMPLES_PER_MS
                )
                done = stop
        begin = (cut - warm_up) // _FRAME * _FRAME if end < len(samples) else end


def chunks_to_json(chunks: Iterable[Chunk]) -> list[Any]:
    """Write a plan as JSON takes it: `[start_ms, end_ms, [[start_ms, end_ms], …]]` a chunk."""
    return [
        [chunk.start_ms, chunk.end_ms, [[s.start_ms, s.end_ms] for s in chunk.voiced]]
        for chunk in chunks
    ]


def chunks_from_json(stored: Iterable[Any]) -> tuple[Chunk, ...]:
    """Read what `chunks_to_json` wrote."""
    return tuple(
        Chunk(
            start_ms=start_ms,
            end_ms=end_ms,
            voiced=tuple(Stretch(start_ms=start, end_ms=end) for start, end in voiced),
        )
        for start_ms, end_ms, voiced in stored
    )


def _padded(
    voiced: Sequence[Stretch], start_ms: int, end_ms: int, *, ends: bool = False
) -> Iterator[Stretch]:
    """Widen stretches by the padding, at most to the middle of the pause between them.

    The first begins at `start_ms` and the last ends at `end_ms`; with `ends` these are but
    the limits, and both are padded like the others.
    """
    begin_ms = max(start_ms, voiced[0].start_ms - PADDING_MS) if ends and voiced else start_ms
    for index, speech in enumerate(voiced):
        if index + 1 < len(voiced):
            pause_ms = voiced[index + 1].start_ms - speech.end_ms
            stop_ms = speech.end_ms + min(PADDING_MS, pause_ms // 2)
            next_ms = voiced[index + 1].start_ms - min(PADDING_MS, pause_ms - pause_ms // 2)
        else:
            stop_ms = min(end_ms, speech.end_ms + PADDING_MS) if ends else end_ms
            next_ms = stop_ms
        yield Stretch(start_ms=begin_ms, end_ms=stop_ms)
        begin_ms = next_ms


def _detect(window: NDArray[np.int16]) -> list[tuple[int, int]]:
    """Run Silero VAD; (start, end) in samples of the window, in order, without overlap."""
    found = get_speech_timestamps(
        to_float(window),
        VadOptions(
            max_speech_duration_s=(MAX_CHUNK_MS - 2 * PADDING_MS) / 1000,
            min_silence_duration_ms=_MIN_SILENCE_MS,
            speech_pad_ms=0,
        ),
        sampling_rate=SAMPLE_RATE_HZ,
    )
    return [(int(part["start"]), int(part["end"])) for part in found]
