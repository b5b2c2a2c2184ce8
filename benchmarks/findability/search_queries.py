"""What a person would type for each spoken term: right, with a slip, British, American. Pure.

French and Portuguese names of what a term means come from the thesaurus, where it has them.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.findability.material import Term

SEED = 20_261_124
_SHORTEST_SLIP = 4
"""Letters of the shortest word that a slip is put into: shorter ones become other words."""
_NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy",
    "j": "hku", "k": "jli", "l": "ko", "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng",
    "n": "bmh", "m": "nj",
}  # fmt: skip
"""On a keyboard."""
# British, American. A pattern and what stands for it in the other spelling.
_PAIRS = (
    ("haem", "hem"), ("anaem", "anem"), ("aemia", "emia"), ("oedema", "edema"),
    ("sulph", "sulf"), ("paed", "ped"), ("oesoph", "esoph"), ("caes", "ces"), ("gynaec", "gynec"),
    ("orthopaed", "orthoped"), ("diarrhoea", "diarrhea"), ("foet", "fet"), ("isation", "ization"),
    ("tumour", "tumor"), ("labour", "labor"), ("centre", "center"), ("litre", "liter"),
    ("ising", "izing"), ("ise", "ize"), ("oxaem", "oxem"), ("lyse", "lyze"),
)  # fmt: skip


class Kind(StrEnum):
    """How a query is typed."""

    RIGHT = "right spelling"
    TYPO = "one typo"
    BRITISH = "British"
    AMERICAN = "American"
    FRENCH = "French"
    PORTUGUESE = "Portuguese"


Translate = Callable[[str, str], str | None]
"""Gives a term's preferred name in a language; None when nobody knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is typed to find a term."""

    term: str
    kind: Kind
    typed: str


def make_queries(terms: Iterable[Term], translate: Translate) -> Iterator[Query]:
    """Yield the queries of every term; a spelling only where it is another than the right one."""
    for term in terms:
        yield Query(term=term.term, kind=Kind.RIGHT, typed=term.term)
        slipped = slip(term.term, random.Random(f"{SEED} {term.term}"))
        if slipped:
            yield Query(term=term.term, kind=Kind.TYPO, typed=slipped)
        british, american = (_respell(term.term, american=it) for it in (False, True))
        if british != american:
            yield Query(term=term.term, kind=Kind.BRITISH, typed=british)
            yield Query(term=term.term, kind=Kind.AMERICAN, typed=american)
        for kind, language in ((Kind.FRENCH, "fr"), (Kind.PORTUGUESE, "pt")):
            name = translate(term.term, language)
            if name and name.casefold() != term.term.casefold():
                yield Query(term=term.term, kind=kind, typed=name)


def slip(text: str, draw: random.Random) -> str | None:
    """Put one slip of the finger into one word: a letter lost, doubled, swapped or beside.

    The first letter stays. None where every word is too short.
    """
    words = [found for found in re.finditer(r"[^\W\d_]+", text) if len(found[0]) >= _SHORTEST_SLIP]
    if not words:
        return None
    word = draw.choice(words)
    for _ in range(100):
        at = word.start() + draw.randrange(1, len(word[0]))
        letter = text[at]
        kind = draw.choice(("lost", "doubled", "swapped", "beside"))
        if kind == "lost":
            slipped = text[:at] + text[at + 1 :]
        elif kind == "doubled":
            slipped = text[:at] + letter + text[at:]
        elif kind == "swapped" and at + 1 < word.end():
            slipped = text[:at] + text[at + 1] + letter + text[at + 2 :]
        else:
            beside = draw.choice(_NEIGHBOURS.get(letter.lower(), letter))
            slipped = text[:at] + beside + text[at + 1 :]
        if slipped != text:
            return slipped
    return None


def _respell(text: str, *, american: bool) -> str:
    for pair in _PAIRS:
        wrong, right = pair if american else pair[::-1]
        if not american and right in text.lower():
            continue
        pattern = rf"\b{wrong}" if wrong in ("hem", "ped", "ces", "fet", "ize") else wrong
        text = re.sub(pattern, right, text, flags=re.IGNORECASE)
    return text
