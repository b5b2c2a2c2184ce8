"""The glossary as CSV: read with every mistake named by its line, written so that it reads back.

Pure. Several spellings in a cell stand between `|`; how the file itself is read is the business
of `archive.csv_lines`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.csv_lines import Line, Refusal, read_lines, write_lines
from archive.errors import InvalidInputError
from archive.glossary.drafts import SEPARATOR, read_draft, split_spellings
from archive.glossary.values import Draft
from archive.glossary.wording import fold_term

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
class Table:
    """What a file holds."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]


def read_table(content: bytes) -> Table:
    """Read a CSV file.

    Raises:
        InvalidInputError: it is no such file at all; says what to do.
    """
    given, lines = read_lines(content, COLUMNS, needed={"term"}, max_bytes=MAX_BYTES)
    rows: list[Row] = []
    refused: list[Refusal] = []
    first_lines: dict[tuple[str, str], int] = {}
    for line in lines:
        try:
            draft = _read_row(line)
        except InvalidInputError as exc:
            refused.append(Refusal(line=line.number, why=str(exc)))
            continue
        first = first_lines.setdefault((draft.language, fold_term(draft.term)), line.number)
        if first == line.number:
            rows.append(Row(line=line.number, draft=draft, given=given))
        else:
            why = f"{draft.term!r} stands in line {first} already; keep one of them."
            refused.append(Refusal(line=line.number, why=why))
    return Table(rows=tuple(rows), refused=tuple(refused))


def write_table(drafts: Iterable[Draft]) -> str:
    """Write terms as CSV."""
    return write_lines(
        COLUMNS,
        (
            (
                draft.term,
                draft.language,
                draft.kind,
                f" {SEPARATOR} ".join(draft.variants),
                f" {SEPARATOR} ".join(draft.sounds_like),
                draft.source,
            )
            for draft in drafts
        ),
    )


def _read_row(line: Line) -> Draft:
    if line.problem:
        raise InvalidInputError(line.problem)
    given = line.cells
    return read_draft(
        term=given.get("term", ""),
        language=given.get("language", ""),
        kind=given.get("kind", ""),
        variants=split_spellings(given.get("variants", "")),
        sounds_like=split_spellings(given.get("sounds_like", "")),
        source=given.get("source", ""),
    )
