"""Turn text into the terms that are indexed and looked up. Pure.

A token is a run of letters, a run of digits, or one character of a script written without
spaces; it is folded (case, accents, spelling variants of letters) to its surface form, and
that is cut to a stem by the language it was spoken in. The same folding and the same
stemming serve indexing and searching; the query's language is not known, so a query word
has one stem for each language.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001, RUF003

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from Stemmer import Stemmer as Snowball

# Scripts written without spaces: each character is a token and words match as phrases.
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana, Han
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
# Letters in Unicode's eyes that people type as apostrophes.
_APOSTROPHES = "\u02b9\u02bb\u02bc\u02bd"
# Joiners and the soft hyphen stand inside words and mean nothing for search.
_INVISIBLE = "\u00ad\u200c\u200d\u2060"
# `\w` leaves out combining marks, which would cut vocalised Arabic or Hindi in pieces.
_MARKS = "".join(
    chr(code)
    for block in (range(0x300, 0x2000), range(0x20D0, 0x2100), range(0xA800, 0xAC00))
    for code in block
    if unicodedata.category(chr(code))[0] == "M"
    and not (0xE00 <= code < 0xF00 or 0x1000 <= code < 0x10A0 or 0x1780 <= code < 0x1800)  # noqa: PLR2004 - the unspaced blocks above
)
_TOKEN = re.compile(
    rf"[{_UNSPACED}]|\d+"
    rf"|[^\W\d_{_UNSPACED}{_APOSTROPHES}][^\W\d_{_UNSPACED}{_APOSTROPHES}]*"
    rf"(?:[{_MARKS}{_INVISIBLE}]+[^\W\d_{_UNSPACED}{_APOSTROPHES}]*)*"
)
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

# Marks that writers leave out: accents, Arabic and Hebrew vowels, Ethiopic length. Signs of
# Indic scripts are part of the spelling and stay.
_DROPPED_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u135d-\u135f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)
_LETTERS = {
    # Latin letters that Unicode does not decompose
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n",
    "ɓ": "b", "ɗ": "d", "ƙ": "k", "ɛ": "e", "ɔ": "o",
    # Arabic: alef, ya and ta marbuta as people type them; Persian keyboards' kaf and ya
    "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك",
}  # fmt: skip
# Amharic writes one sound with several series, and writers mix them: (from, to, forms).
_HOMOPHONES = (
    (0x1210, 0x1200, 8),  # ሐ → ሀ
    (0x1280, 0x1200, 8),  # ኀ → ሀ
    (0x1220, 0x1230, 8),  # ሠ → ሰ
    (0x12D0, 0x12A0, 7),  # ዐ → አ
    (0x1340, 0x1338, 8),  # ፀ → ጸ
)
_FOLDED = str.maketrans(
    _LETTERS
    | {chr(old + i): chr(new + i) for old, new, forms in _HOMOPHONES for i in range(forms)}
    | {"ሃ": "ሀ", "ሓ": "ሀ", "ኃ": "ሀ", "ኣ": "አ", "ዓ": "አ"}
)

_LATIN, _ARABIC = "latin", "arabic"
_STEMMERS = {
    "en": ("english", _LATIN),
    "fr": ("french", _LATIN),
    "pt": ("portuguese", _LATIN),
    "es": ("spanish", _LATIN),
    "id": ("indonesian", _LATIN),
    "ar": ("arabic", _ARABIC),
}
# Plurals that no rule of Snowball's makes one with their singulars.
_IRREGULAR = {
    "en": {
        "children": "child", "grandchildren": "grandchild", "women": "woman", "men": "man",
        "feet": "foot", "teeth": "tooth", "mice": "mouse", "lice": "louse", "geese": "goose",
        "midwives": "midwife", "wives": "wife", "bacteria": "bacterium", "ova": "ovum",
        "criteria": "criterion", "phenomena": "phenomenon", "larvae": "larva",
        "vertebrae": "vertebra",
    },
}  # fmt: skip
_BEFORE_OSIS = "agn|ogn|ych|eur|ibr|ecr|omb|ler|rrh|ten|eat|cid|kal|tom|yc|cul|bi|yph|li|tri|id|ni"
# Rewritten, in this order, before Snowball's rules. Folding has taken accents they look for:
# these endings are certain enough to put back, and for Portuguese that also makes one of
# singular and plural (infecção, infecções), which Snowball does not. Snowball's Arabic
# leaves the article on short words (الدم for دم) and splits plurals in ات off unevenly.
_PREPARED = {
    # Not doses, rises, biases or phosphatases. Verbs go with the nouns: who asks for dialyses
    # means dialysis, and misses "he dialyses".
    "en": (
        (re.compile(f"({_BEFORE_OSIS})oses$"), r"\1osis"),
        (re.compile("(lys|thes|cris|seps|pares|genes|stas|[rdm]ias)es$"), r"\1is"),
    ),
    "pt": (
        (re.compile(r"c(?:ao|oes)$"), "ção"),
        (re.compile(r"(?:ao|oes|aes)$"), "ão"),
        # hospitais, papéis, lençóis, azuis, homens; not mais, dois or heróis
        (re.compile("(?<=..)(?<!her)([aeou])is$"), r"\1l"),
        (re.compile("(?<=.[aeiou])ns$"), "m"),
    ),
    "fr": ((re.compile(r"ees?$"), "ée"),),
    "ar": ((re.compile(r"^(?:[وف]?[بك]?ال|[وف]?لل)+(?=..)"), ""), (re.compile(r"(?<=...)ات$"), "")),
}

# Letters of a script; the languages written in it, None for all but those below; and the one
# that words in it are read in where the rest is in none of these.
_SCRIPTS = (
    (re.compile("[a-z\u00df-\u024f]", re.IGNORECASE), None, "en"),
    (re.compile("[\u0621-\u06ff\u0750-\u077f]"), ("ar", "fa", "ps", "sd", "ur"), "ar"),
    (re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"), ("zh", "yue", "ja"), "zh"),
    (re.compile("[\u1200-\u137f]"), ("am",), "am"),
)
_OTHER_THAN_LATIN = """
am ar as ba be bg bn bo el fa gu he hi hy ja ka kk km kn ko lo mk ml mn mr my ne pa ps ru sa sd si
ta te tg th uk ur yi yue zh
"""
_WITHOUT_LATIN = frozenset(_OTHER_THAN_LATIN.split())

# In a query word, the article before an apostrophe and the possessive after it.
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’ʼ](?=\w{3})", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w\w)['’ʼ]s$", re.IGNORECASE)
# What holds the parts of one typed word together, so that they are looked for side by side.
_PART = re.compile(rf"[\w{_MARKS}{_INVISIBLE}'’.\-\u2010\u2011]+")


_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its surface form and where it stands in the text (end exclusive)."""

    surface: str
    start: int
    end: int


