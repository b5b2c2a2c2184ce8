"""Merging duplicates: one recording takes the place of another, whose address then leads to it.

The one that stays keeps its file, transcript and times. What is said of the other and not of it is
offered. The other lies in the bin, from which it can be restored as it was.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.audit import note
from archive.bin import bin_row
from archive.describing.editing import editable_rows, keep_changes
from archive.describing.keeping import Keeper
from archive.describing.reading import read_described
from archive.describing.typed import MOST, write_text
from archive.describing.values import LISTS, Described, Field
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import Recording
from archive.permissions import Action, Actor, require
from archive.recordings import subject_of

_NOT_OFFERED = frozenset((Field.TITLE,))


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """What merging one recording into another would do."""

    recording_id: int
    title: str
    into_id: int
    into_title: str
    offered: Mapping[Field, str]
    """What the one that goes has and the other lacks, as text."""


def plan_merge(session: Session, recording_id: int, into_id: int, *, actor: Actor) -> MergePlan:
    """Tell what merging a recording into another would do.

    Raises:
        NotFoundError: one of them is not there.
        NotAllowedError: the actor may not.
        InvalidInputError: they are the same.
    """
    rows = _rows(session, recording_id, into_id, actor)
    described = read_described(session, [recording_id, into_id])
    gone, kept = described[recording_id], described[into_id]
    return MergePlan(
        recording_id=recording_id,
        title=rows[recording_id].title,
        into_id=into_id,
        into_title=rows[into_id].title,
        offered=MappingProxyType(
            {
                field: write_text(lacking)
                for field in Field
                if field not in _NOT_OFFERED and (lacking := _lacking(field, gone, kept))
            }
        ),
    )


def merge(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    into_id: int,
    *,
    take: Collection[Field],
    actor: Actor,
    now: datetime,
) -> None:
    """Merge a recording into another.

    Args:
        session: The transaction it is done in.
        jobs: To let the index follow.
        recording_id: The one that goes into the bin.
        into_id: The one that stays.
        take: What it gets of what it lacks.
        actor: Who does it.
        now: The present.

    Raises:
        NotFoundError: one of them is not there.
        NotAllowedError: the actor may not.
        InvalidInputError: they are the same, or it would have too many of something.
    """
    rows = _rows(session, recording_id, into_id, actor)
    described = read_described(session, [recording_id, into_id])
    gone, kept = described[recording_id], described[into_id]
    wanted = kept
    for field in take:
        if field in _NOT_OFFERED or not (lacking := _lacking(field, gone, kept)):
            continue
        value: Any = (*getattr(kept, field), *lacking) if field in LISTS else lacking
        if field in MOST and len(value) > MOST[field]:
            raise InvalidInputError(f"There may be {MOST[field]} {field}; take fewer along.")
        wanted = replace(wanted, **{field.value: value})
    bin_row(session, jobs, rows[recording_id], now=now)
    rows[recording_id].merged_into_id = into_id
    session.flush()
    # What was merged into the one that goes leads to the one that stays.
    session.execute(
        update(Recording)
        .where(Recording.merged_into_id == recording_id)
        .values(merged_into_id=into_id)
    )
    keeper = Keeper(session, now=now)
    settled = keeper.settle(into_id, kept, wanted)
    changes = [(rows[into_id], kept, settled)]
    keep_changes(session, jobs, keeper, changes, actor=actor, now=now)
    note(
        session,
        actor=actor,
        action="merged",
        kind="recording",
        object_id=recording_id,
        before={"publication": rows[recording_id].publication_before, "merged into": None},
        after={"publication": rows[recording_id].publication, "merged into": into_id},
        now=now,
    )


def merged_into(session: Session, recording_id: int) -> tuple[int, ...]:
    """Return the recordings that were merged into one."""
    return tuple(
        session.scalars(
            select(Recording.id)
            .where(Recording.merged_into_id == recording_id)
            .order_by(Recording.id)
        )
    )


def _rows(session: Session, recording_id: int, into_id: int, actor: Actor) -> dict[int, Recording]:
    if recording_id == into_id:
        raise InvalidInputError("This is the same recording; choose another to merge it into.")
    rows = editable_rows(session, (recording_id, into_id), actor)
    require(actor, Action.DELETE, subject_of(rows[recording_id]))
    return rows


def _lacking(field: Field, gone: Described, kept: Described) -> Any:  # noqa: ANN401 - each field has a type of its own
    """Return what one has and the other lacks: of lists each value, else where it is empty."""
    theirs, own = getattr(gone, field), getattr(kept, field)
    if field in LISTS:
        return tuple(one for one in theirs if one not in own)
    return theirs if not own else None
