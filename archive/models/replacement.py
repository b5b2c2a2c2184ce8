"""Corrections made everywhere at once, so that they can be undone as one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime


class Replacement(Base):
    """One term put in place of another, in many places of many recordings."""

    __tablename__ = "replacements"

    id: Mapped[int] = mapped_column(primary_key=True)
    found: Mapped[str] = mapped_column(String(200))
    """As it was written."""
    put: Mapped[str] = mapped_column(String(200))
    """As it is written now."""
    collection_id: Mapped[int | None] = mapped_column(
        ForeignKey("collections.id", ondelete="SET NULL")
    )
    """Where it was looked for; None: in the whole archive."""
    change_group: Mapped[str] = mapped_column(String(64), unique=True)
    """Names the edits of transcripts that it made, for `archive.editing`."""
    places: Mapped[int]
    recordings: Mapped[int]
    account_id: Mapped[int | None]
    account_name: Mapped[str] = mapped_column(String(255), default="")
    """As it was then."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
