"""Descriptions: people, several collections, rights, links, identifiers; withdrawing, the bin.

Revision: 0013, after 0012.
"""

import re
import unicodedata
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from archive.glossary.wording import fold_term
from archive.models import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIMES = ("first_published_at", "publish_at", "withdrawn_at", "deleted_at")
_TEXTS = {
    "declared_languages": sa.String(length=200),
    "organisation": sa.String(length=300),
    "licence": sa.String(length=40),
    "rights": sa.Text(),
    "withdrawn_reason": sa.Text(),
    "publication_before": sa.String(length=16),
}


def upgrade() -> None:
    _make_people()
    _make_references()
    op.create_table(
        "recording_collections",
        _id(),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _of_recording("recording_collections"),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_recording_collections_collection_id_collections"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_collections")),
        sa.UniqueConstraint(
            "recording_id", "collection_id", name=op.f("uq_recording_collections_recording_id")
        ),
    )
    op.create_index(
        "ix_recording_collections_collection", "recording_collections", ["collection_id", "place"]
    )
    with op.batch_alter_table("recordings") as batch:
        for name, kind in _TEXTS.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        for name in _TIMES:
            batch.add_column(sa.Column(name, UtcDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(
            sa.Column("withdrawn_title", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_recordings_merged_into_id_recordings"),
            "recordings",
            ["merged_into_id"],
            ["id"],
        )
    with op.batch_alter_table("collections") as batch:
        batch.add_column(sa.Column("slug", sa.String(length=220), nullable=True))
        batch.add_column(sa.Column("description", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("cover_file_id", sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column("cover_media_type", sa.String(length=100), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("cover_recording_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("cover_at_ms", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch.create_unique_constraint(op.f("uq_collections_slug"), ["slug"])
        batch.create_foreign_key(
            op.f("fk_collections_cover_file_id_stored_files"),
            "stored_files",
            ["cover_file_id"],
            ["id"],
        )
        batch.create_foreign_key(
            op.f("fk_collections_cover_recording_id_recordings"),
            "recordings",
            ["cover_recording_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with op.batch_alter_table("recording_subjects") as batch:
        batch.add_column(sa.Column("concept_id", sa.String(length=100), nullable=True))
        batch.create_foreign_key(
            op.f("fk_recording_subjects_concept_id_thesaurus_concepts"),
            "thesaurus_concepts",
            ["concept_id"],
            ["id"],
            ondelete="SET NULL",
        )
    _fill()


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), nullable=False)


def _of_recording(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["recording_id"],
        ["recordings.id"],
        name=op.f(f"fk_{table}_recording_id_recordings"),
        ondelete="CASCADE",
    )


def _make_people() -> None:
    op.create_table(
        "people",
        _id(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("orcid", sa.String(length=19), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("orcid", name=op.f("uq_people_orcid")),
    )
    op.create_index(op.f("ix_people_folded"), "people", ["folded"])
    op.create_table(
        "person_names",
        _id(),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_person_names_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_names")),
    )
    op.create_index(op.f("ix_person_names_person_id"), "person_names", ["person_id"])
    op.create_index(op.f("ix_person_names_folded"), "person_names", ["folded"])
    op.create_table(
        "recording_people",
        _id(),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _of_recording("recording_people"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recording_people_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_people")),
        sa.UniqueConstraint(
            "recording_id", "person_id", "role", name=op.f("uq_recording_people_recording_id")
        ),
    )
    op.create_index("ix_recording_people_recording", "recording_people", ["recording_id", "place"])
    op.create_index(op.f("ix_recording_people_person_id"), "recording_people", ["person_id"])


def _make_references() -> None:
    op.create_table(
        "recording_links",
        _id(),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        _of_recording("recording_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_links")),
    )
    op.create_index("ix_recording_links_recording", "recording_links", ["recording_id", "place"])
    op.create_table(
        "recording_identifiers",
        _id(),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        _of_recording("recording_identifiers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_identifiers")),
    )
    op.create_index(
        "ix_recording_identifiers_recording", "recording_identifiers", ["recording_id", "place"]
    )
    op.create_index("ix_recording_identifiers_value", "recording_identifiers", ["kind", "value"])


def _fill() -> None:
    """Make people of the names, memberships of the collections, and note what is public."""
    database = op.get_bind()
    database.execute(
        sa.text(
            "UPDATE recordings SET first_published_at = published_at, "
            "declared_languages = coalesce(language, '')"
        )
    )
    database.execute(
        sa.text(
            "INSERT INTO recording_collections (recording_id, collection_id, rank, place) "
            "SELECT id, collection_id, 0, id FROM recordings WHERE collection_id IS NOT NULL"
        )
    )
    database.execute(
        sa.text(
            "UPDATE recording_subjects SET concept_id = (SELECT min(concept_id) "
            "FROM thesaurus_labels WHERE thesaurus_labels.folded = recording_subjects.folded "
            "HAVING count(DISTINCT concept_id) = 1)"
        )
    )
    for number, title in database.execute(sa.text("SELECT id, title FROM collections")).all():
        # A number at its end keeps it apart from every other.
        words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", title).lower()).strip("-")
        database.execute(
            sa.text("UPDATE collections SET slug = :slug WHERE id = :id"),
            {"slug": f"{words[:180] or 'collection'}-{number}", "id": number},
        )
    _make_people_of_speakers(database)


def _make_people_of_speakers(database: sa.Connection) -> None:
    people = sa.table(
        "people",
        sa.column("id"),
        sa.column("name"),
        sa.column("folded"),
        sa.column("organisation"),
        sa.column("created_at", UtcDateTime(timezone=True)),
        sa.column("updated_at", UtcDateTime(timezone=True)),
    )
    known: dict[str, int] = {}
    now = datetime.now(UTC)
    rows = database.execute(
        sa.text("SELECT id, speakers FROM recordings WHERE speakers <> '' ORDER BY id")
    ).all()
    for recording_id, speakers in rows:
        seen: set[int] = set()
        for name in speakers.splitlines():
            folded = fold_term(name)[:200]
            key = folded or name
            if key not in known:
                values = {"name": name[:200], "folded": folded, "organisation": ""}
                database.execute(people.insert().values(**values, created_at=now, updated_at=now))
                newest = database.execute(sa.text("SELECT max(id) FROM people")).scalar_one()
                known[key] = int(newest)
            person_id = known[key]
            if person_id not in seen:
                database.execute(
                    sa.text(
                        "INSERT INTO recording_people (recording_id, person_id, role, place) "
                        "VALUES (:recording, :person, 'presenter', :place)"
                    ),
                    {"recording": recording_id, "person": person_id, "place": len(seen)},
                )
            seen.add(person_id)


def downgrade() -> None:
    with op.batch_alter_table("recording_subjects") as batch:
        batch.drop_constraint(
            op.f("fk_recording_subjects_concept_id_thesaurus_concepts"), type_="foreignkey"
        )
        batch.drop_column("concept_id")
    with op.batch_alter_table("collections") as batch:
        batch.drop_constraint(
            op.f("fk_collections_cover_recording_id_recordings"), type_="foreignkey"
        )
        batch.drop_constraint(op.f("fk_collections_cover_file_id_stored_files"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_collections_slug"), type_="unique")
        for name in (
            "slug",
            "description",
            "cover_file_id",
            "cover_media_type",
            "cover_recording_id",
            "cover_at_ms",
            "edition",
        ):
            batch.drop_column(name)
    with op.batch_alter_table("recordings") as batch:
        batch.drop_constraint(op.f("fk_recordings_merged_into_id_recordings"), type_="foreignkey")
        for name in (*_TEXTS, *_TIMES, "edition", "withdrawn_title", "merged_into_id"):
            batch.drop_column(name)
    for table in (
        "recording_collections",
        "recording_identifiers",
        "recording_links",
        "recording_people",
        "person_names",
        "people",
    ):
        op.drop_table(table)
