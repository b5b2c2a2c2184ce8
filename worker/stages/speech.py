"""Sound and speech: extract it, plan the batches, transcribe each, finish the transcript.

Each batch is a durable step of its own: its segments are stored in the transaction that
moves the progress, so a killed worker does at most one batch again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import SupersededError
from archive.models import Recording, StageState, Transcript
from archive.notices import Notice, read_notices, write_notices
from archive.pipeline import Stage
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
    language_before,
    spoken_languages,
)
from worker.media.audio import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, extract_audio
from worker.parts import Parts
from worker.speech import Chunk, chunks_from_json, chunks_to_json, plan_batches, plan_chunks
from worker.speech.plan import MAX_CHUNK_MS, find_speech, pack_speech
from worker.stages.context import read_hints, wait_for_slides
from worker.stages.files import kept_media_info, master_path
from worker.stages.report import (
    StageReport,
    begin_stage,
    count_run,
    end_stage,
    forget_stage,
    note_progress,
    stage_run,
)

_PLANNED_AT_ONCE_MS = 900_000
"""Finding the speech takes 14 s of a processor for two hours (and 90 s on the clock were seen on a
busy machine), while nothing can be searched; a quarter of an hour's is found in 2 s."""
_OPENING_CHUNKS = 4
"""Some two minutes of speech, which are searchable first."""
_BYTES_PER_MS = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be transcribed; as JSON in the job, so that newer code can go on with it."""

    transcript_id: int
    batches: tuple[tuple[Chunk, ...], ...]
    """Stretches of speech in order; empty when there is none."""
    unplanned_ms: int = 0
    """Length of what follows the last batch, if it is still to be planned by `plan_rest`."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Plan":
        """Read it back."""
        return cls(
            transcript_id=stored["transcript_id"],
            batches=tuple(chunks_from_json(batch) for batch in stored["batches"]),
            unplanned_ms=stored.get("unplanned_ms", 0),
        )

    def to_json(self) -> dict[str, Any]:
        """Write it as the job keeps it."""
        return {
            "transcript_id": self.transcript_id,
            "batches": [chunks_to_json(batch) for batch in self.batches],
            "unplanned_ms": self.unplanned_ms,
        }

    def fraction_after(self, batch: int) -> float:
        """Return how much of the speech is transcribed once a batch is, in [0, 1]."""
        spoken_ms = [sum(chunk.heard_ms for chunk in chunks) for chunks in self.batches]
        return sum(spoken_ms[: batch + 1]) / max(sum(spoken_ms) + self.unplanned_ms, 1)


def audio(parts: Parts, recording_id: int) -> None:
    """Extract the sound, on the player's timeline."""
    with stage_run(parts.database, recording_id, Stage.AUDIO, parts.clock) as report:
        if kept_media_info(parts, recording_id).audio is None:
            report.skip()
            return
        _extract(parts, recording_id, report)


def plan(parts: Parts, recording_id: int, stage: Stage = Stage.TRANSCRIPTION) -> dict[str, Any]:
    """Find the stretches of speech and open a new transcript; returns a `Plan` as JSON.

    Of a long recording only the first ones, so that they can soon be searched; for the others
    see `plan_rest`.
    """
    batches: tuple[tuple[Chunk, ...], ...] = ()
    unplanned_ms = 0
    with parts.database.begin() as session:
        begin_stage(session, recording_id, stage, parts.clock)
    if kept_media_info(parts, recording_id).audio is not None:
        sound = audio_path(parts, recording_id)
        length_ms = sound.stat().st_size // _BYTES_PER_MS
        if stage is Stage.TRANSCRIPTION and length_ms > _PLANNED_AT_ONCE_MS:
            if opening := find_opening(sound, length_ms):
                batches, unplanned_ms = (opening,), length_ms - opening[-1].end_ms
        else:
            batches = plan_batches(plan_chunks(sound), size=parts.settings.speech_batch)
    with parts.database.begin() as session:
        transcript_id = begin_transcript(
            session, recording_id, model=_model(parts, stage), now=parts.clock()
        )
    return Plan(transcript_id=transcript_id, batches=batches, unplanned_ms=unplanned_ms).to_json()


def find_opening(sound: Path, length_ms: int) -> tuple[Chunk, ...]:
    """Return the first chunks of `plan_chunks`, without looking through all of the sound.

    Args:
        sound: as `plan_chunks` takes it.
        length_ms: of the sound.
    """
    voiced = []
    spoken_ms = 0
    for stretch in find_speech(sound):
        voiced.append(stretch)
        spoken_ms += stretch.length_ms
        # A chunk is as it stays once there is another after it.
        if spoken_ms > _OPENING_CHUNKS * MAX_CHUNK_MS:
            break
    return pack_speech(voiced, length_ms)[:_OPENING_CHUNKS]


