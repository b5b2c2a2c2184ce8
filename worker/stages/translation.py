"""An English translation of what is said in other languages, batch by batch.

The stretches are those of the transcript, so a translation is made of what a reader sees, in
the languages it is in. English stays as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.captions import make_cues, write_srt, write_webvtt
from archive.errors import SupersededError
from archive.models import Recording, Role, StageState, Transcript, TranscriptKind
from archive.origins import describe_origin
from archive.pipeline import Stage
from archive.privacy.reading import read_cuts, readable_transcript
from archive.transcript import Segment
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
)
from archive.translations import ENGLISH, in_english
from worker.parts import Parts
from worker.speech import Chunk, SpokenChunk, Stretch
from worker.stages.files import keep_files, let_go_of
from worker.stages.report import begin_stage, count_run, end_stage, note_progress
from worker.stages.speech import audio_path

_LONGEST_MS = 28_000
"""Whisper hears 30 s."""
_PAUSE_MS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be translated; as JSON in the job."""

    transcript_id: int
    batches: tuple[tuple[SpokenChunk, ...], ...]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Plan":
        """Read it back."""
        return cls(
            transcript_id=stored["transcript_id"],
            batches=tuple(
                tuple(
                    SpokenChunk(chunk=_chunk(start_ms, end_ms), language=language)
                    for start_ms, end_ms, language in batch
                )
                for batch in stored["batches"]
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Write it as the job keeps it."""
        return {
            "transcript_id": self.transcript_id,
            "batches": [
                [[part.chunk.start_ms, part.chunk.end_ms, part.language] for part in batch]
                for batch in self.batches
            ],
        }


def plan(parts: Parts, recording_id: int) -> dict[str, Any]:
    """Open a new translation of the current transcript; returns a `Plan` as JSON."""
    with parts.database.begin() as session:
        begin_stage(session, recording_id, Stage.TRANSLATION, parts.clock)
        spoken = current_transcript(session, recording_id)
        transcript_id = begin_transcript(
            session,
            recording_id,
            model=parts.settings.whisper_model,
            now=parts.clock(),
            kind=TranscriptKind.TRANSLATION,
        )
    chunks = foreign_chunks(spoken.segments if spoken else ())
    size = parts.settings.speech_batch
    batches = tuple(chunks[at : at + size] for at in range(0, len(chunks), size))
    return Plan(transcript_id=transcript_id, batches=batches).to_json()


def foreign_chunks(segments: Iterable[Segment]) -> tuple[SpokenChunk, ...]:
    """Join neighbouring segments in one language that is not English to at most 28 s."""
    chunks: list[SpokenChunk] = []
    start_ms = end_ms = 0
    language = ENGLISH
    for segment in segments:
        goes_on = (
            segment.language == language
            and segment.end_ms - start_ms <= _LONGEST_MS
            and segment.start_ms - end_ms <= _PAUSE_MS
        )
        if not goes_on:
            if language != ENGLISH:
                chunks.append(SpokenChunk(chunk=_chunk(start_ms, end_ms), language=language))
            start_ms, language = segment.start_ms, segment.language
        end_ms = segment.end_ms
    if language != ENGLISH:
        chunks.append(SpokenChunk(chunk=_chunk(start_ms, end_ms), language=language))
    return tuple(chunks)


def translate(parts: Parts, recording_id: int, work: Plan, batch: int) -> None:
    """Translate one batch and store it.

    Raises:
        SpeechError: the model failed, is not there, or knows English only.
        SupersededError: another translation was begun.
    """
    with parts.database.begin() as session:
        count_run(session, recording_id, Stage.TRANSLATION)
    segments = parts.models.get(parts.settings.whisper_model).translate_batch(
        audio_path(parts, recording_id), work.batches[batch]
    )
    with parts.database.begin() as session:
        keep_batch(session, work.transcript_id, batch, segments)
        fraction = (batch + 1) / len(work.batches)
        note_progress(session, recording_id, Stage.TRANSLATION, fraction, parts.clock)


def finish(parts: Parts, recording_id: int, work: Plan) -> None:
    """Show the translation: complete, with subtitles; the search follows the new version."""
    with parts.database.begin() as session:
        if session.get(Transcript, work.transcript_id) is None:
            raise SupersededError(f"translation {work.transcript_id} was begun anew")
        complete_transcript(session, work.transcript_id, now=parts.clock())
        recording = session.get_one(Recording, recording_id)
        recording.version += 1
        recording.updated_at = parts.clock()
        end_stage(session, recording_id, Stage.TRANSLATION, StageState.DONE, parts.clock)
    write_subtitles(parts, recording_id)


def write_subtitles(parts: Parts, recording_id: int) -> None:
    """Write the subtitles of the current translation, if there is one.

    What was said in English, and the rest translated.
    """
    with parts.database.read() as session:
        spoken = readable_transcript(session, recording_id)
        english = readable_transcript(session, recording_id, kind=TranscriptKind.TRANSLATION)
        hides_words = read_cuts(session, recording_id).in_words
    if english is None or hides_words:  # As with captions.
        let_go_of(parts, recording_id, Role.TRANSLATION_VTT, Role.TRANSLATION_SRT)
        return
    cues = make_cues(in_english(spoken.segments if spoken else (), english.segments))
    note = describe_origin(english.model, english.segments, translated=True)
    vtt = parts.storage.keep_bytes(write_webvtt(cues, language=ENGLISH, note=note).encode())
    srt = parts.storage.keep_bytes(write_srt(cues).encode())
    keep_files(parts, recording_id, Role.TRANSLATION_VTT, [(vtt, "text/vtt", None)])
    keep_files(parts, recording_id, Role.TRANSLATION_SRT, [(srt, "application/x-subrip", None)])


def _chunk(start_ms: int, end_ms: int) -> Chunk:
    return Chunk(
        start_ms=start_ms, end_ms=end_ms, voiced=(Stretch(start_ms=start_ms, end_ms=end_ms),)
    )
