"""Who speaks when in a recording, and what the speakers are called."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime


class SpeakerTurns(Base):
    """The turns of a recording's speakers: of its sound, so they outlive its transcripts."""

    __tablename__ = "speaker_turns"

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True
    )
    model: Mapped[str] = mapped_column(String(100))
    """What found them."""
    turns: Mapped[list[list[Any]]] = mapped_column(JSON)
    """`[[start_ms, end_ms, label], …]` in order of time: always read whole."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Speaker(Base):
    """What a person calls one of a recording's speakers."""

    __tablename__ = "speakers"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(64))
    """As in turns and segments: `Speaker 1`."""
    name: Mapped[str] = mapped_column(String(100))
    """Two labels may have one name: a voice that the machine took for two."""

    __table_args__ = (UniqueConstraint("recording_id", "label"),)
