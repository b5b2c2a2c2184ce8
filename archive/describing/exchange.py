"""Descriptions as CSV, out and in again: nothing is lost, and nothing runs in a spreadsheet.

A row a recording, told apart by `id`; columns that a file leaves out stay as they are. All of a
file is imported or nothing, and told before it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.csv_lines import ImportPlan, Line, Refusal, read_lines, write_lines
from archive.describing.bulk import Change, Plan, carry_out, make_plan
from archive.describing.keeping import Newcomers
from archive.describing.reading import read_described
from archive.describing.typed import read_texts, write_texts
from archive.describing.values import Described, DescriptionError, Field
from archive.errors import ArchiveError, InvalidInputError
from archive.jobs import Jobs
from archive.models import Recording, Status
from archive.permissions import Action, Actor, require
from archive.recordings import readable

ID = "id"
COLUMNS = (ID, *Field)
MAX_BYTES = 32 * 1024**2
_RUN = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - full-width forms run too
"""What a spreadsheet takes for the beginning of a formula
(https://owasp.org/www-community/attacks/CSV_Injection)."""
_QUOTE = "'"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionsPlan(ImportPlan[Change]):
    """What importing a file would do; it changes recordings and adds none."""

    newcomers: Newcomers
    """People and collections that are made on the way."""

    def as_plan(self) -> Plan:
        """Return it as what `archive.describing.bulk.carry_out` does."""
        return Plan(
            changes=self.changed,
            unchanged=self.unchanged,
            refused=(),
            newcomers=self.newcomers,
        )


def export_csv(
    session: Session, *, actor: Actor, recording_ids: Sequence[int] | None = None
) -> str:
    """Write what is said of recordings as CSV; importing it again changes nothing.

    Args:
        session: To read from.
        actor: Who wants it.
        recording_ids: Which; None: all that are not in the bin.

    Raises:
        NotAllowedError: the actor does not curate the archive.
    """
    require(actor, Action.CURATE)
    ids = session.scalars(
        select(Recording.id)
        .where(readable(actor), Recording.status != Status.REJECTED)
        .order_by(Recording.id)
    ).all()
    if recording_ids is not None:
        wanted = set(recording_ids)
        ids = [number for number in ids if number in wanted]
    described = read_described(session, ids)
    return write_lines(
        COLUMNS,
        ([str(number), *map(guard, write_texts(described[number]).values())] for number in ids),
    )


def plan_csv(session: Session, content: bytes, *, actor: Actor, now: datetime) -> DescriptionsPlan:
    """Tell what importing a CSV file would change; changes nothing.

    Raises:
        NotAllowedError: the actor does not curate the archive.
        InvalidInputError: the file is no such CSV; says what to do.
    """
    require(actor, Action.CURATE)
    _, lines = read_lines(content, COLUMNS, needed=[ID], max_bytes=MAX_BYTES)
    numbers, refused = _read_ids(lines)
    described = read_described(session, list(numbers))
    wanted: dict[int, Described | str] = {}
    for number, line in numbers.items():
        try:
            wanted[number] = _read_row(line, described.get(number))
        except (DescriptionError, InvalidInputError) as exc:
            refused.append(Refusal(line=line.number, why=str(exc)))
    changes: list[Change] = []
    unchanged = 0
    newcomers = Newcomers()
    try:
        plan = make_plan(session, wanted, described, actor=actor, now=now)
    except ArchiveError:
        # One of them may not be changed; found out line by line, so that it is named.
        for number, target in wanted.items():
            try:
                make_plan(session, {number: target}, described, actor=actor, now=now)
            except ArchiveError as exc:
                refused.append(Refusal(line=numbers[number].number, why=str(exc)))
    else:
        refused += [
            Refusal(line=numbers[one.recording_id].number, why=one.why) for one in plan.refused
        ]
        changes, unchanged, newcomers = list(plan.changes), plan.unchanged, plan.newcomers
    return DescriptionsPlan(
        added=(),
        changed=tuple(changes),
        unchanged=unchanged,
        refused=tuple(sorted(refused, key=lambda refusal: refusal.line)),
        newcomers=newcomers,
    )


def import_csv(
    session: Session, jobs: Jobs, content: bytes, *, actor: Actor, now: datetime
) -> DescriptionsPlan:
    """Import a CSV file: all of it, or nothing when a line cannot be taken.

    Raises:
        NotAllowedError: the actor does not curate the archive.
        InvalidInputError: a line cannot be taken; then nothing is changed.
    """
    plan = plan_csv(session, content, actor=actor, now=now)
    plan.check()
    carry_out(session, jobs, plan.as_plan(), actor=actor, now=now)
    return plan


def guard(cell: str) -> str:
    """Write a cell so that a spreadsheet takes it for text: an apostrophe before a formula."""
    return _QUOTE + cell if _is_guarded(cell) else cell


def unguard(cell: str) -> str:
    """Read a cell that `guard` wrote; others stay as they are."""
    return cell[1:] if cell[:1] == _QUOTE and cell[1:2] in {*_RUN, _QUOTE} else cell


def _is_guarded(cell: str) -> bool:
    """Tell whether a cell would run, or would be taken for one that was guarded."""
    return cell[:1] in _RUN or (cell[:1] == _QUOTE and cell[1:2] in {*_RUN, _QUOTE})


def _read_ids(lines: Sequence[Line]) -> tuple[dict[int, Line], list[Refusal]]:
    numbers: dict[int, Line] = {}
    refused: list[Refusal] = []
    for line in lines:
        text = line.cells.get(ID, "").strip()
        if line.problem:
            refused.append(Refusal(line=line.number, why=line.problem))
        elif not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - what a column holds
            why = f"“{text[:40]}” is no id; take the ids from an export, recordings are not added."
            refused.append(Refusal(line=line.number, why=why))
        elif int(text) in numbers:
            why = f"Recording {text} stands in line {numbers[int(text)].number} already; keep one."
            refused.append(Refusal(line=line.number, why=why))
        else:
            numbers[int(text)] = line
    return numbers, refused


def _read_row(line: Line, before: Described | None) -> Described:
    if before is None:
        raise InvalidInputError(f"There is no recording {line.cells[ID].strip()}.")
    texts: Mapping[Field, str] = {
        Field(name): unguard(cell) for name, cell in line.cells.items() if name != ID
    }
    return read_texts(texts, before)
