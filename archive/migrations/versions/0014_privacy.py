"""Chapters, cuts, the range to show, privacy decisions, corrections made everywhere.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

from archive.models import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chapters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        _of_recording("chapters"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapters")),
        sa.UniqueConstraint("recording_id", "start_ms", name=op.f("uq_chapters_recording_id")),
    )
    op.create_table(
        "cuts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("hides_words", sa.Boolean(), nullable=False),
        sa.Column("mutes_sound", sa.Boolean(), nullable=False),
        sa.Column("hides_picture", sa.Boolean(), nullable=False),
        sa.Column("spoken", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of_recording("cuts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cuts")),
    )
    op.create_index(op.f("ix_cuts_recording_id"), "cuts", ["recording_id"])
    op.create_table(
        "privacy_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("keep", "hide", "mute", "both", name="decision", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=False),
        _of_recording("privacy_decisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_decisions")),
    )
    op.create_index(
        "ix_privacy_decisions_recording", "privacy_decisions", ["recording_id", "start_ms"]
    )
    op.create_table(
        "replacements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.Column("put", sa.String(length=200), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=True),
        sa.Column("change_group", sa.String(length=64), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("recordings", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=255), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_replacements_collection_id_collections"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacements")),
        sa.UniqueConstraint("change_group", name=op.f("uq_replacements_change_group")),
    )
    op.create_index(op.f("ix_replacements_made_at"), "replacements", ["made_at"])
    for column in (
        sa.Column("shown_from_ms", sa.BigInteger(), nullable=True),
        sa.Column("shown_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("muted_with", sa.JSON(), nullable=True),
        sa.Column("muting_version", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("recordings", column)


def downgrade() -> None:
    for name in ("muting_version", "muted_with", "shown_until_ms", "shown_from_ms"):
        op.drop_column("recordings", name)
    for table in ("replacements", "privacy_decisions", "cuts", "chapters"):
        op.drop_table(table)


def _of_recording(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["recording_id"],
        ["recordings.id"],
        name=op.f(f"fk_{table}_recording_id_recordings"),
        ondelete="CASCADE",
    )
