"""What was measured, summed up for each contender, and held against the bars. Pure."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.findability.score import Invented, Judged, Source, jump_errors, recall

KNOWN_RECALL = 0.90
INVENTED_PER_HOUR = 1.0
SPEED_OF_PLAIN = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How one contender did on one recording."""

    contender: str
    recording: str
    duration_ms: int
    wall_s: float
    processor_s: float
    judged: tuple[Judged, ...]
    invented: tuple[Invented, ...]
    reference_words: int
    """0 where nobody says anything."""
    word_errors: float
    written: tuple[tuple[int, str], ...]
    """The transcript's words with their start in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How one contender did on all of them."""

    contender: str
    recall_known: float | None
    """Of terms on a slide or in the glossary, whether this contender was told them or not."""
    recall_all: float | None
    recall_by_source: Mapping[str, float | None]
    terms_found: int
    """Distinct terms found at least once."""
    error_rate: float | None
    invented: int
    invented_per_hour: float
    words_over_nothing: int
    """Words written where nobody says anything that can be understood."""
    processor_s: float
    wall_s: float
    times_real: float
    """Audio time by wall time."""
    jump_median_ms: int | None
    jump_p95_ms: int | None


def sum_up(contender: str, measured: Iterable[Measured]) -> Total:
    """Sum up what one contender did."""
    own = [one for one in measured if one.contender == contender]
    judged = [judgement for one in own for judgement in one.judged]
    known = [one for one in judged if is_known(one)]
    words = sum(one.reference_words for one in own)
    hours = sum(one.duration_ms for one in own) / 3_600_000
    invented = sum(len(one.invented) for one in own)
    wall_s = sum(one.wall_s for one in own)
    jumps = jump_errors(judged)
    return Total(
        contender=contender,
        recall_known=recall(known),
        recall_all=recall(judged),
        recall_by_source={
            source.value: recall(one for one in judged if one.said.known is source)
            for source in Source
        },
        terms_found=len({one.said.term for one in judged if one.jump_error_ms is not None}),
        error_rate=sum(one.word_errors for one in own) / words if words else None,
        invented=invented,
        invented_per_hour=invented / hours,
        words_over_nothing=sum(len(one.written) for one in own if not one.reference_words),
        processor_s=sum(one.processor_s for one in own),
        wall_s=wall_s,
        times_real=hours * 3600 / wall_s,
        jump_median_ms=round(statistics.median(jumps)) if jumps else None,
        jump_p95_ms=jumps[len(jumps) * 95 // 100] if jumps else None,
    )


def is_known(judged: Judged) -> bool:
    """Tell whether a said term stands on a slide or in the glossary."""
    return judged.said.known is not Source.NOWHERE


def missed_bars(best: Total, plain: Total) -> list[str]:
    """Name the bars that glossary and slides together miss against plain."""
    missed = []
    if best.recall_known is not None and best.recall_known < KNOWN_RECALL:
        missed.append(f"{KNOWN_RECALL:.0%} of the terms on slides or in the glossary are found")
    if (best.error_rate or 0.0) > (plain.error_rate or 0.0):
        missed.append("no more word errors than plain")
    if best.invented_per_hour > INVENTED_PER_HOUR:
        missed.append(f"at most {INVENTED_PER_HOUR:g} invented term an hour")
    if plain.processor_s / best.processor_s < SPEED_OF_PLAIN:
        missed.append(f"at least {SPEED_OF_PLAIN} of the speed of plain (in processor seconds)")
    return missed


def text_around(written: Sequence[tuple[int, str]], at_ms: int, near_ms: int = 3_000) -> str:
    """Give what a transcript has around a time."""
    return "".join(text for start_ms, text in written if abs(start_ms - at_ms) <= near_ms).strip()
