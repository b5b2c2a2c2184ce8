"""Reading the CSV files people bring, line by line, with every mistake named by its line.

Pure. UTF-8 with or without a byte-order mark; commas, semicolons or tabs, as spreadsheets of one
language or another write them. What the cells mean is the business of `glossary.table` and
`thesaurus.table`.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from archive.errors import InvalidInputError

if TYPE_CHECKING:
    from _csv import Reader

_Item = TypeVar("_Item")
_Item_co = TypeVar("_Item_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is not empty."""

    number: int
    """Counted from 1, the header; of a row over several lines the last."""
    cells: Mapping[str, str]
    """By column; those the row leaves out are missing."""
    problem: str
    """Why it cannot be read; empty when it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that cannot be taken."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan(Generic[_Item_co]):
    """What importing a file would do."""

    added: tuple[_Item_co, ...]
    changed: tuple[_Item_co, ...]
    """As they would stand afterwards."""
    unchanged: int
    refused: tuple[Refusal, ...]

    @property
    def can_be_done(self) -> bool:
        """True when every line can be taken and some line does something."""
        return not self.refused and bool(self.added or self.changed)

    def check(self) -> None:
        """Refuse a file of which a line cannot be taken.

        Raises:
            InvalidInputError: names the first such line, and how many more there are.
        """
        if self.refused:
            first, *others = self.refused
            more = f" {len(others)} more lines cannot be taken." if others else ""
            raise InvalidInputError(f"Nothing was imported. Line {first.line}: {first.why}{more}")


def plan_of(
    given: Iterable[tuple[_Item, _Item | None]], refused: tuple[Refusal, ...]
) -> ImportPlan[_Item]:
    """Sort what a file gives by what it would do.

    Args:
        given: each as it would stand, and as it stands; None: it is new.
        refused: lines that cannot be taken.
    """
    added: list[_Item] = []
    changed: list[_Item] = []
    unchanged = 0
    for item, known in given:
        if known is None:
            added.append(item)
        elif item != known:
            changed.append(item)
        else:
            unchanged += 1
    return ImportPlan(
        added=tuple(added), changed=tuple(changed), unchanged=unchanged, refused=refused
    )


def read_lines(
    content: bytes, columns: Sequence[str], *, needed: Collection[str], max_bytes: int
) -> tuple[frozenset[str], list[Line]]:
    """Read a CSV file.

    Args:
        content: of the file.
        columns: that it may have, named in its first line.
        needed: those of them that it must have.
        max_bytes: how much is taken at once.

    Returns:
        The columns it has, and its lines.

    Raises:
        InvalidInputError: it is no such file at all; says what to do.
    """
    if len(content) > max_bytes:
        raise InvalidInputError(
            f"The file is larger than {max_bytes:,} bytes, which is all that can be taken at once. "
            "Split it in two."
        )
    text = _decode(content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = _read_header(next(lines, []), columns, needed)
        return frozenset(header), _read_rows(lines, header)
    except csv.Error as exc:
        raise InvalidInputError(
            f"Line {lines.line_num} cannot be read as CSV ({exc}); is a quotation mark not closed?"
        ) from exc


def write_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write CSV with commas, a header, and lines ending in CR LF (RFC 4180)."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows(rows)
    return file.getvalue()


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise InvalidInputError(
            f"Line {line} is not UTF-8 text; in the spreadsheet choose “CSV UTF-8” when saving."
        ) from exc


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _read_header(
    cells: list[str], columns: Sequence[str], needed: Collection[str]
) -> tuple[str, ...]:
    header = tuple(cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells)
    expected = ", ".join(columns)
    missing = [column for column in columns if column in needed and column not in header]
    if missing:
        must = " and ".join(f"“{column}”" for column in columns if column in needed)
        raise InvalidInputError(
            f"The first line must name the columns, {must} at least, of: {expected}."
        )
    for column in header:
        if column not in columns:
            raise InvalidInputError(
                f"Line 1: there is no column {column!r}; the columns are {expected}."
            )
        if header.count(column) > 1:
            raise InvalidInputError(f"Line 1: the column {column!r} stands twice; keep one.")
    return header


def _read_rows(lines: "Reader", header: Sequence[str]) -> list[Line]:
    return [
        Line(
            number=lines.line_num,
            cells=dict(zip(header, cells, strict=False)),
            problem=_problem(cells, header),
        )
        for cells in lines
        if any(cell.strip() for cell in cells)
    ]


def _problem(cells: list[str], header: Sequence[str]) -> str:
    if any(cell.strip() for cell in cells[len(header) :]):
        return (
            f"There are {len(cells)} cells, but {len(header)} columns; put cells that hold a "
            "comma or a semicolon between quotation marks."
        )
    return ""
