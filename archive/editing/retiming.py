"""Words of an edited text and when each is said. Pure.

    what people typed → pieces, as the script divides words → aligned with the words that were
    there → unchanged ones keep their times, the others share the time between them

Words come out in order, inside their segment and without overlap, whatever went in.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from archive.language import writes_spaces
from archive.transcript import Word

_SURE = 1.0
"""Confidence of what a person wrote."""
_RUN = re.compile(r"\s*(?:[0-9A-Za-zÀ-ɏ]+(?:[.,:'’/-][0-9A-Za-zÀ-ɏ]+)*|\S)", re.UNICODE)  # noqa: RUF001 - the apostrophe is meant
"""In scripts without spaces: a Latin word or a number whole, else one character."""


def retime(
    words: Sequence[Word], text: str, language: str, *, start_ms: int, end_ms: int
) -> tuple[Word, ...]:
    """Give the words of a new text their times.

    Args:
        words: As they were, in order of time.
        text: As typed; line breaks count as spaces.
        language: Whisper's code, which says how words are divided.
        start_ms: Of the segment.
        end_ms: Of the segment.

    Returns:
        The words of the text; joined and stripped they are the text with single spaces. Those
        that were there before keep their times and confidence.
    """
    return retime_pieces(words, pieces_of(text, language, words), start_ms=start_ms, end_ms=end_ms)


def retime_pieces(
    words: Sequence[Word], pieces: Sequence[str], *, start_ms: int, end_ms: int
) -> tuple[Word, ...]:
    """Do what `retime` does for a text that is divided into words already."""
    placed: list[Word | None] = [None] * len(pieces)
    spans: list[tuple[int, int, int, int]] = []
    matcher = SequenceMatcher(
        None,
        [_fold(word.text) for word in words],
        [_fold(piece) for piece in pieces],
        autojunk=False,
    )
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            for old, new in zip(range(i1, i2), range(j1, j2), strict=True):
                placed[new] = replace(words[old], text=pieces[new])
        elif j2 > j1:
            spans.append((i1, i2, j1, j2))
    for i1, i2, j1, j2 in spans:
        low = words[i1 - 1].end_ms if i1 else start_ms
        high = words[i2].start_ms if i2 < len(words) else end_ms
        if i2 > i1:
            # What stands in place of words is said when they were; a pause stays a pause.
            low, high = max(low, words[i1].start_ms), min(high, words[i2 - 1].end_ms)
        placed[j1:j2] = _share(pieces[j1:j2], low, max(high, low))
    return settle([word for word in placed if word is not None], start_ms=start_ms, end_ms=end_ms)


def settle(words: Sequence[Word], *, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """Put words into order, inside a stretch and apart; those that are so stay as they are."""
    settled: list[Word] = []
    at = start_ms
    for word in words:
        begin = min(max(word.start_ms, at), end_ms)
        end = min(max(word.end_ms, begin), end_ms)
        same = (begin, end) == (word.start_ms, word.end_ms)
        settled.append(word if same else replace(word, start_ms=begin, end_ms=end))
        at = end
    return tuple(settled)


def join_words(words: Sequence[Word]) -> str:
    """Write the text that words make."""
    return "".join(word.text for word in words).strip()


def pieces_of(text: str, language: str, words: Sequence[Word] = ()) -> list[str]:
    """Divide a text into words as `Word.text` has them, spaces before them where there are.

    Args:
        text: As typed.
        language: Whisper's code.
        words: Those that were there; where the script has no spaces they are left whole.
    """
    text = " ".join(text.split())
    if not writes_spaces(language):
        return list(_unspaced(text, words))
    return [f" {word}" for word in text.split(" ") if word]


def _unspaced(text: str, words: Sequence[Word]) -> Iterator[str]:
    """Cut a text without spaces at the edges of the words that are unchanged in it."""
    old = "".join(word.text for word in words)
    edges = list(accumulate((len(word.text) for word in words), initial=0))
    whole: dict[int, int] = {}
    for block in SequenceMatcher(None, old, text, autojunk=False).get_matching_blocks():
        shift = block.b - block.a
        for begin, end in pairwise(edges):
            if block.a <= begin < end <= block.a + block.size:
                whole[begin + shift] = end + shift
    space, at = "", 0
    while at < len(text):
        end = whole.get(at) or min((begin for begin in whole if begin > at), default=len(text))
        pieces = [text[at:end]] if at in whole else _characters(text[at:end])
        for piece in pieces:
            if not piece.strip():
                space += piece
                continue
            yield space + piece
            space = ""
        at = end


def _characters(stretch: str) -> list[str]:
    """Divide what was typed anew: a character a word, marks and punctuation with it."""
    pieces: list[str] = []
    for match in _RUN.finditer(stretch):
        found = match.group()
        if pieces and not _begins_word(found):
            pieces[-1] += found
        else:
            pieces.append(found)
    left = stretch[len("".join(pieces)) :]
    return [*pieces, left] if left else pieces


def _begins_word(text: str) -> bool:
    return text[:1].isspace() or unicodedata.category(text.strip()[:1] or " ")[0] not in "MPZ"


def _share(pieces: Sequence[str], low: int, high: int) -> list[Word]:
    """Share a stretch of time between words, by their length in characters."""
    weights = [max(len(piece.strip()), 1) for piece in pieces]
    total = sum(weights)
    edges = [low]
    done = 0
    for weight in weights:
        done += weight
        edges.append(low + (high - low) * done // total)
    return [
        Word(start_ms=begin, end_ms=end, text=piece, confidence=_SURE)
        for piece, (begin, end) in zip(pieces, pairwise(edges), strict=True)
    ]


def _fold(text: str) -> str:
    """Fold what is the same word to the ear: case, accents of typing, punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in plain if unicodedata.category(c)[0] not in "PZC")
    return bare or plain.strip()
