"""Transcripts, versioned, and their segments with word times."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, UtcDateTime


class TranscriptKind(StrEnum):
    """What a transcript is of its recording."""

    SPEECH = "speech"
    """What was said, in the languages it was said in."""
    TRANSLATION = "translation"
    """The same in English, by machine."""


class Transcript(Base):
    """One version of what was said in a recording."""

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    kind: Mapped[TranscriptKind] = mapped_column(
        Enum(
            TranscriptKind,
            native_enum=False,
            length=16,
            values_callable=lambda e: [m.value for m in e],
        ),
        default=TranscriptKind.SPEECH,
    )
    version: Mapped[int]
    """1, 2, … within the recording and kind; the highest complete one is shown."""
    source: Mapped[str] = mapped_column(String(16))
    """`machine` for now."""
    model: Mapped[str] = mapped_column(String(200))
    """The speech model that made it."""
    complete: Mapped[bool] = mapped_column(default=False)
    """False while batches are still being added."""
    checked: Mapped[bool] = mapped_column(default=False)
    """People have checked it against the sound."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    segments: Mapped[list["TranscriptSegment"]] = relationship(
        cascade="all, delete-orphan", order_by="TranscriptSegment.start_ms"
    )

    __table_args__ = (UniqueConstraint("recording_id", "kind", "version"),)


class TranscriptSegment(Base):
    """A stretch of speech; written once, with its batch."""

    __tablename__ = "transcript_segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    batch: Mapped[int]
    """Which batch of the transcription gave it; a batch done again replaces its segments."""
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    doubts: Mapped[str] = mapped_column(String(100), default="")
    """Codes of `archive.doubts`, space separated: why a person should listen to it."""
    edited: Mapped[bool] = mapped_column(default=False)
    """A person has changed it: no machine replaces it."""
    speaker: Mapped[str] = mapped_column(String(64), default="")
    """Label of who speaks; empty: not known."""
    words: Mapped[list[list[Any]]] = mapped_column(JSON)
    """`[[start_ms, end_ms, confidence, text], …]`: 20,000 words are 20,000 rows otherwise."""

    __table_args__ = (
        Index("ix_transcript_segments_order", "transcript_id", "start_ms"),
        Index("ix_transcript_segments_batch", "transcript_id", "batch"),
    )
