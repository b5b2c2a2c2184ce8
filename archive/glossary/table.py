"""The glossary as CSV: read with every mistake named by its line, written so that it reads back.

Pure. UTF-8 with or without a byte-order mark; commas or semicolons, as spreadsheets of one
language or another write them; several spellings in a cell stand between `|`.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.errors import InvalidInputError
from archive.glossary.drafts import SEPARATOR, read_draft, split_spellings
from archive.glossary.values import Draft
from archive.glossary.wording import fold_term

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = ("term", "language", "kind", "variants", "sounds_like", "source")
MAX_BYTES = 450_000
"""About 4,500 terms; a form sends back as much text as this, not more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line that can be taken."""

    line: int
    """Counted from 1, the header; of a row over several lines the last."""
    draft: Draft
    given: frozenset[str]
    """Columns the file has; what it lacks is not changed in a term that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that cannot be taken."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a file holds."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]


def read_table(content: bytes) -> Table:
    """Read a CSV file.

    Raises:
        InvalidInputError: it is no such file at all; says what to do.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInputError(
            f"The file is larger than {MAX_BYTES:,} bytes, which is all that can be taken at once. "
            "Split it in two."
        )
    text = _decode(content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = _read_header(next(lines, []))
        return _read_rows(lines, columns)
    except csv.Error as exc:
        raise InvalidInputError(
            f"Line {lines.line_num} cannot be read as CSV ({exc}); is a quotation mark not closed?"
        ) from exc


def write_table(drafts: Iterable[Draft]) -> str:
    """Write terms as CSV, with commas, a header, and lines ending in CR LF (RFC 4180)."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for draft in drafts:
        writer.writerow(
            (
                draft.term,
                draft.language,
                draft.kind,
                f" {SEPARATOR} ".join(draft.variants),
                f" {SEPARATOR} ".join(draft.sounds_like),
                draft.source,
            )
        )
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


def _read_header(cells: list[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells)
    expected = ", ".join(COLUMNS)
    if "term" not in columns:
        raise InvalidInputError(
            f"The first line must name the columns, “term” at least, of: {expected}."
        )
    for column in columns:
        if column not in COLUMNS:
            raise InvalidInputError(
                f"Line 1: there is no column {column!r}; the columns are {expected}."
            )
        if columns.count(column) > 1:
            raise InvalidInputError(f"Line 1: the column {column!r} stands twice; keep one.")
    return columns


def _read_rows(lines: "Reader", columns: tuple[str, ...]) -> Table:
    rows: list[Row] = []
    refused: list[Refusal] = []
    first_lines: dict[tuple[str, str], int] = {}
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        line = lines.line_num
        try:
            draft = _read_row(cells, columns)
        except InvalidInputError as exc:
            refused.append(Refusal(line=line, why=str(exc)))
            continue
        first = first_lines.setdefault((draft.language, fold_term(draft.term)), line)
        if first == line:
            rows.append(Row(line=line, draft=draft, given=frozenset(columns)))
        else:
            why = f"{draft.term!r} stands in line {first} already; keep one of them."
            refused.append(Refusal(line=line, why=why))
    return Table(rows=tuple(rows), refused=tuple(refused))


def _read_row(cells: list[str], columns: tuple[str, ...]) -> Draft:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise InvalidInputError(
            f"There are {len(cells)} cells, but {len(columns)} columns; put cells that hold a "
            "comma or a semicolon between quotation marks."
        )
    given: Mapping[str, str] = dict(zip(columns, cells, strict=False))
    return read_draft(
        term=given["term"],
        language=given.get("language", ""),
        kind=given.get("kind", ""),
        variants=split_spellings(given.get("variants", "")),
        sounds_like=split_spellings(given.get("sounds_like", "")),
        source=given.get("source", ""),
    )
