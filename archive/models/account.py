"""Accounts, their roles, and one-time links."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, UtcDateTime

account_roles = Table(
    "account_roles",
    Base.metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("account_role_names.id"), primary_key=True),
)


class AccountRole(Base):
    """A role by name: `administrator`, `librarian`."""

    __tablename__ = "account_role_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)


class Account(Base):
    """Someone who can sign in. Column names are those Flask-Security expects."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    """Argon2 hash; None until the person has chosen one."""
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """Changing it ends every session of the account."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[AccountRole]] = relationship(secondary=account_roles, lazy="selectin")


class OneTimeLink(Base):
    """A link that works once: creates the first administrator, or lets someone set a password."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Only the hash is kept: who reads the database cannot use the links."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    """Whose password it sets; None: it creates the first administrator."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
