"""Tell when words of a prompt were written although nobody said them. Pure.

The same speech is heard twice: without a prompt, then with one. What the prompt added must
stand where the first hearing wrote something that sounds like it. Measured with
benchmarks/findability: see docs/decisions/0006-primed-recognition.md.
"""

import difflib
from collections.abc import Sequence
from functools import lru_cache

from archive.glossary.soundalike import likeness

_ALIKE = 0.45
"""From here on what was heard may have been the phrase; strangers are mostly below it."""
_FEWEST_LOST = 4
PASSAGE = 6
"""Words; names that are heard as several are shorter."""
_BESIDE_PUT_IN = 3
_LOST_SHARE = 0.75
_GAINED_SHARE = 1.35


def leaked_phrases(
    primed: Sequence[str], unprimed: Sequence[str], phrases: Sequence[str], language: str
) -> tuple[str, ...]:
    """Return the phrases that a prompt put into a text without their being heard.

    Args:
        primed: the words written with the prompt.
        unprimed: the words written without it.
        phrases: what the prompt held.
        language: what is spoken.
    """
    after, before = [fold_word(word) for word in primed], [fold_word(word) for word in unprimed]
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    leaked: list[str] = []
    for phrase in phrases:
        folded = [fold_word(word) for word in phrase.split()]
        for first in occurrences(after, folded):
            last = first + len(folded)
            if not was_heard(phrase, first, last, blocks, before, language):
                leaked.append(phrase)
                break
    return tuple(leaked)


def lost_or_gained(primed: Sequence[str], unprimed: Sequence[str]) -> bool:
    """Tell whether a prompt changed more than words: a passage is gone, or the length."""
    if _lost_passage(primed, unprimed):
        return True
    fewer = len(unprimed) - len(primed) >= _FEWEST_LOST
    more = len(primed) - len(unprimed) >= _FEWEST_LOST
    return (fewer and len(primed) < _LOST_SHARE * len(unprimed)) or (
        more and len(primed) > _GAINED_SHARE * len(unprimed)
    )


def _lost_passage(primed: Sequence[str], unprimed: Sequence[str]) -> bool:
    """Tell whether many words in a row were heard without the prompt and not with it.

    Of the malaria film a prompt dropped "And two days later …, so please keep your mind open."
    """
    after, before = [fold_word(word) for word in primed], [fold_word(word) for word in unprimed]
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return any((i2 - i1) - (j2 - j1) >= PASSAGE for _, i1, i2, j1, j2 in blocks)


def was_heard(
    phrase: str,
    first: int,
    last: int,
    blocks: Sequence[tuple[str, int, int, int, int]],
    before: Sequence[str],
    language: str,
) -> bool:
    """Tell whether the first hearing has something like a phrase where the second wrote it.

    Args:
        phrase: what a prompt held.
        first: number of its first word in the second hearing.
        last: of the word after it.
        blocks: how the two differ, as difflib's opcodes from the first to the second.
        before: the first hearing's words, folded.
        language: what is spoken.
    """
    begin, end = len(before), 0
    for tag, i1, i2, j1, j2 in blocks:
        if j1 >= last or j2 <= first:
            continue
        if tag == "equal":
            begin, end = min(begin, i1 + max(first - j1, 0)), max(end, i2 - max(j2 - last, 0))
        else:
            begin, end = min(begin, i1), max(end, i2)
    # Words may be split or joined at the edges of what was replaced; what was put in stands for
    # something near by: "and mizabana benga" became "Inmazeb and Ebanga".
    beside = 1 if end > begin else _BESIDE_PUT_IN
    begin, end = max(begin - beside, 0), min(end + beside, len(before))
    window = last - first
    candidates = {
        " ".join(before[start : start + size])
        for size in range(max(window - 1, 1), window + 4)
        for start in range(begin, max(end - size, begin) + 1)
        if before[start : start + size]
    }
    return any(_alike(phrase, heard, language) for heard in candidates)


@lru_cache(maxsize=4096)
def _alike(phrase: str, heard: str, language: str) -> bool:
    return likeness(phrase, heard, language) >= _ALIKE


def occurrences(words: Sequence[str], phrase: Sequence[str]) -> list[int]:
    """Give the numbers of the words at which a phrase begins; both folded."""
    size = len(phrase)
    return [at for at in range(len(words) - size + 1) if list(words[at : at + size]) == phrase]


def fold_word(word: str) -> str:
    """Write a word without case and punctuation."""
    return "".join(character for character in word.casefold() if character.isalnum())
