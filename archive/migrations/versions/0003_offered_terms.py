"""Which shipped terms this archive was given, so that a removed one does not come back.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offered_terms",
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("language", "folded", name=op.f("pk_offered_terms")),
    )


def downgrade() -> None:
    op.drop_table("offered_terms")
