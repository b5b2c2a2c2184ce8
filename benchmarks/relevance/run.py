"""Measure how well results are ordered: nDCG@10 on a judged set, beside plain BM25 by caption.

    python benchmarks/relevance/run.py            a table; exits with 1 when we are not better
    python benchmarks/relevance/run.py --queries  with each query

See README.md for what is generated and judged.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from unittest.mock import patch

from captions import Captions
from material import SEED, Session, Topic, make_document, make_sessions, read_topics

from archive.index import SearchIndex, answering

AT = 10
OURS = "webinar archive"
PLAIN = "BM25 by caption, any word"

Searcher = Callable[[str], list[int]]


def ndcg(found: Sequence[int], grades: Mapping[int, int]) -> float:
    """Return the normalized discounted cumulative gain of the first ten, in [0, 1]."""

    def gain(ranked: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ranked[:AT]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(number, 0) for number in found]) / best if best else 0.0


def make_searchers(sessions: Sequence[Session], folder: Path) -> dict[str, Searcher]:
    """Fill every engine with the same sessions."""
    index = SearchIndex(folder)
    index.update(map(make_document, sessions))
    spoken, titled = Captions(titles=False), Captions(titles=True)
    for session in sessions:
        for captions in (spoken, titled):
            captions.add(session.recording_id, session.title, session.sentences)

    def ours(query: str) -> list[int]:
        page = index.search(query, page_size=AT)
        return [hit.recording_id for hit in (*page.hits, *page.partly)]

    def without_closeness(query: str) -> list[int]:
        with patch.object(answering, "closeness_bonus", lambda _ranker, _numbers: 0):
            return ours(query)

    return {
        OURS: ours,
        "the same without closeness": without_closeness,
        PLAIN: lambda query: spoken.search(query, operator="OR"),
        "BM25 by caption, all words": lambda query: spoken.search(query, operator="AND"),
        "BM25 by caption and title, any word": lambda query: titled.search(query, operator="OR"),
    }


def judge(topics: Sequence[Topic], sessions: Sequence[Session]) -> dict[str, dict[int, int]]:
    """Tell how relevant each session is to each query."""
    return {
        query: {s.recording_id: s.grades[topic.name] for s in sessions if topic.name in s.grades}
        for topic in topics
        for query in topic.queries
    }


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Return the nDCG@10 of each query, by engine."""
    topics = read_topics()
    sessions = make_sessions(topics, seed)
    judged = judge(topics, sessions)
    with tempfile.TemporaryDirectory() as folder:
        searchers = make_searchers(sessions, Path(folder))
        return {
            name: {query: ndcg(search(query), grades) for query, grades in judged.items()}
            for name, search in searchers.items()
        }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="collections to generate (3)")
    parser.add_argument("--queries", action="store_true", help="print each query")
    parser.add_argument("--out", type=Path, help="write all values as JSON")
    options = parser.parse_args()
    runs = [measure(SEED + number) for number in range(options.seeds)]
    names, queries = list(runs[0]), list(runs[0][OURS])
    print(f"{len(queries)} queries, {options.seeds} collections; nDCG@{AT}, and queries of nothing")
    means = {}
    for name in names:
        each = [mean(run[name].values()) for run in runs]
        nothing = sum(value == 0 for run in runs for value in run[name].values())
        means[name] = mean(each)
        told = " ".join(f"{value:.3f}" for value in each)
        print(f"{name:38} {means[name]:.3f}   ({told})   {nothing}")
    if options.queries:
        for query in queries:
            values = " ".join(f"{mean(run[name][query] for run in runs):.2f}" for name in names)
            print(f"{values}  {query}")
    if options.out:
        options.out.write_text(json.dumps(runs, indent=1))
    return int(means[OURS] <= max(value for name, value in means.items() if "caption" in name))


if __name__ == "__main__":
    sys.exit(main())
