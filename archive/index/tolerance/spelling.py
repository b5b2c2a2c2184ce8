"""Spellings of one word: British and American, Latin digraphs, doubled letters. Pure.

Words of one key are one word spelled differently: haemorrhage, hemorrhage. The sure key joins
what is a rule of spelling; the loose key also joins what people confuse, and is only asked of
words that are not both right.
"""

import re
from functools import lru_cache

_SHORTEST = 5

# Letters as folded; a pattern and what stands for it, in this order.
_SURE = (
    (re.compile("ae|oe"), "e"),
    (re.compile("sulph"), "sulf"),
    (re.compile(r"(?<=..)isation"), "ization"),
    (re.compile(r"(?<=...)is(?=(?:e|ed|es|er|ers|ing)$)"), "iz"),
    (re.compile(r"(?<=...)ys(?=(?:e|ed|es|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=..[bcdfghklmnprstvw])our(?=(?:s|ed|ing|able|al|ally|ist|er)?$)"), "or"),
    (re.compile(r"(?<=..[bcdgtv])re(?=s?$)"), "er"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),
    (re.compile(r"(?<=...[aeiou])ll(?=ed$|ing$|er$|ers$)"), "l"),
    (re.compile(r"(?<=...)ll$"), "l"),
    (re.compile(r"(?<=...)ence(?=s?$)"), "ense"),
)  # fmt: skip
_LOOSE = (
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("rh"), "r"),
    (re.compile("sch"), "sk"),
    (re.compile("ch(?=[lr])"), "k"),
    (re.compile("c(?![eiyh])"), "k"),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("ck|qu(?=[aeio])"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("z"), "s"),
    (re.compile("y"), "i"),
    (re.compile("(?<=[^aeiou])e$"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=1_000)
def sure_key(word: str) -> str:
    """Return what is the same for the spellings of a folded word."""
    return _rewrite(word, _SURE) if len(word) >= _SHORTEST and word.isascii() else word


@lru_cache(maxsize=1_000)
def loose_key(word: str) -> str:
    """Return what is the same for spellings of a folded word that people confuse."""
    return _rewrite(sure_key(word), _LOOSE) if len(word) >= _SHORTEST and word.isascii() else word


def _rewrite(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word)
    return word
