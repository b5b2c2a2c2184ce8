"""Find what cannot be true in recognized text: loops, and more words than can be said. Pure.

Loops are Whisper's typical fault and come with high confidence, so they are found by their
repetition and not by a score. Text where nobody speaks is `silence`'s part.
"""

import re
import zlib
from collections.abc import Sequence

from archive.language import writes_spaces

_LONGEST_UNIT = 12
"""Words (or characters of a script without spaces) that are repeated as one."""
_MOST_REPEATS = 3
"""People say "very, very, very"; a fourth time in a row is a loop."""
_MOST_REPEATS_OF_ONE = 5
_FEWEST_REPEATED = 6
_COMPRESSION_RATIO = 2.4
"""Whisper's own mark of a loop (openai/whisper, transcribe.py)."""
_FEWEST_BYTES = 160
"""Shorter texts compress too little to tell."""
_MOST_CHARACTERS_A_SECOND = 33
"""Fast speech is 20 a second; auctioneers reach 30."""
_MOST_HAN_A_SECOND = 11
_HURRIED = 2
"""Half of what nobody can say is already hurried."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001 - a typographic apostrophe
"""Hyphens part words: of "ask not", said twelve times, `base` wrote "S-N-S-N" 112 times over."""
_SPACELESS = re.compile(r"[^\W_]")


def is_loop(text: str, language: str, heard_ms: int) -> bool:
    """Tell whether a text repeats the same words over and over.

    A long passage may really be said twice or three times (a pledge, a chorus): it is taken for
    a loop only when it came faster than people speak.
    """
    if repeated_part(text, language) is not None:
        return True
    encoded = text.encode()
    return (
        len(encoded) >= _FEWEST_BYTES
        and len(encoded) > _COMPRESSION_RATIO * len(zlib.compress(encoded))
        and is_too_fast(text, language, heard_ms // _HURRIED)
    )


def repeated_part(text: str, language: str) -> tuple[int, int] | None:
    """Find the superfluous repeats in a text: all but the first of the same words in a row.

    Returns:
        First and last character (excluded) of what could go; None where nothing loops.
    """
    pattern = _WORD if writes_spaces(language) else _SPACELESS
    matches = list(pattern.finditer(text))
    words = [match[0].casefold() for match in matches]
    for size in range(1, _LONGEST_UNIT + 1):
        run = _longest_run(words, size)
        if run is None:
            continue
        first, repeats = run
        most = _MOST_REPEATS_OF_ONE if size == 1 else _MOST_REPEATS
        if repeats > most and repeats * size >= _FEWEST_REPEATED:
            last = first + repeats * size
            end = matches[last].start() if last < len(matches) else len(text)
            return matches[first + size].start(), end
    return None


def is_too_fast(text: str, language: str, heard_ms: int) -> bool:
    """Tell whether nobody can say so much in the time."""
    most = _MOST_CHARACTERS_A_SECOND if writes_spaces(language) else _MOST_HAN_A_SECOND
    return len("".join(text.split())) * 1000 > most * max(heard_ms, 1)


def _longest_run(words: Sequence[str], size: int) -> tuple[int, int] | None:
    """Find the longest row of equal units of some words: its first word and its repeats."""
    best: tuple[int, int] | None = None
    at = 0
    while at + 2 * size <= len(words):
        repeats = 1
        while words[at + repeats * size : at + (repeats + 1) * size] == words[at : at + size]:
            repeats += 1
        if repeats > 1 and (best is None or repeats > best[1]):
            best = (at, repeats)
        at += max((repeats - 1) * size, 1)
    return best
