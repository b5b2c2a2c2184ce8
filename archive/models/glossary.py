"""The glossary: words that recognition should know, of the archive or of a collection."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime


class GlossaryTerm(Base):
    """One term as it should be written."""

    __tablename__ = "glossary_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int | None] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE")
    )
    """None: of the whole archive."""
    term: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    """The term without case and accents, to find it again by."""
    language: Mapped[str] = mapped_column(String(16))
    """A Whisper code; empty: the same in every language (names, most drugs)."""
    kind: Mapped[str] = mapped_column(String(32), default="")
    """`drug`, `disease`, `procedure`, `place`, `institution`, `person` or nothing."""
    variants: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Other right spellings."""
    sounds_like: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What recognition wrote instead."""
    source: Mapped[str] = mapped_column(String(200), default="")
    """Which list or person it came from."""
    shipped: Mapped[bool] = mapped_column(default=False)
    """Came with the archive; a person's edit makes it false, so an update leaves it alone."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_glossary_terms_identity", "collection_id", "language", "folded"),
        Index("ix_glossary_terms_folded", "folded"),
    )


class OfferedTerm(Base):
    """A shipped term that this archive was given once; if it is gone, someone removed it."""

    __tablename__ = "offered_terms"

    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    folded: Mapped[str] = mapped_column(String(200), primary_key=True)
