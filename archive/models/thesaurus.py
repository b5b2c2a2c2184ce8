"""The thesaurus: what one thing is called in several languages, so that search finds them all."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime


class ThesaurusConcept(Base):
    """One thing that has names."""

    __tablename__ = "thesaurus_concepts"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Letters, digits and hyphens, as `high-cholesterol`."""
    mesh: Mapped[str] = mapped_column(String(16), default="")
    """Unique id of its heading in MeSH, as `D006973`; empty: not known."""
    shipped: Mapped[bool] = mapped_column(default=False)
    """Came with the archive, and nobody changed its MeSH id."""


class ThesaurusLabel(Base):
    """One name of a concept in one language."""

    __tablename__ = "thesaurus_labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[str] = mapped_column(ForeignKey("thesaurus_concepts.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(16))
    """A Whisper code."""
    term: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    """The term without case and accents, to find it again by."""
    preferred: Mapped[bool] = mapped_column(default=False)
    """The name to show; one of a concept and language at most."""
    source: Mapped[str] = mapped_column(String(200), default="")
    """Which list or person it came from."""
    shipped: Mapped[bool] = mapped_column(default=False)
    """Came with the archive; a person's edit makes it false, so an update leaves it alone."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_thesaurus_labels_identity", "concept_id", "language", "folded", unique=True),
        Index("ix_thesaurus_labels_folded", "folded"),
    )


class OfferedLabel(Base):
    """A shipped label that this archive was given once; if it is gone, someone removed it."""

    __tablename__ = "offered_labels"

    concept_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    folded: Mapped[str] = mapped_column(String(200), primary_key=True)


class ThesaurusState(Base):
    """One row: what tells a process that the labels it holds in memory are out of date."""

    __tablename__ = "thesaurus_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    """Always 1."""
    revision: Mapped[int] = mapped_column(default=0)
    """Grows with every change of a label."""
    shipped_digest: Mapped[str] = mapped_column(String(64), default="")
    """sha256 of the shipped labels that were last brought in; empty: none yet."""
