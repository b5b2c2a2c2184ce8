"""The thesaurus: concepts, their labels, and which shipped ones were offered.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

import archive.models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thesaurus_concepts",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("mesh", sa.String(length=16), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thesaurus_concepts")),
    )
    op.create_table(
        "thesaurus_labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("created_at", archive.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", archive.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["thesaurus_concepts.id"],
            name=op.f("fk_thesaurus_labels_concept_id_thesaurus_concepts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thesaurus_labels")),
    )
    op.create_index(
        "uq_thesaurus_labels_identity",
        "thesaurus_labels",
        ["concept_id", "language", "folded"],
        unique=True,
    )
    op.create_index("ix_thesaurus_labels_folded", "thesaurus_labels", ["folded"])
    op.create_table(
        "offered_labels",
        sa.Column("concept_id", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("concept_id", "language", "folded", name=op.f("pk_offered_labels")),
    )
    state = op.create_table(
        "thesaurus_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shipped_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thesaurus_state")),
    )
    op.bulk_insert(state, [{"id": 1, "revision": 0, "shipped_digest": ""}])


def downgrade() -> None:
    op.drop_table("thesaurus_state")
    op.drop_table("offered_labels")
    op.drop_index("ix_thesaurus_labels_folded", table_name="thesaurus_labels")
    op.drop_index("uq_thesaurus_labels_identity", table_name="thesaurus_labels")
    op.drop_table("thesaurus_labels")
    op.drop_table("thesaurus_concepts")
