"""Chapters: titled stretches of a recording, each until the next one."""

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Chapter(Base):
    """One chapter; a person made it, or took over what was proposed."""

    __tablename__ = "chapters"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    start_ms: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))

    __table_args__ = (UniqueConstraint("recording_id", "start_ms"),)
