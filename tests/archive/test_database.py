from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from archive.database import Database
from archive.errors import ConfigurationError, DatabaseError
from archive.models import Recording
from archive.schema import migrate, pending_migrations
from tests.archive.schemas import FILLED, differences, fill_first_tables, read_filled


def test_models_and_migrations_agree(database: Database) -> None:
    assert differences(database) == []


def test_migrate_can_be_run_again(database: Database) -> None:
    migrate(database)

    assert pending_migrations(database) == 0
    assert "recordings" in inspect(database.engine).get_table_names()


def test_migrating_a_filled_archive_keeps_every_row(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(database, revision="0001")
    fill_first_tables(database)

    migrate(database)

    with database.engine.connect() as connection:
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert read_filled(database) == FILLED
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


def test_what_is_wrong_with_the_database_is_said_in_one_line(database: Database) -> None:
    """PostgreSQL shows the statement beneath; people read this in a table of `doctor`."""
    wrong = Exception('relation "recordings" does not exist\nLINE 1: SELECT *\n      ^')

    with (
        pytest.raises(DatabaseError, match=r"\(relation .* exist\)") as caught,
        database.read(),
    ):
        raise OperationalError("SELECT *", {}, wrong)
    assert "\n" not in str(caught.value)
