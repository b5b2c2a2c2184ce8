"""The contender: plain BM25 over captions, in SQLite FTS5; a recording is as good as its best one.

It gets the same tokens as our index, stems included, so that only the ranking differs.
"""

import sqlite3
from collections.abc import Sequence

from archive.index.analysis import Stemmer, tokenize


class Captions:
    """One FTS5 document for each caption of each recording."""

    def __init__(self, *, titles: bool) -> None:
        """Make an empty one.

        Args:
            titles: titles are captions too.
        """
        self._titles = titles
        self._stemmer = Stemmer()
        self._terms: dict[str, str] = {}
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE captions USING fts5(words, recording UNINDEXED)"
        )

    def add(self, recording_id: int, title: str, captions: Sequence[str]) -> None:
        """Add the captions of a recording."""
        texts = [title, *captions] if self._titles else captions
        self._database.executemany(
            "INSERT INTO captions (words, recording) VALUES (?, ?)",
            [(" ".join(self._tokens(text)), recording_id) for text in texts],
        )

    def search(self, query: str, *, operator: str) -> list[int]:
        """Return recordings, best first.

        Args:
            query: words.
            operator: `AND`: all in one caption; `OR`: any.
        """
        tokens = self._tokens(query)
        if not tokens:
            return []
        rows = self._database.execute(
            "SELECT recording FROM captions WHERE captions MATCH ? "
            "ORDER BY bm25(captions), recording DESC",
            (f" {operator} ".join(f'"{token}"' for token in tokens),),
        )
        return list(dict.fromkeys(recording for (recording,) in rows))

    def _tokens(self, text: str) -> list[str]:
        """Write each stem as a word FTS5 leaves as it is."""
        stems = [self._stemmer.stem(token.surface, "en") for token in tokenize(text)]
        return [self._terms.setdefault(stem, f"t{len(self._terms)}") for stem in stems]
