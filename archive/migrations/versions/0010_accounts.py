"""Second factors, passkeys, invitations, tokens, and what failed sign-ins cost.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

from archive.models import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("tf_primary_method", sa.String(length=16), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=1024), nullable=True),
        sa.Column("tf_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("last_sign_in_at", UtcDateTime(timezone=True), nullable=True),
    ):
        op.add_column("accounts", column)
    op.create_index(
        "ix_accounts_fs_webauthn_user_handle", "accounts", ["fs_webauthn_user_handle"], unique=True
    )
    op.add_column("one_time_links", sa.Column("role", sa.String(length=32), nullable=True))
    op.add_column("one_time_links", sa.Column("email", sa.String(length=255), nullable=True))
    _make_passkeys()
    _make_tokens()
    op.create_table(
        "sign_in_brakes",
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("free_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_sign_in_brakes")),
    )
    op.create_index(op.f("ix_sign_in_brakes_free_at"), "sign_in_brakes", ["free_at"])
    op.create_index("ix_audit_entries_account", "audit_entries", ["account_id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entries_account", "audit_entries")
    for table in ("sign_in_brakes", "api_tokens", "passkeys"):
        op.drop_table(table)
    op.drop_column("one_time_links", "email")
    op.drop_column("one_time_links", "role")
    op.drop_index("ix_accounts_fs_webauthn_user_handle", "accounts")
    for name in (
        "last_sign_in_at",
        "fs_webauthn_user_handle",
        "mf_recovery_codes",
        "tf_counter",
        "tf_totp_secret",
        "tf_primary_method",
    ):
        op.drop_column("accounts", name)


def _make_passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=16), nullable=False),
        sa.Column("create_datetime", UtcDateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", UtcDateTime(timezone=True), nullable=False),
        _of_account("passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])


def _make_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("beginning", sa.String(length=16), nullable=False),
        sa.Column("scopes", sa.String(length=100), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", UtcDateTime(timezone=True), nullable=True),
        _of_account("api_tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_tokens_token_sha256")),
    )
    op.create_index(op.f("ix_api_tokens_account_id"), "api_tokens", ["account_id"])


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["accounts.id"],
        name=op.f(f"fk_{table}_account_id_accounts"),
        ondelete="CASCADE",
    )
