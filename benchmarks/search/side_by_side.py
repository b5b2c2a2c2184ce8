"""Compare the index with what one would take instead: SQLite FTS5 and tantivy, by caption.

    python benchmarks/search/side_by_side.py                      1,000 recordings of 10,000 words
    python benchmarks/search/side_by_side.py --recordings 5000 --keep DIR

All get the same recordings (see `natural.py`) and the same queries, each in a process of its own,
one after the other in one run. The peers answer with the ten best captions, which is less than we
do: a whole page of recordings, each with its moments, the words around them and where in it
everything lies, what was mistyped, misheard or is called otherwise. "The whole page" is the
archive's page of results over HTTP from gunicorn as the Procfile runs it: connection, routing,
database, template, compression, facets, tolerance and concepts. Every query is asked once. With
`--keep`, an index built before is asked again. Exits with 1 when a bar is missed.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import through_site
from natural import NaturalCorpus, draw_queries
from peers import Ask, fts5, tantivy

from archive.index import SearchIndex
from archive.thesaurus.expansion import ConceptExpander

PAGE = "the whole page"
BARS_MS = {1_000: 100, 5_000: 300}
"""Of the whole page, 95th percentile, by recordings."""
BEYOND = ("term said nowhere", "two terms said nowhere", "forty rare words")
BAR_BEYOND_MS = 1_000
"""For the hardest that can be asked: as for any query."""
BAR_FRESH_S = 5


def main() -> int:
    """Build each, ask each, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=1_000)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    parser.add_argument("--only", choices=tuple(CONTENDERS), help="leave out the others")
    parser.add_argument("--keep", type=Path, help="keep our index here, and ask it if it is there")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    arguments = parser.parse_args()
    corpus = NaturalCorpus(recordings=arguments.recordings, words=arguments.words)
    queries = draw_queries(corpus, arguments.queries)
    results: dict[str, dict[str, object]] = {}
    for name in [arguments.only] if arguments.only else CONTENDERS:
        with (
            _folder(
                arguments.keep if name == "ours" else None, f"{corpus.recordings}-{name}"
            ) as folder,
            multiprocessing.get_context("spawn").Pool(1) as pool,
        ):
            results[name] = pool.apply(CONTENDERS[name], (corpus, queries, folder))
        print(f"{name}: built in {results[name]['build_s']} s", file=sys.stderr, flush=True)
    _print(corpus, results, tuple(queries))
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return _judge(corpus, results)


def ours(
    corpus: NaturalCorpus, queries: Mapping[str, Sequence[str]], folder: Path
) -> dict[str, object]:
    """Build the archive's own index and ask it, then the site over it."""
    started = time.perf_counter()
    index = SearchIndex(folder)
    if not index.generation:
        index.rebuild(corpus.documents(), reload=lambda _: ())
    build_s = time.perf_counter() - started
    shapes = {"phrase of common words": '"{}"', "prefix": "{}*"}
    corpus.thesaurus.prepare()  # as each process of a site does
    expanders = (ConceptExpander(corpus.thesaurus),)

    def ask(kind: str, words: str) -> object:
        return index.search(
            shapes.get(kind, "{}").format(words), facets="facets" in kind, expanders=expanders
        )

    started = time.perf_counter()
    ask("", "artisunnate")  # reads the vocabulary, as each process of a site does at its start
    warm_s = time.perf_counter() - started
    ms, cpu_ms = ask_all(ask, queries)
    peak_mib = _peak_mib()
    with through_site.served(folder) as server:

        def ask_site(kind: str, words: str) -> object:
            return server.load(shapes.get(kind, "{}").format(words))

        page_ms, page_cpu_ms = ask_all(ask_site, queries, busy_s=server.busy_s)
        server_mib = server.memory_mib()
    return {
        "build_s": round(build_s, 1),
        "warm_s": round(warm_s, 1),
        "size_mib": _size_mib(folder),
        "peak_mib": peak_mib,
        "server_mib": server_mib,
        "ms": ms,
        "cpu_ms": cpu_ms,
        "page_ms": page_ms,
        "page_cpu_ms": page_cpu_ms,
        "fresh_s": _publish_one(index, corpus),
    }


def _publish_one(index: SearchIndex, corpus: NaturalCorpus) -> float:
    """Change one recording and find it by its new title; s."""
    document = next(iter(corpus.documents()))
    started = time.perf_counter()
    index.update([document])
    found = index.search(f'title:"{document.title}"').total
    took_s = time.perf_counter() - started
    if not found:
        raise SystemExit("a recording that was just published is not found")
    return round(took_s, 2)


