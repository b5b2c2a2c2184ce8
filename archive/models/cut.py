"""Cuts: what readers must not read, hear or see of a recording, and what was decided about it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime, stored_enum


class Decision(StrEnum):
    """What a person decided about words that may tell who a patient is."""

    KEEP = "keep"
    """They tell nobody, or whoever they tell of agreed."""
    HIDE = "hide"
    """The words are hidden, the sound stays."""
    MUTE = "mute"
    """The sound is muted, the words stay."""
    BOTH = "both"


class Cut(Base):
    """A stretch of a recording that readers get without words, sound or picture."""

    __tablename__ = "cuts"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), index=True
    )
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int] = mapped_column(BigInteger)
    """Exclusive."""
    hides_words: Mapped[bool]
    mutes_sound: Mapped[bool]
    hides_picture: Mapped[bool] = mapped_column(default=False)
    """Slides, stills and the moving picture."""
    spoken: Mapped[bool] = mapped_column(default=False)
    """Its times are those of recognized words, which are not exact: more of the sound is muted."""
    account_id: Mapped[int | None]
    """Who made it; no foreign key: it stays when their account is gone."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PrivacyDecision(Base):
    """What was decided about one finding of the privacy check."""

    __tablename__ = "privacy_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    """A value of `archive.privacy.Kind`."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the words decided about, folded: the same words need no second decision."""
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int] = mapped_column(BigInteger)
    decision: Mapped[Decision] = mapped_column(stored_enum(Decision))
    account_id: Mapped[int | None]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_privacy_decisions_recording", "recording_id", "start_ms"),)
