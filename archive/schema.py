"""Bringing a database to the newest schema: the archive's tables by Alembic, DBOS's by DBOS.

Apart from `archive.database`, so that only what migrates pays for loading Alembic.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

import alembic.command
import alembic.config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from archive.database import Database
from archive.jobs import migrate_job_tables


def migrate(database: Database, *, revision: str = "head") -> None:
    """Bring all tables up to date; safe to run again and by two processes at once."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _alembic_config() as config, _connection(database) as connection:
        if database.engine.dialect.name == "sqlite":
            # Some changes copy a table and drop the old one, which would delete what refers
            # to its rows (https://www.sqlite.org/foreignkeys.html#fk_schemacommands).
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Any fixed number: two migrators take turns.
            connection.execute(text("SELECT pg_advisory_xact_lock(7239401)"))
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        connection.commit()
    migrate_job_tables(database)


def pending_migrations(database: Database) -> int:
    """Count the schema changes that `migrate` would make to our tables."""
    with _alembic_config() as config, database.engine.connect() as connection:
        script = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(connection).get_current_revision()
        return len(list(script.iterate_revisions("head", current or "base")))


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    """Connect for a migration; the connection is not used for anything else afterwards."""
    with database.engine.connect() as connection:
        try:
            yield connection
        finally:
            connection.invalidate()


@contextmanager
def _alembic_config() -> Iterator[alembic.config.Config]:
    with as_file(files("archive") / "migrations") as directory:
        config = alembic.config.Config()
        config.set_main_option("script_location", str(directory))
        yield config
