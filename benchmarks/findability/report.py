"""Print what was measured: one table of contenders, one of recordings, and every miss."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from archive.timecode import format_clock
from benchmarks.findability.results import Measured, Total, sum_up, text_around
from benchmarks.findability.score import Source

_HEADS = {
    Source.SLIDE: "shown",
    Source.OTHER_SLIDE: "other slide",
    Source.GLOSSARY: "glossary",
    Source.NOWHERE: "neither",
}


def print_table(totals: Sequence[Total], measured: Sequence[Measured]) -> None:
    """Print the contenders beside each other; speeds are relative to the first one."""
    plain = totals[0]
    own = [one for one in measured if one.contender == plain.contender]
    said = [judged.said for one in own for judged in one.judged]
    counts = {source: sum(one.known is source for one in said) for source in Source}
    duration_ms = sum(one.duration_ms for one in own)
    print(
        f"{len({one.term for one in said})} terms said {len(said)} times in "
        f"{duration_ms / 60_000:.1f} min; "
        + ", ".join(f"{counts[source]} {source.value}" for source in Source)
    )
    heads = [*(_HEADS[source] for source in Source), "known", "all", "terms", "errors"]
    heads += ["invented", "an hour", "over none", "x real", "speed cpu", "wall", "jump p95 ms"]
    print(f"{'':16}" + "".join(f"{head:>12}" for head in heads))
    for total in totals:
        cells = [_percent(total.recall_by_source[source.value]) for source in Source]
        cells += [_percent(total.recall_known), _percent(total.recall_all)]
        cells += [str(total.terms_found), _percent(total.error_rate)]
        cells += [str(total.invented), f"{total.invented_per_hour:.1f}"]
        cells += [str(total.words_over_nothing), f"{total.times_real:.1f}"]
        cells += [f"{plain.processor_s / total.processor_s:.2f}"]
        cells += [f"{plain.wall_s / total.wall_s:.2f}"]
        cells += [f"{total.jump_median_ms or 0} / {total.jump_p95_ms or 0}"]
        print(f"{total.contender:16}" + "".join(f"{cell:>12}" for cell in cells))


def print_recordings(measured: Sequence[Measured]) -> None:
    """Print each recording's recall, word errors and inventions."""
    print(f"\n{'recording':20}{'contender':18}{'known':>9}{'all':>9}{'errors':>9}{'invented':>10}")
    for one in measured:
        total = sum_up(one.contender, [one])
        print(
            f"{one.recording:20}{one.contender:18}{_percent(total.recall_known):>9}"
            f"{_percent(total.recall_all):>9}{_percent(total.error_rate):>9}{total.invented:>10}"
        )


def print_details(measured: Iterable[Measured], file: TextIO) -> None:
    """Write every term that was missed or invented, with what the transcript has around it."""
    for one in measured:
        missed = [judged for judged in one.judged if judged.jump_error_ms is None]
        head = f"== {one.recording}, {one.contender}"
        print(f"{head}: {len(missed)} of {len(one.judged)} missed", file=file)
        for judged in missed:
            said = judged.said
            listed = " +glossary" if said.in_glossary and said.known is not Source.GLOSSARY else ""
            print(
                f"{format_clock(said.start_ms):>6}  {said.term:28} [{said.known.value}{listed}]  "
                f"{text_around(one.written, said.start_ms)}",
                file=file,
            )
        for invented in one.invented:
            print(
                f"{format_clock(invented.start_ms):>6}  INVENTED {invented.term:19}  "
                f"{text_around(one.written, invented.start_ms)}",
                file=file,
            )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
