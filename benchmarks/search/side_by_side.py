"""Compare the index with what one would take instead: SQLite FTS5 and tantivy, by caption.

    python benchmarks/search/side_by_side.py                      1,000 recordings of 10,000 words
    python benchmarks/search/side_by_side.py --recordings 5000

All three get the same made-up recordings (see `run.py`) and the same queries, each in a process of
its own, one after the other in one run. The peers answer with the ten best captions, which is
less than we do: a whole page of recordings, each with its moments, the words around them and
where in it everything lies.
"""

import argparse
import json
import multiprocessing
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein
from run import SEED, Corpus, make_queries

from archive.index import SearchIndex

TOP = 10
KINDS = ("word", "two words", "phrase of common words", "prefix", "one typo", "any of eight")
Ask = Callable[[str, str], object]
"""Answers a query of a kind."""


def main() -> int:
    """Build each, ask each, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=1_000)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--vocabulary", type=int, default=40_000)
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    arguments = parser.parse_args()
    corpus = Corpus(
        recordings=arguments.recordings, words=arguments.words, vocabulary=arguments.vocabulary
    )
    queries = draw_queries(corpus, arguments.queries)
    results = {}
    for name in CONTENDERS:
        with (
            tempfile.TemporaryDirectory(prefix="bench-side-") as folder,
            multiprocessing.get_context("spawn").Pool(1) as pool,
        ):
            results[name] = pool.apply(run_one, (name, corpus, queries, folder))
        print(f"{name}: built in {results[name]['build_s']} s", file=sys.stderr)
    print(f"{corpus.recordings} recordings of {corpus.words} words, vocabulary {corpus.vocabulary}")
    for label, key in (
        ("build, s", "build_s"),
        ("size, MiB", "size_mib"),
        ("peak memory while asked, MiB", "peak_mib"),
    ):
        print(f"{label:<34}" + "".join(f"{results[name][key]:>22}" for name in results))
    print(f"{'ms: p50 / p95 / p99':<34}" + "".join(f"{name:>22}" for name in results))
    for kind in KINDS:
        row = (
            " / ".join(f"{value:.1f}" for value in results[name]["ms"][kind]) for name in results
        )
        print(f"{kind:<34}" + "".join(f"{text:>22}" for text in row))
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


def draw_queries(corpus: Corpus, count: int) -> dict[str, list[str]]:
    """Draw queries as plain words, by kind; no two alike where there are enough."""
    spelled = corpus.spell()
    made = make_queries(corpus, spelled, count)
    rng = np.random.default_rng(SEED)
    long = [word for word in spelled[:20_000] if len(word) > 5]
    picked = [long[at] for at in rng.choice(len(long), count, replace=False).tolist()]
    return {
        "word": made["one common word"],
        "two words": made["two words"],
        "phrase of common words": [text.strip('"') for text in made["phrase of very common words"]],
        "prefix": [word[:4] for word in picked],
        "one typo": [word[:3] + word[4:] for word in picked],
        "any of eight": [
            " ".join(spelled[rank] for rank in rng.choice(4_000, 8, replace=False).tolist())
            for _ in range(count)
        ],
    }


def run_one(
    name: str, corpus: Corpus, queries: dict[str, list[str]], folder: str
) -> dict[str, object]:
    """Build one contender and ask it everything."""
    started = time.perf_counter()
    ask = CONTENDERS[name](corpus, Path(folder))
    build_s = round(time.perf_counter() - started, 1)
    took: dict[str, list[float]] = {}
    for kind, asked in queries.items():
        ask(kind, asked[0])
        times = []
        for query in asked:
            started = time.perf_counter()
            ask(kind, query)
            times.append((time.perf_counter() - started) * 1000)
        took[kind] = [round(float(np.percentile(times, share)), 1) for share in (50, 95, 99)]
    size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return {
        "build_s": build_s,
        "size_mib": round(size / 2**20),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "ms": took,
    }


def captions(corpus: Corpus) -> Iterator[tuple[int, str]]:
    """Give the recording and the text of each caption."""
    for document in corpus.documents(corpus.spell()):
        for segment in document.segments:
            yield document.recording_id, segment.text


def ours(corpus: Corpus, folder: Path) -> Ask:
    """Build the archive's own index."""
    index = SearchIndex(folder)
    index.rebuild(corpus.documents(corpus.spell()), reload=lambda _: ())
    shapes = {"phrase of common words": '"{}"', "prefix": "{}*"}

    def ask(kind: str, words: str) -> object:
        query = " OR ".join(words.split()) if kind == "any of eight" else words
        return index.search(shapes.get(kind, "{}").format(query), facets=True)

    return ask


def fts5(corpus: Corpus, folder: Path) -> Ask:
    """Build a table of SQLite's full-text search."""
    database = sqlite3.connect(folder / "captions.db")
    database.execute("PRAGMA journal_mode = off")
    database.execute(
        "CREATE VIRTUAL TABLE captions USING fts5(recording UNINDEXED, text, prefix='4')"
    )
    database.executemany("INSERT INTO captions VALUES (?, ?)", captions(corpus))
    database.execute("INSERT INTO captions(captions) VALUES ('optimize')")
    database.execute("CREATE VIRTUAL TABLE words USING fts5vocab(captions, 'row')")
    database.commit()
    vocabulary = [word for (word,) in database.execute("SELECT term FROM words")]

    def ask(kind: str, words: str) -> object:
        return database.execute(
            "SELECT rowid, recording FROM captions WHERE captions MATCH ? ORDER BY rank LIMIT ?",
            (_fts5_query(kind, words, vocabulary), TOP),
        ).fetchall()

    return ask


def _fts5_query(kind: str, words: str, vocabulary: Sequence[str]) -> str:
    match kind:
        case "phrase of common words":
            return f'"{words}"'
        case "prefix":
            return f'"{words}"*'
        case "one typo":
            return " OR ".join(f'"{word}"' for word in _near(words, vocabulary))
        case "any of eight":
            return " OR ".join(f'"{word}"' for word in words.split())
        case _:
            return " AND ".join(f'"{word}"' for word in words.split())


def _near(word: str, vocabulary: Sequence[str]) -> list[str]:
    near = [
        other
        for other in vocabulary
        if DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1
    ]
    return near or [word]


def tantivy(corpus: Corpus, folder: Path) -> Ask:
    """Build an index of tantivy."""
    import tantivy as engine  # noqa: PLC0415 - of the extra `bench`, and named as the function

    builder = engine.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="default")
    builder.add_integer_field("recording", stored=True)
    schema = builder.build()
    index = engine.Index(schema, path=str(folder))
    writer = index.writer(256_000_000, 2)
    for recording, text in captions(corpus):
        writer.add_document(engine.Document(text=text, recording=recording))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(kind: str, words: str) -> object:
        match kind:
            case "phrase of common words":
                query = index.parse_query(f'"{words}"', ["text"])
            case "prefix":
                query = engine.Query.regex_query(schema, "text", f"{words}.*")
            case "one typo":
                query = engine.Query.fuzzy_term_query(schema, "text", words, distance=1)
            case "any of eight":
                query = index.parse_query(" OR ".join(words.split()), ["text"])
            case _:
                query = index.parse_query(" AND ".join(words.split()), ["text"])
        return searcher.search(query, TOP).hits

    return ask


CONTENDERS: dict[str, Callable[[Corpus, Path], Ask]] = {
    "ours": ours,
    "SQLite FTS5": fts5,
    "tantivy": tantivy,
}

if __name__ == "__main__":
    sys.exit(main())
