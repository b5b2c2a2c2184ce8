"""Lines: how wide text is, what fits two lines, and where the line breaks. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.captions.phrases import break_cost
from archive.language import is_full_width
from archive.transcript import Word

MAX_LINES = 2
MAX_LINE_WIDTH = 42
MAX_FULL_WIDTH = 16
"""In full-width characters, for Chinese, Japanese and Korean; a Latin letter counts half."""
_BALANCE_COST = 4.0
"""What a line of nothing beside a full one costs, against the cost of a break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word, or a part of a word that is wider than a line."""

    start_ms: int
    end_ms: int
    text: str
    """With its leading space, where the word has one; never blank."""
    glued: bool
    """True when it goes on with the word before: no break here but for want of room."""


def text_width(text: str, language: str) -> float:
    """Measure text in the unit its language's lines are limited in.

    In full-width scripts a full-width character is 1 and any other 0.5; elsewhere a
    full-width character is 2. Combining marks take no room.
    """
    wide, narrow = (1.0, 0.5) if is_full_width(language) else (2.0, 1.0)
    return sum(
        wide if unicodedata.east_asian_width(character) in "WF" else narrow
        for character in text
        if not unicodedata.combining(character)
    )


def line_limit(language: str) -> int:
    """Return how wide a line may be, in `text_width`'s unit."""
    return MAX_FULL_WIDTH if is_full_width(language) else MAX_LINE_WIDTH


def pieces_of(word: Word, language: str) -> Iterator[Piece]:
    """Cut a word that is wider than a line, its time divided with it; others are one piece."""
    text = " ".join(word.text.split())
    if not text:
        return
    parts = _cut(text, language)
    space = " " if word.text[:1].isspace() else ""
    length_ms, done, start_ms = word.end_ms - word.start_ms, 0, word.start_ms
    for index, part in enumerate(parts):
        done += len(part)
        end_ms = word.start_ms + length_ms * done // len(text)
        yield Piece(
            start_ms=start_ms,
            end_ms=end_ms,
            text=part if index else space + part,
            glued=index > 0,
        )
        start_ms = end_ms


def longest_cues(pieces: Sequence[Piece], language: str) -> list[int]:
    """Find how many pieces fit two lines, from each piece on: the end, excluded, at each."""
    limit = line_limit(language)
    space = text_width(" ", language)
    widths = [text_width(piece.text.strip(), language) for piece in pieces]
    ends = []
    for begin in range(len(pieces)):
        end = begin
        for _ in range(MAX_LINES):
            line = 0.0
            while end < len(pieces):
                gap = space if line and pieces[end].text.startswith(" ") else 0.0
                if line and line + gap + widths[end] > limit:
                    break
                line += gap + widths[end]
                end += 1
        ends.append(end)
    return ends


def make_lines(pieces: Sequence[Piece], language: str) -> tuple[str, ...]:
    """Write pieces that fit two lines as one line or as two of like width."""
    whole = _join(pieces)
    limit = line_limit(language)
    if text_width(whole, language) <= limit:
        return (whole,)
    best: tuple[float, tuple[str, ...]] = (float("inf"), (whole,))
    for at in range(1, len(pieces)):
        first, second = _join(pieces[:at]), _join(pieces[at:])
        widths = text_width(first, language), text_width(second, language)
        if max(widths) <= limit:
            cost = _BALANCE_COST * abs(widths[0] - widths[1]) / limit
            cost += break_cost(pieces[at - 1].text, pieces[at].text, language)
            best = min(best, (cost, (first, second)))
    return best[1]


def _join(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces).strip()


def _cut(text: str, language: str) -> list[str]:
    """Cut text into parts no wider than a line, after a hyphen or slash where there is one."""
    parts: list[str] = []
    while text_width(text, language) > line_limit(language):
        size = _longest_start(text, language)
        at = max(text.rfind(mark, 0, size) for mark in "-/_") + 1 or size
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text]


def _longest_start(text: str, language: str) -> int:
    """Count the characters of the longest beginning that fits a line; combining marks too."""
    width = 0.0
    for index, character in enumerate(text):
        width += text_width(character, language)
        if width > line_limit(language):
            return index
    return len(text)
