"""Who changed what, when, from what to what: written once, never edited."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, UtcDateTime


class AuditEntry(Base):
    """One change. The database itself refuses to change or delete a row (migration 0009)."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
    """No foreign key: what someone did stays when their account is gone. None: the operator."""
    account_name: Mapped[str] = mapped_column(String(255))
    """As it was then."""
    action: Mapped[str] = mapped_column(String(40))
    """A verb in the past: `published`, `corrected`."""
    kind: Mapped[str] = mapped_column(String(40))
    """What was changed: `recording`, `account`."""
    object_id: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        Index("ix_audit_entries_object", "kind", "object_id"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_account", "account_id"),
    )
