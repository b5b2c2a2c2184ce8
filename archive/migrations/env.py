"""Alembic's environment: our tables only; the job tables are DBOS's own."""

from typing import Any

from alembic import context

from archive.models import Base


def _is_ours(item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:  # noqa: ANN401, ARG001, FBT001 - Alembic's signature
    """Tell whether a table belongs to the archive (others share the database)."""
    return kind != "table" or name in Base.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters tables by copying them
    include_object=_is_ours,
    transaction_per_migration=False,
)
context.run_migrations()
