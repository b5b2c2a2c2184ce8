"""How terms and words are read before they are compared: folded, squeezed, as acronyms. Pure."""

import re
import unicodedata

from archive.index.analysis import fold, tokenize

_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)['’ʼ](?=\w{2})", re.IGNORECASE)  # noqa: RUF001 - apostrophes
_POSSESSIVE = re.compile(r"['’ʼ]s$", re.IGNORECASE)  # noqa: RUF001 - apostrophes
_EDGES = re.compile(r"^\W+|\W+$")
_MOST_ACRONYM = 6


def fold_term(text: str) -> str:
    """Write a term without case, accents and punctuation, to find it again by."""
    return " ".join(token.surface for token in tokenize(text))


def squeeze(text: str) -> str:
    """Write a term folded and without spaces: "La Long We" and "lalongwe" are the same."""
    return "".join(token.surface for token in tokenize(text))


def read_word(word: str) -> str:
    """Fold one spoken word; the elided article and the possessive are dropped."""
    bare = _POSSESSIVE.sub("", _ELIDED.sub("", _EDGES.sub("", word)))
    # ASCII is folded without a look at what it is: a hyphen stays.
    return fold(bare).replace("-", "").replace("'", "")


def is_acronym(text: str) -> bool:
    """Tell whether a term is said letter by letter, or may be: `ORS`, `COVID`, `SpO2`."""
    letters = [character for character in text if character.isalnum()]
    capitals = sum(character.isupper() for character in letters)
    return len(letters) <= _MOST_ACRONYM and capitals * 2 >= len(letters)


def one_line(text: str) -> str:
    """Bring what was typed into one form: NFC, no control characters, single spaces."""
    normal = unicodedata.normalize("NFC", text)
    shown = "".join(c if unicodedata.category(c) != "Cc" else " " for c in normal)
    return " ".join(shown.split())
