"""The audit log keeps what differs, and nobody edits it."""

from datetime import date

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from archive.audit import note
from archive.database import Database
from archive.models import AuditEntry
from archive.permissions import OPERATOR, Actor
from tests.conftest import START

LIBRARIAN = Actor(account_id=7, name="Amina", roles=frozenset({"librarian"}))


def _note(database: Database, actor: Actor = LIBRARIAN) -> None:
    with database.begin() as session:
        note(
            session,
            actor=actor,
            action="described",
            kind="recording",
            object_id=3,
            before={"title": "Malaria", "recorded_on": date(2020, 3, 1), "language": "en"},
            after={"title": "Severe malaria", "recorded_on": date(2020, 3, 2), "language": "en"},
            now=START,
        )


def test_only_what_differs_is_kept(database: Database) -> None:
    _note(database)
    with database.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.account_id, entry.account_name, entry.at) == (7, "Amina", START)
        assert entry.before == {"title": "Malaria", "recorded_on": "2020-03-01"}
        assert entry.after == {"title": "Severe malaria", "recorded_on": "2020-03-02"}


def test_the_operator_is_named(database: Database) -> None:
    _note(database, OPERATOR)
    with database.read() as session:
        assert session.scalars(select(AuditEntry.account_name)).one() == "operator"


_OTHER = (
    "INTO audit_entries (id, at, account_name, action, kind, before, after) "
    "SELECT id, at, 'Eve', 'x', kind, before, after FROM audit_entries WHERE true"
)


@pytest.mark.parametrize(
    "change",
    [
        update(AuditEntry).values(action="x"),
        delete(AuditEntry),
        text("DELETE FROM audit_entries"),
        text("UPDATE OR REPLACE audit_entries SET action = 'x'"),
        text(f"INSERT OR REPLACE {_OTHER}"),
        text(f"REPLACE {_OTHER}"),
        text(f"INSERT {_OTHER} ON CONFLICT (id) DO UPDATE SET action = 'x'"),
    ],
)
def test_the_database_refuses_to_change_an_entry(database: Database, change: object) -> None:
    _note(database)
    with pytest.raises(DatabaseError, match="not changed"), database.begin() as session:
        session.execute(change)  # type: ignore[call-overload]
    with database.read() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["described"]
