"""Letting go of stored files that nothing uses any more.

Rows here, in the caller's transaction; the bytes go after it (`Storage.delete`), so that a
rollback loses nothing.
"""

from collections.abc import Iterable

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from archive.models import Base, StoredFile


def forget_unused(session: Session, file_ids: Iterable[int]) -> list[str]:
    """Delete those rows of stored files that no other row names; returns their keys.

    Whatever table names a file counts, also one that is added later.
    """
    session.flush()
    unused = session.scalars(
        select(StoredFile).where(
            StoredFile.id.in_(list(file_ids)),
            *(
                ~select(column).where(column == StoredFile.id).correlate(StoredFile).exists()
                for column in _users()
            ),
        )
    ).all()
    for file in unused:
        session.delete(file)
    return [file.sha256 for file in unused]


def _users() -> list[Column[int]]:
    """Return every column that names a stored file."""
    key = StoredFile.__table__.c.id
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(foreign.column is key for foreign in column.foreign_keys)
    ]
