"""Slides: what was shown in a recording, when, and the words on it."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, stored_enum


class SlideSource(StrEnum):
    """Where a slide came from."""

    VIDEO = "video"
    """Found in the picture of the recording; found again when it is transcribed again."""
    HAND = "hand"
    """Given by a person with its time, from a PDF; the machine never changes it."""


class Slide(Base):
    """One slide; its picture is the recording's file in the role `slide` at the same time."""

    __tablename__ = "slides"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int | None] = mapped_column(BigInteger)
    """None: until the next slide, or the end."""
    text: Mapped[str] = mapped_column(Text, default="")
    """A line for each line on the slide, in reading order."""
    lines: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """`[[left, top, right, bottom, confidence, text], …]`; edges as fractions of the picture."""
    source: Mapped[SlideSource] = mapped_column(stored_enum(SlideSource))

    __table_args__ = (UniqueConstraint("recording_id", "start_ms"),)
