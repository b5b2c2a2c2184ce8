"""Hear again what cannot be true: loops, and more words than can be said in the time.

The same for what was recognized and for what was translated; only what is asked of the model
differs, so that is passed in. What stays wrong is told, not hidden.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archive.doubts import Doubt
from worker.speech.decoder import Decoded
from worker.speech.faults import is_loop, is_too_fast
from worker.speech.languages import SpokenChunk

_BELIEVABLE_LOG_PROBABILITY = -1.0
"""Whisper's own threshold below which it hears again (openai/whisper, transcribe.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """Texts that were right or were heard again; by row."""

    texts: Mapping[int, Decoded]
    doubts: Mapping[int, frozenset[Doubt]]
    """Of the rows that did not come right."""


def repair(
    texts: Mapping[int, Decoded],
    written: Sequence[SpokenChunk],
    decode: Callable[[Sequence[int]], Mapping[int, Decoded]],
) -> Repaired:
    """Hear loops and impossible speed again; of two wrong texts the shorter is kept.

    Args:
        texts: by row.
        written: the chunks, by row, each with the language its text is in.
        decode: decodes some rows without repeats; is called at most once.
    """
    faulty = [row for row, text in texts.items() if _faults(text, written[row])]
    again = decode(faulty) if faulty else {}
    repaired = dict(texts)
    doubts: dict[int, frozenset[Doubt]] = {}
    for row in faulty:
        believable = again[row].log_probability > _BELIEVABLE_LOG_PROBABILITY
        if believable and not _faults(again[row], written[row]):
            repaired[row] = again[row]
            continue
        repaired[row] = min(texts[row], again[row], key=lambda text: len(text.tokens))
        doubts[row] = _faults(repaired[row], written[row]) or frozenset({Doubt.REPEATED})
    return Repaired(texts=repaired, doubts=doubts)


def _faults(text: Decoded, part: SpokenChunk) -> frozenset[Doubt]:
    faults = set()
    if is_loop(text.text, part.language, part.chunk.heard_ms):
        faults.add(Doubt.REPEATED)
    if is_too_fast(text.text, part.language, part.chunk.heard_ms):
        faults.add(Doubt.FAST)
    return frozenset(faults)
