"""Uploads under way: what a person sends in pieces until the file is whole."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime, stored_enum


class UploadState(StrEnum):
    """What became of an upload."""

    RECEIVING = "receiving"
    """Bytes come, or may come again; how many are there is told by the file, not by a column."""
    FINISHED = "finished"
    """It is a recording; its partial file is gone."""
    REFUSED = "refused"
    """What came is no recording; its bytes are gone, `problem` says why."""


class Upload(Base):
    """One file on its way. Its partial file lies in the uploads folder under its id."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Random, url-safe: part of its address."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(300))
    """The file's name, for showing only; never a path."""
    fingerprint: Mapped[str] = mapped_column(String(400), default="")
    """What tells the sender's file from another: name, size, time of change; empty: not told."""
    sent_metadata: Mapped[str] = mapped_column(Text, default="")
    """`Upload-Metadata` as it came."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of its bytes, once all are there and before they are moved: a kill between the two loses
    nothing."""
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was typed into the description so far, by field, as typed."""
    captions: Mapped[str | None] = mapped_column(Text)
    """A caption file that goes with it."""
    captions_name: Mapped[str] = mapped_column(String(300), default="")
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("recordings.id", ondelete="SET NULL")
    )
    """The recording whose file it is to take the place of."""
    state: Mapped[UploadState] = mapped_column(stored_enum(UploadState))
    recording_id: Mapped[int | None] = mapped_column(
        ForeignKey("recordings.id", ondelete="SET NULL")
    )
    """What it became."""
    existing: Mapped[bool] = mapped_column(default=False)
    """Its bytes were here already: then that is the recording they belong to."""
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When bytes or text last came, within an hour."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_uploads_owner", "owner_id", "state"),
        Index("ix_uploads_expires_at", "expires_at"),
    )


class OutgoingMail(Base):
    """A mail to be sent, written in the transaction of what it tells of."""

    __tablename__ = "outgoing_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    """What it tells of: `ready-7-1`; nothing is told twice."""
    address: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is tried next."""
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_outgoing_mails_due", "sent_at", "due_at"),)
