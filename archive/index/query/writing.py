"""Write a tree as a query that is read as the same tree. Pure.

For links that leave a part of a query away or add one.
"""

from datetime import date, timedelta

from archive.index.query.nodes import (
    SLIDES,
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
    Within,
    Word,
)

_TYPED_FIELDS = {SLIDES: "slide"}
_QUOTED = (('"', '"”“'), ("「", "」"), ("『", "』"))
"""Signs to open with, and those that would close; the first of these does."""


def write(node: Node | None) -> str:  # noqa: PLR0911 - one for each kind of node
    """Write a query; nothing for None."""
    match node:
        case None:
            return ""
        case Word(text, field):
            return _in_field(text, field)
        case Prefix(text, field):
            return _in_field(f"{text}*", field)
        case Phrase(text, field):
            return _in_field(quote(text), field)
        case Not(inner):
            return f"NOT {_write_inside(inner)}"
        case And(nodes):
            return " ".join(map(_write_inside, nodes))
        case Or(nodes):
            return " OR ".join(map(_write_inside, nodes))
        case Within() | Spoken() | Held() | Checked():
            return _write_filter(node)


def quote(text: str) -> str:
    """Put quotes around a text, of a kind that does not stand in it."""
    for opening, closing in _QUOTED:
        if not any(sign in text for sign in closing):
            return f"{opening}{text}{closing[0]}"
    return f'"{text.translate(dict.fromkeys(map(ord, _QUOTED[0][1]), " "))}"'


def _write_inside(node: Node) -> str:
    return f"({write(node)})" if isinstance(node, And | Or) else write(node)


def _in_field(text: str, field: str | None) -> str:
    return text if field is None else f"{_TYPED_FIELDS.get(field, field)}:{text}"


def _write_filter(node: Filter) -> str:
    match node:
        case Within(collection):
            return f"in:{quote(collection)}"
        case Spoken(language):
            return f"lang:{language}"
        case Checked(checked):
            return f"checked:{'yes' if checked else 'no'}"
        case Held(first, last):
            return _write_days(first, last)


def _write_days(first: date | None, last: date | None) -> str:
    if first is not None and last is not None:
        if first.year == last.year:
            return f"year:{first.year}"
        return f"year:{first.year}-{last.year}"
    if first is not None:
        return f"after:{first.isoformat()}"
    return f"before:{(last + timedelta(days=1)).isoformat()}" if last is not None else ""
