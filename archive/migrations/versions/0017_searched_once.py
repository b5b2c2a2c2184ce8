"""Searches in vain are kept with their words only when they were made on a second day.

Those made once, and not left for the librarians, are forgotten.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "searched_once",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_searched_once_on", "searched_once", ["on"])
    op.execute('DELETE FROM unanswered_queries WHERE searched < 2 AND "left" = 0')


def downgrade() -> None:
    op.drop_table("searched_once")
