"""Kills and bars of the benchmark of a two-hour recording."""

from itertools import pairwise
from pathlib import Path

from archive.models import Status
from archive.pipeline import Stage
from benchmarks.long.bench_archive import Peaks
from benchmarks.long.material import Material, Said
from benchmarks.long.run import Heard, Kills, Outcome, missed_bars

MATERIAL = Material(
    path=Path("two-hours.mp4"),
    duration_ms=10_000,
    sentences=(
        Said(start_ms=0, end_ms=2_000, text="Good afternoon."),
        Said(start_ms=5_000, end_ms=8_000, text="Thank you all."),
    ),
)
HEARD = (
    Heard(batch=0, start_ms=100, end_ms=1_900, text="Good afternoon."),
    Heard(batch=1, start_ms=5_100, end_ms=7_900, text="Thank you all."),
)


def outcome(**changes: object) -> Outcome:
    good: dict[str, object] = {
        "load_before": 0.0,
        "first_words_s": 60.0,
        "peaks": Peaks(worker=1_500_000_000, child=200_000_000),
        "kills": ["1 s", "2 s"],
        "status": Status.READY,
        "stages": {Stage.TRANSCRIPTION: (1 + 2 + 2, 10.0)},
        "batches": 2,
        "segments": list(HEARD),
    }
    return Outcome(**{**good, **changes})


def test_a_run_that_is_all_right_misses_no_bar() -> None:
    assert missed_bars(outcome(), MATERIAL, HEARD) == []


def test_each_bar_is_missed_on_its_own() -> None:
    changed = Heard(batch=1, start_ms=5_100, end_ms=7_900, text="Thank you.")
    for bar, changes in {
        "it finishes": {"status": Status.PROCESSING},
        "first words": {"first_words_s": 90.1},
        "at most 2.5 GB": {"peaks": Peaks(worker=2_400_000_000, child=100_000_001)},
        "at most one batch again": {"stages": {Stage.TRANSCRIPTION: (1 + 2 + 3, 10.0)}},
        "no segment twice": {"segments": [HEARD[0], *HEARD]},
        "of the sentences without words": {"segments": [HEARD[0]]},
        "of the words of a run without kills": {"segments": [HEARD[0], changed]},
    }.items():
        missed = missed_bars(outcome(**changes), MATERIAL, HEARD)

        assert any(bar in one for one in missed), bar


def test_words_that_were_never_found_miss_the_bar() -> None:
    assert missed_bars(outcome(first_words_s=None), MATERIAL, HEARD) == ["first words within 90 s"]


def test_all_kills_come_before_the_end_and_the_same_seed_gives_the_same_ones() -> None:
    def moments(seed: int) -> list[float]:
        kills = Kills(10, seed)
        return [s for s in range(3_000) if kills.due(float(s), min(s / 1_000, 0.96) // 0.03 * 0.03)]

    first, again, other = moments(1), moments(1), moments(2)

    assert len(first) == len(other) == 10
    assert first == again != other
    assert first[0] <= 25
    assert all(a < b for a, b in pairwise(first))


def test_without_kills_none_is_due() -> None:
    kills = Kills(0, 1)

    assert kills.left == 0
    assert not any(kills.due(float(s), s / 100) for s in range(100))
