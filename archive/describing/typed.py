"""Reading what people type of a recording, and writing it again in the same form.

Each field has one text: what the page's plain fields, the bulk edit and CSV cells hold, a value a
line where there are several. `read_text(field, write_text(value)) == value`. Pure.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from archive.describing.identifiers import read_identifier, read_orcid, read_url
from archive.describing.values import (
    Credit,
    Described,
    DescriptionError,
    Field,
    Identifier,
    Link,
)
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term, one_line
from archive.language import is_known, language_choices
from archive.licences import find_licence
from archive.models import PersonRole
from archive.subjects import MAX_SUBJECT, MOST_SUBJECTS

MAX_TITLE = 300
MAX_DESCRIPTION = 20_000
MAX_NAME = 200
MAX_ORGANISATION = 300
MAX_COLLECTION = 200
MAX_RIGHTS = 2_000
MAX_LABEL = 300
MOST = MappingProxyType(
    {
        Field.PEOPLE: 100,
        Field.COLLECTIONS: 20,
        Field.SUBJECTS: MOST_SUBJECTS,
        Field.LANGUAGES: 12,
        Field.LINKS: 50,
        Field.IDENTIFIERS: 20,
    }
)
"""How many values a field may have."""
_FIRST_YEAR = 1900
_UNSHOWN = ("Cc", "Cs")
_CELL = re.compile(r"(?:\\.|[^|\\])*", re.DOTALL)
_ROLES = MappingProxyType(
    {
        "speaker": PersonRole.PRESENTER,
        "panelist": PersonRole.PANELLIST,
        "organizer": PersonRole.ORGANISER,
        "chair": PersonRole.MODERATOR,
        "facilitator": PersonRole.MODERATOR,
        "other": PersonRole.CONTRIBUTOR,
    }
)
"""Other words for roles."""

Value = TypeVar("Value")


def read_texts(texts: Mapping[Field, str], over: Described) -> Described:
    """Read the texts of some fields into a description; the other fields stay as they are.

    Raises:
        DescriptionError: some cannot be taken; names every one of them.
    """
    values: dict[str, Any] = {}
    problems: dict[Field, str] = {}
    for field, text in texts.items():
        try:
            values[field] = read_text(field, text)
        except InvalidInputError as exc:
            problems[field] = str(exc)
    if problems:
        raise DescriptionError(problems)
    return replace(over, **values)


def read_text(field: Field, text: str) -> Any:  # noqa: ANN401 - each field has a type of its own
    """Read the text of one field.

    Raises:
        InvalidInputError: says what is wrong and what to do.
    """
    return _READERS[field](text)


def write_text(value: Any) -> str:  # noqa: ANN401 - see `read_text`
    """Write the value of a field, to be read again or shown."""
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case str():
            return value
        case _:
            return "\n".join(_write_one(one) for one in value)


def write_texts(described: Described, fields: Iterable[Field] = Field) -> dict[Field, str]:
    """Write the values of some fields."""
    return {field: write_text(getattr(described, field)) for field in fields}


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text that hold something, in one form."""
    return tuple(line for part in text.split("\n") if (line := one_line(part)))


def block(text: str) -> str:
    """Bring a text of several lines into one form: NFC, lines ending in LF, nothing unshown."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c for c in normal if c in "\n\t" or unicodedata.category(c) not in _UNSHOWN
    ).strip()


def name_line(text: str) -> str:
    """Bring a text of one line into one form; what cannot be written as UTF-8 is left out."""
    return one_line("".join(c for c in text if unicodedata.category(c) != "Cs"))


def join_cells(cells: Sequence[str]) -> str:
    """Write the cells of a row as one line; `|` and backslashes in them are kept apart."""
    return " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells)


def read_credit(name: str, role: str, organisation: str = "", orcid: str = "") -> Credit:
    """Read someone in a role; without a role, a presenter.

    Raises:
        InvalidInputError: says what is wrong and what to do.
    """
    name, organisation = name_line(name), name_line(organisation)
    if not name:
        raise InvalidInputError("Someone has no name; write the name, or empty the row.")
    if len(name) > MAX_NAME or len(organisation) > MAX_ORGANISATION:
        raise InvalidInputError(
            f"“{name[:40]}…” is too long: a name may have {MAX_NAME} characters, an organisation "
            f"{MAX_ORGANISATION}. Write one person a row."
        )
    return Credit(
        name=name, role=_read_role(role, name), organisation=organisation, orcid=read_orcid(orcid)
    )


def read_link(url: str, label: str = "") -> Link:
    """Read a link.

    Raises:
        InvalidInputError: says what is wrong and what to do.
    """
    label = name_line(label)
    if len(label) > MAX_LABEL:
        raise InvalidInputError(f"The text of a link may have {MAX_LABEL} characters.")
    return Link(url=read_url(name_line(url)), label=label)


def each_once(field: Field, values: Sequence[Value]) -> tuple[Value, ...]:
    """Keep each value once, in order.

    Raises:
        InvalidInputError: they are too many.
    """
    kept = tuple(dict.fromkeys(values))
    if len(kept) > MOST[field]:
        raise InvalidInputError(f"These are {len(kept)}; there may be {MOST[field]}.")
    return kept


def read_subject_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Read subjects; those that differ in case and accents only are one.

    Raises:
        InvalidInputError: one is too long, or holds no letter; or they are too many.
    """
    found: dict[str, str] = {}
    for line in lines:
        folded = fold_term(line)
        if not folded:
            raise InvalidInputError(f"“{line}” holds no word; write a subject in words.")
        if len(line) > MAX_SUBJECT or len(folded) > MAX_SUBJECT:
            raise InvalidInputError(
                f"“{line[:40]}…” is too long; a subject may have {MAX_SUBJECT} characters. "
                "Write one subject a line."
            )
        found.setdefault(folded, line)
    return each_once(Field.SUBJECTS, tuple(found.values()))


