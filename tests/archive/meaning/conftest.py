"""A model that stands in for the real one: the same words are the same meaning."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from importlib.resources import files

import numpy as np
import pytest

from archive.index.analysis import tokenize
from archive.meaning.model import DIMENSIONS, Vectors


class WordsAreMeaning:
    """Gives every word a direction of its own, and counts what it was asked."""

    def __init__(self) -> None:
        self.embedded: list[str] = []
        usual = json.loads((files("archive.meaning") / "usual.json").read_text())
        self._usual = np.array(usual, np.float32)

    def query(self, text: str) -> Vectors:
        total = np.full(DIMENSIONS, 1e-3, np.float32)
        for token in tokenize(text):
            seed = int.from_bytes(blake2b(token.surface.encode(), digest_size=4).digest(), "big")
            total += np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
        # As E5's, mostly what all vectors have in common.
        total = self._usual + 0.4 * total / np.linalg.norm(total)
        return (total / np.linalg.norm(total)).astype(np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = [self.query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSIONS), np.float32)


@pytest.fixture
def embedder() -> WordsAreMeaning:
    return WordsAreMeaning()
