"""Say in words how a query was read: `fever and (cough or “chest pain”)`. Pure."""

from datetime import date, timedelta

from archive.index.query.nodes import (
    SLIDES,
    SPEAKER,
    SUBJECT,
    And,
    Checked,
    Filter,
    Held,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Spoken,
    Text,
    Within,
    Word,
)
from archive.language import language_name

_VALUES = {
    "lang": "language",
    "language": "language",
    "year": "year",
    "before": "date",
    "after": "date",
    "since": "date",
}
"""What should stand after the colon of a filter."""
_FIELDS = {SPEAKER: "as speaker", SUBJECT: "as subject", SLIDES: "on a slide"}


def describe(node: Node | None) -> str:
    """Say how a query was read; nothing for None."""
    match node:
        case None:
            return ""
        case Word() | Prefix() | Phrase():
            return _describe_text(node)
        case Not(inner):
            return f"not {_describe_inside(inner)}"
        case And(nodes):
            return " and ".join(map(_describe_inside, nodes))
        case Or(nodes):
            return " or ".join(map(_describe_inside, nodes))
        case Within() | Spoken() | Held() | Checked():
            return _describe_filter(node)


def _describe_text(node: Text) -> str:
    text = node.text
    match node:
        case Prefix():
            text = f"words that begin with {text}"
        case Phrase():
            text = f"“{text}”"
        case Word():
            text = _describe_word(text)
    field = node.field
    return text if field is None else f"{text} {_FIELDS.get(field, f'in the {field}')}"


def _describe_word(text: str) -> str:
    """Say of a filter that could not be read that it is looked for as words."""
    name, colon, value = text.partition(":")
    wanted = _VALUES.get(name) if colon and value else None
    return f"{text} as words (no {wanted} is called {value})" if wanted else text


def _describe_inside(node: Node) -> str:
    text = describe(node)
    return f"({text})" if isinstance(node, And | Or) else text


def _describe_filter(node: Filter) -> str:
    match node:
        case Within(collection):
            return f"in the collection “{collection}”"
        case Spoken(language):
            return f"spoken in {language_name(language)}"
        case Checked(checked):
            return "checked" if checked else "not checked"
        case Held(first, last):
            return _describe_days(first, last)


def _describe_days(first: date | None, last: date | None) -> str:
    """Write `in 2020`, `from 2020 to 2022`, `before 1 March 2021`, `from 1 May 2020 on`."""
    if first is not None and last is not None:
        if first.year == last.year:
            return f"in {first.year}"
        return f"from {first.year} to {last.year}"
    if first is not None:
        return f"from {_day(first)} on"
    return f"before {_day(last + timedelta(days=1))}" if last is not None else "at any time"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
