from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from archive.database import Database
from archive.errors import ConfigurationError, DatabaseError
from archive.models import Base, Recording
from archive.schema import migrate, pending_migrations


def test_models_and_migrations_agree(database: Database) -> None:
    def ours(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001
        return kind != "table" or name in Base.metadata.tables

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrate_can_be_run_again(database: Database) -> None:
    migrate(database)

    assert pending_migrations(database) == 0
    assert "recordings" in inspect(database.engine).get_table_names()


def test_migrating_a_filled_archive_keeps_every_row(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(database, revision="0001")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO recordings (id, title, description, languages, publication, status, "
            "notices, version, attempt, original_name, created_at, updated_at) VALUES "
            "(1, 'T', '', '', 'published', 'ready', '', 1, 1, 'a.mp4', '2026-01-01', '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO transcripts VALUES (1, 1, 1, 'machine', 'base', 1, '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO transcript_segments VALUES (1, 1, 0, 0, 900, 'malaria', 'en', 0.9, '[]')"
        )

    migrate(database)

    with database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT title, model, kind, text, doubts, edited FROM recordings "
            "JOIN transcripts ON recording_id = recordings.id "
            "JOIN transcript_segments ON transcript_id = transcripts.id"
        ).all()
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert kept == [("T", "base", "speech", "malaria", "", 0)]
    assert dangling == []
    assert enforced == 1
    database.close()


def test_an_unmigrated_database_is_known_to_be_behind(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")

    assert pending_migrations(database) > 0
    database.close()


def test_a_bad_url_names_the_variable() -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_DATABASE_URL"):
        Database("no such thing")


def test_sqlite_waits_for_other_writers_and_keeps_foreign_keys(database: Database) -> None:
    with database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }

    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_database_without_tables_says_to_migrate(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")

    with pytest.raises(DatabaseError, match="webinar-archive migrate"), database.read() as session:
        session.get(Recording, 1)
    database.close()
