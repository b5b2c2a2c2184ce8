"""The words of a text as `finding` looks at them: without punctuation, folded. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.index.analysis import fold
from archive.privacy.cue_words import BY_LANGUAGE, NO_CUES, UNCASED, CueWords
from archive.punctuation import ends_sentence
from archive.transcript import Word

_EDGES = re.compile(r"^[^\w+]+|\W+$")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)['’ʼ](?=\w{2})", re.IGNORECASE)  # noqa: RUF001 - apostrophes
_POSSESSIVE = re.compile(r"['’ʼ]s$", re.IGNORECASE)  # noqa: RUF001 - apostrophes


@dataclass(frozen=True, slots=True)
class Token:
    """A word, and where in its sentence it stands."""

    bare: str
    """Without punctuation around it."""
    folded: str
    word: Word
    begins: bool
    """First of its sentence."""
    ends: bool
    """Last of its sentence."""


def tokens_of(words: Sequence[Word]) -> list[Token]:
    """Give the words that have a letter or digit, in order."""
    tokens: list[Token] = []
    begins = True
    for at, word in enumerate(words):
        following = words[at + 1].text if at + 1 < len(words) else None
        bare = _POSSESSIVE.sub("", _ELIDED.sub("", _EDGES.sub("", word.text.strip())))
        folded = fold(bare)
        ends = following is None or ends_sentence(word.text, following)
        if bare:
            tokens.append(Token(bare, folded, word, begins, ends))
        begins = ends
    return tokens


def untimed(text: str) -> list[Word]:
    """Give the words of what was written, which have no times."""
    return [Word(start_ms=0, end_ms=0, text=f" {word}", confidence=1.0) for word in text.split()]


class Ears:
    """The cue words of a language, folded as tokens are."""

    def __init__(self, language: str) -> None:
        cues = BY_LANGUAGE.get(language, NO_CUES)
        self.cues: CueWords = cues
        self.cased = language not in UNCASED
        self.names = {fold(word) for word in cues.before_name}
        self.given = {fold(word) for word in cues.given}
        self.patients = {fold(word) for word in cues.patient}
        self.no_names = {fold(word) for word in cues.titles} | self.patients
        self.months = {fold(word) for word in cues.months}
        self.digits = {fold(word) for word in cues.digits}
        self.years = {fold(word) for word in cues.years}
        self.born = _phrases(cues.born)
        self.record = _phrases(cues.record)
        self.phone = _phrases(cues.phone)


def _phrases(texts: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(fold(_EDGES.sub("", word)) for word in text.split()) for text in texts]
