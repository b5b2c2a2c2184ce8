"""Stored files that nothing refers to: their bytes go, then their rows.

Safe to be killed anywhere: a row goes in the transaction that follows the removal of its bytes, so
the next look finds it again. Safe beside deposits of the same bytes: what was put into the store a
short while ago is left alone.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import NotFoundError
from archive.models import Base, StoredFile
from archive.storage import Storage

logger = logging.getLogger(__name__)

LEFT_ALONE_FOR = timedelta(hours=1)
"""From the store to its row takes a file seconds; it is not taken for forgotten before."""


def orphans(session: Session, *, most: int | None = None) -> tuple[str, ...]:
    """Return the keys of stored files that no row of any table refers to."""
    return tuple(
        session.scalars(
            select(StoredFile.sha256).where(_unused()).order_by(StoredFile.id).limit(most)
        )
    )


def remove_orphans(database: Database, storage: Storage, *, now: datetime) -> int:
    """Remove the bytes and rows of stored files that nothing refers to; returns how many."""
    with database.read() as session:
        found = orphans(session)
    removed = 0
    for sha256 in found:
        # Used again since it was found: the database refuses that its row goes.
        with suppress(_UsedError, IntegrityError), database.begin() as session:
            _remove(session, storage, sha256, now)
            removed += 1
    if removed:
        logger.info("files=%d removed: nothing refers to them", removed)
    return removed


class _UsedError(Exception):
    """A file is used again, or was put into the store a moment ago; ends the transaction."""


def _remove(session: Session, storage: Storage, sha256: str, now: datetime) -> None:
    """Remove one; who deposits the same bytes waits for the end of this transaction."""
    row = session.scalar(
        select(StoredFile).where(StoredFile.sha256 == sha256, _unused()).with_for_update()
    )
    if row is None:
        raise _UsedError
    session.delete(row)
    session.flush()
    if not _settled(storage, sha256, now):
        raise _UsedError
    storage.delete(sha256)


def _settled(storage: Storage, sha256: str, now: datetime) -> bool:
    try:
        written_s = storage.path(sha256).stat().st_mtime
    except (NotFoundError, FileNotFoundError):
        return True
    return written_s <= (now - LEFT_ALONE_FOR).timestamp()


def _unused() -> ColumnElement[bool]:
    """Return the condition of a stored file that no table refers to, whatever part made it."""
    condition: ColumnElement[bool] = StoredFile.id.is_not(None)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is StoredFile.__table__.c.id:
                condition &= ~exists().where(key.parent == StoredFile.id)
    return condition
