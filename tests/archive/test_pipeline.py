from datetime import UTC, datetime, timedelta

from archive.models import StageState
from archive.pipeline import Stage, StageProgress, progress_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR_MS = 3_600_000


def _run(state: StageState, fraction: float = 1.0, *, took_s: float = 1) -> StageProgress:
    return StageProgress(
        state=state, fraction=fraction, started_at=NOW - timedelta(seconds=took_s), updated_at=NOW
    )


def _done_until(last: Stage) -> dict[Stage, StageProgress]:
    stages = {}
    for stage in Stage:
        stages[stage] = _run(StageState.DONE)
        if stage is last:
            return stages
    return stages


def test_nothing_begun_is_nothing_done() -> None:
    progress = progress_of({}, duration_ms=None, now=NOW)

    assert progress.stage is None
    assert progress.fraction == 0
    assert progress.left_s is None


def test_all_done_is_one() -> None:
    progress = progress_of(_done_until(Stage.INDEX), duration_ms=HOUR_MS, now=NOW)

    assert progress.fraction == 1
    assert progress.stage is None


def test_a_running_stage_is_judged_by_its_own_speed() -> None:
    stages = _done_until(Stage.AUDIO)
    stages[Stage.TRANSCRIPTION] = _run(StageState.RUNNING, 0.25, took_s=300)

    progress = progress_of(stages, duration_ms=HOUR_MS, now=NOW)

    assert progress.stage is Stage.TRANSCRIPTION
    assert progress.left_s is not None
    assert 900 <= progress.left_s <= 930


def test_time_left_falls_while_a_batch_is_under_way() -> None:
    stages = _done_until(Stage.AUDIO)
    stages[Stage.TRANSCRIPTION] = _run(StageState.RUNNING, 0.25, took_s=300)

    now = progress_of(stages, duration_ms=HOUR_MS, now=NOW).left_s
    later = progress_of(stages, duration_ms=HOUR_MS, now=NOW + timedelta(seconds=20)).left_s

    assert now is not None
    assert later is not None
    assert now - 21 <= later <= now - 19


def test_a_stage_that_takes_longer_than_reckoned_is_never_quite_done() -> None:
    stages = _done_until(Stage.AUDIO)
    stages[Stage.TRANSCRIPTION] = _run(StageState.RUNNING, 0.0, took_s=5_000)

    progress = progress_of(stages, duration_ms=HOUR_MS, now=NOW)

    assert 0.8 < progress.fraction < 0.95
    assert progress.left_s is not None
    assert progress.left_s > 500


def test_nothing_is_promised_before_the_length_is_known() -> None:
    stages = {Stage.FINGERPRINT: _run(StageState.DONE), Stage.PROBE: _run(StageState.RUNNING, 0.0)}

    progress = progress_of(stages, duration_ms=None, now=NOW)

    assert (progress.stage, progress.fraction, progress.left_s) == (Stage.PROBE, 0, None)


def test_progress_never_goes_back_when_a_stage_ends() -> None:
    stages: dict[Stage, StageProgress] = {}
    last = 0.0
    for stage in Stage:
        for run in (_run(StageState.RUNNING, 0.5, took_s=3), _run(StageState.DONE)):
            stages[stage] = run
            fraction = progress_of(stages, duration_ms=HOUR_MS, now=NOW).fraction
            assert fraction >= last - 0.02
            last = fraction
    assert last == 1


def test_a_skipped_rendition_costs_nothing() -> None:
    stages = _done_until(Stage.AUDIO)
    made = progress_of(stages, duration_ms=HOUR_MS, now=NOW)
    stages[Stage.RENDITION] = _run(StageState.SKIPPED)

    skipped = progress_of(stages, duration_ms=HOUR_MS, now=NOW)

    assert skipped.fraction < made.fraction / 2
    assert skipped.left_s == made.left_s


def test_a_transcription_under_way_tells_how_far_and_how_fast() -> None:
    stages = _done_until(Stage.AUDIO)
    stages[Stage.TRANSCRIPTION] = _run(StageState.RUNNING, 0.25, took_s=90)

    progress = progress_of(stages, duration_ms=HOUR_MS, now=NOW)

    assert progress.heard_ms == HOUR_MS / 4
    assert progress.speed == 10


def test_what_a_recording_is_ready_without_counts_only_when_it_was_begun() -> None:
    stages = _done_until(Stage.INDEX)
    done = progress_of(stages, duration_ms=HOUR_MS, now=NOW)
    stages[Stage.TRANSLATION] = _run(StageState.RUNNING, 0.0)

    translating = progress_of(stages, duration_ms=HOUR_MS, now=NOW)

    assert done.fraction == 1
    assert translating.fraction < 1
    assert translating.stage is Stage.TRANSLATION


def test_every_stage_says_what_it_does_and_what_is_missing_without_it() -> None:
    for stage in Stage:
        assert stage.label
        assert stage.missing
