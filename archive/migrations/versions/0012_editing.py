"""Versions of transcripts, names and revisions of segments, how far a review is.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

from archive.models import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KIND = sa.Enum("speech", "translation", name="transcriptkind", native_enum=False, length=16)


def upgrade() -> None:
    for column in (
        sa.Column("uid", sa.String(length=16), nullable=False, server_default=""),
        sa.Column("checked", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("speaker_set", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("since", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("transcript_segments", column)
    op.execute("UPDATE transcript_segments SET uid = 's' || CAST(id AS VARCHAR(15))")
    op.create_index(
        "ix_transcript_segments_uid", "transcript_segments", ["transcript_id", "uid"], unique=True
    )
    op.create_index(
        "ix_transcript_segments_doubtful",
        "transcript_segments",
        ["transcript_id", "doubts", "checked"],
        sqlite_where=sa.text("doubts <> ''"),
        postgresql_where=sa.text("doubts <> ''"),
    )
    for column in (
        sa.Column("checked_by", sa.String(length=255), nullable=False, server_default=""),
        sa.Column("in_review_by", sa.String(length=255), nullable=False, server_default=""),
        sa.Column("in_review_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("transcripts", column)
    _create_versions()
    _create_history()
    # Every complete transcript so far is a version as a machine made it.
    op.execute(
        "INSERT INTO transcript_versions (recording_id, kind, number, transcript_id, what, "
        "account_name, sitting, change_group, note, created_at, updated_at) "
        "SELECT recording_id, kind, version, id, 'machine', '', '', '', model, created_at, "
        "created_at FROM transcripts WHERE complete"
    )


def _create_versions() -> None:
    op.create_table(
        "transcript_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=255), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("change_group", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_transcript_versions_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcripts.id"],
            name=op.f("fk_transcript_versions_transcript_id_transcripts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_versions")),
        sa.UniqueConstraint(
            "recording_id", "kind", "number", name=op.f("uq_transcript_versions_recording_id")
        ),
    )
    op.create_index("ix_transcript_versions_transcript", "transcript_versions", ["transcript_id"])
    op.create_index("ix_transcript_versions_group", "transcript_versions", ["change_group"])


def _create_history() -> None:
    op.create_table(
        "segment_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=16), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("doubts", sa.String(length=100), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("speaker", sa.String(length=64), nullable=False),
        sa.Column("speaker_set", sa.Boolean(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcripts.id"],
            name=op.f("fk_segment_history_transcript_id_transcripts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_history")),
    )
    op.create_index("ix_segment_history_until", "segment_history", ["transcript_id", "until"])


def downgrade() -> None:
    op.drop_table("segment_history")
    op.drop_table("transcript_versions")
    for name in ("changes", "reviewed_at", "in_review_by_id", "in_review_by", "checked_by"):
        op.drop_column("transcripts", name)
    op.drop_index("ix_transcript_segments_doubtful", "transcript_segments")
    op.drop_index("ix_transcript_segments_uid", "transcript_segments")
    for name in ("revision", "since", "speaker_set", "checked", "uid"):
        op.drop_column("transcript_segments", name)
