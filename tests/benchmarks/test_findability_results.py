"""Summing up and the bars of the findability benchmark."""

import pytest

from benchmarks.findability.results import Measured, Total, missed_bars, sum_up
from benchmarks.findability.score import Invented, Judged, Said, Source

HALF_AN_HOUR_MS = 1_800_000


def judged(source: Source, *errors_ms: int | None) -> tuple[Judged, ...]:
    return tuple(
        Judged(
            said=Said(term="a", start_ms=0, known=source, in_glossary=False), jump_error_ms=error
        )
        for error in errors_ms
    )


def measured(
    contender: str = "plain",
    *,
    judged: tuple[Judged, ...] = (),
    invented: int = 0,
    words: int = 100,
    errors: float = 10.0,
    processor_s: float = 100.0,
) -> Measured:
    return Measured(
        contender=contender,
        recording="made",
        duration_ms=HALF_AN_HOUR_MS,
        wall_s=180.0,
        processor_s=processor_s,
        judged=judged,
        invented=tuple(Invented(term="b", start_ms=at) for at in range(invented)),
        reference_words=words,
        word_errors=errors,
        written=((0, " one"), (500, " two")),
    )


def total(**changes: object) -> Total:
    found = judged(Source.SLIDE, *([0] * 9), None)
    return sum_up("plain", [measured(**{"judged": found, **changes})])  # type: ignore[arg-type]


def test_sums_are_weighted_by_what_was_said() -> None:
    runs = [
        measured(judged=judged(Source.SLIDE, -40, None), words=100, errors=10.0),
        measured(judged=judged(Source.NOWHERE, None, None), words=300, errors=0.0, invented=1),
        measured(words=0, errors=0.0),
        measured("other", judged=judged(Source.SLIDE, None), invented=5),
    ]

    summed = sum_up("plain", runs)

    assert (summed.recall_known, summed.recall_all) == (0.5, 0.25)
    assert summed.error_rate == 0.025
    assert (summed.invented, round(summed.invented_per_hour, 2)) == (1, 0.67)
    assert summed.words_over_nothing == 2
    assert summed.times_real == 10.0
    assert summed.jump_p95_ms == 40


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, 0),
        ({"judged": judged(Source.GLOSSARY, *([0] * 8), None, None)}, 1),
        ({"judged": judged(Source.NOWHERE, None)}, 0),
        ({"errors": 10.1}, 1),
        ({"invented": 1}, 1),
        ({"processor_s": 117.0}, 0),
        ({"processor_s": 118.0}, 1),
    ],
)
def test_each_bar_is_missed_just_beyond_it(changes: dict[str, object], missed: int) -> None:
    assert len(missed_bars(total(**changes), total())) == missed
