"""Speech recognition: find the speech, plan it, and turn it into words with times.

    raw audio → plan_chunks → plan_batches → Transcriber.transcribe_batch → Segment …

The only package that knows faster-whisper. It must not know ffmpeg or the database.
"""

from worker.speech.hints import Hints, ShownText
from worker.speech.languages import SpokenChunk
from worker.speech.model import check_model, find_model, load_model
from worker.speech.plan import (
    Chunk,
    Stretch,
    chunks_from_json,
    chunks_to_json,
    plan_batches,
    plan_chunks,
)
from worker.speech.rereading import Place, doubtful_places
from worker.speech.transcriber import Transcriber, WhisperTranscriber

__all__ = [
    "Chunk",
    "Hints",
    "Place",
    "ShownText",
    "SpokenChunk",
    "Stretch",
    "Transcriber",
    "WhisperTranscriber",
    "check_model",
    "chunks_from_json",
    "chunks_to_json",
    "doubtful_places",
    "find_model",
    "load_model",
    "plan_batches",
    "plan_chunks",
]
