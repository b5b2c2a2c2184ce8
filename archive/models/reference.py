"""What a recording refers to, and what it is called elsewhere: links and identifiers."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, stored_enum


class IdentifierKind(StrEnum):
    """Who gives the identifier out."""

    DOI = "doi"
    HANDLE = "handle"
    ISBN = "isbn"
    OTHER = "other"


class RecordingLink(Base):
    """A page that has to do with a recording."""

    __tablename__ = "recording_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    place: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000))
    label: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (Index("ix_recording_links_recording", "recording_id", "place"),)


class RecordingIdentifier(Base):
    """What a recording is called elsewhere."""

    __tablename__ = "recording_identifiers"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    place: Mapped[int]
    kind: Mapped[IdentifierKind] = mapped_column(stored_enum(IdentifierKind))
    value: Mapped[str] = mapped_column(String(300))
    """Normalised: a DOI in small letters, without an address before it."""

    __table_args__ = (
        Index("ix_recording_identifiers_recording", "recording_id", "place"),
        Index("ix_recording_identifiers_value", "kind", "value"),
    )
