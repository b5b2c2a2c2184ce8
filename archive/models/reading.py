"""What else may have been said in a transcript, for search."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class TranscriptReadings(Base):
    """What else may have been said at the doubtful places of a part of a transcript."""

    __tablename__ = "transcript_readings"

    transcript_id: Mapped[int] = mapped_column(
        ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True
    )
    batch: Mapped[int] = mapped_column(primary_key=True)
    places: Mapped[list[list[Any]]] = mapped_column(JSON)
    """`[[start_ms, end_ms, written, [text, …]], …]`; see `archive.transcript.Reading`."""
