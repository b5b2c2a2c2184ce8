"""How each stage of the pipeline went for a recording."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime, stored_enum


class StageState(StrEnum):
    """Where a stage is."""

    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    """Not needed for this recording (no picture, no sound, plays as it is)."""
    FAILED = "failed"


class StageRun(Base):
    """One stage of one recording, as it last ran; no row: not begun."""

    __tablename__ = "stage_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(32))
    """A `archive.pipeline.Stage` value."""
    state: Mapped[StageState] = mapped_column(stored_enum(StageState))
    fraction: Mapped[float] = mapped_column(default=0.0)
    """How much of it is done, in [0, 1]."""
    runs: Mapped[int] = mapped_column(default=0)
    """How often it was begun, crashes included; each batch of the transcription counts too."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)
    """Why it failed and what to do, for a person."""

    __table_args__ = (UniqueConstraint("recording_id", "stage"),)
