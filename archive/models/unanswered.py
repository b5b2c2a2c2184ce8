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


class SearchedOnce(Base):
    """A query that found nothing on one day only, and nobody left: counted without its words.

    Whoever looks for a patient's name in vain does so once; what is missing is searched for again.
    """

    __tablename__ = "searched_once"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of salt and folded query."""
    salt: Mapped[str] = mapped_column(String(32))
    """One for all queries of a day; gone with the last of them."""
    searched: Mapped[int] = mapped_column(default=1)
    """How often it found nothing."""
    on: Mapped[date] = mapped_column(Date, index=True)
    """The day."""
