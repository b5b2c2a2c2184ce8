"""What is transcribed first of a long recording, and how far along it is said to be."""

from pathlib import Path

import pytest

from archive.settings import Settings
from tests.worker.speech.sounds import JFK, make_no_speech, make_pcm
from worker.service import build_parts
from worker.speech import Chunk, plan_batches, plan_chunks
from worker.stages.speech import Plan, find_opening, is_worth_showing, plan_rest

_BYTES_PER_MS = 32


def chunk(start_s: int, end_s: int) -> Chunk:
    return Chunk(start_ms=start_s * 1_000, end_ms=end_s * 1_000)


OPENING = Plan(transcript_id=1, batches=((chunk(0, 30), chunk(30, 60)),), unplanned_ms=540_000)
WHOLE = Plan(transcript_id=1, batches=tuple((chunk(at, at + 30),) for at in range(0, 240, 30)))


@pytest.mark.slow
def test_opening_and_rest_are_what_is_planned_at_once(settings: Settings, tmp_path: Path) -> None:
    parts = build_parts(settings)
    once = make_pcm(tmp_path / "jfk.pcm", JFK).read_bytes()
    sound = parts.scratch(7) / "audio.pcm"
    sound.write_bytes((once + bytes(7_000 * _BYTES_PER_MS)) * 24)
    length_ms = sound.stat().st_size // _BYTES_PER_MS

    opening = find_opening(sound, length_ms)
    begun = Plan(transcript_id=3, batches=(opening,), unplanned_ms=length_ms - opening[-1].end_ms)
    plan = Plan.from_json(plan_rest(parts, 7, begun))

    parts.jobs.close()
    parts.database.close()
    whole = plan_chunks(sound)
    assert len(opening) == 4
    assert whole[:4] == opening
    assert plan == Plan(transcript_id=3, batches=(opening, *plan_batches(whole[4:])))


def test_where_there_is_no_speech_nothing_opens(tmp_path: Path) -> None:
    sound = make_no_speech(tmp_path / "none.pcm", "silence")

    assert find_opening(sound, sound.stat().st_size // _BYTES_PER_MS) == ()


def test_a_plan_survives_the_job_it_is_kept_in() -> None:
    assert Plan.from_json(OPENING.to_json()) == OPENING
    assert Plan.from_json(WHOLE.to_json()) == WHOLE


def test_a_plan_kept_by_an_older_version_is_whole() -> None:
    kept = WHOLE.to_json()
    del kept["unplanned_ms"]

    assert Plan.from_json(kept) == WHOLE


def test_an_opening_is_a_small_part_of_the_work() -> None:
    assert OPENING.fraction_after(0) == pytest.approx(0.1)
    assert WHOLE.fraction_after(7) == 1.0


def test_an_opening_is_shown_and_later_whenever_the_transcript_has_doubled() -> None:
    shown = [batch for batch in range(8) if is_worth_showing(batch, WHOLE)]

    assert is_worth_showing(0, OPENING)
    assert shown == [0, 1, 3]
