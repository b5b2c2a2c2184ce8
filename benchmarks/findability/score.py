"""Score a transcript against what was said: terms found, terms invented, how far jumps are off.

Pure. Words are compared as Whisper's normalizer leaves them, so haemorrhage is hemorrhage and a
hyphen is a space; a term's other accepted spellings count too. A term is found when it is
written within 5 s of the time it was said. A term is invented when it stood in the prompt and is
written where, within 5 s, nobody said it.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]

from benchmarks.findability.material import Term, Truth

NEAR_MS = 5_000
"""A jump this far from the word is still a jump to it."""
_POSSESSIVE = re.compile(r"(?<=\w\w)['’]s\b", re.IGNORECASE)  # noqa: RUF001 - an apostrophe
_LEAST_PART = 5
"""Letters of a term that can be heard in a longer word; fewer are in too many."""
_LEAST_WHOLE = 8
"""Letters of each word of a compound whose words may be said apart."""


class TimedText(Protocol):
    """A word, said or recognized."""

    @property
    def start_ms(self) -> int:
        """When it begins."""
        ...

    @property
    def text(self) -> str:
        """As written; the recognizer's words begin with a space unless they go on a word."""
        ...


class Source(StrEnum):
    """From where a transcriber could know a term."""

    SLIDE = "on the slide shown"
    OTHER_SLIDE = "on another slide"
    GLOSSARY = "glossary only"
    NOWHERE = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word as it is compared."""

    text: str
    start_ms: int
    capitals: bool = False
    """Written in capitals only, as acronyms are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One place where a term is said."""

    term: str
    start_ms: int
    known: Source
    in_glossary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether a said term was found."""

    said: Said
    jump_error_ms: int | None
    """Time written less time said; None when it was not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """A prompted term in the transcript that nobody said there."""

    term: str
    start_ms: int


class Reader:
    """Turns words into what is compared; keeps what it has read."""

    def __init__(self) -> None:
        self._normalize: Callable[[str], str] = lru_cache(maxsize=None)(EnglishTextNormalizer())

    def tokens(self, words: Iterable[TimedText], *, pieces: bool = False) -> list[Token]:
        """Read words in order.

        Args:
            words: What was said, or what was recognized.
            pieces: Whether a text without a space before it goes on the word before, as the
                recognizer writes `co`, `-trimoxazole`.
        """
        whole: list[tuple[str, int]] = []
        for word in words:
            if pieces and whole and not word.text.startswith(" "):
                whole[-1] = (whole[-1][0] + word.text, whole[-1][1])
            else:
                whole.append((word.text, word.start_ms))
        return [
            Token(text=part, start_ms=start_ms, capitals=text.strip().isupper())
            for text, start_ms in whole
            for part in self.read(text)
        ]

    def read(self, text: str) -> tuple[str, ...]:
        """Read a text, word by word, as words of a transcript are read.

        A possessive is its name: who looks for Africa CDC finds Africa's CDC.
        """
        words = (_POSSESSIVE.sub("", word) for word in text.split())
        return tuple(part for word in words for part in self._normalize(word).split())

    def spans(self, spellings: Iterable[str], tokens: Sequence[Token]) -> set[tuple[int, int]]:
        """Say where any of the spellings stands in a text: first token, and the one after it."""
        return {
            (at, at + len(wanted))
            for wanted in {self.read(spelling) for spelling in spellings}
            if wanted
            for at in range(len(tokens) - len(wanted) + 1)
            if tokens[at].text == wanted[0]
            and tuple(token.text for token in tokens[at : at + len(wanted)]) == wanted
        }

    def places(self, spellings: Iterable[str], tokens: Sequence[Token]) -> list[int]:
        """Say when any of the spellings stands in a text, in ms, in order, each place once."""
        return sorted({tokens[at].start_ms for at, _ in self.spans(spellings, tokens)})

    def has(self, text: str, term: Term) -> bool:
        """Tell whether a text has a term in any of its spellings."""
        return bool(
            self.places(term.accepted, [Token(text=t, start_ms=0) for t in self.read(text)])
        )


def said_terms(truth: Truth, glossary: Collection[Term], reader: Reader) -> list[Said]:
    """Find every place where a term of a film is said, and from where it could be known.

    A term that is part of a longer one is not said there: pre-eclampsia is no eclampsia.
    """
    tokens = reader.tokens(truth.words)
    listed = {reader.read(spelling) for term in glossary for spelling in term.accepted}
    slides = "\n".join(slide.text for slide in truth.slides)
    found: list[Said] = []
    spans = {term.term: reader.spans(term.accepted, tokens) for term in truth.terms}
    everywhere = set().union(*spans.values())
    for term in truth.terms:
        in_glossary = any(reader.read(spelling) in listed for spelling in term.accepted)
        on_slide = reader.has(slides, term)
        whole = (span for span in spans[term.term] if not _is_inside(span, everywhere))
        for start_ms in {tokens[first].start_ms for first, _ in whole}:
            if on_slide and reader.has(truth.slide_at(start_ms), term):
                known = Source.SLIDE
            elif on_slide:
                known = Source.OTHER_SLIDE
            else:
                known = Source.GLOSSARY if in_glossary else Source.NOWHERE
            found.append(
                Said(term=term.term, start_ms=start_ms, known=known, in_glossary=in_glossary)
            )
    return sorted(found, key=lambda said: (said.start_ms, said.term))


def _is_inside(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(one[0] <= span[0] and span[1] <= one[1] and one != span for one in others)


def judge_terms(
    said: Iterable[Said], terms: Iterable[Term], heard: Sequence[Token], reader: Reader
) -> list[Judged]:
    """Tell of each said term whether the transcript has it near its time.

    A place in the transcript answers for one place where the term is said, the nearest first, so
    that a term said twice within seconds must be written twice.
    """
    spellings = {term.term: term.accepted for term in terms}
    judged: list[Judged] = []
    by_term: dict[str, list[Said]] = {}
    for one in said:
        by_term.setdefault(one.term, []).append(one)
    for term, places in by_term.items():
        written = reader.places(spellings[term], heard)
        pairs = sorted(
            (abs(at - one.start_ms), index, at)
            for index, one in enumerate(places)
            for at in written
            if abs(at - one.start_ms) <= NEAR_MS
        )
        taken: dict[int, int] = {}
        for _, index, at in pairs:
            if index not in taken and at not in taken.values():
                taken[index] = at
        judged += [
            Judged(
                said=one,
                jump_error_ms=taken[index] - one.start_ms if index in taken else None,
            )
            for index, one in enumerate(places)
        ]
    return sorted(judged, key=lambda one: (one.said.start_ms, one.said.term))


def invented_terms(
    prompted: Iterable[Term],
    heard: Sequence[Token],
    spoken: Sequence[Token],
    reader: Reader,
) -> list[Invented]:
    """Find prompted terms in a transcript that nobody said within 5 s of there.

    A term that was said as part of a longer word is not invented: "nor adrenaline" was
    noradrenaline. An acronym is written in capitals: "who" is not WHO.
    """
    found: list[Invented] = []
    small = {token.start_ms for token in heard if not token.capitals}
    for term in prompted:
        for at in reader.places(term.accepted, heard):
            if term.term.isupper() and at in small:
                continue
            near = [token.text for token in spoken if abs(token.start_ms - at) <= NEAR_MS]
            spellings = [reader.read(spelling) for spelling in term.accepted]
            if not any(_is_said(one, near) or _are_said(one, near) for one in spellings):
                found.append(Invented(term=term.term, start_ms=at))
    return sorted(found, key=lambda one: (one.start_ms, one.term))


def invented_in_text(
    prompted: Iterable[Term], heard: Sequence[Token], reference: str, reader: Reader
) -> list[Invented]:
    """Do the same where the times of what was said are not known: what is written too often."""
    spoken = [Token(text=text, start_ms=at) for at, text in enumerate(reader.read(reference))]
    found: list[Invented] = []
    for term in prompted:
        written = reader.places(term.accepted, heard)
        said = len(reader.places(term.accepted, spoken))
        found += [Invented(term=term.term, start_ms=at) for at in written[said:]]
    return found


def unify_spellings(text: str, terms: Iterable[Term]) -> str:
    """Write the terms of a text in their first spelling, so that none counts as a word error."""
    for term in terms:
        for other in term.spellings:
            text = re.sub(rf"\b{re.escape(other)}\b", term.term, text, flags=re.IGNORECASE)
    return text


def recall(judged: Iterable[Judged]) -> float | None:
    """Return the share of said terms that were found; None when none was said."""
    hits = [one.jump_error_ms is not None for one in judged]
    return sum(hits) / len(hits) if hits else None


def recall_by_source(judged: Sequence[Judged]) -> Mapping[Source, float | None]:
    """Return the recall by where a term could be known from."""
    return {known: recall(one for one in judged if one.said.known is known) for known in Source}


def count_by_source(said: Iterable[Said]) -> Mapping[Source, int]:
    """Count the places where terms are said by where they could be known from."""
    return Counter(one.known for one in said)


def jump_errors(judged: Iterable[Judged]) -> list[int]:
    """Return how far each jump to a found term is off, in ms, smallest first."""
    return sorted(abs(one.jump_error_ms) for one in judged if one.jump_error_ms is not None)


def _is_said(wanted: Sequence[str], spoken: Sequence[str]) -> bool:
    """Tell whether words are said, however they are divided, or as part of a longer word."""
    for spell in (str, _plain):
        letters = spell("".join(wanted))
        words = [spell(word) for word in spoken]
        if len(letters) >= _LEAST_PART and any(letters in word for word in words):
            return True
        if any(
            "".join(words[at : at + length]) == letters
            for length in range(1, len(wanted) + 2)
            for at in range(len(words) - length + 1)
        ):
            return True
    return False


def _are_said(wanted: Sequence[str], spoken: Sequence[str]) -> bool:
    """Tell whether each of several long words is said, whatever is between them."""
    return len(wanted) > 1 and all(
        len(word) >= _LEAST_WHOLE and any(_plain(word) == _plain(one) for one in spoken)
        for word in wanted
    )


def _plain(word: str) -> str:
    """Write ae and oe as American spelling does; Whisper's normalizer does so for some words."""
    return word.replace("ae", "e").replace("oe", "e")
