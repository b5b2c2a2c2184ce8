"""Read what a person typed into a tree. Pure.

Words stand side by side for AND; `"phrases"`, `AND OR NOT` in capitals, `-word`, parentheses,
`prefix*`, fields (`title: speaker: subject: slide: collection: description:`) and filters
(`in: lang: year: before: after: checked:`) are understood. Nothing typed is an error: what
cannot be syntax is read as words, what is left open is closed at the end.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001

import re
from dataclasses import dataclass, replace

from archive.index.query.narrowing import read_filter
from archive.index.query.nodes import (
    SLIDES,
    SPEAKER,
    SUBJECT,
    And,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

MAX_CHARACTERS = 1_000
MAX_LEAVES = 40  # each costs up to some ms: 40 keep the worst query under a second
MAX_DEPTH = 20

_TYPED_FIELDS = {
    "title": "title",
    "collection": "collection",
    "description": "description",
    "speaker": SPEAKER,
    "speakers": SPEAKER,
    "subject": SUBJECT,
    "subjects": SUBJECT,
    "slide": SLIDES,
    "slides": SLIDES,
}
"""What may stand before a colon, and the field of the index it means."""
_TYPED_FILTERS = {
    "in": "in",
    "lang": "lang",
    "language": "lang",
    "year": "year",
    "before": "before",
    "after": "after",
    "since": "after",
    "checked": "checked",
}

_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "『": "』", "”": "”"}
_CLOSING = {'"': '"”“', "“": '”"', "„": '“”"', "«": "»", "「": "」", "『": "』", "”": '”"'}
_OPEN, _CLOSE = "(（", ")）"
_NAMES = {**_TYPED_FIELDS, **_TYPED_FILTERS}
_ORDINARY = ("in", "before", "after", "since")
"""Names that are words as well: `pain in :abdomen` narrows nothing."""
_COLON = re.compile(
    rf"({'|'.join(_NAMES)})[:：]\s*"
    rf"|({'|'.join(name for name in _NAMES if name not in _ORDINARY)})\s+[:：](?=\S)",
    re.IGNORECASE,
)
_DASHES = "-–—−"  # phones write them for two hyphens, or offer nothing else
_SPACED_YEARS = re.compile(r"\d{4}\s*(?:[-–—−…]|\.\.)\s*\d{4}(?![\w-])")
_COMMAS = re.compile("[,，、،;]")
_SHORTEST_BEGINNING = 2
_CHUNK = re.compile(rf"[^\s{re.escape(''.join(_QUOTES))}{_OPEN}{_CLOSE}]+")
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the query: `kind` is word, phrase, field, filter, not, AND, OR, ( or )."""

    kind: str
    text: str = ""


_YEAR = _Token("filter", "year")


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands before a word, a phrase or a group."""

    field: str | None = None
    filter: str = ""
    """As typed, in small letters."""


def parse(text: str) -> Node | None:
    """Read a query; None when it holds nothing to look for.

    OR binds loosest, then AND (also implied), then NOT and `-`. A query longer than
    `MAX_CHARACTERS` or with more than `MAX_LEAVES` words is read up to there.
    """
    text = text[:MAX_CHARACTERS]
    node = _Parser(_split(text)).parse()
    if node is None:
        words = [Word(chunk) for chunk in text.split() if any(map(str.isalnum, chunk))]
        node = _join(And, words[:MAX_LEAVES])
    return node


def _split(text: str) -> list[_Token]:
    """Cut a query into tokens; every character belongs to one or is dropped."""
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character.isspace():
            at += 1
        elif character in _QUOTES:
            at += 1
            ends = [end for end in (text.find(c, at) for c in _CLOSING[character]) if end >= 0]
            end = min(ends, default=len(text))
            tokens.append(_Token("phrase", " ".join(text[at:end].split())))
            at = end + 1
        elif character in _OPEN or character in _CLOSE:
            tokens.append(_Token("(" if character in _OPEN else ")"))
            at += 1
        elif tokens and tokens[-1] == _YEAR and (years := _SPACED_YEARS.match(text, at)):
            tokens.append(_Token("word", "".join(years[0].split())))
            at = years.end()
        elif character in _DASHES and _negates(text, at):
            tokens.append(_Token("not"))
            at += 1
        elif colon := _COLON.match(text, at):
            name = (colon[1] or colon[2]).lower()
            tokens.append(_Token("field" if name in _TYPED_FIELDS else "filter", name))
            at = colon.end()
        else:
            chunk = _CHUNK.match(text, at)
            word = chunk[0] if chunk else character
            at += len(word)
            if word in _OPERATORS:
                tokens.append(_Token("not" if word == "NOT" else word))
            elif any(map(str.isalnum, word)):
                tokens.append(_Token("word", word))
    return tokens


def _negates(text: str, at: int) -> bool:
    """Whether the dash at `at` stands before a word and after none."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    apart = (_OPEN, _CLOSE, *_CLOSING, *_CLOSING.values())
    follows_word = not (before.isspace() or any(before in some for some in apart))
    return not follows_word and (after.isalnum() or after in _QUOTES or after in _OPEN)


