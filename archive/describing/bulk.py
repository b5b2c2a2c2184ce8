"""Changing many recordings at once: what is chosen, what each would become, and doing it.

All of it in one transaction, or nothing. A change is the same `Plan` whether fields of a selection
are set or a file is imported.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from archive.describing.editing import editable_rows, keep_changes
from archive.describing.keeping import Keeper, Newcomers
from archive.describing.reading import read_described
from archive.describing.typed import each_once, read_text, write_text
from archive.describing.values import LISTS, Described, DescriptionError, Field, changed_fields
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term
from archive.jobs import Jobs
from archive.permissions import Actor
from archive.recordings import hold

MOST_AT_ONCE = 2_000


class Operation(StrEnum):
    """What is done to a field."""

    SET = "set"
    """It has this value and no other; an empty one empties it."""
    ADD = "add"
    """To the values it has."""
    REMOVE = "remove"
    """From the values it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is done to one field of each recording."""

    field: Field
    operation: Operation
    value: Any
    """As `archive.describing.typed.read_text` reads the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that would change, as text."""

    field: Field
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A recording that would change."""

    recording_id: int
    title: str
    before: Described
    after: Described
    """Settled."""

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """Return what would change."""
        return tuple(
            FieldChange(
                field=field,
                before=write_text(getattr(self.before, field)),
                after=write_text(getattr(self.after, field)),
            )
            for field in changed_fields(self.before, self.after)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchangeable:
    """A recording that cannot be changed so, and why."""

    recording_id: int
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done."""

    changes: tuple[Change, ...]
    unchanged: int
    refused: tuple[Unchangeable, ...]
    """Where there are some, nothing is done."""
    newcomers: Newcomers

    @property
    def can_be_done(self) -> bool:
        """True when something changes and nothing is refused."""
        return bool(self.changes) and not self.refused


def read_edit(field: str, operation: str, text: str) -> Edit:
    """Read what is to be done to a field.

    Raises:
        InvalidInputError: it cannot be done; names the field.
    """
    if field not in set(Field):
        raise InvalidInputError(f"There is no field “{field[:40]}”; choose one of the list.")
    if operation not in set(Operation):
        raise InvalidInputError("A field can be set, added to or removed from.")
    if Field(field) not in LISTS and operation != Operation.SET:
        raise InvalidInputError(f"The {field} is one value; it can only be set.")
    try:
        value = read_text(Field(field), text)
    except InvalidInputError as exc:
        raise DescriptionError({Field(field): str(exc)}) from exc
    if operation != Operation.SET and not value:
        raise InvalidInputError(f"Say what is to be {operation}ed; the field {field} is empty.")
    return Edit(field=Field(field), operation=Operation(operation), value=value)


def plan_edits(
    session: Session,
    recording_ids: Sequence[int],
    edits: Sequence[Edit],
    *,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Tell what edits would do to recordings; changes nothing.

    Raises:
        NotFoundError: a recording is not there.
        NotAllowedError: the actor may not change one.
        InvalidInputError: they are too many.
    """
    ids = tuple(dict.fromkeys(recording_ids))
    if len(ids) > MOST_AT_ONCE:
        raise InvalidInputError(
            f"{len(ids)} recordings are chosen; {MOST_AT_ONCE} can be changed at once."
        )
    described = read_described(session, ids)
    wanted: dict[int, Described | str] = {}
    for recording_id in ids:
        try:
            wanted[recording_id] = _edited(described.get(recording_id, Described()), edits)
        except InvalidInputError as exc:
            wanted[recording_id] = str(exc)
    return make_plan(session, wanted, described, actor=actor, now=now)


def make_plan(
    session: Session,
    wanted: Mapping[int, Described | str],
    described: Mapping[int, Described],
    *,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Settle what recordings are wanted to be.

    Args:
        session: To look up who is meant.
        wanted: By id: what it should say, or why it cannot.
        described: What is said now.
        actor: Who wants it.
        now: The present.

    Raises:
        NotFoundError: a recording is not there.
        NotAllowedError: the actor may not change one.
    """
    editable_rows(session, wanted, actor)
    keeper = Keeper(session, now=now)
    changes: list[Change] = []
    refused: list[Unchangeable] = []
    for recording_id, target in wanted.items():
        before = described[recording_id]
        title = before.title
        if isinstance(target, str):
            refused.append(Unchangeable(recording_id=recording_id, title=title, why=target))
            continue
        try:
            after = keeper.settle(recording_id, before, target)
        except DescriptionError as exc:
            refused.append(Unchangeable(recording_id=recording_id, title=title, why=str(exc)))
            continue
        if after != before:
            changes.append(
                Change(recording_id=recording_id, title=title, before=before, after=after)
            )
    return Plan(
        changes=tuple(changes),
        unchanged=len(wanted) - len(changes) - len(refused),
        refused=tuple(refused),
        newcomers=keeper.newcomers(change.after for change in changes),
    )


def carry_out(session: Session, jobs: Jobs, plan: Plan, *, actor: Actor, now: datetime) -> int:
    """Do what a plan says, made in this transaction; returns how many recordings changed.

    Raises:
        InvalidInputError: something in it cannot be done; then nothing is.
    """
    if plan.refused:
        first = plan.refused[0]
        more = f" {len(plan.refused) - 1} more cannot be changed." * (len(plan.refused) > 1)
        raise InvalidInputError(f"Nothing was changed. “{first.title}”: {first.why}{more}")
    ids = [change.recording_id for change in plan.changes]
    hold(session, ids)
    rows = editable_rows(session, ids, actor)
    there = read_described(session, ids)
    for change in plan.changes:
        if there[change.recording_id] != change.before:
            raise InvalidInputError(
                f"Nothing was changed. Somebody changed “{change.title}” meanwhile; look again."
            )
    done = keep_changes(
        session,
        jobs,
        Keeper(session, now=now),
        [(rows[change.recording_id], change.before, change.after) for change in plan.changes],
        actor=actor,
        now=now,
    )
    return len(done)


def _edited(before: Described, edits: Iterable[Edit]) -> Described:
    after = before
    for edit in edits:
        there = getattr(after, edit.field)
        match edit.operation:
            case Operation.SET:
                value = edit.value
            case Operation.ADD:
                value = each_once(edit.field, (*there, *edit.value))
            case Operation.REMOVE:
                value = tuple(one for one in there if not _among(one, edit))
        after = replace(after, **{edit.field: value})
    return after


def _among(one: object, edit: Edit) -> bool:
    """Tell whether a value is one of those to remove; of people by what is said of them."""
    if edit.field in (Field.SUBJECTS, Field.COLLECTIONS):
        return fold_term(str(one)) in {fold_term(str(each)) for each in edit.value}
    if edit.field is not Field.PEOPLE:
        return one in edit.value
    return any(
        fold_term(getattr(one, "name", "")) == fold_term(each.name)
        and getattr(one, "role", None) == each.role
        and (not each.organisation or getattr(one, "organisation", "") == each.organisation)
        and (not each.orcid or getattr(one, "orcid", "") == each.orcid)
        for each in edit.value
    )
