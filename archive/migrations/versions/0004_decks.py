"""PDFs of slides that people give to recordings, and their pages.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

import archive.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "ready", "failed", name="deckstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", archive.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_decks_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_decks_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decks")),
        sa.UniqueConstraint("recording_id", name=op.f("uq_decks_recording_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deck_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deck_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("small_id", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deck_id"],
            ["decks.id"],
            name=op.f("fk_deck_pages_deck_id_decks"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"],
            ["stored_files.id"],
            name=op.f("fk_deck_pages_picture_id_stored_files"),
        ),
        sa.ForeignKeyConstraint(
            ["small_id"], ["stored_files.id"], name=op.f("fk_deck_pages_small_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck_pages")),
        sa.UniqueConstraint("deck_id", "number", name=op.f("uq_deck_pages_deck_id")),
    )


def downgrade() -> None:
    op.drop_table("deck_pages")
    op.drop_table("decks")
