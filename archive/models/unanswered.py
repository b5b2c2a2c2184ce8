"""Searches that found nothing: what was looked for, and nothing about who looked."""

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class UnansweredQuery(Base):
    """One query that found nothing, however often it was asked."""

    __tablename__ = "unanswered_queries"

    id: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(String(200), unique=True)
    """Without case and accents, one space between words: the same query is counted once."""
    query: Mapped[str] = mapped_column(String(200))
    """As it was last typed."""
    searched: Mapped[int] = mapped_column(default=0)
    """How often it found nothing."""
    left: Mapped[int] = mapped_column(default=0)
    """How often it was left for the librarians."""
    last_on: Mapped[date] = mapped_column(Date, index=True)
    """The day of the last time; the hour would be more than anybody needs."""