def _read_title(text: str) -> str:
    title = name_line(text)
    if not title:
        raise InvalidInputError("It is empty; give the recording a title.")
    return _fitting(title, MAX_TITLE)


def _read_date(text: str) -> date | None:
    typed = text.strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as exc:
        raise InvalidInputError(
            f"“{typed[:40]}” cannot be read; write year-month-day, as 2020-04-16{_guess(typed)}."
        ) from exc
    if day.year < _FIRST_YEAR:
        raise InvalidInputError(f"The year {day.year} cannot be meant; is a digit missing?")
    return day


def _guess(typed: str) -> str:
    """Offer the reading of a date as spreadsheets write it, where there is only one."""
    match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", typed)
    if not match:
        return ""
    first, second, year = map(int, match.groups())
    days = set()
    for month, day in ((first, second), (second, first)):
        try:
            days.add(date(year, month, day).isoformat())
        except ValueError:
            continue
    return "" if not days else "; it may be " + " or ".join(sorted(days))


def _read_credits(text: str) -> tuple[Credit, ...]:
    credits_ = []
    for line in lines_of(text):
        cells = [*_split(line), "", "", ""]
        if any(cells[4:]):
            raise InvalidInputError(
                f"“{line[:60]}” has too many parts; write name | role | organisation | ORCID."
            )
        credits_.append(read_credit(*cells[:4]))
    return each_once(Field.PEOPLE, credits_)


def _read_role(typed: str, name: str) -> PersonRole:
    role = name_line(typed).lower()
    if not role:
        return PersonRole.PRESENTER
    if role in set(PersonRole):
        return PersonRole(role)
    if role in _ROLES:
        return _ROLES[role]
    raise InvalidInputError(
        f"{name} is given as “{role[:40]}”; the roles are {', '.join(PersonRole)}."
    )


def _read_collections(text: str) -> tuple[str, ...]:
    return each_once(
        Field.COLLECTIONS, tuple(_fitting(line, MAX_COLLECTION) for line in lines_of(text))
    )


def _read_languages(text: str) -> tuple[str, ...]:
    names: dict[str, str] = {}
    codes = []
    for line in lines_of(text.replace(",", "\n").replace(";", "\n")):
        code = line.lower()
        if not is_known(code):
            names = names or {one.name.lower(): one.code for one in language_choices()}
            if code not in names:
                raise InvalidInputError(
                    f"“{line[:40]}” is no language that is known here; write its code, such as "
                    "en, fr, pt, ar, sw, am, zh or id."
                )
            code = names[code]
        codes.append(code)
    return each_once(Field.LANGUAGES, codes)


def _read_licence(text: str) -> str:
    typed = name_line(text)
    if not typed:
        return ""
    licence = find_licence(typed)
    if licence is None:
        raise InvalidInputError(
            f"“{typed[:60]}” is none of the licences; choose one of them, such as CC-BY-4.0, "
            "or leave it empty and say it in words under Rights."
        )
    return licence.code


def _read_links(text: str) -> tuple[Link, ...]:
    links = []
    for line in lines_of(text):
        url, *label = _split(line)
        links.append(read_link(url, " ".join(label)))
    return each_once(Field.LINKS, links)


def _read_identifiers(text: str) -> tuple[Identifier, ...]:
    found = []
    for line in lines_of(text):
        cells = _split(line)
        kind, value = ("", cells[0]) if len(cells) == 1 else (cells[0], "|".join(cells[1:]))
        found.append(read_identifier(kind, value))
    return each_once(Field.IDENTIFIERS, found)


def _fitting(text: str, most: int) -> str:
    if len(text) > most:
        raise InvalidInputError(f"It has {len(text)} characters; it may have {most}.")
    return text


def _write_one(one: Any) -> str:  # noqa: ANN401 - see `read_text`
    match one:
        case Credit():
            cells = [one.name, one.role, one.organisation, one.orcid]
            while not cells[-1]:
                cells.pop()
            return join_cells(cells)
        case Link():
            return join_cells([one.url, one.label] if one.label else [one.url])
        case Identifier():
            return join_cells([one.kind, one.value])
        case _:
            return str(one)


def _split(line: str) -> list[str]:
    """Split a line at `|`; a backslash before one, or before another, takes it as it is."""
    cells, at = [], 0
    while at <= len(line):
        match = _CELL.match(line, at)
        text = match[0] if match else ""
        cells.append(re.sub(r"\\(.)", r"\1", text).strip())
        at += len(text) + 1
    return cells


_READERS: Mapping[Field, Callable[[str], Any]] = MappingProxyType(
    {
        Field.TITLE: _read_title,
        Field.DESCRIPTION: lambda text: _fitting(block(text), MAX_DESCRIPTION),
        Field.RECORDED_ON: _read_date,
        Field.PEOPLE: _read_credits,
        Field.ORGANISATION: lambda text: _fitting(name_line(text), MAX_ORGANISATION),
        Field.COLLECTIONS: _read_collections,
        Field.SUBJECTS: lambda text: read_subject_lines(lines_of(text)),
        Field.LANGUAGES: _read_languages,
        Field.LICENCE: _read_licence,
        Field.RIGHTS: lambda text: _fitting(block(text), MAX_RIGHTS),
        Field.LINKS: _read_links,
        Field.IDENTIFIERS: _read_identifiers,
    }
)
