"""Read what a person typed into a small tree. Pure; knows nothing of the index.

Words stand side by side for AND; `"phrases"`, `AND OR NOT` in capitals, `-word`,
parentheses, `title:` and `speaker:` are understood. Nothing typed is an error: what cannot be
syntax is read as words, what is left open is closed at the end.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001

import re
from dataclasses import dataclass

MAX_CHARACTERS = 1_000
MAX_LEAVES = 40  # each costs up to some ms: 40 keep the worst query under a second
MAX_DEPTH = 20

SPEAKER = "speaker"
SEARCHED_FIELDS = ("title", "collection", "description", SPEAKER)
"""What may stand before a colon."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed, in any inflection; `field` limits it to one field."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order and spelling, as typed between quotes."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """Recordings without this."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Recordings with all of these; two at least."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Recordings with any of these; two at least."""

    nodes: tuple["Node", ...]


Node = Word | Phrase | Not | And | Or

_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "『": "』", "”": "”"}
_CLOSING = {'"': '"”“', "“": '”"', "„": '“”"', "«": "»", "「": "」", "『": "』", "”": '”"'}
_OPEN, _CLOSE = "(（", ")）"
_PREFIX = re.compile(rf"({'|'.join(SEARCHED_FIELDS)})[:：]\s*", re.IGNORECASE)
_CHUNK = re.compile(rf"[^\s{re.escape(''.join(_QUOTES))}{_OPEN}{_CLOSE}]+")
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the query: `kind` is word, phrase, field, not, AND, OR, ( or )."""

    kind: str
    text: str = ""


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


def describe(node: Node | None) -> str:
    """Say in words how a query was read: `fever and (cough or “chest pain”)`."""
    match node:
        case None:
            return ""
        case Word(text, field):
            return _inside(text, field)
        case Phrase(text, field):
            return _inside(f"“{text}”", field)
        case Not(inner):
            return f"not {_describe_inside(inner)}"
        case And(nodes):
            return " and ".join(map(_describe_inside, nodes))
        case Or(nodes):
            return " or ".join(map(_describe_inside, nodes))


def _inside(text: str, field: str | None) -> str:
    if field is None:
        return text
    return f"{text} as speaker" if field == SPEAKER else f"{text} in the {field}"


def _describe_inside(node: Node) -> str:
    text = describe(node)
    return f"({text})" if isinstance(node, And | Or) else text


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
        elif character == "-" and _negates(text, at):
            tokens.append(_Token("not"))
            at += 1
        elif prefix := _PREFIX.match(text, at):
            tokens.append(_Token("field", prefix[1].lower()))
            at = prefix.end()
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
    """Whether the hyphen at `at` stands before a word and after none."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    follows_word = not (before.isspace() or before in _OPEN)
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
            node = self._read_or(None, depth=0)
            if node is not None:
                nodes.append(node)
            if self._kind() == ")":
                self._at += 1
        return _join(And, nodes)

    def _kind(self) -> str | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _read_or(self, field: str | None, depth: int) -> Node | None:
        nodes = [self._read_and(field, depth)]
        while self._kind() == "OR":
            self._at += 1
            nodes.append(self._read_and(field, depth))
        return _join(Or, [node for node in nodes if node is not None])

    def _read_and(self, field: str | None, depth: int) -> Node | None:
        nodes: list[Node] = []
        while (kind := self._kind()) not in (None, "OR", ")"):
            if kind == "AND":
                self._at += 1
            elif (node := self._read_unary(field, depth)) is not None:
                nodes.append(node)
        return _join(And, nodes)

    def _read_unary(self, field: str | None, depth: int) -> Node | None:
        """Read one word, phrase or group with the signs and fields before it."""
        negated = False
        while (kind := self._kind()) in ("not", "field"):
            if kind == "not":
                negated = not negated
            else:
                field = self._tokens[self._at].text
            self._at += 1
        node = self._read_operand(field, depth)
        if node is None or not negated:
            return node
        return node.node if isinstance(node, Not) else Not(node)

    def _read_operand(self, field: str | None, depth: int) -> Node | None:
        kind = self._kind()
        if kind in (None, "AND", "OR", ")"):
            return None
        token = self._tokens[self._at]
        self._at += 1
        if kind == "(":
            if depth >= MAX_DEPTH:
                return None
            node = self._read_or(field, depth + 1)
            if self._kind() == ")":
                self._at += 1
            return node
        if not token.text or self._leaves >= MAX_LEAVES:
            return None
        self._leaves += 1
        return Phrase(token.text, field) if kind == "phrase" else Word(token.text, field)


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
