"""What else may have been said where the recognizer was not sure, batch by batch, for search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.models import Recording, StageState
from archive.pipeline import Stage
from archive.readings import keep_readings
from archive.segment_rows import read_segments
from archive.transcripts import shown_transcript_id
from worker.parts import Parts
from worker.speech import doubtful_places
from worker.stages.report import begin_stage, count_run, end_stage, is_begun, note_progress
from worker.stages.speech import audio_path

_PLACES_A_BATCH = 16
"""Some 10 s of work, which a killed worker does again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be heard again; as JSON in the job."""

    transcript_id: int
    batches: tuple[tuple[int, int], ...]
    """Places that start from one time to before another, in ms."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Plan":
        """Read it back."""
        return cls(
            transcript_id=stored["transcript_id"],
            batches=tuple((first, end) for first, end in stored["batches"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Write it as the job keeps it."""
        return {"transcript_id": self.transcript_id, "batches": [list(b) for b in self.batches]}


def plan(parts: Parts, recording_id: int) -> dict[str, Any]:
    """Find the doubtful places of the current transcript; returns a `Plan` as JSON.

    Nothing is begun where the settings say no; who stops a second pass asks without knowing them.
    """
    if not parts.settings.readings:
        return Plan(transcript_id=0, batches=()).to_json()
    with parts.database.begin() as session:
        begin_stage(session, recording_id, Stage.READINGS, parts.clock)
        transcript_id = shown_transcript_id(session, recording_id)
        segments = read_segments(session, transcript_id) if transcript_id else ()
    starts = [place.start_ms for place in doubtful_places(segments)]
    firsts = starts[::_PLACES_A_BATCH]
    ends = [*firsts[1:], starts[-1] + 1] if starts else []
    return Plan(
        transcript_id=transcript_id or 0, batches=tuple(zip(firsts, ends, strict=True))
    ).to_json()


def reread(parts: Parts, recording_id: int, work: Plan, batch: int) -> None:
    """Listen again to the places of one batch, and keep what may have been said.

    Raises:
        SpeechError: the model failed, or is not there.
        SupersededError: another transcript was begun.
    """
    first_ms, end_ms = work.batches[batch]
    with parts.database.begin() as session:
        count_run(session, recording_id, Stage.READINGS)
        segments = read_segments(session, work.transcript_id)
    places = [one for one in doubtful_places(segments) if first_ms <= one.start_ms < end_ms]
    readings = parts.models.get(parts.settings.whisper_model).reread(
        audio_path(parts, recording_id), places
    )
    with parts.database.begin() as session:
        keep_readings(session, work.transcript_id, batch, readings)
        fraction = (batch + 1) / len(work.batches)
        note_progress(session, recording_id, Stage.READINGS, fraction, parts.clock)


def finish(parts: Parts, recording_id: int, work: Plan) -> None:
    """Let the search follow, where there is anything to follow."""
    with parts.database.begin() as session:
        if not is_begun(session, recording_id, Stage.READINGS):
            return
        if work.batches:
            recording = session.get_one(Recording, recording_id)
            recording.version += 1
            recording.updated_at = parts.clock()
        end_stage(session, recording_id, Stage.READINGS, StageState.DONE, parts.clock)
