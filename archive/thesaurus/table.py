"""The thesaurus as CSV: read with every mistake named by its line, written so that it reads back.

Pure. One label a line; the MeSH id of a concept stands in the first of its lines, and may stand
in any. How the file itself is read is the business of `archive.csv_lines`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.csv_lines import Line, Refusal, read_lines, write_lines
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term
from archive.thesaurus.drafts import read_label
from archive.thesaurus.values import Label

COLUMNS = ("concept", "language", "term", "preferred", "mesh", "source", "confirmed")
"""The last follows from the source: it is written, and not looked at when read."""
NEEDED = ("concept", "language", "term")
MAX_BYTES = 960_000
"""About 14,000 labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line that can be taken."""

    line: int
    """Counted from 1, the header; of a row over several lines the last."""
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a file holds."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]
    given: frozenset[str]
    """Columns the file has; what it lacks is not changed in a label that is there."""


def read_table(content: bytes, *, max_bytes: int = MAX_BYTES) -> Table:
    """Read a CSV file.

    Raises:
        InvalidInputError: it is no such file at all; says what to do.
    """
    given, lines = read_lines(content, COLUMNS, needed=NEEDED, max_bytes=max_bytes)
    rows: list[Row] = []
    refused: list[Refusal] = []
    there = _Seen()
    for line in lines:
        try:
            label = _read_row(line)
            there.check(label, line.number)
        except InvalidInputError as exc:
            refused.append(Refusal(line=line.number, why=str(exc)))
        else:
            rows.append(Row(line=line.number, label=label))
    return Table(rows=tuple(rows), refused=tuple(refused), given=given)


def write_table(labels: Iterable[Label]) -> str:
    """Write labels as CSV; those of one concept stand together."""
    rows: list[tuple[str, ...]] = []
    last = ""
    for label in labels:
        mesh = label.mesh if label.concept != last else ""
        last = label.concept
        preferred = "yes" if label.preferred else ""
        confirmed = "" if label.confirmed else "no"
        rows.append(
            (label.concept, label.language, label.term, preferred, mesh, label.source, confirmed)
        )
    return write_lines(COLUMNS, rows)


class _Seen:
    """What the lines above say, so that none contradicts another."""

    def __init__(self) -> None:
        self._terms: dict[tuple[str, str, str], int] = {}
        self._preferred: dict[tuple[str, str], int] = {}
        self._mesh: dict[str, tuple[str, int]] = {}

    def check(self, label: Label, line: int) -> None:
        """Refuse a label that a line above has already, or says otherwise."""
        identity = (label.concept, label.language, fold_term(label.term))
        first = self._terms.setdefault(identity, line)
        if first != line:
            raise InvalidInputError(
                f"{label.term!r} stands in line {first} already; keep one of them."
            )
        if label.preferred:
            first = self._preferred.setdefault((label.concept, label.language), line)
            if first != line:
                raise InvalidInputError(
                    f"Line {first} is the preferred name of {label.concept} in "
                    f"{label.language!r} already; keep one of them."
                )
        if label.mesh:
            mesh, first = self._mesh.setdefault(label.concept, (label.mesh, line))
            if mesh != label.mesh:
                raise InvalidInputError(
                    f"The MeSH id of {label.concept} is {mesh} in line {first}; make them one."
                )


def _read_row(line: Line) -> Label:
    if line.problem:
        raise InvalidInputError(line.problem)
    return read_label(
        concept=line.cells.get("concept", ""),
        language=line.cells.get("language", ""),
        term=line.cells.get("term", ""),
        preferred=line.cells.get("preferred", ""),
        mesh=line.cells.get("mesh", ""),
        source=line.cells.get("source", ""),
    )
