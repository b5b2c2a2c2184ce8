"""Accounts, their roles, one-time links, and what failed sign-ins have cost."""

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, String, Table
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
    tf_primary_method: Mapped[str | None] = mapped_column(String(16))
    """`authenticator` where an app on a phone is asked for a code as well; else None."""
    tf_totp_secret: Mapped[str | None] = mapped_column(String(1024))
    """What the app shares with us, encrypted with the site's secret key."""
    tf_counter: Mapped[int | None]
    """The last half minute a code was used of: no code works twice."""
    mf_recovery_codes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Unused ones, encrypted likewise."""
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64))
    """How the account's passkeys name it; tells nothing about the person."""
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[AccountRole]] = relationship(secondary=account_roles, lazy="selectin")
    passkeys: Mapped[list["Passkey"]] = relationship(
        cascade="all, delete-orphan", order_by="Passkey.id"
    )

    __table_args__ = (
        Index("ix_accounts_fs_webauthn_user_handle", "fs_webauthn_user_handle", unique=True),
    )


class OneTimeLink(Base):
    """A link that works once.

    It creates the first administrator, invites someone, or lets someone set their password.
    """

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Only the hash is kept: who reads the database cannot use the links."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    """Whose password it sets; None: it creates an account."""
    role: Mapped[str | None] = mapped_column(String(32))
    """Of the account an invitation creates; None and no account: the first administrator."""
    email: Mapped[str | None] = mapped_column(String(255))
    """Whom an invitation is for, where the administrator said."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was used, or taken back."""


class Passkey(Base):
    """A public key of someone's device (WebAuthn). Column names are Flask-Security's."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    """As its device counts; one that goes back was copied."""
    transports: Mapped[list[str]] = mapped_column(JSON)
    extensions: Mapped[str] = mapped_column(String(255))
    device_type: Mapped[str] = mapped_column(String(64))
    backup_state: Mapped[bool]
    name: Mapped[str] = mapped_column(String(64))
    """As its owner calls it."""
    usage: Mapped[str] = mapped_column(String(16))
    """`first`: in place of a password; `secondary`: after one."""
    create_datetime: Mapped[datetime] = mapped_column(UtcDateTime)
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInBrake(Base):
    """What failed sign-ins of one account, device or address have cost it."""

    __tablename__ = "sign_in_brakes"

    key_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of whom: a hash, for what is typed as an address may be a password."""
    free_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When all of it is forgotten."""
