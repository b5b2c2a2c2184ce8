"""What a recording is about, in a few words each."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class RecordingSubject(Base):
    """One subject of one recording."""

    __tablename__ = "recording_subjects"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    place: Mapped[int]
    """0, 1, … in the order people gave them."""
    subject: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100), index=True)
    """Without case and accents: the same subject is spelled the same in every recording."""
    concept_id: Mapped[str | None] = mapped_column(
        ForeignKey("thesaurus_concepts.id", ondelete="SET NULL")
    )
    """The concept of the thesaurus it names; None: none, or one of several."""

    __table_args__ = (Index("ix_recording_subjects_recording", "recording_id", "place"),)
