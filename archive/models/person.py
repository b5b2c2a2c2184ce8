"""People who speak in or make recordings; each is one, whatever the names it is found by."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, UtcDateTime, stored_enum


class PersonRole(StrEnum):
    """What someone does in a recording; in the order they are listed."""

    PRESENTER = "presenter"
    MODERATOR = "moderator"
    PANELLIST = "panellist"
    INTERPRETER = "interpreter"
    ORGANISER = "organiser"
    CONTRIBUTOR = "contributor"
    """Whatever else."""


class Person(Base):
    """Someone; several may have one name, told apart by organisation or ORCID."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200), index=True)
    """Without case and accents."""
    organisation: Mapped[str] = mapped_column(String(300), default="")
    orcid: Mapped[str | None] = mapped_column(String(19), unique=True)
    """As `0000-0002-1825-0097`; None: not known."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    aliases: Mapped[list["PersonName"]] = relationship(
        cascade="all, delete-orphan", order_by="PersonName.id"
    )


class PersonName(Base):
    """Another name someone is found by: as it was written before, or in another script."""

    __tablename__ = "person_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200), index=True)


class RecordingPerson(Base):
    """One person in one role of one recording."""

    __tablename__ = "recording_people"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[PersonRole] = mapped_column(stored_enum(PersonRole))
    place: Mapped[int]
    """0, 1, … in the order people gave them."""

    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("recording_id", "person_id", "role"),
        Index("ix_recording_people_recording", "recording_id", "place"),
    )
