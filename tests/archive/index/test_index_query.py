# Letters and signs of many scripts are what is tested.
# ruff: noqa: RUF001

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index.query import (
    MAX_LEAVES,
    And,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    describe,
    parse,
)

a, b, c, d = Word("a"), Word("b"), Word("c"), Word("d")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", None),
        ("   ", None),
        ("!? … —", None),
        ("a", a),
        ("a b", And((a, b))),
        ("a AND b", And((a, b))),
        ("a and b", And((a, Word("and"), b))),
        ("a b c", And((a, b, c))),
        ("a OR b", Or((a, b))),
        ("a OR b OR c", Or((a, b, c))),
        ("a b OR c", Or((And((a, b)), c))),
        ("a (b OR c)", And((a, Or((b, c))))),
        ("(a b) (c d)", And((a, b, c, d))),
        ("a NOT b", And((a, Not(b)))),
        ("a AND NOT b", And((a, Not(b)))),
        ("a -b", And((a, Not(b)))),
        ("-a", Not(a)),
        ("NOT (a OR b)", Not(Or((a, b)))),
        ("NOT NOT a", a),
        ("NOT -a", a),
        ('"a b"', Phrase("a b")),
        ('"a   b" c', And((Phrase("a b"), c))),
        ('-"a b"', Not(Phrase("a b"))),
        ("“a b” «c d»", And((Phrase("a b"), Phrase("c d")))),
        ("「高血压」", Phrase("高血压")),
        ('a"b c"d', And((a, Phrase("b c"), d))),
        ("covid-19", Word("covid-19")),
        ("l'hypertension", Word("l'hypertension")),
        ("title:a b", And((Word("a", "title"), b))),
        ('TITLE:"a b"', Phrase("a b", "title")),
        ("title: a", Word("a", "title")),
        ("title:(a OR b) c", And((Or((Word("a", "title"), Word("b", "title"))), c))),
        ("-title:a", Not(Word("a", "title"))),
        ("description:a collection:b", And((Word("a", "description"), Word("b", "collection")))),
        # Not syntax after all, or not finished: the most sensible reading.
        ("a OR", a),
        ("OR a", a),
        ("AND a AND", a),
        ("a AND OR b", Or((a, b))),
        ("a NOT", a),
        ("OR", Word("OR")),
        ("NOT", Word("NOT")),
        ("title:", Word("title:")),
        ("title: OR a", a),
        ('"a b', Phrase("a b")),
        ('a "', a),
        ('""', None),
        ('"" a', a),
        ("(a b", And((a, b))),
        ("a) b", And((a, b))),
        ("((a", a),
        (") a (", a),
        ("()", None),
        ("a () b", And((a, b))),
        ("- a", a),
        ("a - b", And((a, b))),
        ("（a OR b）", Or((a, b))),
        ("subject:a", Word("subject:a")),
        ("a & b | c", And((a, b, c))),
    ],
)
def test_query_is_read_as(query: str, tree: Node | None) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ""),
        ("fever cough", "fever and cough"),
        ('fever (cough OR "chest pain")', "fever and (cough or “chest pain”)"),
        ("fever -malaria", "fever and not malaria"),
        ('title:"kangaroo care"', "“kangaroo care” in the title"),
        ("NOT (a b)", "not (a and b)"),
    ],
)
def test_query_is_described_as(query: str, words: str) -> None:
    assert describe(parse(query)) == words


def _leaves(node: Node | None) -> int:
    match node:
        case None:
            return 0
        case And(nodes) | Or(nodes):
            return sum(map(_leaves, nodes))
        case Not(inner):
            return _leaves(inner)
        case _:
            return 1


SYNTAX = st.sampled_from(
    ['"', "(", ")", "-", " ", "AND", "OR", "NOT", "title:", "a", "“", "ሀ", "高"]
)


@given(st.one_of(st.text(max_size=200), st.lists(SYNTAX, max_size=60).map(" ".join)))
def test_nothing_typed_is_an_error(query: str) -> None:
    tree = parse(query)

    assert _leaves(tree) <= MAX_LEAVES
    assert isinstance(describe(tree), str)


@given(st.lists(SYNTAX, max_size=40).map("".join))
def test_what_is_read_is_never_empty_inside(query: str) -> None:
    def check(node: Node) -> None:
        match node:
            case And(nodes) | Or(nodes):
                assert len(nodes) > 1
                assert not any(isinstance(inner, type(node)) for inner in nodes)
                for inner in nodes:
                    check(inner)
            case Not(inner):
                assert not isinstance(inner, Not)
                check(inner)
            case Word(text) | Phrase(text):
                assert text

    tree = parse(query)

    if tree is not None:
        check(tree)


@pytest.mark.parametrize(
    "query", ["(" * 50_000, ")" * 50_000, "-" * 50_000, "(-" * 50_000, "a " * 50_000]
)
def test_a_hostile_query_is_cut_short(query: str) -> None:
    assert _leaves(parse(query)) <= MAX_LEAVES
