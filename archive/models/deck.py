"""A PDF of slides that a person gives to a recording, and its pages."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime, stored_enum


class DeckState(StrEnum):
    """How far the worker is with a PDF."""

    WAITING = "waiting"
    """Its pages are to be read, or being read."""
    READY = "ready"
    FAILED = "failed"
    """It could not be read; `problem` says why and what to do."""


class Deck(Base):
    """The PDF of a recording; another one takes its place."""

    __tablename__ = "decks"

    id: Mapped[int] = mapped_column(primary_key=True)
    """Never given twice: the job that reads it is named after it."""
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), unique=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    name: Mapped[str] = mapped_column(String(300))
    """The file's name, for showing only; never a path."""
    state: Mapped[DeckState] = mapped_column(stored_enum(DeckState))
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)


class DeckPage(Base):
    """One page of a PDF; with a time it is a slide of the recording."""

    __tablename__ = "deck_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    deck_id: Mapped[int] = mapped_column(ForeignKey("decks.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1."""
    text: Mapped[str] = mapped_column(Text, default="")
    """A line for each line on the page, in reading order."""
    lines: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """As a slide has them."""
    picture_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    small_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    start_ms: Mapped[int | None] = mapped_column(BigInteger)
    """When it was shown; None: it was not, or nobody has said yet."""

    __table_args__ = (UniqueConstraint("deck_id", "number"),)
