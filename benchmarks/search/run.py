"""Measure the search index: build, size, and whole requests with moments and snippets.

    python benchmarks/search/run.py                         1,000 recordings of 10,000 words
    python benchmarks/search/run.py --recordings 100        a quick look
    python benchmarks/search/run.py --slides 60 --translate each with 60 slides and a translation
    python benchmarks/search/run.py --request web.x:factory the same queries through a site

Words are drawn by Zipf's law from a made-up vocabulary, so common words are as common as in
speech. Prints a table; `--out` writes JSON. Exits with 1 when a bar is missed.
"""

import argparse
import importlib
import itertools
import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from archive.index import IndexDocument, SearchIndex, SlideText
from archive.transcript import Segment, Word

BAR_P95_MS = 100
SEED = 20_240_229
WORD_MS = 400
SPOKEN_MS = 320
SEGMENT_WORDS = 18
SLIDE_WORDS = 30
LINE_WORDS = 6

Request = Callable[[str], object]
"""Answers one query; what it returns is thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Generated recordings, the same for the same numbers."""

    recordings: int
    words: int
    vocabulary: int
    slides: int = 0
    """Of each recording."""
    translated: bool = False
    """Whether each recording has as many words of translation."""

    def spell(self) -> list[str]:
        """Return the vocabulary, most frequent first: short words are the frequent ones."""
        syllables = [c + v for c in "bdfghklmnprstvz" for v in "aeiou"]
        spelled: list[str] = []
        for length in itertools.count(1):
            for parts in itertools.product(syllables, repeat=length):
                spelled.append("".join(parts) + ("n" if len(spelled) % 3 == 0 else ""))
                if len(spelled) == self.vocabulary:
                    return spelled
        raise AssertionError

    def ranks(self, recording: int) -> np.ndarray:
        """Return the words of a recording as ranks in the vocabulary; int64, (words,)."""
        return self._draw(self.words, recording)

    def _draw(self, words: int, *seed: int) -> np.ndarray:
        chances = 1 / np.arange(1, self.vocabulary + 1)
        rng = np.random.default_rng((SEED, *seed))
        return rng.choice(self.vocabulary, words, p=chances / chances.sum())

    def documents(self, spelled: Sequence[str]) -> Iterator[IndexDocument]:
        """Make the documents one after the other."""
        for recording in range(1, self.recordings + 1):
            words = [spelled[rank] for rank in self.ranks(recording).tolist()]
            shown, translated = (
                [spelled[rank] for rank in self._draw(count, recording, part).tolist()]
                for part, count in (
                    (1, self.slides * SLIDE_WORDS),
                    (2, self.translated * self.words),
                )
            )
            yield IndexDocument(
                recording_id=recording,
                version=1,
                public=recording % 20 != 0,
                title=" ".join(words[:6]),
                description=" ".join(words[6:40]),
                collection=f"Series {recording % 12}",
                language="en",
                recorded_on=date(2020, 3, 1) + timedelta(days=recording),
                segments=list(_speak_all(words)),
                slides=[
                    _show(
                        shown[start : start + SLIDE_WORDS],
                        start * self.words * WORD_MS // len(shown),
                    )
                    for start in range(0, len(shown), SLIDE_WORDS)
                ],
                translation=list(_speak_all(translated)),
            )


def _speak_all(words: Sequence[str]) -> Iterator[Segment]:
    for start in range(0, len(words), SEGMENT_WORDS):
        yield _speak(words[start : start + SEGMENT_WORDS], start * WORD_MS)


def _show(words: Sequence[str], start_ms: int) -> SlideText:
    lines = [" ".join(words[at : at + LINE_WORDS]) for at in range(0, len(words), LINE_WORDS)]
    return SlideText(start_ms=start_ms, end_ms=None, text="\n".join(lines))


def _speak(words: Sequence[str], start_ms: int) -> Segment:
    spoken = tuple(
        Word(
            start_ms=start_ms + index * WORD_MS,
            end_ms=start_ms + index * WORD_MS + SPOKEN_MS,
            text=f" {word}" if index + 1 < len(words) else f" {word}.",
            confidence=0.9,
        )
        for index, word in enumerate(words)
    )
    return Segment(
        start_ms=start_ms,
        end_ms=start_ms + len(words) * WORD_MS,
        text=" ".join(words),
        language="en",
        confidence=0.9,
        words=spoken,
    )


