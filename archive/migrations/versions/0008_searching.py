"""Subjects of recordings, checked transcripts, and searches that found nothing.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_subjects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("folded", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_recording_subjects_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_subjects")),
    )
    op.create_index(
        "ix_recording_subjects_recording", "recording_subjects", ["recording_id", "place"]
    )
    op.create_index(op.f("ix_recording_subjects_folded"), "recording_subjects", ["folded"])
    op.create_table(
        "unanswered_queries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_queries")),
        sa.UniqueConstraint("folded", name=op.f("uq_unanswered_queries_folded")),
    )
    op.create_index(op.f("ix_unanswered_queries_last_on"), "unanswered_queries", ["last_on"])
    with op.batch_alter_table("transcripts") as batch:
        batch.add_column(
            sa.Column("checked", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("transcripts") as batch:
        batch.drop_column("checked")
    op.drop_table("unanswered_queries")
    op.drop_table("recording_subjects")
