"""The database: one engine a process, transactions, and bringing the schema up to date.

SQLite (WAL) by default, PostgreSQL by URL, the same code. The job tables of `archive.jobs`
live in the same database, so a row and the job that concerns it commit together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Any

import alembic.command
import alembic.config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from archive.errors import ConfigurationError

_BUSY_TIMEOUT_MS = 30_000


class Database:
    """The engine and its sessions; safe to share between threads, not between processes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction: committed at the end, rolled back on an error."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading only; nothing is committed."""
        with self._sessions() as session:
            yield session

    def migrate(self) -> None:
        """Bring our tables to the newest schema; safe to run again and by two at once."""
        with _alembic_config() as config, self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                # Any fixed number: two migrators take turns.
                connection.execute(text("SELECT pg_advisory_xact_lock(7239401)"))
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            connection.commit()

    def pending_migrations(self) -> int:
        """Count the schema changes that `migrate` would make."""
        with _alembic_config() as config, self.engine.connect() as connection:
            script = ScriptDirectory.from_config(config)
            current = MigrationContext.configure(connection).get_current_revision()
            return len(list(script.iterate_revisions("head", current or "base")))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _alembic_config() -> Iterator[alembic.config.Config]:
    with as_file(files("archive") / "migrations") as directory:
        config = alembic.config.Config()
        config.set_main_option("script_location", str(directory))
        yield config


def _make_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (SQLAlchemyError, ImportError) as exc:
        raise ConfigurationError(
            "ARCHIVE_DATABASE_URL cannot be used; it must look like "
            "sqlite:////srv/archive/archive.db or postgresql://user:password@host/name"
        ) from exc
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    """Set what a connection needs to live beside other processes.

    Write transactions begin IMMEDIATE: a deferred one that reads and then writes fails
    at once when another wrote between (https://sqlite.org/lang_transaction.html), however
    long the busy time-out is.
    """
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
