"""Transcripts, versioned, and their segments with word times."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, UtcDateTime, stored_enum

MACHINE, CAPTIONS = "machine", "captions"
"""Where a transcript comes from."""


class TranscriptKind(StrEnum):
    """What a transcript is of its recording."""

    SPEECH = "speech"
    """What was said, in the languages it was said in."""
    TRANSLATION = "translation"
    """The same in English, by machine."""


def new_uid() -> str:
    """Make a name for a segment, as good as unique."""
    return secrets.token_hex(6)


class Review(StrEnum):
    """How far people are with a transcript."""

    MACHINE = "machine"
    """As a machine made it; some of it may be corrected."""
    IN_REVIEW = "in review"
    CHECKED = "checked"


class Transcript(Base):
    """What one run of a machine (or an import) gave, with what people made of it since."""

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    kind: Mapped[TranscriptKind] = mapped_column(
        stored_enum(TranscriptKind),
        default=TranscriptKind.SPEECH,
    )
    version: Mapped[int]
    """1, 2, … within the recording and kind; the highest complete one is shown. What people call
    versions, edits among them, are `TranscriptVersion`."""
    source: Mapped[str] = mapped_column(String(16))
    """`MACHINE`, or `CAPTIONS` for what people brought: no machine replaces that."""
    model: Mapped[str] = mapped_column(String(200))
    """The speech model that made it."""
    complete: Mapped[bool] = mapped_column(default=False)
    """False while batches are still being added."""
    checked: Mapped[bool] = mapped_column(default=False)
    """People have checked it against the sound."""
    checked_by: Mapped[str] = mapped_column(String(255), default="")
    """Who said so, by name; empty while it is not checked."""
    in_review_by: Mapped[str] = mapped_column(String(255), default="")
    """Who works on it, by name; empty: nobody has begun."""
    in_review_by_id: Mapped[int | None]
    """The account; no foreign key: a name stays when its account is gone."""
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its review last went a step further or back."""
    changes: Mapped[int] = mapped_column(default=0)
    """Counts saves since it was complete; segments remember at which they changed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    segments: Mapped[list["TranscriptSegment"]] = relationship(
        cascade="all, delete-orphan", order_by="TranscriptSegment.start_ms"
    )

    __table_args__ = (UniqueConstraint("recording_id", "kind", "version"),)

    @property
    def review(self) -> Review:
        """How far people are with it."""
        if self.checked:
            return Review.CHECKED
        return Review.IN_REVIEW if self.in_review_by else Review.MACHINE


class SegmentContent:
    """What a segment says, as it is and as it was."""

    uid: Mapped[str] = mapped_column(String(16), default=new_uid)
    """Names it within its transcript for as long as it lives, and in the next transcript if
    people edited it."""
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    doubts: Mapped[str] = mapped_column(String(100), default="")
    """Codes of `archive.doubts`, space separated: why a person should listen to it."""
    edited: Mapped[bool] = mapped_column(default=False)
    """A person has changed it: no machine replaces it."""
    checked: Mapped[bool] = mapped_column(default=False)
    """A person has listened to it and found it right: no machine replaces it."""
    speaker: Mapped[str] = mapped_column(String(64), default="")
    """Label of who speaks; empty: not known."""
    speaker_set: Mapped[bool] = mapped_column(default=False)
    """A person has said who speaks: no machine says it anew."""
    words: Mapped[list[list[Any]]] = mapped_column(JSON)
    """`[[start_ms, end_ms, confidence, text], …]`: 20,000 words are 20,000 rows otherwise."""
    since: Mapped[int] = mapped_column(default=0)
    """Number of the version it is like this since; 0: since the transcript was made."""


class TranscriptSegment(SegmentContent, Base):
    """A stretch of speech as it is now; how it was before is in `SegmentHistory`."""

    __tablename__ = "transcript_segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    batch: Mapped[int]
    """Which batch of the transcription gave it; a batch done again replaces its segments."""
    revision: Mapped[int] = mapped_column(default=0)
    """`Transcript.changes` when it last changed: an edit of an older revision is a conflict."""

    __table_args__ = (
        Index("ix_transcript_segments_order", "transcript_id", "start_ms"),
        Index("ix_transcript_segments_batch", "transcript_id", "batch"),
        Index("ix_transcript_segments_uid", "transcript_id", "uid", unique=True),
        # Doubts of the whole archive are counted from it alone, not from rows with all words.
        Index(
            "ix_transcript_segments_doubtful",
            "transcript_id",
            "doubts",
            "checked",
            sqlite_where=text("doubts <> ''"),
            postgresql_where=text("doubts <> ''"),
        ),
    )
