"""A curated group of recordings: a series, a course."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, UtcDateTime


class Collection(Base):
    """A named group of recordings in an order."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    slug: Mapped[str | None] = mapped_column(String(220), unique=True)
    """Its address in words; None: its number alone."""
    description: Mapped[str] = mapped_column(Text, default="")
    cover_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    """A picture someone uploaded; None: see the next two."""
    cover_media_type: Mapped[str] = mapped_column(String(100), default="")
    cover_recording_id: Mapped[int | None] = mapped_column(
        ForeignKey("recordings.id", ondelete="SET NULL", use_alter=True)
    )
    """One of its recordings, of which a still is shown."""
    cover_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    """Which still."""
    edition: Mapped[int] = mapped_column(default=1)
    """Counts changes people made, so that two at once are noticed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecordingCollection(Base):
    """One recording in one collection."""

    __tablename__ = "recording_collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"))
    rank: Mapped[int]
    """0, 1, … among the collections of the recording; the first is its main one."""
    place: Mapped[int]
    """Ascending in the collection; a recording that is added comes last."""

    collection: Mapped[Collection] = relationship()

    __table_args__ = (
        UniqueConstraint("recording_id", "collection_id"),
        Index("ix_recording_collections_collection", "collection_id", "place"),
    )
