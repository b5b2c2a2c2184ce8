"""Questions in one language whose answer was said in another: `questions.toml`, read."""

import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

ANSWERED: tuple[tuple[str, str, str, str], ...] = tuple(
    (one["question"], one["language"], one["passage"], one["passage_language"])
    for one in _DATA["answered"]
)
"""Question, its language, the passage that answers it, its language."""
OTHERS: tuple[tuple[str, str], ...] = tuple(
    (one["language"], one["passage"]) for one in _DATA["other"]
)
"""Language and passage."""
UNANSWERED: tuple[str, ...] = tuple(_DATA["unanswered"])
"""What no passage is about."""
