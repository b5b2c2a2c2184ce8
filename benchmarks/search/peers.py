"""What one would take in place of the archive's index: SQLite FTS5 and tantivy, by caption.

Both answer with the ten best captions of all; the facets count recordings by collection,
language and year.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from natural import NaturalCorpus
from rapidfuzz.distance import DamerauLevenshtein

from archive.thesaurus.lookup import Thesaurus

TOP = 10
FACETS = ("collection", "language", "year")
Ask = Callable[[str, str], object]
"""Answers a query of a kind."""


def fts5(corpus: NaturalCorpus, folder: Path) -> Ask:
    """Build a table of SQLite's full-text search."""
    database = sqlite3.connect(folder / "captions.db")
    database.execute("PRAGMA journal_mode = off")
    database.execute(
        "CREATE VIRTUAL TABLE captions USING fts5(recording UNINDEXED, text, prefix='4')"
    )
    database.execute(
        "CREATE TABLE recordings (id INTEGER PRIMARY KEY, collection TEXT, language TEXT, year INT)"
    )
    for one in corpus.captions():
        database.execute("INSERT INTO captions VALUES (?, ?)", (one.recording, one.text))
        database.execute(
            "INSERT OR IGNORE INTO recordings VALUES (?, ?, ?, ?)",
            (one.recording, one.collection, one.language, one.year),
        )
    database.execute("INSERT INTO captions(captions) VALUES ('optimize')")
    database.execute("CREATE VIRTUAL TABLE words USING fts5vocab(captions, 'row')")
    database.commit()
    vocabulary = [word for (word,) in database.execute("SELECT term FROM words")]

    def ask(kind: str, words: str) -> object:
        query = _fts5_query(kind, words, vocabulary, corpus.thesaurus)
        best = database.execute(
            "SELECT rowid, recording FROM captions WHERE captions MATCH ? ORDER BY rank LIMIT ?",
            (query, TOP),
        ).fetchall()
        if "facets" not in kind:
            return best
        counted = [
            database.execute(
                f"SELECT {facet}, count(*) FROM recordings WHERE id IN "
                f"(SELECT recording FROM captions WHERE captions MATCH ?) GROUP BY {facet}",
                (query,),
            ).fetchall()
            for facet in FACETS
        ]
        return best, counted

    return ask


def _fts5_query(kind: str, words: str, vocabulary: Sequence[str], thesaurus: Thesaurus) -> str:
    match kind:
        case "phrase of common words":
            return f'"{words}"'
        case "prefix":
            return f'"{words}"*'
        case "one typo":
            return " OR ".join(f'"{word}"' for word in _near(words, vocabulary))
        case "concept in eight languages":
            return " OR ".join(f'"{name}"' for name in names_of(words, thesaurus))
        case _:
            return " AND ".join(f'"{word}"' for word in words.split())


def _near(word: str, vocabulary: Sequence[str]) -> list[str]:
    near = [
        other
        for other in vocabulary
        if DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1
    ]
    return near or [word]


def names_of(term: str, thesaurus: Thesaurus) -> list[str]:
    """Return every name of what a term names, itself first."""
    concepts = {one for named in thesaurus.find(term.split()) for one in named.concepts}
    names = [label.term for concept in concepts for label in thesaurus.labels(concept)]
    return list(dict.fromkeys([term, *(name.replace('"', "") for name in names)]))


def tantivy(corpus: NaturalCorpus, folder: Path) -> Ask:
    """Build an index of tantivy."""
    import tantivy as engine  # noqa: PLC0415 - of the extra `bench`, and named as the function

    builder = engine.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="default")
    builder.add_integer_field("recording", stored=True, fast=True)
    for facet in FACETS:
        builder.add_text_field(facet, tokenizer_name="raw", fast=True)
    schema = builder.build()
    index = engine.Index(schema, path=str(folder))
    writer = index.writer(256_000_000, 2)
    for one in corpus.captions():
        writer.add_document(
            engine.Document(
                text=one.text,
                recording=one.recording,
                collection=one.collection,
                language=one.language,
                year=str(one.year),
            )
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    counts = {
        facet: {
            "terms": {"field": facet, "size": 50},
            "aggs": {"recordings": {"cardinality": {"field": "recording"}}},
        }
        for facet in FACETS
    }

    def ask(kind: str, words: str) -> object:
        match kind:
            case "phrase of common words":
                query = index.parse_query(f'"{words}"', ["text"])
            case "prefix":
                query = engine.Query.regex_query(schema, "text", f"{words}.*")
            case "one typo":
                query = engine.Query.fuzzy_term_query(schema, "text", words, distance=1)
            case "concept in eight languages":
                names = names_of(words, corpus.thesaurus)
                query = index.parse_query(" OR ".join(f'"{name}"' for name in names), ["text"])
            case _:
                typed = " AND ".join(f'"{word}"' for word in words.split())
                query = index.parse_query(typed, ["text"])
        best = searcher.search(query, TOP).hits
        return (best, searcher.aggregate(query, counts)) if "facets" in kind else best

    return ask
