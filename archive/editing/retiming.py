"""Words of an edited text and when each is said. Pure.

    what people typed → pieces, as the script divides words → aligned with the words that were
    there → unchanged ones keep their times, the others share the time between them

Words come out in order, inside their segment and without overlap, whatever went in.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from archive.language import writes_spaces
from archive.transcript import Word

_SURE = 1.0
"""Confidence of what a person wrote."""
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"\s*(?:[{_CJK}]|[^\s{_CJK}]+)")
"""In scripts without spaces: a Chinese or Japanese character, else what stands together."""


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
        return _unspaced(text, words)
    return [f" {word}" for word in text.split(" ") if word]


def _unspaced(text: str, words: Sequence[Word]) -> list[str]:
    """Cut a text without spaces at the edges of the words that are unchanged in it."""
    whole = _unchanged(text, words)
    pieces: list[str] = []
    space, at = "", 0
    while at < len(text):
        end = whole.get(at) or min((begin for begin in whole if begin > at), default=len(text))
        for piece in [text[at:end]] if at in whole else _characters(text[at:end]):
            if not piece.strip():
                space += piece
            elif at not in whole and pieces and not space and not _begins_word(piece):
                pieces[-1] += piece
            else:
                pieces.append(space + piece)
                space = ""
        at = end
    return pieces


def _unchanged(text: str, words: Sequence[Word]) -> dict[int, int]:
    """Find the words that stand in a text as they are: where each begins, and its end."""
    old = "".join(word.text for word in words)
    edges = list(accumulate((len(word.text) for word in words), initial=0))
    spans = [
        (end - len(word.text.lstrip()), end)
        for word, end in zip(words, edges[1:], strict=True)
        if word.text.strip()
    ]
    return {
        begin + block.b - block.a: end + block.b - block.a
        for block in SequenceMatcher(None, old, text, autojunk=False).get_matching_blocks()
        for begin, end in spans
        if block.a <= begin and end <= block.a + block.size
    }


def _characters(stretch: str) -> list[str]:
    """Divide what was typed anew, with the spaces before each piece and after the last."""
    pieces = _RUN.findall(stretch)
    left = stretch[len("".join(pieces)) :]
    return [*pieces, left] if left else pieces


def _begins_word(text: str) -> bool:
    """Tell whether a piece is a word of its own, not a mark that belongs to the one before."""
    return text[:1].isspace() or unicodedata.category(text[:1])[0] not in "MP"


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