def _peer(
    build: Callable[[NaturalCorpus, Path], Ask],
    corpus: NaturalCorpus,
    queries: Mapping[str, Sequence[str]],
    folder: Path,
) -> dict[str, object]:
    started = time.perf_counter()
    ask = build(corpus, folder)
    build_s = time.perf_counter() - started
    ms, cpu_ms = ask_all(ask, queries)
    return {
        "build_s": round(build_s, 1),
        "size_mib": _size_mib(folder),
        "peak_mib": _peak_mib(),
        "ms": ms,
        "cpu_ms": cpu_ms,
    }


def ask_fts5(
    corpus: NaturalCorpus, queries: Mapping[str, Sequence[str]], folder: Path
) -> dict[str, object]:
    """Build SQLite's and ask it."""
    return _peer(fts5, corpus, queries, folder)


def ask_tantivy(
    corpus: NaturalCorpus, queries: Mapping[str, Sequence[str]], folder: Path
) -> dict[str, object]:
    """Build tantivy's and ask it."""
    return _peer(tantivy, corpus, queries, folder)


Percentiles = dict[str, list[float]]
"""50th, 95th and 99th by kind, ms."""


def ask_all(
    ask: Ask,
    queries: Mapping[str, Sequence[str]],
    *,
    busy_s: Callable[[], float] = time.process_time,
) -> tuple[Percentiles, Percentiles]:
    """Ask every query once; return what it took by the clock and in processor time.

    The processor time of a server is counted in hundredths of a second.
    """
    took: Percentiles = {}
    busy: Percentiles = {}
    for kind, asked in queries.items():
        ask(kind, asked[0])
        times, computing = [], []
        for query in asked[1:]:
            started, begun = time.perf_counter(), busy_s()
            ask(kind, query)
            times.append((time.perf_counter() - started) * 1000)
            computing.append((busy_s() - begun) * 1000)
        took[kind], busy[kind] = (
            [round(float(np.percentile(values, share)), 1) for share in (50, 95, 99)]
            for values in (times, computing)
        )
    return took, busy


@contextmanager
def _folder(kept: Path | None, name: str) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="bench-side-") as folder:
            yield Path(folder)
    else:
        folder = kept / name.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def _print(
    corpus: NaturalCorpus, results: Mapping[str, Mapping[str, object]], kinds: Sequence[str]
) -> None:
    print(f"{corpus.recordings} recordings of {corpus.words} words")
    for label, key in (
        ("build, s", "build_s"),
        ("size, MiB", "size_mib"),
        ("peak memory while asked, MiB", "peak_mib"),
        ("both processes of the site, MiB", "server_mib"),
        ("first search of a process, s", "warm_s"),
        ("published and found, s", "fresh_s"),
    ):
        print(f"{label:<34}" + "".join(f"{one.get(key, ''):>24}" for one in results.values()))
    columns = {name: one["ms"] for name, one in results.items()}
    own = results.get("ours", {})
    if own:
        columns |= {PAGE: own["page_ms"], "its processor time": own["page_cpu_ms"]}
    print(f"{'ms: p50 / p95 / p99':<34}" + "".join(f"{name:>24}" for name in columns))
    for kind in kinds:
        row = (" / ".join(f"{value:.1f}" for value in ms[kind]) for ms in columns.values())  # type: ignore[index]
        print(f"{kind:<34}" + "".join(f"{text:>24}" for text in row))


def _judge(corpus: NaturalCorpus, results: Mapping[str, Mapping[str, object]]) -> int:
    own = results.get("ours")
    bar = BARS_MS.get(corpus.recordings)
    if own is None or bar is None:
        return 0
    page_ms: Percentiles = own["page_ms"]  # type: ignore[assignment]
    slow = [
        kind
        for kind, (_, p95, _) in page_ms.items()
        if p95 > (BAR_BEYOND_MS if kind in BEYOND else bar)
    ]
    fresh = float(own["fresh_s"]) <= BAR_FRESH_S  # type: ignore[arg-type]
    told = f"p95 ≤ {bar} ms each (≤ {BAR_BEYOND_MS} ms: {', '.join(BEYOND)})"
    print(f"\n{PAGE}, {told}: {'no: ' + ', '.join(slow) if slow else 'yes'}")
    print(f"published and found within {BAR_FRESH_S} s: {'yes' if fresh else 'no'}")
    return 0 if fresh and not slow else 1


def _size_mib(folder: Path) -> int:
    return round(sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 2**20)


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


Contender = Callable[[NaturalCorpus, Mapping[str, Sequence[str]], Path], dict[str, object]]
CONTENDERS: dict[str, Contender] = {
    "ours": ours,
    "SQLite FTS5": ask_fts5,
    "tantivy": ask_tantivy,
}

if __name__ == "__main__":
    sys.exit(main())
