"""What a term looks like in a text, and what stands in its place. Pure.

Whole words, whatever their case and accents; inflections by the stemmer of the text's language.
Case is kept: `Artisanate` becomes `Artesunate`, `ARTISANATE` `ARTESUNATE`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from os.path import commonprefix

from archive.errors import InvalidInputError
from archive.glossary.wording import one_line
from archive.index.analysis import Stemmer, is_unspaced, tokenize

MAX_TERM = 200
_SHORTEST_ANCHOR = 3
_COMBINING = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place in a text."""

    start: int
    end: int
    """Characters of the text, exclusive."""
    written: str
    exact: bool
    """Written as asked for, but for case and accents; else an inflection."""

    @property
    def form(self) -> str:
        """What it is told apart by from other forms: as written, whatever its case."""
        return unicodedata.normalize("NFC", self.written.casefold())


class Term:
    """A term that is looked for."""

    def __init__(self, typed: str, stemmer: Stemmer) -> None:
        """Read a term.

        Raises:
            InvalidInputError: it holds no word, or is too long.
        """
        self.typed = read_term(typed)
        self._surfaces = [token.surface for token in tokenize(self.typed)]
        if not self._surfaces:
            raise InvalidInputError("Type the word as it stands in the transcripts.")
        self._stemmer = stemmer
        last = self._surfaces[-1]
        self._stems = dict.fromkeys(stemmer.stems(last))
        self._anchor = self._make_anchor()

    def find(self, text: str, language: str) -> Iterator[Found]:
        """Find the term in a text, in order, places apart from each other."""
        if not self._may_hold(text):
            return
        tokens = list(tokenize(text))
        count, at = len(self._surfaces), 0
        while at + count <= len(tokens):
            run = tokens[at : at + count]
            exact = [token.surface for token in run] == self._surfaces
            if exact or (
                [token.surface for token in run[:-1]] == self._surfaces[:-1]
                and self._inflects(run[-1].surface, language)
            ):
                start, end = run[0].start, run[-1].end
                yield Found(start=start, end=end, written=text[start:end], exact=exact)
                at += count
            else:
                at += 1

    def find_across(self, first: str, second: str, language: str) -> Iterator[Found]:
        """Find the term where it begins in one text and ends in the next.

        Places are those of `join_texts` of the two.
        """
        if len(self._surfaces) == 1 or not self._may_hold(first):
            return
        edge = len(first.rstrip())
        for found in self.find(join_texts(first, second), language):
            if found.start < edge < found.end:
                yield found

    def _inflects(self, surface: str, language: str) -> bool:
        last = self._surfaces[-1]
        if is_unspaced(last) or surface[:1] != last[:1]:
            return False
        return self._stemmer.stem(surface, language) == self._stemmer.stem(last, language)

    def _make_anchor(self) -> str:
        """Return what every text that holds the term holds, without case and accents."""
        first = self._surfaces[0]
        if len(self._surfaces) > 1 or not first.isascii():
            return first
        bare = [first, *(stem.partition(":")[2] or stem for stem in self._stems)]
        # An ending may change the last letter: therapy, therapies.
        shared = commonprefix(  # noqa: RUF071 - of words, character by character
            [one for one in bare if one[:2] == first[:2]]
        )
        return shared[: max(len(shared) - 1, min(_SHORTEST_ANCHOR, len(first)))]

    def _may_hold(self, text: str) -> bool:
        """Rule most texts out at a glance."""
        if not self._anchor.isascii():
            return not text.isascii()
        if text.isascii():
            return self._anchor in text.lower()
        return self._anchor in _COMBINING.sub("", unicodedata.normalize("NFKD", text.casefold()))


def join_texts(first: str, second: str) -> str:
    """Write two segments as one; those of a script without spaces get none."""
    first, second = first.rstrip(), second.lstrip()
    return f"{first}{'' if is_unspaced(first[-1:]) or is_unspaced(second[:1]) else ' '}{second}"


def read_term(typed: str) -> str:
    """Bring what was typed into one form.

    Raises:
        InvalidInputError: it is too long.
    """
    term = one_line(typed)
    if len(term) > MAX_TERM:
        raise InvalidInputError(f"That has {len(term)} characters; a term may have {MAX_TERM}.")
    return term


def keep_case(written: str, term: str, put: str) -> str:
    """Write what is put in a place in the case of what stood there.

    Args:
        written: What stands there.
        term: What was looked for, as typed.
        put: What is to stand there, as typed; its own capitals stay, as in `SpO2`.
    """
    if written == term or not put:
        return put
    if written.isupper() and len(written) > 1:
        return put.upper()
    if written[:1].isupper():
        return put[:1].upper() + put[1:]
    if _is_title(term) and _is_title(put):
        return put.lower()  # Both typed as at the beginning of a sentence.
    return put


def inflect(form: str, term: str, put: str) -> str:
    """Guess what stands in place of an inflection: with the same ending, where it only adds one."""
    if form.casefold().startswith(term.casefold()) and len(form) > len(term):
        return put + form[len(term) :]
    return put


def _is_title(text: str) -> bool:
    return text[:1].isupper() and text[1:] == text[1:].lower()
