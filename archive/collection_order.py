"""The order of the recordings in a collection. Runs in the caller's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.collections import collection_row, note_change
from archive.errors import InvalidInputError, NotFoundError
from archive.models import Publication, Recording, RecordingCollection
from archive.permissions import Action, Actor, require

_AFTER_STEPS = 1


def reorder(
    session: Session,
    collection_id: int,
    recording_id: int,
    step: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Move a recording within a collection: `up`, `down`, `first` or `last`.

    Raises:
        NotFoundError: it is not in it.
        InvalidInputError: there is no such step.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    rows = list(
        session.scalars(
            select(RecordingCollection)
            .join(Recording, Recording.id == RecordingCollection.recording_id)
            .where(
                RecordingCollection.collection_id == collection_id,
                Recording.publication.not_in([Publication.BINNED, Publication.GONE]),
            )
            .order_by(RecordingCollection.place, RecordingCollection.id)
        )
    )
    at = next((n for n, row in enumerate(rows) if row.recording_id == recording_id), None)
    if at is None:
        raise NotFoundError(f"Recording {recording_id} is not in this collection.")
    steps = {"up": max(at - 1, 0), "down": at + _AFTER_STEPS, "first": 0, "last": len(rows)}
    if step not in steps:
        raise InvalidInputError("A recording can be moved up, down, first or last.")
    before = [row.recording_id for row in rows]
    rows.insert(steps[step], rows.pop(at))
    after = [row.recording_id for row in rows]
    for place, row in enumerate(rows):
        row.place = place
    session.flush()
    if after != before:
        collection = collection_row(session, collection_id)
        note_change(
            session,
            "reordered",
            collection.id,
            {"order": before},
            {"order": after},
            actor=actor,
            now=now,
        )


def order_by_date(session: Session, collection_id: int, *, actor: Actor, now: datetime) -> None:
    """Put the recordings of a collection into the order of their sessions.

    Raises:
        NotFoundError: there is no such collection.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    collection = collection_row(session, collection_id)
    rows = session.execute(
        select(RecordingCollection, Recording.recorded_on, Recording.created_at)
        .join(Recording, Recording.id == RecordingCollection.recording_id)
        .where(RecordingCollection.collection_id == collection_id)
        .order_by(RecordingCollection.place)
    ).all()
    before = [row[0].recording_id for row in rows]
    ordered = sorted(rows, key=lambda row: (row[1] or row[2].date(), row[0].recording_id))
    for place, row in enumerate(ordered):
        row[0].place = place
    session.flush()
    note_change(
        session,
        "reordered",
        collection.id,
        {"order": before},
        {"order": [row[0].recording_id for row in ordered]},
        actor=actor,
        now=now,
    )
