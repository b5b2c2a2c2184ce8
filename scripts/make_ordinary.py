r"""Make the lists of ordinary words, `archive/glossary/data/ordinary-*.txt`.

An ordinary word is not taken for a term that it sounds like. Three kinds are in a list: the
25,000 most frequent words of the language and words that are less frequent but sound like a
shipped term, both from `pyspellchecker` (MIT); and first and family names from `Faker` (MIT).
Medicines that are no terms here, from `drug-named-entity-recognition` (MIT), are in both: one
medicine must not become another. Run after `scripts.make_glossary`, with the extra `glossary`:

    .venv/bin/python -m scripts.make_ordinary
"""

import gzip
import importlib
import json
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files

from archive.glossary.ordinary import ordinary_words
from archive.glossary.shipped import read_shipped
from archive.glossary.soundalike import SoundIndex
from archive.glossary.values import Term
from archive.index.analysis import fold
from scripts.make_glossary import DATA, known_drugs

_MOST_FREQUENT = 25_000
_RAREST = 50
"""The dictionary gives every word that its texts do not hold this count."""
_SHORTEST = 3
_NAMES = {"en": ("en_US", "en_GB"), "fr": ("fr_FR",)}


def main() -> int:
    """Write both lists; the second pass finds what sounds like a term beside the first."""
    for language in _NAMES:
        words = frequent_words(language) | names(language)
        write(language, words)
        ordinary_words.cache_clear()
        alike = words_like_terms(language)
        write(language, words | alike)
        print(f"{language}: {len(words)} words and names, {len(alike)} more that sound like a term")
    return 0


def frequent_words(language: str) -> set[str]:
    """Return the most frequent words of a language, folded."""
    counts = _dictionary(language)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return set(_clean(ranked[:_MOST_FREQUENT]))


def names(language: str) -> set[str]:
    """Return first and family names, folded."""
    found: set[str] = set()
    for locale in _NAMES[language]:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        found.update(_clean([*provider.first_names, *provider.last_names]))
    return found


def words_like_terms(language: str) -> set[str]:
    """Return the words of the dictionary, and medicines, that would be taken for a term."""
    terms = [
        Term(term=draft.term, language=draft.language, variants=draft.variants)
        for draft in read_shipped()
    ]
    index = SoundIndex(terms, language=language)
    counts = _dictionary(language)
    written = [word for word, count in counts.items() if count > _RAREST]
    medicines = [name for name in known_drugs() if " " not in name]
    return {word for word in _clean([*written, *medicines]) if index.near([word])}


def write(language: str, words: Iterable[str]) -> None:
    """Write a list, a word a line."""
    path = DATA / f"ordinary-{language}.txt"
    path.write_text("".join(f"{word}\n" for word in sorted(words)), encoding="utf-8")


def _dictionary(language: str) -> dict[str, int]:
    packed = files("spellchecker") / "resources" / f"{language}.json.gz"
    counts: dict[str, int] = json.loads(gzip.decompress(packed.read_bytes()))
    return counts


def _clean(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        # Contractions are spoken, and compared, without their apostrophe.
        word = word.replace("'", "").replace("’", "")  # noqa: PLW2901, RUF001 - see above
        folded = fold(word)
        if word.isalpha() and len(folded) >= _SHORTEST:
            yield folded


if __name__ == "__main__":
    sys.exit(main())