class _Parser:
    """Recursive descent over the tokens; forgiving everywhere."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._leaves = 0

    def parse(self) -> Node | None:
        """Read all tokens; a parenthesis closed too often is ignored."""
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            node = self._read_or(_Place(), depth=0)
            if node is not None:
                nodes.append(node)
            if self._kind() == ")":
                self._at += 1
        return _join(And, nodes)

    def _kind(self) -> str | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _read_or(self, place: _Place, depth: int) -> Node | None:
        nodes = [self._read_and(place, depth)]
        while self._kind() == "OR":
            self._at += 1
            nodes.append(self._read_and(place, depth))
        return _join(Or, [node for node in nodes if node is not None])

    def _read_and(self, place: _Place, depth: int) -> Node | None:
        nodes: list[Node] = []
        while (kind := self._kind()) not in (None, "OR", ")"):
            if kind == "AND":
                self._at += 1
            elif (node := self._read_unary(place, depth)) is not None:
                nodes.append(node)
        return _join(And, nodes)

    def _read_unary(self, place: _Place, depth: int) -> Node | None:
        """Read one word, phrase or group with the signs, fields and filters before it."""
        negated = False
        while (kind := self._kind()) in ("not", "field", "filter"):
            name = self._tokens[self._at].text
            if kind == "not":
                negated = not negated
            elif kind == "field":
                place = _Place(field=_TYPED_FIELDS[name])
            else:
                place = replace(place, filter=name)
            self._at += 1
        node = self._read_operand(place, depth)
        if node is None or not negated:
            return node
        return node.node if isinstance(node, Not) else Not(node)

    def _read_operand(self, place: _Place, depth: int) -> Node | None:
        kind = self._kind()
        if kind in (None, "AND", "OR", ")"):
            return None
        token = self._tokens[self._at]
        self._at += 1
        if kind == "(":
            if depth >= MAX_DEPTH:
                return None
            node = self._read_or(place, depth + 1)
            if self._kind() == ")":
                self._at += 1
            return node
        if not token.text or self._leaves >= MAX_LEAVES:
            return None
        node = _read_leaf(token, place, most=MAX_LEAVES - self._leaves)
        self._leaves += len(node.nodes) if isinstance(node, Or) else 1
        return node


def _read_leaf(token: _Token, place: _Place, *, most: int) -> Node:
    """Read what a word or a phrase means where it stands; of a list at most so many."""
    text = token.text
    if place.filter:
        name = _TYPED_FILTERS[place.filter]
        found = _read_list(name, text, most) if token.kind == "word" else read_filter(name, text)
        if found is not None:
            return found
        text = f"{place.filter}:{text}" if token.kind == "word" else text
    if token.kind == "phrase":
        return Phrase(text, place.field)
    beginning = text.rstrip("*")
    if beginning != text and len(beginning) >= _SHORTEST_BEGINNING and beginning[-1].isalnum():
        return Prefix(beginning, place.field)
    return Word(text, place.field)


def _read_list(name: str, text: str, most: int) -> Node | None:
    """Read the values of a filter, any of which will do, with commas between: `2020,2021`."""
    values = [value for value in _COMMAS.split(text) if value.strip()][:most]
    found: list[Node] = [one for value in values if (one := read_filter(name, value)) is not None]
    return _join(Or, found) if len(found) == len(values) else None


def _join(kind: type[And] | type[Or], nodes: "list[Node] | list[Word]") -> Node | None:
    """Make one node of several, lifting out nested ones of the same kind."""
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            flat.extend(node.nodes)
        else:
            flat.append(node)
    if len(flat) > 1:
        return kind(tuple(flat))
    return flat[0] if flat else None
