"""The schema on PostgreSQL, on a server of its own: the migrations, and what it guards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError as StatementError

from archive.audit import note
from archive.database import Database
from archive.errors import DatabaseError
from archive.jobs import REFINEMENT_WORKFLOW, SPEAKERS_WORKFLOW, Jobs, workflow_id
from archive.models import AuditEntry, Recording
from archive.permissions import OPERATOR
from archive.schema import migrate, pending_migrations
from archive.unanswered import list_unanswered, note_unanswered
from tests.archive.schemas import FILLED, differences, fill_first_tables, read_filled
from tests.conftest import START


def _binaries() -> Path | None:
    """Find PostgreSQL's programs; Debian keeps them off the path."""
    debian = [str(one) for one in Path("/usr/lib/postgresql").glob("*/bin")]
    path = os.pathsep.join((os.environ.get("PATH", ""), *debian))
    found = [shutil.which(name, path=path) for name in ("initdb", "postgres", "pg_ctl")]
    return Path(found[0]).parent if found[0] and all(found) else None


def _run(*arguments: str | Path, folder: Path) -> None:
    """Run a program of PostgreSQL, as its own user where root would: it refuses root."""
    who = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    subprocess.run(
        arguments, cwd=folder, user=who, check=True, timeout=60, stdout=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server that is reached by a socket in its folder; gives that folder."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip(
            "initdb, postgres and pg_ctl are not installed; on Debian: apt-get install postgresql"
        )
    # Not `tmp_path`: the path of a socket has room for 107 characters, and root's folders are
    # closed to others.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "db"
        locale = "--locale=C.UTF-8"
        _run(
            binaries / "initdb", "-D", data, "-U", "archive", "-A", "trust", "-N", locale,
            folder=folder,
        )  # fmt: skip
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        log = folder / "log"
        _run(
            binaries / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start", folder=folder
        )
        try:
            yield name
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop", folder=folder)


@contextmanager
def _new_database(server: str, name: str) -> Iterator[Database]:
    """Make a database, without tables."""
    with closing(Database(f"postgresql://archive@/postgres?host={server}")) as first:
        engine = first.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    with closing(Database(f"postgresql://archive@/{name}?host={server}")) as database:
        yield database


@pytest.fixture(scope="module")
def migrated(server: str) -> Iterator[Database]:
    with _new_database(server, "migrated") as database:
        migrate(database)
        yield database


def test_models_and_migrations_agree(migrated: Database) -> None:
    migrate(migrated)

    assert pending_migrations(migrated) == 0
    assert differences(migrated) == []


def test_an_index_of_what_is_doubtful_holds_nothing_else(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT indexdef FROM pg_indexes "
            "WHERE tablename = 'transcript_segments' AND indexdef LIKE '%% WHERE %%'"
        ).all()

    assert ["(doubts)::text <> ''::text" in one.indexdef for one in found] == [True]


def test_migrating_a_filled_archive_keeps_every_row(server: str) -> None:
    with _new_database(server, "filled") as database:
        migrate(database, revision="0001")
        fill_first_tables(database)

        migrate(database)

        assert read_filled(database) == FILLED


def test_a_database_without_tables_says_to_migrate(server: str) -> None:
    with (
        _new_database(server, "bare") as database,
        pytest.raises(DatabaseError, match=r"does not exist\).*webinar-archive migrate"),
        database.read() as session,
    ):
        session.get(Recording, 1)


@pytest.mark.parametrize(
    "change",
    [
        update(AuditEntry).values(action="x"),
        delete(AuditEntry),
        text("TRUNCATE audit_entries"),
        text(
            "INSERT INTO audit_entries (id, at, account_name, action, kind, before, after) "
            "SELECT id, at, 'Eve', 'x', kind, before, after FROM audit_entries "
            "ON CONFLICT (id) DO UPDATE SET action = 'x'"
        ),
    ],
    ids=["update", "delete", "truncate", "upsert"],
)
def test_the_database_refuses_to_change_an_entry(migrated: Database, change: object) -> None:
    with migrated.begin() as session:
        note(
            session,
            actor=OPERATOR,
            action="described",
            kind="recording",
            object_id=3,
            before={"recorded_on": date(2020, 3, 1)},
            after={"recorded_on": date(2020, 3, 2)},
            now=START,
        )

    with pytest.raises(StatementError, match="not changed"), migrated.begin() as session:
        session.execute(change)  # type: ignore[call-overload]

    with migrated.read() as session:
        assert set(session.scalars(select(AuditEntry.action))) == {"described"}


def test_searches_made_at_once_are_all_counted(migrated: Database) -> None:
    def search(day: int) -> None:
        with migrated.begin() as session:
            note_unanswered(session, "zebra", now=START + timedelta(days=day))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(search, [0] * 5))
        list(pool.map(search, [1] * 5))

    with migrated.read() as session:
        (found,), _ = list_unanswered(session, actor=OPERATOR)
    assert (found.query, found.searched) == ("zebra", 10)


def test_who_opens_a_transaction_soon_gives_up_where_another_writes(migrated: Database) -> None:
    lock = text("LOCK TABLE searched_once")
    with migrated.begin() as other:
        other.execute(lock)
        with pytest.raises(DatabaseError), migrated.begin_soon(wait_ms=50) as session:
            session.execute(lock)


def test_a_job_is_interrupted_by_what_waits_and_is_more_urgent(migrated: Database) -> None:
    with closing(Jobs(migrated)) as jobs:
        with migrated.begin() as session:
            jobs.refinement(session, 1, 1, priority=70)
            jobs.speakers(session, 2, 1, priority=60)
        names = (workflow_id(REFINEMENT_WORKFLOW, 1, 1), workflow_id(SPEAKERS_WORKFLOW, 2, 1))
        found = [jobs.is_interrupted(name) for name in names]

    assert found == [True, False]
