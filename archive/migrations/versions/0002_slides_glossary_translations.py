"""Slides, the glossary, translations, and what recognition doubts.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import archive.models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "glossary_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=True),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("sounds_like", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("created_at", archive.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", archive.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_glossary_terms_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_terms")),
    )
    op.create_index("ix_glossary_terms_folded", "glossary_terms", ["folded"])
    op.create_index(
        "ix_glossary_terms_identity",
        "glossary_terms",
        ["collection_id", "language", "folded"],
    )
    op.create_table(
        "slides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("video", "hand", name="slidesource", native_enum=False, length=16),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_slides_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slides")),
        sa.UniqueConstraint("recording_id", "start_ms", name=op.f("uq_slides_recording_id")),
    )
    with op.batch_alter_table("recordings") as table:
        table.add_column(sa.Column("speakers", sa.Text(), nullable=False, server_default=""))
        table.add_column(
            sa.Column("translate", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("transcript_segments") as table:
        table.add_column(
            sa.Column("doubts", sa.String(length=100), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(
            sa.Column("speaker", sa.String(length=64), nullable=False, server_default="")
        )
    with op.batch_alter_table("transcripts") as table:
        table.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "speech", "translation", name="transcriptkind", native_enum=False, length=16
                ),
                nullable=False,
                server_default="speech",
            )
        )
        table.drop_constraint(op.f("uq_transcripts_recording_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_transcripts_recording_id"), ["recording_id", "kind", "version"]
        )


def downgrade() -> None:
    with op.batch_alter_table("transcripts") as table:
        table.drop_constraint(op.f("uq_transcripts_recording_id"), type_="unique")
        table.drop_column("kind")
        table.create_unique_constraint(
            op.f("uq_transcripts_recording_id"), ["recording_id", "version"]
        )
    with op.batch_alter_table("transcript_segments") as table:
        for name in ("speaker", "edited", "doubts"):
            table.drop_column(name)
    with op.batch_alter_table("recordings") as table:
        for name in ("translate", "speakers"):
            table.drop_column(name)
    op.drop_table("slides")
    op.drop_table("glossary_terms")
