"""The workers that live: each says so every few seconds."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime


class Worker(Base):
    """One running worker; no row: it has stopped, or was taken for dead."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Its `ARCHIVE_WORKER_ID`."""
    token: Mapped[str] = mapped_column(String(32))
    """Drawn at every start, so that two processes under one name are told apart."""
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """By its own clock: only whether it moves says something to others."""
