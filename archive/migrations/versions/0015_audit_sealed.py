"""The audit log is not changed by ways around the triggers of 0009 either.

SQLite fires no delete trigger for the row that `INSERT OR REPLACE` takes away
(https://sqlite.org/lang_conflict.html), PostgreSQL no row trigger for `TRUNCATE`.

Revision: 0015, after 0014.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries "
            "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is not changed'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_no_replace")
    else:
        op.execute("DROP TRIGGER audit_entries_not_emptied ON audit_entries")