def make_queries(corpus: Corpus, spelled: Sequence[str], count: int) -> dict[str, list[str]]:
    """Draw the queries of each kind, no two alike where there are enough."""
    rng = np.random.default_rng(SEED)

    def words(ranks: int, each: int) -> list[str]:
        picked = (rng.choice(ranks, each, replace=False).tolist() for _ in range(count))
        return [" ".join(spelled[rank] for rank in one) for one in picked]

    def phrases(ranks: int) -> Iterator[str]:
        """Draw three-word runs as spoken, made of the most frequent words only."""
        for recording in rng.permutation(corpus.recordings).tolist() * 100:
            spoken = corpus.ranks(recording + 1)
            low = spoken < ranks
            starts = np.flatnonzero(low[:-2] & low[1:-1] & low[2:])
            if len(starts):
                start = int(rng.choice(starts))
                run = " ".join(spelled[rank] for rank in spoken[start : start + 3].tolist())
                yield f'"{run}"'

    return {
        "one common word": words(min(200, corpus.vocabulary), 1),
        "two common words": words(min(200, corpus.vocabulary), 2),
        "two words": words(min(4_000, corpus.vocabulary), 2),
        "three-word phrase": list(itertools.islice(phrases(corpus.vocabulary), count)),
        "phrase of very common words": list(itertools.islice(phrases(30), count)),
        "five words and a phrase": [
            f"{five} {phrase}" for five, phrase in zip(words(2_000, 5), phrases(200), strict=False)
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one kind of query took, in ms."""

    kind: str
    p50_ms: float
    p95_ms: float
    max_ms: float
    cpu_p95_ms: float
    """Of this process alone: what other work on the machine does not lengthen."""


def measure(kind: str, request: Request, queries: Sequence[str]) -> Timing:
    """Time a request for each query."""
    took: list[float] = []
    busy: list[float] = []
    for query in queries:
        started, computing = time.perf_counter(), time.process_time()
        request(query)
        took.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - computing) * 1000)
    return Timing(
        kind=kind,
        p50_ms=round(float(np.percentile(took, 50)), 1),
        p95_ms=round(float(np.percentile(took, 95)), 1),
        max_ms=round(max(took), 1),
        cpu_p95_ms=round(float(np.percentile(busy, 95)), 1),
    )


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=1_000)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--vocabulary", type=int, default=40_000)
    parser.add_argument("--slides", type=int, default=0, help="of each recording")
    parser.add_argument("--translate", action="store_true", help="give each a translation")
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    parser.add_argument("--index", type=Path, help="use and keep the index in this directory")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument(
        "--request",
        metavar="MODULE:FACTORY",
        help="FACTORY(index directory) returns what answers a query; default: the index itself",
    )
    return parser.parse_args()


def _build(index: SearchIndex, corpus: Corpus, spelled: Sequence[str]) -> tuple[float, float]:
    """Return how long it took, and how much of it was computing in this process, in s."""

    def show(done: int) -> None:
        if done % max(corpus.recordings // 20, 1) == 0:
            print(f"\rbuilding: {done} of {corpus.recordings}", end="", file=sys.stderr)

    started, computing = time.perf_counter(), time.process_time()
    index.rebuild(corpus.documents(spelled), reload=lambda _: (), progress=show)
    print(file=sys.stderr)
    took = time.perf_counter() - started, time.process_time() - computing
    return round(took[0], 1), round(took[1], 1)


def _load(factory: str, directory: Path) -> Request:
    module, _, name = factory.partition(":")
    request: Request = getattr(importlib.import_module(module), name)(directory)
    return request


def main() -> int:
    """Build, measure, print."""
    arguments = _read_arguments()
    corpus = Corpus(
        recordings=arguments.recordings,
        words=arguments.words,
        vocabulary=arguments.vocabulary,
        slides=arguments.slides,
        translated=arguments.translate,
    )
    spelled = corpus.spell()
    directory = arguments.index or Path(tempfile.mkdtemp(prefix="bench-search-"))
    try:
        return _run(arguments, corpus, spelled, directory)
    finally:
        if not arguments.index:
            shutil.rmtree(directory)


def _run(
    arguments: argparse.Namespace, corpus: Corpus, spelled: Sequence[str], directory: Path
) -> int:
    index = SearchIndex(directory)
    build_s, build_cpu_s = (None, None) if index.contents() else _build(index, corpus, spelled)
    size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    queries = make_queries(corpus, spelled, arguments.queries)

    # Nothing is remembered from query to query: what a person asks first.
    cold = SearchIndex(directory, cache_bytes=0)
    requests: dict[str, Request] = {"first asked": cold.search, "asked before": index.search}
    if arguments.request:
        requests = {arguments.request: _load(arguments.request, directory)}
    timings: dict[str, list[Timing]] = {}
    for name, request in requests.items():
        request(spelled[0])  # opens the index
        timings[name] = [measure(kind, request, asked) for kind, asked in queries.items()]

    spoken = next(iter(corpus.documents(spelled)))
    started = time.perf_counter()
    index.update([spoken])
    found = index.search(spoken.title).total
    update_s = time.perf_counter() - started

    print(f"{corpus.recordings} recordings of {corpus.words} words, vocabulary {corpus.vocabulary}")
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {sys.version.split()[0]}")
    print(f"build: {build_s} s (CPU {build_cpu_s} s)   size: {size / 2**20:.0f} MiB")
    print(f"peak memory: {_peak_mib()} MiB")
    print(f"one recording updated and found ({found}): {update_s:.2f} s")
    for name, rows in timings.items():
        print(f"\n{name + ', ms':<32}{'p50':>8}{'p95':>8}{'max':>8}{'cpu p95':>10}")
        for row in rows:
            print(
                f"{row.kind:<32}{row.p50_ms:>8}{row.p95_ms:>8}{row.max_ms:>8}{row.cpu_p95_ms:>10}"
            )
    slow = [row.kind for rows in timings.values() for row in rows if row.p95_ms > BAR_P95_MS]
    print(f"\np95 ≤ {BAR_P95_MS} ms each: {'no: ' + ', '.join(slow) if slow else 'yes'}")
    if arguments.out:
        result = {
            "recordings": corpus.recordings,
            "words": corpus.words,
            "vocabulary": corpus.vocabulary,
            "slides": corpus.slides,
            "translated": corpus.translated,
            "cores": os.cpu_count(),
            "build_s": build_s,
            "build_cpu_s": build_cpu_s,
            "size_bytes": size,
            "peak_memory_mib": _peak_mib(),
            "update_s": round(update_s, 2),
            "requests": {name: [asdict(row) for row in rows] for name, rows in timings.items()},
        }
        arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 1 if slow else 0


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
