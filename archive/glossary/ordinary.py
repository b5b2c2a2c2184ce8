"""Ordinary words of a language: what is seldom a term misheard."""

from functools import lru_cache
from importlib.resources import files

_WITH_LISTS = ("en", "fr")


def has_list(language: str) -> bool:
    """Whether the ordinary words of a language are listed."""
    return language in _WITH_LISTS


@lru_cache(maxsize=len(_WITH_LISTS) + 1)
def ordinary_words(language: str) -> frozenset[str]:
    """Return the folded ordinary words of a language; those of all lists where it has none."""
    names = (language,) if language in _WITH_LISTS else _WITH_LISTS
    folder = files("archive.glossary") / "data"
    texts = ((folder / f"ordinary-{name}.txt").read_text(encoding="utf-8") for name in names)
    return frozenset(word for text in texts for word in text.split())
