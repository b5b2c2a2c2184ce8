"""What the tests of the schema ask of a database, whichever it is."""

from collections.abc import Sequence

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from archive.database import Database
from archive.models import Base


def differences(database: Database) -> list[object]:
    """Compare the tables of a database with the models."""

    def ours(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001
        return kind != "table" or name in Base.metadata.tables

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": ours}
        )
        return list(compare_metadata(context, Base.metadata))


def fill_first_tables(database: Database) -> None:
    """Put a recording with a transcript into a database of revision 0001."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO recordings (id, title, description, languages, publication, status, "
            "notices, version, attempt, original_name, created_at, updated_at) VALUES "
            "(1, 'T', '', '', 'published', 'ready', '', 1, 1, 'a.mp4', '2026-01-01', '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO transcripts VALUES (1, 1, 1, 'machine', 'base', true, '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO transcript_segments VALUES (1, 1, 0, 0, 900, 'malaria', 'en', 0.9, '[]')"
        )


FILLED = [("T", "base", "speech", "malaria", "", False)]


def read_filled(database: Database) -> Sequence[object]:
    """Read what `fill_first_tables` wrote, by the newest tables; `FILLED` where all was kept."""
    with database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "SELECT title, model, kind, text, doubts, edited FROM recordings "
            "JOIN transcripts ON recording_id = recordings.id "
            "JOIN transcript_segments ON transcript_id = transcripts.id"
        ).all()