def fold(text: str) -> str:
    """Fold case, accents and variant letters; drops what is neither letter, mark nor digit."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.casefold()).casefold()
    text = unicodedata.normalize("NFC", _DROPPED_MARKS.sub("", text).translate(_FOLDED))
    return "".join(_fold_digit(c) for c in text if c.isalnum() or unicodedata.category(c)[0] == "M")


def _fold_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def find_tokens(text: str) -> Iterator[re.Match[str]]:
    """Find what may be tokens, in order; one whose text folds to nothing is none."""
    return _TOKEN.finditer(text)


def tokenize(text: str) -> Iterator[Token]:
    """Cut text into tokens, in order; offsets are characters of the text as given."""
    for match in find_tokens(text):
        surface = fold(match[0])
        if surface:
            yield Token(surface, match.start(), match.end())


def written_language(text: str, language: str) -> str:
    """Tell what language written text is most likely in, by the script of most of its letters.

    Args:
        text: A word or a line.
        language: Of what it stands in; stays where it is written in that script.
    """
    letters = [len(pattern.findall(text)) for pattern, _, _ in _SCRIPTS]
    _, languages, read_as = _SCRIPTS[letters.index(max(letters))]
    if max(letters) == 0 or 2 * max(letters) < sum(map(str.isalpha, text)):
        return language
    if languages is None:
        return read_as if language in _WITHOUT_LATIN else language
    return language if language in languages else read_as


def is_unspaced(surface: str) -> bool:
    """Whether a token is a character of a script that writes no spaces."""
    return len(surface) == 1 and _IS_UNSPACED.match(surface) is not None


def split_typed_word(text: str) -> list[str]:
    """Cut one typed word into what must stand side by side: `l'OMS/HIV` → `OMS`, `HIV`.

    French elided articles and English possessives are dropped, they only inflect.
    """
    return [_POSSESSIVE.sub("", _ELISION.sub("", part)) for part in _PART.findall(text)]


class Stemmer:
    """Snowball stems by language. May be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # Snowball's stemmers keep the word in themselves
        # Of query words: one search asks for the same ones several times.
        self._stems: dict[str, tuple[str, ...]] = {}
        self._stemmers = {
            language: (Snowball(algorithm), script)
            for language, (algorithm, script) in _STEMMERS.items()
        }

    def stem(self, surface: str, language: str) -> str:
        """Return the term that stands for all inflections of a surface form.

        `en:infect` for `infections` in English; the surface form itself where the language
        or the script has no stemmer.
        """
        if language not in self._stemmers:
            return surface
        stemmer, script = self._stemmers[language]
        if script != _script(surface):
            return surface
        written = _IRREGULAR.get(language, {}).get(surface, surface)
        for pattern, replacement in _PREPARED.get(language, ()):
            written = pattern.sub(replacement, written)
        with self._lock:
            stemmed = stemmer.stemWord(written)
        return f"{language}:{fold(stemmed)}"

    def stems(self, surface: str) -> tuple[str, ...]:
        """Return every term that may stand for a surface form, whatever its language."""
        stems = self._stems.get(surface)
        if stems is None:
            script = _script(surface)
            languages = [name for name, (_, wanted) in _STEMMERS.items() if wanted == script]
            stems = (surface, *(self.stem(surface, language) for language in languages))
            if len(self._stems) >= _MOST_REMEMBERED:
                self._stems.clear()
            self._stems[surface] = stems
        return stems


def _script(surface: str) -> str | None:
    """Tell whose stemmers may read a folded token."""
    if surface.isascii():
        return _LATIN if surface.isalpha() else None
    return _ARABIC if "\u0600" <= surface[0] <= "\u06ff" else None
