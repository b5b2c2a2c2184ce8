"""The database: one engine a process, and transactions.

SQLite (WAL) by default, PostgreSQL by URL, the same code. The job tables of `archive.jobs`
live in the same database, so a row and the job that concerns it commit together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from archive.errors import ConfigurationError, DamagedError, DatabaseError

_BUSY_TIMEOUT_MS = 30_000
_REFUSED_BY_TRIGGER = "P0001"
"""PostgreSQL's `raise_exception` (https://www.postgresql.org/docs/current/errcodes-appendix.html);
SQLAlchemy counts it as a statement that is wrong, SQLite's refusal as a broken constraint."""
_NOT_TEXT = "Could not decode to UTF-8"
"""What sqlite3 says of a text that is none, as it says everything else: `OperationalError`."""


class Database:
    """The engine and its sessions; safe to share between threads, not between processes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction: committed at the end, rolled back on an error."""
        with explained(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def begin_soon(self, *, wait_ms: int) -> Iterator[Session]:
        """Open a transaction that gives up where others write for longer than this.

        Raises:
            DatabaseError: they do.
        """
        with self.begin() as session:
            connection = session.connection()
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait_ms}")
                yield session
                return
            # Of the driver: it is there after a transaction that failed, too.
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA busy_timeout={wait_ms}")
            try:
                yield session
            finally:
                driver.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading only; nothing is committed."""
        with explained(), self._sessions() as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def explained() -> Iterator[None]:
    """Say what to do when the database cannot be used; a statement's own errors pass."""
    try:
        yield
    except (OperationalError, ProgrammingError) as exc:
        if getattr(exc.orig, "sqlstate", None) == _REFUSED_BY_TRIGGER:
            raise
        if str(exc.orig).startswith(_NOT_TEXT):
            raise DamagedError(
                "A text in the database is damaged: it is not UTF-8. Restore the database from a "
                "backup."
            ) from exc
        what = str(exc.orig).partition("\n")[0]  # PostgreSQL shows the statement beneath
        raise DatabaseError(
            f"The database cannot be used ({what}). If this archive is new or was updated, run "
            "`webinar-archive migrate`; otherwise `webinar-archive doctor` says more."
        ) from exc


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
