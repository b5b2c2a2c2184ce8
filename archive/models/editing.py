"""Versions of transcripts: who changed them and when, and how changed segments were before.

A version holds no copy. Its segments are those that are like this since it or earlier, and
those of the history that were so at it (decision 0012).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime, stored_enum
from archive.models.transcript import SegmentContent, TranscriptKind


class TranscriptVersion(Base):
    """One version of a transcript, as people count them."""

    __tablename__ = "transcript_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    kind: Mapped[TranscriptKind] = mapped_column(stored_enum(TranscriptKind))
    number: Mapped[int]
    """1, 2, … within the recording and kind."""
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    """Whose segments it is made of."""
    what: Mapped[str] = mapped_column(String(16))
    """`archive.transcript_versions.What`: made by a machine, edited, restored."""
    account_id: Mapped[int | None]
    """Who; no foreign key: what someone did stays when their account is gone."""
    account_name: Mapped[str] = mapped_column(String(255), default="")
    """As it was then; empty: a machine."""
    sitting: Mapped[str] = mapped_column(String(32), default="")
    """The opened editor whose saves grow this version; empty: it does not grow."""
    change_group: Mapped[str] = mapped_column(String(64), default="")
    """Names versions of several recordings that are undone as one; empty: alone."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """For people, where `what` does not say all: `version 3`, a term that was replaced."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it last grew."""

    __table_args__ = (
        UniqueConstraint("recording_id", "kind", "number"),
        Index("ix_transcript_versions_transcript", "transcript_id"),
        Index("ix_transcript_versions_group", "change_group"),
    )


class SegmentHistory(SegmentContent, Base):
    """How a segment was from one version until before another."""

    __tablename__ = "segment_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    until: Mapped[int]
    """Number of the version that it was no longer so in."""

    __table_args__ = (Index("ix_segment_history_until", "transcript_id", "until"),)
