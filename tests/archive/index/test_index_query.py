# Letters and signs of many scripts are what is tested.
# ruff: noqa: RUF001

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.index.query import (
    MAX_LEAVES,
    And,
    Checked,
    Held,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Spoken,
    Within,
    Word,
    describe,
    parse,
    without_quotes,
    write,
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
        ("a –b", And((a, Not(b)))),
        ("—a −(b c)", And((Not(a), Not(And((b, c)))))),
        ("a–b", Word("a–b")),
        ("title :a", Word("a", "title")),
        ("a in :b", And((a, Word("in"), Word(":b")))),
        ("year 2019 - 2021", And((Word("year"), Word("2019"), Word("2021")))),
        ("title : a", And((Word("title"), a))),
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
        ("subject:a", Word("a", "subject")),
        ("slide:a slides:b", And((Word("a", "slides"), Word("b", "slides")))),
        ("speakers:a Subjects:b", And((Word("a", "speaker"), Word("b", "subject")))),
        # Beginnings of words
        ("artes*", Prefix("artes")),
        ("title:artes**", Prefix("artes", "title")),
        ("高血*", Prefix("高血")),
        ("-artes*", Not(Prefix("artes"))),
        ("a*", Word("a*")),
        ("*", None),
        ("*artes", Word("*artes")),
        ("ar*tes", Word("ar*tes")),
        ('"artes*"', Phrase("artes*")),
        # Filters
        ("in:rounds", Within("rounds")),
        ('in:"Ward rounds" a', And((Within("Ward rounds"), a))),
        ("lang:fr", Spoken("fr")),
        ("lang:french", Spoken("fr")),
        ("lang:français", Spoken("fr")),
        ("language:FRANCAIS", Spoken("fr")),
        ("lang:中文", Spoken("zh")),
        ("lang:العربية", Spoken("ar")),
        ("lang:pt-BR", Spoken("pt")),
        ("lang: fr", Spoken("fr")),
        ("lang:(fr OR sw)", Or((Spoken("fr"), Spoken("sw")))),
        ("-lang:fr", Not(Spoken("fr"))),
        ("year:2020", Held(date(2020, 1, 1), date(2020, 12, 31))),
        ("year:٢٠٢٠", Held(date(2020, 1, 1), date(2020, 12, 31))),
        ("year:2020-2022", Held(date(2020, 1, 1), date(2022, 12, 31))),
        ("year:2022..2020", Held(date(2020, 1, 1), date(2022, 12, 31))),
        ("year:2020-", Held(date(2020, 1, 1), None)),
        ("year:-2020", Held(None, date(2020, 12, 31))),
        ("year:2020 - 2022 a", And((Held(date(2020, 1, 1), date(2022, 12, 31)), a))),
        ("year: 2020 – 2022", Held(date(2020, 1, 1), date(2022, 12, 31))),
        ("year:2020 - a", And((Held(date(2020, 1, 1), date(2020, 12, 31)), a))),
        ("a 2020 - 2022", And((a, Word("2020"), Word("2022")))),
        (
            "year:2020,2022",
            Or(
                (
                    Held(date(2020, 1, 1), date(2020, 12, 31)),
                    Held(date(2022, 1, 1), date(2022, 12, 31)),
                )
            ),
        ),
        ("lang:en,fr", Or((Spoken("en"), Spoken("fr")))),
        ("lang:en, a", And((Spoken("en"), a))),
        ("-lang:en,fr", Not(Or((Spoken("en"), Spoken("fr"))))),
        ("lang:en,klingon", Word("lang:en,klingon")),
        ("in:rounds,journal", Or((Within("rounds"), Within("journal")))),
        ('in:"rounds, journal"', Within("rounds, journal")),
        ("before:2021", Held(None, date(2020, 12, 31))),
        ("before:2021-03", Held(None, date(2021, 2, 28))),
        ("before:2021-3-1", Held(None, date(2021, 2, 28))),
        ("before:2021/03/01", Held(None, date(2021, 2, 28))),
        ("after:2020-05-01", Held(date(2020, 5, 1), None)),
        ("after:2020", Held(date(2020, 1, 1), None)),
        ("checked:yes", Checked(checked=True)),
        ("checked:no", Checked(checked=False)),
        # Filters that are none are words.
        ("year:abc", Word("year:abc")),
        ("year:20", Word("year:20")),
        ("year:0000", Word("year:0000")),
        ("year:-", Word("year:-")),
        ("before:2020-13", Word("before:2020-13")),
        ("after:2021-02-30", Word("after:2021-02-30")),
        ("title:year:abc", Word("year:abc", "title")),
        ("lang:klingon a", And((Word("lang:klingon"), a))),
        ("checked:maybe", Word("checked:maybe")),
        ('before:"never ever"', Phrase("never ever")),
        ("in: OR a", a),
        ("year:", Word("year:")),
        ("sin:a", Word("sin:a")),
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
        ("artes*", "words that begin with artes"),
        ("slide:dose subject:tb", "dose on a slide and tb as subject"),
        ('fever in:"Ward rounds"', "fever and in the collection “Ward rounds”"),
        ("lang:fr OR lang:sw", "spoken in French or spoken in Swahili"),
        ("year:2020 checked:yes", "in 2020 and checked"),
        ("year:2020-2022 checked:no", "from 2020 to 2022 and not checked"),
        ("after:2020-05-01 before:2021-03", "from 1 May 2020 on and before 1 March 2021"),
        ("lang:frensh a", "lang:frensh as words (no language is called frensh) and a"),
        ("Year:abc", "year:abc as words (no year is called abc)"),
        ("lang:en,fr", "spoken in English or spoken in French"),
        ("http://a", "http://a"),
    ],
)
def test_query_is_described_as(query: str, words: str) -> None:
    assert describe(parse(query)) == words


@pytest.mark.parametrize(
    ("query", "loose"),
    [
        ('"a b"', "a b"),
        ('title:"a b" c', "title:a title:b c"),
        ('"a b" OR c', "(a b) OR c"),
        ('a -"b c"', 'a NOT "b c"'),
        ("a lang:fr", "a lang:fr"),
        ("", ""),
    ],
)
def test_a_phrase_without_its_quotes_is_words(query: str, loose: str) -> None:
    assert write(without_quotes(parse(query))) == loose


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
    [
        *('"', "(", ")", "-", " ", "AND", "OR", "NOT", "title:", "a", "“", "ሀ", "高", "「", "」"),
        *("lang:", "fr", "year:", "2020-2022", "before:", "2021-03", "in:", "checked:", "no"),
        *("slide:", "artes*", "*", "دم", "é", "e\u0301"),
    ]
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
            case Word(text) | Phrase(text) | Prefix(text) | Within(text) | Spoken(text):
                assert text
            case Held(first, last):
                assert first or last
                assert not (first and last) or first <= last

    tree = parse(query)

    if tree is not None:
        check(tree)


@pytest.mark.parametrize(
    "query", ["(" * 50_000, ")" * 50_000, "-" * 50_000, "(-" * 50_000, "a " * 50_000]
)
def test_a_hostile_query_is_cut_short(query: str) -> None:
    assert _leaves(parse(query)) <= MAX_LEAVES


@given(st.one_of(st.text(max_size=200), st.lists(SYNTAX, max_size=40).map("".join)))
@example('「a "b」 “c”')
@example("title:year:abc")
@example(")-0")
@example('"a"-0')
@example("year:-0")
def test_a_query_that_is_written_again_is_read_the_same(query: str) -> None:
    tree = parse(query)

    assert parse(write(tree)) == tree