def plan_rest(parts: Parts, recording_id: int, opening: Plan) -> dict[str, Any]:
    """Plan what an opening leaves; returns the whole `Plan` as JSON, the opening first in it."""
    chunks = plan_chunks(audio_path(parts, recording_id))
    planned = sum(map(len, opening.batches))
    rest = plan_batches(chunks[planned:], size=parts.settings.speech_batch)
    return Plan(transcript_id=opening.transcript_id, batches=(*opening.batches, *rest)).to_json()


def is_worth_showing(batch: int, work: Plan) -> bool:
    """Tell whether to let what is transcribed be searched after a batch that is not the last.

    After the first, and whenever it has doubled: a recording is indexed whole each time.
    """
    more = batch + 1 < len(work.batches) or work.unplanned_ms > 0
    return more and (batch + 1) & batch == 0


def transcribe(
    parts: Parts,
    recording_id: int,
    work: Plan,
    batch: int,
    stage: Stage = Stage.TRANSCRIPTION,
) -> None:
    """Transcribe one batch and store it.

    Raises:
        SpeechError: the model failed, or is not there.
        SupersededError: it was stopped, or another transcript was begun.
    """
    chunks = work.batches[batch]
    with parts.database.begin() as session:
        count_run(session, recording_id, stage)
    wait_for_slides(parts, recording_id, until_ms=chunks[-1].end_ms, stage=stage)
    with parts.database.read() as session:
        language = session.get_one(Recording, recording_id).language
        before = language_before(session, work.transcript_id, batch)
        hints = read_hints(session, recording_id)
    segments = parts.models.get(_model(parts, stage)).transcribe_batch(
        audio_path(parts, recording_id), chunks, language=language, hints=hints, before=before
    )
    with parts.database.begin() as session:
        keep_batch(session, work.transcript_id, batch, segments)
        note_progress(session, recording_id, stage, work.fraction_after(batch), parts.clock)


def end(parts: Parts, recording_id: int, stage: Stage = Stage.TRANSCRIPTION) -> None:
    """Note that every batch is transcribed."""
    with parts.database.begin() as session:
        skipped = not session.get_one(Recording, recording_id).has_audio
        state = StageState.SKIPPED if skipped else StageState.DONE
        end_stage(session, recording_id, stage, state, parts.clock)


def finish(parts: Parts, recording_id: int, work: Plan) -> None:
    """Make the transcript the one that is shown."""
    with (
        stage_run(parts.database, recording_id, Stage.TRANSCRIPT, parts.clock),
        parts.database.begin() as session,
    ):
        if session.get(Transcript, work.transcript_id) is None:
            raise SupersededError(f"transcript {work.transcript_id} was begun anew")
        complete_transcript(session, work.transcript_id, now=parts.clock())
        # Those there are, are of the transcript before.
        forget_stage(session, recording_id, Stage.READINGS)
        transcript = current_transcript(session, recording_id)
        segments = transcript.segments if transcript else ()
        recording = session.get_one(Recording, recording_id)
        languages = spoken_languages(segments)
        recording.languages = " ".join(languages)
        recording.detected_language = next(iter(languages), None)
        notices = set(read_notices(recording.notices)) - {Notice.NO_SPEECH}
        if not segments and Notice.NO_AUDIO not in notices:
            notices.add(Notice.NO_SPEECH)
        recording.notices = write_notices(notices)
        recording.version += 1
        recording.updated_at = parts.clock()


def _model(parts: Parts, stage: Stage) -> str:
    """Name the model of a pass."""
    if stage is Stage.REFINEMENT:
        return parts.settings.second_model
    return parts.settings.whisper_model


def audio_path(parts: Parts, recording_id: int) -> Path:
    """Return the extracted sound, extracted again if scratch was emptied meanwhile."""
    target = parts.scratch(recording_id) / "audio.pcm"
    if not target.exists():
        _extract(parts, recording_id, None)
    return target


def _extract(parts: Parts, recording_id: int, report: StageReport | None) -> None:
    extract_audio(
        master_path(parts, recording_id),
        parts.scratch(recording_id) / "audio.pcm",
        info=kept_media_info(parts, recording_id),
        tools=parts.tools,
        on_progress=report.progress if report else None,
    )
